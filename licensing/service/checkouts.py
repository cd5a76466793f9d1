"""Check seats out: the one place where seats are counted against the lots, for page, API, import and bulk."""

from datetime import UTC, date, datetime, tzinfo
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
from licensing.queries.seat_plans import kept_for_others, seat_plan
from licensing.rules.availability import SeatsWanted, first_day_not_carried
from licensing.rules.capacity import Capacity, may_check_out, seats_over
from licensing.rules.denial_sentences import borrow_denial, denial
from licensing.rules.lease_days import Held, days_to_carry, hold, last_day
from licensing.rules.leases import MINUTES, Lease, LeaseState, SeatsAsked, check_asked
from licensing.service.leases import expire_leases_of

_COLUMNS = (
    *("id", "product_id", "quantity", "holder", "host", "project_id"),
    *("started_at", "started_on", "expires_at", "last_on", "over_capacity", "is_borrowed", "version"),
)
# Built once: to build it anew with its columns would cost more than to run it.
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
    borrowed_days: int | None = None,
    now: datetime,
    on: date,
    zone: tzinfo = UTC,
) -> Lease:
    """Check seats of a product out, or raise ``SeatLimitReached``, which carries its own fact.

    ``on`` is the day of ``now`` in the facility's ``zone``: the day whose lots must carry the seats, without what other
    projects reserved and have not drawn. Where a later day does not, the lease ends as that day begins and says so.
    With ``borrowed_days`` they are away for so many days, and each must carry it.
    """
    asked = SeatsAsked(product_id, quantity, holder, host, project_id, minutes, borrowed_days)
    check_asked(asked)
    _refuse_unknown_project(session, actor, project_id)
    pool = lock_pool(session, product_id)
    freed = expire_leases_of(session, SYSTEM, product_id=product_id, log=pool.log, now=now)
    held = pool.checked_out - sum(freed)
    capacity = capacity_of(session, product_id, on)
    kept = {} if capacity.limit is None else kept_for_others(session, product_id, project_id, now=now, on=on)
    if not may_check_out(capacity, held + sum(kept.values()), quantity):
        names = _names_of(session, actor, kept)
        sentence = denial(pool.product_name, capacity, held=held, asked=quantity, on=on, kept=names)
        raise _refusal(asked, pool, capacity, sentence=sentence, held=held, reserved=sum(kept.values()), on=on)
    _refuse_borrowing(session, asked, pool, capacity, held=held, now=now, on=on)
    until = _held_until(session, asked, pool, now=now, on=on, zone=zone)
    lease = _begin(session, asked, pool, until, over_capacity=_newly_over(capacity, held, quantity), now=now, on=on)
    record(session, actor, _checked_out(lease, asked, capacity, held=held + quantity), log=pool.log)
    return lease


def _names_of(session: Session, actor: Actor, kept: dict[UUID, int]) -> dict[str, int]:
    """Name who reserved, as far as ``actor`` may know of the projects; the others together."""
    names: dict[str, int] = {}
    for project_id, seats in kept.items():
        try:
            name = project_for(session, actor, project_id).code
        except UnknownProject:
            name = "other projects"
        names[name] = names.get(name, 0) + seats
    return names


def _refuse_borrowing(
    session: Session, asked: SeatsAsked, pool: LockedPool, capacity: Capacity, *, held: int, now: datetime, on: date
) -> None:
    """Refuse to take seats away over a day that does not carry them."""
    if asked.borrowed_days is None:
        return
    last = on + asked.length
    plan = seat_plan(session, asked.product_id, on, last, now=now, today=on)
    day = first_day_not_carried(plan, SeatsWanted(asked.project_id, asked.quantity, on, last))
    if day is not None:
        sentence = borrow_denial(pool.product_name, asked=asked.quantity, day=day)
        raise _refusal(asked, pool, capacity, sentence=sentence, held=held, reserved=0, on=on)


def _held_until(
    session: Session, asked: SeatsAsked, pool: LockedPool, *, now: datetime, on: date, zone: tzinfo
) -> Held:
    """Return how long the seats are held: to the end that was asked for, or to the day that does not carry them."""
    expires_at = now + asked.length
    later = days_to_carry(on, expires_at, zone)
    if later is None or asked.borrowed_days is not None:
        return Held(expires_at, max(on, last_day(expires_at, zone)))
    plan = seat_plan(session, asked.product_id, *later, now=now, today=on)
    return hold(plan, SeatsWanted(asked.project_id, asked.quantity, *later), pool.product_name, expires_at, zone)


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
    session: Session, asked: SeatsAsked, pool: LockedPool, until: Held, *, over_capacity: int, now: datetime, on: date
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
        expires_at=until.expires_at,
        last_on=until.last_on,
        ended_at=None,
        state=LeaseState.OPEN,
        over_capacity=over_capacity,
        is_borrowed=asked.borrowed_days is not None,
        version=1,
        cut_on=until.cut_on,
        note=until.note,
    )
    columns = {name: getattr(lease, name) for name in _COLUMNS}
    session.connection().execute(_ADD_CHECKOUT, columns)
    return lease


def _checked_out(lease: Lease, asked: SeatsAsked, capacity: Capacity, *, held: int) -> SeatCheckedOut:
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
        borrowed_days=asked.borrowed_days,
        asked_until=lease.started_at + asked.length if lease.cut_on else None,
    )


def _refusal(
    asked: SeatsAsked, pool: LockedPool, capacity: Capacity, *, sentence: str, held: int, reserved: int, on: date
) -> SeatLimitReached:
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
        reserved=reserved,
    )
    return SeatLimitReached(sentence, on_trail=denied, trail_log=pool.log)
