"""The API of checkouts: check seats out, keep them, return them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.queries import checkouts
from licensing.queries.checkouts import CheckoutFilters
from licensing.rules.leases import Lease, LeaseState
from licensing.schemas.checkouts import CheckoutIn, CheckoutOut, CheckoutPage, CheckoutQuery, HeartbeatIn
from licensing.service.checkouts import check_out_seat
from licensing.service.leases import extend_checkout, return_seat

blueprint = Blueprint("licensing_checkouts", __name__, url_prefix="/licensing", description="Seats checked out")


def _now_and_today() -> tuple[datetime, date]:
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


@blueprint.get("/checkouts")
@blueprint.arguments(CheckoutQuery, location="query")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CheckoutPage)
def list_checkouts(session: Session, asked: dict[str, Any]) -> Page[Lease]:
    """List checkouts, the newest first."""
    state = LeaseState(asked["state"]) if "state" in asked else None
    filters = CheckoutFilters(product_id=asked.get("product_id"), state=state)
    return checkouts.list_checkouts(session, filters, page_request(str), now=clock.now())


@blueprint.post("/checkouts")
@blueprint.arguments(CheckoutIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(201, CheckoutOut)
def post_checkout(session: Session, payload: dict[str, Any]) -> Lease:
    """Check seats out; a denial is recorded in the vendor's log, and an end cut short is told by `cut_on`."""
    now, on = _now_and_today()
    return tagged(check_out_seat(session, current_actor(), **payload, now=now, on=on, zone=facility_zone()))


@blueprint.get("/checkouts/<uuid:checkout_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CheckoutOut)
def get_checkout(session: Session, checkout_id: UUID) -> Lease:
    """Show one checkout as it stands now."""
    return tagged(checkouts.checkout_detail(session, checkout_id, clock.now()))


@blueprint.post("/checkouts/<uuid:checkout_id>/heartbeat")
@blueprint.arguments(HeartbeatIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(200, CheckoutOut)
def post_heartbeat(session: Session, payload: dict[str, Any], checkout_id: UUID) -> Lease:
    """Put the end of an open lease off, as far as each day carries it: `cut_on` and `note` say where one does not."""
    asked = payload | {"now": clock.now(), "zone": facility_zone()}
    return tagged(extend_checkout(session, current_actor(), checkout_id=checkout_id, **asked))


@blueprint.post("/checkouts/<uuid:checkout_id>/return")
@writes(Permission.SEATS_WRITE)
@blueprint.response(200, CheckoutOut)
def post_return(session: Session, checkout_id: UUID) -> Lease:
    """Bring the seats of an open lease back at once."""
    return tagged(return_seat(session, current_actor(), checkout_id=checkout_id, now=clock.now()))
