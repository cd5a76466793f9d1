"""Blackouts: days on which no seat of a product, or of any, can be reserved. What is held already stays held."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from audit.record import HOUSE, record
from licensing.facts.reservations import BlackoutAdded, BlackoutLifted
from licensing.models.reservations import Blackout
from licensing.queries.checkouts import lock_pool
from licensing.queries.reservations import find_blackout
from licensing.rules.reservations import check_days, check_first_day
from licensing.service.seat_queue import keep_reservations, settle_queue


def add_blackout(
    session: Session, actor: Actor, *, product_id: UUID | None, starts_on: date, ends_on: date, reason: str, on: date
) -> Blackout:
    """Keep days free of new reservations, of one product or, with ``None``, of all; raises ``BadReservation``."""
    check_first_day(starts_on, on)
    check_days(starts_on, ends_on, on)
    # Who reserves holds the pool: what is reserved while this waits was reserved before it.
    log = lock_pool(session, product_id).log if product_id is not None else HOUSE
    blackout = Blackout(product_id=product_id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    session.add(blackout)
    session.flush()
    fact = BlackoutAdded(
        about=f"blackout:{blackout.id}", product=product_id, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    record(session, actor, fact, log=log)
    return blackout


def lift_blackout(session: Session, actor: Actor, *, blackout_id: UUID, now: datetime, on: date) -> None:
    """Let the days be reserved again; who waited for them is asked at once. Raises ``NoSuchBlackout``."""
    blackout = find_blackout(session, blackout_id)
    product_id = blackout.product_id
    log = lock_pool(session, product_id).log if product_id is not None else HOUSE
    session.delete(blackout)
    session.flush()  # the queue sees that the days are free
    fact = BlackoutLifted(
        about=f"blackout:{blackout_id}",
        product=product_id,
        starts_on=blackout.starts_on,
        ends_on=blackout.ends_on,
        reason=blackout.reason,
    )
    record(session, actor, fact, log=log)
    if product_id is None:
        keep_reservations(session, SYSTEM, now=now, on=on)
    else:
        # This product alone: it holds the pool, and whoever locks several takes them in the order of their keys.
        settle_queue(session, SYSTEM, product_id=product_id, log=log, now=now, on=on)
