"""The page of what comes near: contracts by the day to act on, and when seats will not suffice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.outbox import count_outbox
from answerprint.core.permissions import Permission
from licensing.queries.contracts import list_contracts
from licensing.queries.deadlines import given_notices
from licensing.queries.outlook import ProductOutlook, outlook
from licensing.rules.contracts import standing


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a drawing's lines may go: numbers stand left of them, and the word “today” above."""

    width: int = 720
    height: int = 194
    left: int = 34
    top: int = 22
    floor: int = 186


_FRAME = Frame()


@dataclass(frozen=True, slots=True)
class Picture:
    """The lines of a forecast, as SVG draws them. ``steps`` is empty where seats are uncounted."""

    past: str
    band: str
    expected: str
    steps: str
    today: str
    top: int
    words: str


@reads(Permission.CONTRACTS_READ)
def show_outlook(session: Session) -> str:
    """Show the contracts by the day to act on, the notices given, and the forecasts."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    coming = [
        (row, standing(row.starts_on, row.ends_on, row.notice_on, today)) for row in list_contracts(session).items
    ]
    found = outlook(session, zone=facility_zone(), now=now)
    return render_template(
        "licensing/outlook.html",
        contracts=[(row, word) for row, word in coming if word != "ended"],
        notices=given_notices(session, on=today)[:20],
        mails=count_outbox(session),
        products=[(one, _picture(one, today) if one.forecast.days else None) for one in found],
        today=today,
        frame=_FRAME,
    )


def _picture(one: ProductOutlook, today: date) -> Picture:
    days = one.forecast.days
    first = one.history[0].day
    span = (days[-1].day - first).days or 1
    heights = [*(day.high for day in days), *(day.capacity or 0 for day in days), *(past.seats for past in one.history)]
    top = max(1, *heights)

    def across(day: date) -> float:
        return _FRAME.left + (_FRAME.width - _FRAME.left) * (day - first).days / span

    def up(seats: int) -> float:
        return _FRAME.top + (_FRAME.floor - _FRAME.top) * (1 - seats / top)

    highs = [(across(day.day), up(day.high)) for day in days]
    lows = [(across(day.day), up(day.low)) for day in reversed(days)]
    return Picture(
        past=_points((across(past.day), up(past.seats)) for past in one.history),
        band=_points([*highs, *lows]),
        expected=_points((across(day.day), up(day.expected)) for day in days),
        steps=_steps([(across(day.day), up(day.capacity)) for day in days if day.capacity is not None]),
        today=f"{across(today):.1f}",
        top=top,
        words=_words(one),
    )


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{across:.1f},{up:.1f}" for across, up in places)


def _steps(places: Sequence[tuple[float, float]]) -> str:
    """Draw a height that holds until it changes: across first, then up or down."""
    corners: list[tuple[float, float]] = []
    for across, up in places:
        if corners:
            corners.append((across, corners[-1][1]))
        corners.append((across, up))
    return _points(corners)


def _words(one: ProductOutlook) -> str:
    found = one.forecast
    if found.exhausted_on:
        return f"{one.product}: need is expected to exceed the lots on {found.exhausted_on.isoformat()}."
    if found.exhausted_at_earliest:
        return f"{one.product}: need may exceed the lots from {found.exhausted_at_earliest.isoformat()} on."
    return f"{one.product}: the lots carry what is expected of the next {len(found.days)} days."
