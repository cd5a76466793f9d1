"""Which reservations have fewer seats than they say: those that wait, those offered, and those on short days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from licensing.models.reservations import ReservationState
from licensing.queries.availability import seat_calendar
from licensing.queries.reservations import ReservationFilters, ReservationRow, list_reservations
from licensing.rules.availability import SeatDay

AHEAD = timedelta(days=91)
"""How far ahead a held reservation is looked at; who waits is told of whenever it is."""


@dataclass(frozen=True, slots=True)
class ShortReservation:
    """A reservation that holds on some of the coming days, though more is reserved then than there are seats."""

    row: ReservationRow
    first_short: date
    short_days: int
    short_by: int


def unsettled_reservations(session: Session, actor: Actor, *, on: date) -> Sequence[ReservationRow]:
    """Return what of the reader's projects is offered or waited for, the offers first, each by its first day."""
    states = (ReservationState.OFFERED, ReservationState.WAITING)
    found: list[ReservationRow] = []
    for state in states:
        rows = list_reservations(session, actor, ReservationFilters(state=state)).items
        found += sorted((row for row in rows if row.ends_on >= on), key=lambda row: (row.starts_on, row.place))
    return found


def short_reservations(session: Session, actor: Actor, *, now: datetime, on: date) -> Sequence[ShortReservation]:
    """Return the held reservations of the reader's projects with days short of seats, the next short day first."""
    rows = list_reservations(session, actor, ReservationFilters(state=ReservationState.HELD)).items
    coming = [row for row in rows if row.ends_on >= on and row.starts_on <= on + AHEAD]
    short = {product: _short_days(session, product, now, on) for product in {row.product_id for row in coming}}
    found = []
    for row in coming:
        days = [day for day in short[row.product_id] if row.starts_on <= day.on <= row.ends_on]
        if days:
            found.append(ShortReservation(row, days[0].on, len(days), max(_lacking(day) for day in days)))
    return sorted(found, key=lambda one: (one.first_short, one.row.id))


def _short_days(session: Session, product_id: UUID, now: datetime, on: date) -> list[SeatDay]:
    """Return the coming days on which more of a product is reserved, or out beside that, than it has seats."""
    calendar = seat_calendar(session, product_id, on, on + AHEAD, now=now, today=on)
    return [day for day in calendar if _lacking(day) > 0]


def _lacking(day: SeatDay) -> int:
    """Return how many seats a day lacks for what is promised; what is only waited for is promised to nobody."""
    return day.short_by - day.waited_for
