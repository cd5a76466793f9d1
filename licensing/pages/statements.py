"""The page of a contract's statement, made to be printed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.permissions import Permission
from licensing.pages.periods import asked_days
from licensing.queries.statements import contract_statement
from licensing.schemas.statements import StatementQuery


@reads(Permission.CONTRACTS_READ)
def show_statement(session: Session, contract_id: UUID) -> str:
    """Show how a contract's products were used over some days, against what the lots gave."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    starts_on, ends_on = asked_days(StatementQuery(), starts_on=today.replace(day=1), ends_on=today)
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
