"""Pages of costs: by month and project or department, what lay idle, and which seats were hardly needed."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from answerprint.core.spreadsheet import csv_line
from licensing.errors import naming
from licensing.pages.periods import asked_days
from licensing.queries.costs import CostLine, costs_by_month, right_sizing
from licensing.rules.cost import CostsBy, Share
from licensing.rules.money import amount, write
from licensing.schemas.costs import CostQuery

_FIRST, _LAST = ("month", "product", "share"), ("seat_hours", "amount", "currency", "reason")
_WORDS = {
    Share.PROJECT: "project",
    Share.NO_PROJECT: "no project",
    Share.DEPARTMENT: "department",
    Share.NO_DEPARTMENT: "department unknown",
    Share.IDLE: "idle",
}


@reads(Permission.CONTRACTS_READ)
def show_costs(session: Session) -> str:
    """Show what seats cost, and for how long the last of them were needed."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    (starts_on, ends_on), by = _asked_days(today), _asked_by()
    lines = costs_by_month(session, starts_on=starts_on, ends_on=ends_on, zone=facility_zone(), now=now, by=by)
    return render_template(
        "licensing/costs.html",
        lines=lines,
        words=_WORDS,
        totals=_totals(lines),
        sizes=right_sizing(session, on=today, now=now),
        starts_on=starts_on,
        ends_on=ends_on,
        by=by.value,
        csv_href=_csv_address(starts_on, ends_on, by),
    )


@reads(Permission.CONTRACTS_READ)
def download_costs(session: Session) -> Response:
    """Send the costs as CSV; an amount that is not known is ``unknown``."""
    now = clock.now()
    (starts_on, ends_on), by = _asked_days(now.astimezone(facility_zone()).date()), _asked_by()
    lines = costs_by_month(session, starts_on=starts_on, ends_on=ends_on, zone=facility_zone(), now=now, by=by)
    text = "".join([csv_line([*_FIRST, by.value, *_LAST]), *(csv_line(_cells(line)) for line in lines)])
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="costs-by-{by}-{starts_on}-{ends_on}.csv"'
    return response


def _csv_address(starts_on: date, ends_on: date, by: CostsBy) -> str:
    asked: dict[str, Any] = {"from": starts_on.isoformat(), "to": ends_on.isoformat(), "by": by.value}
    return url_for("licensing_pages.download_costs", **asked)


def _cells(line: CostLine) -> list[str]:
    shown = "unknown" if line.amount is None else line.amount
    parts = [line.month, line.product, _WORDS[line.share], line.project or line.department, line.seat_hours, shown]
    return [*parts, line.currency or "", line.reason]


def _totals(lines: Sequence[CostLine]) -> list[tuple[str, str, str]]:
    """Return by currency what was spent and what of it lay idle; currencies are never added up."""
    found = []
    for currency in sorted({line.currency for line in lines if line.currency}):
        own = [line for line in lines if line.currency == currency]
        idle = [line for line in own if line.share is Share.IDLE]
        found.append((currency, _sum(own), _sum(idle)))
    return found


def _sum(lines: Sequence[CostLine]) -> str:
    return write(sum((amount(line.amount) for line in lines if line.amount is not None), Fraction()))


def _asked_by() -> CostsBy:
    asked = request.args.get("by", CostsBy.PROJECT.value)
    if asked not in set(CostsBy):
        raise naming(Invalid, "by", "Ask for costs by project or by department.")
    return CostsBy(asked)


def _asked_days(today: date) -> tuple[date, date]:
    """Return the days asked for: by default this month so far and the two before it."""
    two_before = (today.replace(day=1) - timedelta(days=32)).replace(day=1)
    return asked_days(CostQuery(), starts_on=two_before, ends_on=today)
