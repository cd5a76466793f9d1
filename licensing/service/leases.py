"""Leases: a heartbeat puts the end off, a return brings the seats back at once, and the rest expires by itself.

Locks are taken in one order, pool before checkout, and pools by their key, so that no two of these wait for each other.
"""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.types import isoformat
from audit.record import record
from licensing.errors import CheckoutEnded
from licensing.facts.seats import SeatExpired, SeatExtended, SeatReturned
from licensing.models.seats import Checkout, Ending
from licensing.queries.checkouts import checkout_detail, lock_checkout, lock_pool, lock_pool_of
from licensing.queries.seat_plans import seat_plan
from licensing.rules.availability import SeatsWanted
from licensing.rules.lease_days import Held, days_to_carry, hold, last_day
from licensing.rules.leases import MINUTES, Lease, LeaseState, check_minutes, end_of_lease

# Built once: checkouts, heartbeats and returns run these, and to build a statement anew costs more than to run it.
_LOCKED_LEASES_OVER = (
    select(Checkout.id, Checkout.quantity, Checkout.expires_at)
    .where(Checkout.product_id == bindparam("product"), Checkout.ended_at.is_(None))
    .where(Checkout.expires_at <= bindparam("now"))
    .with_for_update()
)
_CHANGE_LEASE = update(Checkout).where(Checkout.id == bindparam("checkout")).values(version=Checkout.version + 1)
_EXTEND_LEASE = _CHANGE_LEASE.values(expires_at=bindparam("until"), last_on=bindparam("last"))
_RETURN_LEASE = _CHANGE_LEASE.values(ended_at=bindparam("now"), ending=Ending.RETURNED.value)


def extend_checkout(
    session: Session,
    actor: Actor,
    *,
    checkout_id: UUID,
    minutes: int = MINUTES,
    now: datetime,
    zone: tzinfo = UTC,
) -> Lease:
    """Put the end of an open lease off to ``minutes`` from now, and never nearer; raises ``CheckoutEnded``.

    A day in the facility's ``zone`` that it reaches into anew must carry it as if it were checked out then; where one
    does not, the lease ends as that day begins, and the answer says so.
    """
    check_minutes(minutes)
    _lock_pool_for_later_days(session, checkout_id, end_of_lease(now, minutes), now=now, zone=zone)
    lease, log = lock_checkout(session, checkout_id, now)
    _refuse_ended(lease)
    expires_at = end_of_lease(now, minutes, until=lease.expires_at)
    if expires_at == lease.expires_at:
        return lease
    until = _held_until(session, lease, expires_at, now=now, zone=zone)
    told = replace(lease, cut_on=until.cut_on, note=until.note)
    if until.expires_at == lease.expires_at:
        return told
    changed = {"checkout": lease.id, "until": until.expires_at, "last": until.last_on}
    session.connection().execute(_EXTEND_LEASE, changed)
    fact = SeatExtended(
        about=f"checkout:{lease.id}",
        product=lease.product_id,
        old_expires_at=lease.expires_at,
        new_expires_at=until.expires_at,
        asked_until=expires_at if until.cut_on else None,
    )
    record(session, actor, fact, log=log)
    return replace(told, expires_at=until.expires_at, last_on=until.last_on, version=lease.version + 1)


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


def _lock_pool_for_later_days(
    session: Session, checkout_id: UUID, expires_at: datetime, *, now: datetime, zone: tzinfo
) -> None:
    """Hold the pool where a lease would reach into a day anew; most heartbeats need it not, and ask nothing here.

    The lease is looked at without its lock: its end may be put off meanwhile, never nearer, so this locks too often
    rather than too seldom.
    """
    if days_to_carry(now.astimezone(zone).date(), expires_at, zone) is None:
        return
    lease = checkout_detail(session, checkout_id, now)
    if days_to_carry(last_day(lease.expires_at, zone), expires_at, zone) is not None:
        lock_pool_of(session, checkout_id)


def _held_until(session: Session, lease: Lease, expires_at: datetime, *, now: datetime, zone: tzinfo) -> Held:
    later = days_to_carry(last_day(lease.expires_at, zone), expires_at, zone)
    if later is None:
        return Held(expires_at, last_day(expires_at, zone))
    today = now.astimezone(zone).date()
    plan = seat_plan(session, lease.product_id, *later, now=now, today=today, without=lease.id)
    return hold(plan, SeatsWanted(lease.project_id, lease.quantity, *later), lease.product_name, expires_at, zone)


def _refuse_ended(lease: Lease) -> None:
    if lease.state is not LeaseState.OPEN and lease.ended_at is not None:
        moment = isoformat(lease.ended_at)
        raise CheckoutEnded(f"This checkout ended at {moment} ({lease.state}). Check seats out again.")
