"""A checkout is a lease: it has an end, a heartbeat puts the end off, and past it the seats are free again.

Whether the timetable has already written an end down makes no difference to what a lease is.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from licensing.errors import BadLease, naming
from licensing.models.seats import Ending

MINUTES = 480
MINUTES_MAX = 10_080
BORROWED_DAYS_MAX = 30
QUANTITY_MAX = 1_000_000


class LeaseState(StrEnum):
    """What a lease is at a moment."""

    OPEN = "open"
    RETURNED = Ending.RETURNED.value
    EXPIRED = Ending.EXPIRED.value


@dataclass(frozen=True, slots=True)
class Lease:
    """A checkout as it stands at a moment; ``over_capacity`` of its seats lay beyond the lots when it began."""

    id: UUID
    product_id: UUID
    product_name: str
    quantity: int
    holder: str
    host: str
    project_id: UUID | None
    started_at: datetime
    started_on: date
    expires_at: datetime
    last_on: date | None
    ended_at: datetime | None
    state: LeaseState
    over_capacity: int
    is_borrowed: bool
    version: int
    cut_on: date | None = None
    """The first day that could not be given with what was just asked for: the lease ends as it begins."""
    note: str = ""
    """Why it was cut, and what to do."""


@dataclass(frozen=True, slots=True)
class SeatsAsked:
    """What somebody asks for: so many seats of a product, for whom, on which machine, for which project, how long.

    With ``borrowed_days`` they are taken offline for so many days, and no heartbeat is expected.
    """

    product_id: UUID
    quantity: int
    holder: str
    host: str
    project_id: UUID | None
    minutes: int
    borrowed_days: int | None = None

    @property
    def length(self) -> timedelta:
        """How long it is asked for: whole days where it is borrowed."""
        return timedelta(minutes=self.minutes) if self.borrowed_days is None else timedelta(days=self.borrowed_days)


def check_asked(asked: SeatsAsked) -> None:
    """Refuse to lease no seats, or for an impossible length; raises ``BadLease`` naming the field."""
    if not 1 <= asked.quantity <= QUANTITY_MAX:
        raise naming(BadLease, "quantity", f"Ask for 1 to {QUANTITY_MAX} seats.")
    check_minutes(asked.minutes)
    if asked.borrowed_days is not None and not 1 <= asked.borrowed_days <= BORROWED_DAYS_MAX:
        raise naming(BadLease, "borrowed_days", f"A seat is borrowed for 1 to {BORROWED_DAYS_MAX} days.")


def check_minutes(minutes: int) -> None:
    """Refuse a lease of impossible length; raises ``BadLease`` naming ``minutes``."""
    if not 1 <= minutes <= MINUTES_MAX:
        raise naming(BadLease, "minutes", f"A lease lasts 1 to {MINUTES_MAX} minutes.")


def end_of_lease(now: datetime, minutes: int, *, until: datetime | None = None) -> datetime:
    """Return when a lease of ``minutes`` from ``now`` ends, and never before ``until``, its end so far."""
    end = now + timedelta(minutes=minutes)
    return end if until is None else max(end, until)


def is_over(expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Report whether a lease has ended at ``now``, written down or not. Its last instant is not its own."""
    return ended_at is not None or expires_at <= now


def lease_state(expires_at: datetime, ending: str | None, now: datetime) -> LeaseState:
    """Say what a lease is at ``now``."""
    if ending is not None:
        return LeaseState(ending)
    return LeaseState.EXPIRED if expires_at <= now else LeaseState.OPEN
