"""The queue of those who wait for seats: what is over ends, what was not taken lapses, and the next are asked.

Whoever changes a product's reservations holds its pool, so that each sees what the one before did.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.facts.reservations import ReservationEnded, ReservationLapsed, SeatsOffered
from licensing.models.reservations import Reservation, ReservationState
from licensing.queries.checkouts import lock_pool
from licensing.queries.seat_plans import seat_plan
from licensing.rules.reservations import next_offers, offer_end
from licensing.service.leases import expire_leases_of

_HELD, _OFFERED, _WAITING = (
    ReservationState.HELD.value,
    ReservationState.OFFERED.value,
    ReservationState.WAITING.value,
)


def keep_reservations(session: Session, actor: Actor, *, now: datetime, on: date) -> int:
    """End reservations whose days are over, let offers and waits lapse, and offer what is free to those who wait.

    Return how many changed. It looks at every product for which somebody waits, so it also finds what came free by
    itself: a seat returned, a lot entered or changed.
    """
    due = or_(_is_over(now, on), Reservation.state == _WAITING)
    product_ids = session.scalars(select(Reservation.product_id).where(due).distinct().order_by(Reservation.product_id))
    changed = 0
    for product_id in product_ids.all():
        log = lock_pool(session, product_id).log
        changed += settle_queue(session, actor, product_id=product_id, log=log, now=now, on=on)
    return changed


def settle_queue(session: Session, actor: Actor, *, product_id: UUID, log: str, now: datetime, on: date) -> int:
    """Bring one product's reservations up to this moment and make the offers that are due; return how many changed.

    The caller holds the product's pool. Leases that are over are ended first: the database knows no time, and counts
    each that is not ended.
    """
    expire_leases_of(session, actor, product_id=product_id, log=log, now=now)
    over = select(Reservation).where(Reservation.product_id == product_id, _is_over(now, on))
    ended = session.scalars(over.order_by(Reservation.place).execution_options(populate_existing=True)).all()
    for one in ended:
        _end(session, actor, one, log=log)
    session.flush()
    return len(ended) + _offer(session, actor, product_id, log=log, now=now, on=on)


def _is_over(now: datetime, on: date) -> ColumnElement[bool]:
    is_counting = Reservation.state.in_((_HELD, _OFFERED, _WAITING))
    return or_(
        and_(is_counting, Reservation.ends_on < on),
        and_(Reservation.state == _OFFERED, Reservation.offered_until <= now),
        and_(Reservation.state == _WAITING, Reservation.waits_until < on),
    )


def _end(session: Session, actor: Actor, one: Reservation, *, log: str) -> None:
    about, old_state = f"reservation:{one.id}", one.state
    if old_state == _HELD:
        one.state = ReservationState.ENDED.value
        ended = ReservationEnded(
            about=about, product=one.product_id, project=one.project_id, quantity=one.quantity, ended_on=one.ends_on
        )
        record(session, actor, ended, log=log)
        return
    one.state = ReservationState.LAPSED.value
    lapsed = ReservationLapsed(
        about=about, product=one.product_id, project=one.project_id, quantity=one.quantity, old_state=old_state
    )
    record(session, actor, lapsed, log=log)


def _offer(session: Session, actor: Actor, product_id: UUID, *, log: str, now: datetime, on: date) -> int:
    queue = select(Reservation).where(Reservation.product_id == product_id, Reservation.state == _WAITING)
    waiting = {one.id: one for one in session.scalars(queue.execution_options(populate_existing=True))}
    if not waiting:
        return 0
    last = max(one.ends_on for one in waiting.values())
    offered = list(next_offers(seat_plan(session, product_id, on, last, now=now, today=on)))
    for place in offered:
        one = waiting[place.id]
        one.state = ReservationState.OFFERED.value
        one.offered_until = offer_end(now, one.offer_hours)
        one.counts_from = on if one.starts_on < on else None
        fact = SeatsOffered(
            about=f"reservation:{one.id}",
            product=product_id,
            project=one.project_id,
            quantity=one.quantity,
            offered_until=one.offered_until,
        )
        record(session, actor, fact, log=log)
    session.flush()
    return len(offered)
