"""Read reservations and blackouts, as far as the reader may know of projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import PAGE_SIZE_MAX, Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from facility.queries.projects import visible_projects
from licensing.errors import NoSuchBlackout, NoSuchReservation, naming
from licensing.models.catalogue import Product
from licensing.models.reservations import Blackout, Reservation, ReservationState
from licensing.queries.catalogue import FIRST


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """A reservation as lists show it. ``product_name`` says of what, ``project_code`` for whom."""

    id: UUID
    product_id: UUID
    product_name: str
    project_id: UUID
    project_code: str
    quantity: int
    starts_on: date
    ends_on: date
    state: str
    place: int
    asked_at: datetime
    waits_until: date | None
    offer_hours: int
    offered_until: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ReservationFilters:
    """Which reservations are asked for; ``None`` is all."""

    product_id: UUID | None = None
    project_id: UUID | None = None
    state: ReservationState | None = None


ALL_RESERVATIONS = ReservationFilters()


def visible_codes(session: Session, actor: Actor) -> dict[UUID, str]:
    """Return, by id, the codes of all projects that the reader may know of."""
    codes: dict[UUID, str] = {}
    page = visible_projects(session, actor, FIRST)
    codes |= {one.id: one.code for one in page.items}
    while page.next is not None:
        after = PageRequest(after=(page.items[-1].code,), limit=PAGE_SIZE_MAX)
        page = visible_projects(session, actor, after)
        codes |= {one.id: one.code for one in page.items}
    return codes


def list_reservations(
    session: Session, actor: Actor, filters: ReservationFilters = ALL_RESERVATIONS, page: PageRequest = FIRST
) -> Page[ReservationRow]:
    """List the reservations of projects that the reader may know of, the newest first. The cursor is ``(id,)``."""
    codes = visible_codes(session, actor)
    statement = _rows(filters).order_by(Reservation.id.desc()).limit(page.limit + 1)
    if not actor.sees_all_projects:
        statement = statement.where(Reservation.project_id.in_(codes))
    if page.after is not None:
        statement = statement.where(Reservation.id < _place(page.after))
    found = [_row(reservation, name, codes) for reservation, name in session.execute(statement)]
    return cut(found, page, key=lambda row: (str(row.id),))


def reservations_on(
    session: Session, actor: Actor, product_id: UUID, first: date, last: date
) -> Sequence[ReservationRow]:
    """Return what of a product is held, offered or waited for on these days; other readers' projects bear no code."""
    codes = visible_codes(session, actor)
    states = (ReservationState.HELD, ReservationState.OFFERED, ReservationState.WAITING)
    statement = (
        _rows(ReservationFilters(product_id=product_id))
        .where(Reservation.state.in_([state.value for state in states]))
        .where(Reservation.ends_on >= first, Reservation.starts_on <= last)
        .order_by(Reservation.starts_on, Reservation.place)
    )
    return [_row(reservation, name, codes) for reservation, name in session.execute(statement)]


def reservation_detail(session: Session, actor: Actor, reservation_id: UUID) -> ReservationRow:
    """Return one reservation; raises ``NoSuchReservation`` for another reader's project, too."""
    statement = _rows(ALL_RESERVATIONS).where(Reservation.id == reservation_id)
    row = session.execute(statement).one_or_none()
    codes = visible_codes(session, actor)
    if row is None or row[0].project_id not in codes:
        raise absent()
    return _row(row[0], row[1], codes)


def next_place(session: Session, product_id: UUID) -> int:
    """Return the place after the last of a product's queue. The caller holds the product's pool."""
    last = select(func.max(Reservation.place)).where(Reservation.product_id == product_id)
    return (session.scalar(last) or 0) + 1


def list_blackouts(session: Session, product_id: UUID | None = None, page: PageRequest = FIRST) -> Page[Blackout]:
    """List blackouts, those of one product with those of all, the newest first. The cursor is ``(id,)``."""
    statement = select(Blackout).order_by(Blackout.id.desc()).limit(page.limit + 1)
    if product_id is not None:
        statement = statement.where((Blackout.product_id == product_id) | Blackout.product_id.is_(None))
    if page.after is not None:
        statement = statement.where(Blackout.id < _place(page.after))
    return cut(session.scalars(statement).all(), page, key=lambda row: (str(row.id),))


def find_blackout(session: Session, blackout_id: UUID) -> Blackout:
    """Return one blackout; raises ``NoSuchBlackout``."""
    found = session.get(Blackout, blackout_id)
    if found is None:
        raise naming(NoSuchBlackout, "blackout_id", "There is no such blackout.")
    return found


def absent() -> NoSuchReservation:
    """Return the refusal of a reservation that is not there, or is not this reader's."""
    return naming(NoSuchReservation, "reservation_id", "There is no such reservation among those of your projects.")


def _rows(filters: ReservationFilters) -> Select[Reservation, str]:
    statement = select(Reservation, Product.name).join(Product, Reservation.product_id == Product.id)
    if filters.product_id is not None:
        statement = statement.where(Reservation.product_id == filters.product_id)
    if filters.project_id is not None:
        statement = statement.where(Reservation.project_id == filters.project_id)
    if filters.state is not None:
        statement = statement.where(Reservation.state == filters.state.value)
    return statement


def _row(one: Reservation, product_name: str, codes: dict[UUID, str]) -> ReservationRow:
    columns: dict[str, Any] = {
        name: getattr(one, name)
        for name in ReservationRow.__dataclass_fields__
        if name not in ("product_name", "project_code")
    }
    return ReservationRow(product_name=product_name, project_code=codes.get(one.project_id, ""), **columns)


def _place(key: Key) -> UUID:
    try:
        return UUID(str(key[0]))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise naming(Invalid, "cursor", sentence) from error
