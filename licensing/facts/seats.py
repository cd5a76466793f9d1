"""The facts of seats. Who held one, and on which machine, is personal: the log holds only digests of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCheckedOut(Fact):
    """Seats were checked out; ``over_capacity`` of them lie beyond the lots, under a policy that allows it."""

    kind: ClassVar[str] = "licensing.seat.checked-out"
    product: UUID
    quantity: int
    holder: str = personal(Whose.VALUE)
    host: str = personal(Whose.VALUE)
    project: UUID | None
    started_on: date
    expires_at: datetime
    checked_out: int
    """How many seats of the product are checked out with these."""
    capacity: int | None
    over_capacity: int
    borrowed_days: int | None = None
    """For how many days they are taken offline; ``None`` where they are not."""
    asked_until: datetime | None = None
    """Until when they were asked for, where a later day did not carry them so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDenied(Fact):
    """Seats were asked for and refused."""

    kind: ClassVar[str] = "licensing.seat.denied"
    quantity: int
    holder: str = personal(Whose.VALUE)
    host: str = personal(Whose.VALUE)
    project: UUID | None
    asked_on: date
    checked_out: int
    capacity: int | None
    limit: int | None
    reserved: int = 0
    """How many seats other projects reserved and had not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatExtended(Fact):
    """A heartbeat put the end of a lease off."""

    kind: ClassVar[str] = "licensing.seat.extended"
    product: UUID
    old_expires_at: datetime
    new_expires_at: datetime
    asked_until: datetime | None = None
    """Until when it was asked for, where a later day did not carry it so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReturned(Fact):
    """Seats came back before their lease was over."""

    kind: ClassVar[str] = "licensing.seat.returned"
    product: UUID
    quantity: int
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatExpired(Fact):
    """A lease was over and its seats came back by themselves."""

    kind: ClassVar[str] = "licensing.seat.expired"
    product: UUID
    quantity: int
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldersErased(Fact):
    """By order, who held so many checkouts and named seats of this vendor's products was forgotten."""

    kind: ClassVar[str] = "licensing.holders.erased"
    order: UUID
    checkouts: int
    assignments: int
