"""The page of a contract's statement, made to be printed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import by_field
from answerprint.core.http import facility_zone, reads
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from licensing.queries.statements import contract_statement
from licensing.schemas.statements import StatementQuery


@reads(Permission.CONTRACTS_READ)
def show_statement(session: Session, contract_id: UUID) -> str:
    """Show how a contract's products were used over some days, against what the lots gave."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    starts_on, ends_on = _asked_days(today)
    statement = contract_statement(
        session, contract_id, starts_on=starts_on, ends_on=ends_on, zone=facility_zone(), now=now
    )
    return render_template(
        "licensing/statement.html",
        statement=statement,
        contract=statement.contract.contract,
        periods=[(label, _address(contract_id, period)) for label, period in _periods(today).items()],
    )


def _periods(today: date) -> dict[str, tuple[date, date]]:
    """Return the periods to choose from, both ends included."""
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return {
        "This month": (first, today),
        "Last month": (before.replace(day=1), before),
        "Last 90 days": (today - timedelta(days=89), today),
    }


def _address(contract_id: UUID, period: tuple[date, date]) -> str:
    days: dict[str, Any] = {"from": period[0].isoformat(), "to": period[1].isoformat()}
    return url_for("licensing_pages.show_statement", contract_id=contract_id, **days)


def _asked_days(today: date) -> tuple[date, date]:
    """Return the days asked for: by default this month so far; raises ``Invalid`` naming the field."""
    asked = {"from": today.replace(day=1).isoformat(), "to": today.isoformat()}
    asked |= {name: request.args[name] for name in asked if request.args.get(name)}
    try:
        loaded = StatementQuery().load(asked)
    except ValidationError as error:
        raise Invalid("These days make no period.", fields=by_field(error.messages)) from error
    return loaded["starts_on"], loaded["ends_on"]
