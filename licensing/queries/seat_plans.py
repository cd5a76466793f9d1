"""Read all that bears on the seats of a product over some days: lots, reservations, the queue, checkouts, blackouts.

A lease past its end and an offer past its time count no more, whether that was written down or not.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from licensing.models.catalogue import Lot
from licensing.models.reservations import Blackout, Reservation, ReservationState
from licensing.models.seats import Checkout
from licensing.queries.contracts import lot_terms
from licensing.rules.availability import BlackoutDays, Reserved, SeatPlan, SeatsOut
from licensing.rules.capacity import METRICS_WITHOUT_SEATS
from licensing.rules.top_up import PricedLot

_DAYS = (
    *(Reservation.id, Reservation.project_id, Reservation.quantity),
    *(func.coalesce(Reservation.counts_from, Reservation.starts_on), Reservation.ends_on, Reservation.state),
)
_HELD, _OFFERED, _WAITING = (
    ReservationState.HELD.value,
    ReservationState.OFFERED.value,
    ReservationState.WAITING.value,
)
# Built once: a question of availability and every checkout read these.
_ON_DAYS: Select[*tuple[Any, ...]] = (
    select(*_DAYS)
    .where(Reservation.product_id == bindparam("product"), Reservation.state.in_((_HELD, _OFFERED)))
    .where(Reservation.ends_on >= bindparam("first"), Reservation.starts_on <= bindparam("last"))
    .where(or_(Reservation.state == _HELD, Reservation.offered_until > bindparam("now")))
    .order_by(Reservation.starts_on, Reservation.id)
)
_QUEUE: Select[*tuple[Any, ...]] = (
    select(*_DAYS)
    .where(Reservation.product_id == bindparam("product"), Reservation.state == _WAITING)
    .where(Reservation.ends_on >= bindparam("first"), Reservation.waits_until >= bindparam("first"))
    .order_by(Reservation.place)
)
_OUT = (
    select(Checkout.id, Checkout.project_id, Checkout.quantity, Checkout.expires_at, Checkout.last_on)
    .where(Checkout.product_id == bindparam("product"), Checkout.ended_at.is_(None))
    .where(Checkout.expires_at > bindparam("now"))
)
_BLACKOUTS = (
    select(Blackout.id, Blackout.starts_on, Blackout.ends_on, Blackout.reason)
    .where(or_(Blackout.product_id == bindparam("product"), Blackout.product_id.is_(None)))
    .where(Blackout.ends_on >= bindparam("first"), Blackout.starts_on <= bindparam("last"))
    .order_by(Blackout.starts_on, Blackout.id)
)
# Every checkout runs this one: what others reserved today, and how much of it they have drawn.
_KEPT_FOR_OTHERS = (
    select(Reservation.project_id, func.sum(Reservation.quantity))
    .add_columns(
        select(func.coalesce(func.sum(Checkout.quantity), 0))
        .where(Checkout.product_id == bindparam("product"), Checkout.ended_at.is_(None))
        .where(Checkout.project_id == Reservation.project_id, Checkout.expires_at > bindparam("now"))
        .correlate(Reservation)
        .scalar_subquery()
    )
    .where(Reservation.product_id == bindparam("product"), Reservation.state.in_((_HELD, _OFFERED)))
    .where(Reservation.ends_on >= bindparam("on"), Reservation.starts_on <= bindparam("on"))
    .where(or_(Reservation.state == _HELD, Reservation.offered_until > bindparam("now")))
    .where(Reservation.project_id.is_distinct_from(bindparam("project")))
    .group_by(Reservation.project_id)
)
_NEWEST_PRICE: Select[*tuple[Any, ...]] = (
    select(Lot.price, Lot.currency, Lot.quantity, Lot.starts_on, Lot.ends_on)
    .where(Lot.product_id == bindparam("product"), Lot.metric.not_in(METRICS_WITHOUT_SEATS))
    .where(Lot.price.is_not(None), Lot.quantity.is_not(None), Lot.ends_on.is_not(None))
    .order_by(Lot.starts_on.desc(), Lot.id.desc())
    .limit(1)
)


def seat_plan(
    session: Session,
    product_id: UUID,
    first: date,
    last: date,
    *,
    now: datetime,
    today: date,
    without: UUID | None = None,
) -> SeatPlan:
    """Return what bears on a product's seats from ``first`` to ``last``, but for the reservation or lease ``without``.

    It reads past the session's unit of work, so whoever changed something has flushed it.
    """
    connection = session.connection()
    asked = {"product": product_id, "first": first, "last": last, "now": now}
    out = connection.execute(_OUT, {"product": product_id, "now": now})
    return SeatPlan(
        today=today,
        lots=lot_terms(session, [product_id])[product_id],
        reserved=_reserved(connection, _ON_DAYS, asked, without),
        waiting=_reserved(connection, _QUEUE, {"product": product_id, "first": today}, without),
        out=tuple(_seats_out(row, today) for row in out if row.id != without),
        blackouts=tuple(BlackoutDays(*row) for row in connection.execute(_BLACKOUTS, asked)),
    )


def kept_for_others(
    session: Session, product_id: UUID, project_id: UUID | None, *, now: datetime, on: date
) -> dict[UUID, int]:
    """Return, by project, the seats of today that projects other than this one reserved and have not drawn."""
    asked = {"product": product_id, "project": project_id, "now": now, "on": on}
    rows = session.connection().execute(_KEPT_FOR_OTHERS, asked)
    return {one: held - drawn for one, held, drawn in rows if held > drawn}


def newest_price(session: Session, product_id: UUID) -> PricedLot | None:
    """Return the newest lot of a product that states a price for counted seats over a term with an end."""
    row = session.execute(_NEWEST_PRICE, {"product": product_id}).one_or_none()
    return PricedLot(*row) if row is not None else None


def _reserved(
    connection: Connection, statement: Select[*tuple[Any, ...]], asked: dict[str, Any], without: UUID | None
) -> tuple[Reserved, ...]:
    found = tuple(Reserved(*row) for row in connection.execute(statement, asked))
    return found if without is None else tuple(one for one in found if one.id != without)


def _seats_out(row: Row[*tuple[Any, ...]], today: date) -> SeatsOut:
    """Return a checkout as seats of today and of each day that it reaches into."""
    # What an older release wrote names no last day: its seats count a day too long rather than one too short.
    last_on = row.last_on or row.expires_at.date() + timedelta(days=1)
    return SeatsOut(project_id=row.project_id, quantity=row.quantity, last_on=max(today, last_on))
