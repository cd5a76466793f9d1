"""The API of costs, right-sizing and forecasts."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.queries import costs, outlook
from licensing.queries.costs import CostLine, RightSizing
from licensing.queries.outlook import ProductOutlook
from licensing.schemas.costs import CostList, CostQuery, OutlookList, RightSizingList

blueprint = Blueprint("licensing_costs", __name__, url_prefix="/licensing", description="Costs, and what comes near")


@blueprint.get("/costs")
@blueprint.arguments(CostQuery, location="query", unknown=None)
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, CostList)
def list_costs(session: Session, asked: dict[str, Any]) -> Page[CostLine]:
    """List what seats cost by month, product, and project or department, and what lay idle."""
    found = costs.costs_by_month(session, **asked, zone=facility_zone(), now=clock.now())
    return Page(items=found, next=None)


@blueprint.get("/right-sizing")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, RightSizingList)
def list_right_sizing(session: Session) -> Page[RightSizing]:
    """List for how long the last seats of each product were needed in the last 90 days."""
    now = clock.now()
    found = costs.right_sizing(session, on=now.astimezone(facility_zone()).date(), now=now)
    return Page(items=found, next=None)


@blueprint.get("/outlook")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, OutlookList)
def list_outlook(session: Session) -> Page[ProductOutlook]:
    """List when the seats of each product will not suffice, as far as the last 90 days tell."""
    return Page(items=outlook.outlook(session, zone=facility_zone(), now=clock.now()), next=None)
