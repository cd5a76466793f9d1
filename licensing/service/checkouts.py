"""Check seats out: the one place where seats are counted against the lots, for page, API, import and bulk."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.ids import new_id
from audit.record import record
from facility.errors import UnknownProject
from facility.public import project_for
from licensing.errors import SeatLimitReached, naming
from licensing.facts.seats import SeatCheckedOut, SeatDenied
from licensing.models.seats import Checkout
from licensing.queries.checkouts import LockedPool, capacity_of, lock_pool
from licensing.rules.capacity import Capacity, may_check_out, seats_over
from licensing.rules.denials import denial
from licensing.rules.leases import MINUTES, Lease, LeaseState, SeatsAsked, check_asked, end_of_lease
from licensing.service.leases import expire_leases_of

_COLUMNS = (
    *("id", "product_id", "quantity", "holder", "host", "project_id"),
    *("started_at", "started_on", "expires_at", "over_capacity", "version"),
)
# Built once: to build it anew with its eleven columns would cost more than to run it.
_ADD_CHECKOUT = insert(Checkout)


def check_out_seat(  # noqa: PLR0913 - a lease says who, where, for what and how long
    session: Session,
    actor: Actor,
    *,
    product_id: UUID,
    quantity: int,
    holder: str,
    host: str = "",
    project_id: UUID | None = None,
    minutes: int = MINUTES,
    now: datetime,
    on: date,
) -> Lease:
    """Check seats of a product out, or raise ``SeatLimitReached``, which carries its own fact.

    ``on`` is the day of ``now`` in the facility's zone: the day whose lots must carry the seats.
    """
    asked = SeatsAsked(product_id, quantity, holder, host, project_id, minutes)
    check_asked(asked)
    _refuse_unknown_project(session, actor, project_id)
    pool = lock_pool(session, product_id)
    freed = expire_leases_of(session, SYSTEM, product_id=product_id, log=pool.log, now=now)
    held = pool.checked_out - sum(freed)
    capacity = capacity_of(session, product_id, on)
    if not may_check_out(capacity, held, quantity):
        raise _refusal(asked, pool, capacity, held=held, on=on)
    lease = _begin(session, asked, pool, over_capacity=_newly_over(capacity, held, quantity), now=now, on=on)
    fact = _checked_out(lease, capacity, held=held + quantity)
    record(session, actor, fact, log=pool.log)
    return lease


def _refuse_unknown_project(session: Session, actor: Actor, project_id: UUID | None) -> None:
    if project_id is None:
        return
    try:
        project_for(session, actor, project_id)
    except UnknownProject as error:
        raise naming(UnknownProject, "project_id", error.detail) from error


def _newly_over(capacity: Capacity, held: int, quantity: int) -> int:
    """Return how many of the new seats lie beyond the lots; those that were over before are not counted again."""
    return seats_over(capacity, held + quantity) - seats_over(capacity, held)


def _begin(
    session: Session, asked: SeatsAsked, pool: LockedPool, *, over_capacity: int, now: datetime, on: date
) -> Lease:
    lease = Lease(
        id=new_id(),
        product_id=asked.product_id,
        product_name=pool.product_name,
        quantity=asked.quantity,
        holder=asked.holder,
        host=asked.host,
        project_id=asked.project_id,
        started_at=now,
        started_on=on,
        expires_at=end_of_lease(now, asked.minutes),
        ended_at=None,
        state=LeaseState.OPEN,
        over_capacity=over_capacity,
        version=1,
    )
    columns = {name: getattr(lease, name) for name in _COLUMNS}
    session.connection().execute(_ADD_CHECKOUT, columns)
    return lease


def _checked_out(lease: Lease, capacity: Capacity, *, held: int) -> SeatCheckedOut:
    return SeatCheckedOut(
        about=f"checkout:{lease.id}",
        product=lease.product_id,
        quantity=lease.quantity,
        holder=lease.holder,
        host=lease.host,
        project=lease.project_id,
        started_on=lease.started_on,
        expires_at=lease.expires_at,
        checked_out=held,
        capacity=capacity.quantity,
        over_capacity=lease.over_capacity,
    )


def _refusal(asked: SeatsAsked, pool: LockedPool, capacity: Capacity, *, held: int, on: date) -> SeatLimitReached:
    denied = SeatDenied(
        about=f"product:{asked.product_id}",
        quantity=asked.quantity,
        holder=asked.holder,
        host=asked.host,
        project=asked.project_id,
        asked_on=on,
        checked_out=held,
        capacity=capacity.quantity,
        limit=capacity.limit,
    )
    sentence = denial(pool.product_name, capacity, held=held, asked=asked.quantity, on=on)
    return SeatLimitReached(sentence, on_trail=denied, trail_log=pool.log)
