"""Leases: a heartbeat puts the end off, a return brings the seats back at once, and the rest expires by itself.

Locks are taken in one order, pool before checkout, and pools by their key, so that no two of these wait for each other.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.types import isoformat
from audit.record import record
from licensing.errors import CheckoutEnded
from licensing.facts.seats import SeatExpired, SeatExtended, SeatReturned
from licensing.models.seats import Checkout, Ending
from licensing.queries.checkouts import lock_checkout, lock_pool, lock_pool_of
from licensing.rules.leases import MINUTES, Lease, LeaseState, check_minutes, end_of_lease

# Built once: checkouts, heartbeats and returns run these, and to build a statement anew costs more than to run it.
_LOCKED_LEASES_OVER = (
    select(Checkout.id, Checkout.quantity, Checkout.expires_at)
    .where(Checkout.product_id == bindparam("product"), Checkout.ended_at.is_(None))
    .where(Checkout.expires_at <= bindparam("now"))
    .with_for_update()
)
_CHANGE_LEASE = update(Checkout).where(Checkout.id == bindparam("checkout")).values(version=Checkout.version + 1)
_EXTEND_LEASE = _CHANGE_LEASE.values(expires_at=bindparam("until"))
_RETURN_LEASE = _CHANGE_LEASE.values(ended_at=bindparam("now"), ending=Ending.RETURNED.value)


def extend_checkout(
    session: Session, actor: Actor, *, checkout_id: UUID, minutes: int = MINUTES, now: datetime
) -> Lease:
    """Put the end of an open lease off to ``minutes`` from now, and never nearer; raises ``CheckoutEnded``."""
    check_minutes(minutes)
    lease, log = lock_checkout(session, checkout_id, now)
    _refuse_ended(lease)
    expires_at = end_of_lease(now, minutes, until=lease.expires_at)
    if expires_at == lease.expires_at:
        return lease
    session.connection().execute(_EXTEND_LEASE, {"checkout": lease.id, "until": expires_at})
    fact = SeatExtended(
        about=f"checkout:{lease.id}",
        product=lease.product_id,
        old_expires_at=lease.expires_at,
        new_expires_at=expires_at,
    )
    record(session, actor, fact, log=log)
    return replace(lease, expires_at=expires_at, version=lease.version + 1)


def return_seat(session: Session, actor: Actor, *, checkout_id: UUID, now: datetime) -> Lease:
    """Bring the seats of an open lease back; raises ``CheckoutEnded`` where they came back before."""
    lock_pool_of(session, checkout_id)
    lease, log = lock_checkout(session, checkout_id, now)
    _refuse_ended(lease)
    session.connection().execute(_RETURN_LEASE, {"checkout": lease.id, "now": now})
    fact = SeatReturned(about=f"checkout:{lease.id}", product=lease.product_id, quantity=lease.quantity, ended_at=now)
    record(session, actor, fact, log=log)
    return replace(lease, ended_at=now, state=LeaseState.RETURNED, version=lease.version + 1)


def expire_leases(session: Session, actor: Actor, *, now: datetime) -> int:
    """Write down the end of every lease that is over at ``now``, one fact each; return how many there were."""
    over = select(Checkout.product_id).where(Checkout.ended_at.is_(None), Checkout.expires_at <= now)
    product_ids = session.scalars(over.distinct().order_by(Checkout.product_id)).all()
    ended = 0
    for product_id in product_ids:
        log = lock_pool(session, product_id).log
        ended += len(expire_leases_of(session, actor, product_id=product_id, log=log, now=now))
    return ended


def expire_leases_of(session: Session, actor: Actor, *, product_id: UUID, log: str, now: datetime) -> list[int]:
    """Write down the end of a product's leases that are over; return how many seats each gives back.

    The caller holds the product's pool. A lease ended when it said it would, not when somebody noticed.
    """
    over = session.execute(_LOCKED_LEASES_OVER, {"product": product_id, "now": now}).all()
    if not over:
        return []  # an UPDATE that meets no row would still be a change without a fact
    ended = {"ended_at": Checkout.expires_at, "ending": Ending.EXPIRED.value, "version": Checkout.version + 1}
    ids = [row.id for row in over]
    session.connection().execute(update(Checkout).where(Checkout.id.in_(ids)).values(ended))
    for row in over:
        fact = SeatExpired(
            about=f"checkout:{row.id}", product=product_id, quantity=row.quantity, ended_at=row.expires_at
        )
        record(session, actor, fact, log=log)
    return [row.quantity for row in over]


def _refuse_ended(lease: Lease) -> None:
    if lease.state is not LeaseState.OPEN and lease.ended_at is not None:
        moment = isoformat(lease.ended_at)
        raise CheckoutEnded(f"This checkout ended at {moment} ({lease.state}). Check seats out again.")
