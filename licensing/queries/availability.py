"""Answer whether so many seats of a product can be had, as far as the reader may know of projects. A pure read."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.errors import UnknownProject
from facility.queries.projects import visible_project
from licensing.errors import naming
from licensing.models.catalogue import Product
from licensing.queries.board import seats_board
from licensing.queries.catalogue import find
from licensing.queries.reservations import ReservationRow, visible_codes
from licensing.queries.seat_plans import newest_price, seat_plan
from licensing.rules.availability import SeatDay, SeatsWanted, seat_days
from licensing.rules.board import seen_sentence
from licensing.rules.relief import WouldFree, would_free
from licensing.rules.reservations import (
    AHEAD_MAX,
    DayNames,
    check_days,
    check_first_day,
    check_quantity,
    next_offers,
)
from licensing.rules.top_up import TopUp, top_up

_NAMES = DayNames("from", "to")


@dataclass(frozen=True, slots=True)
class Availability:
    """The answer to what was asked; projects that the reader may not know of bear no name.

    ``seen_in_use`` and ``caution`` are of today, where it is one of the days: what licence servers show stands beside,
    and is not taken off again.
    """

    product_id: UUID
    product_name: str
    wanted: SeatsWanted
    days: tuple[SeatDay, ...]
    would_free: WouldFree
    top_up: TopUp | None
    seen_in_use: int | None
    caution: str

    @property
    def verdict(self) -> str:
        """Whether it is a yes, or short on some day."""
        return "short" if self.short_by else "yes"

    @property
    def short_days(self) -> list[SeatDay]:
        """The days that are short."""
        return [day for day in self.days if day.short_by]

    @property
    def short_runs(self) -> list[tuple[SeatDay, SeatDay]]:
        """The first and the last day of each run of days that are short by as much and for the same reason."""
        alike = groupby(self.days, key=lambda day: (day.short_by, day.blackouts))
        runs = [list(days) for (short_by, _), days in alike if short_by]
        return [(run[0], run[-1]) for run in runs]

    @property
    def short_by(self) -> int:
        """How many seats the shortest day lacks."""
        return max((day.short_by for day in self.days), default=0)

    @property
    def is_uncounted(self) -> bool:
        """Whether on each of the days the product is uncounted."""
        return all(day.is_uncounted for day in self.days)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What cancelling frees, and to whom it would be offered at once: project code, empty for others', and seats."""

    seats: int
    days: int
    offers: tuple[tuple[str, int], ...]


def ask_availability(
    session: Session, actor: Actor, *, product_id: UUID, wanted: SeatsWanted, now: datetime, today: date
) -> Availability:
    """Say whether so many seats can be had on each of the days, and if not, by how much, why, and what would help.

    Raises ``BadReservation`` naming ``from``, ``to`` or ``quantity``, and ``UnknownProject`` naming ``project``.
    """
    check_quantity(wanted.quantity)
    check_first_day(wanted.first, today, _NAMES.first)
    check_days(wanted.first, wanted.last, today, _NAMES)
    _check_project(session, actor, wanted.project_id)
    product = find(session, Product, product_id)
    plan = seat_plan(session, product_id, wanted.first, wanted.last, now=now, today=today)
    days = tuple(seat_days(plan, wanted))
    is_short = any(day.short_by for day in days)
    seen, caution = _seen_today(session, product_id, wanted, now, today)
    freeing = would_free(plan, wanted, days) if is_short else WouldFree()
    return Availability(
        product_id=product.id,
        product_name=product.name,
        wanted=wanted,
        days=days,
        would_free=_as_known(session, actor, freeing),
        top_up=top_up(days, newest_price(session, product_id)) if is_short else None,
        seen_in_use=seen,
        caution=caution,
    )


def seat_calendar(
    session: Session, product_id: UUID, first: date, last: date, *, now: datetime, today: date
) -> list[SeatDay]:
    """Return the days of a product as they stand, with nothing asked: short is a day with more reserved than seats."""
    plan = seat_plan(session, product_id, first, last, now=now, today=today)
    return seat_days(plan, SeatsWanted(None, 0, first, last))


def consequence(session: Session, actor: Actor, row: ReservationRow, *, now: datetime, today: date) -> Consequence:
    """Say what cancelling a reservation would do now."""
    first, last = max(row.starts_on, today), today + AHEAD_MAX
    plan = seat_plan(session, row.product_id, today, last, now=now, today=today, without=row.id)
    codes = visible_codes(session, actor)
    offers = tuple((codes.get(one.project_id, ""), one.quantity) for one in next_offers(plan))
    days = max(0, (row.ends_on - first).days + 1)
    return Consequence(seats=0 if row.state == "waiting" else row.quantity, days=days, offers=offers)


def _check_project(session: Session, actor: Actor, project_id: UUID | None) -> None:
    if project_id is None:
        return
    try:
        visible_project(session, actor, project_id)
    except UnknownProject as error:
        raise naming(UnknownProject, "project", error.detail) from error


def _seen_today(
    session: Session, product_id: UUID, wanted: SeatsWanted, now: datetime, today: date
) -> tuple[int | None, str]:
    if not wanted.first <= today <= wanted.last:
        return None, ""
    (row,) = seats_board(session, on=today, now=now, product_id=product_id)
    return row.seen_in_use, seen_sentence(row)


def _as_known(session: Session, actor: Actor, found: WouldFree) -> WouldFree:
    """Leave out what this reader may not know of projects."""
    if not any(one.project_id for one in found.items):
        return found
    codes = visible_codes(session, actor)
    items = (
        one
        if one.project_id is None
        else replace(one, project_code=codes[one.project_id])
        if one.project_id in codes
        else replace(one, project_id=None, about=None)
        for one in found.items
    )
    return replace(found, items=tuple(items))
