"""The facts of reservations, of their queue, and of blackout days. A project is named by its id alone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact
from licensing.facts.catalogue import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReserved(Fact):
    """Seats were reserved for a project and are held."""

    kind: ClassVar[str] = "licensing.reservation.made"
    product: UUID
    project: UUID
    quantity: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationQueued(Fact):
    """A project waits for seats; ``place`` is its place in the product's queue."""

    kind: ClassVar[str] = "licensing.reservation.queued"
    product: UUID
    project: UUID
    quantity: int
    starts_on: date
    ends_on: date
    place: int
    waits_until: date
    offer_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsOffered(Fact):
    """It was a waiting project's turn: the seats are kept for it until the offer ends."""

    kind: ClassVar[str] = "licensing.reservation.offered"
    product: UUID
    project: UUID
    quantity: int
    offered_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Fact):
    """A project took the seats that it was offered."""

    kind: ClassVar[str] = "licensing.reservation.accepted"
    product: UUID
    project: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationChanged(Fact):
    """A reservation became one of other seats or days."""

    kind: ClassVar[str] = "licensing.reservation.changed"
    product: UUID
    project: UUID
    changes: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationCancelled(Fact):
    """Somebody gave a reservation, an offer or a place in the queue up."""

    kind: ClassVar[str] = "licensing.reservation.cancelled"
    product: UUID
    project: UUID
    quantity: int
    old_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationEnded(Fact):
    """The last day of a reservation is over."""

    kind: ClassVar[str] = "licensing.reservation.ended"
    product: UUID
    project: UUID
    quantity: int
    ended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLapsed(Fact):
    """An offer was not taken, or the days to wait are over."""

    kind: ClassVar[str] = "licensing.reservation.lapsed"
    product: UUID
    project: UUID
    quantity: int
    old_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackoutAdded(Fact):
    """No seat can be reserved on these days, of one product or, where it is ``None``, of any."""

    kind: ClassVar[str] = "licensing.blackout.added"
    product: UUID | None
    starts_on: date
    ends_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackoutLifted(Fact):
    """The days of a blackout can be reserved again."""

    kind: ClassVar[str] = "licensing.blackout.lifted"
    product: UUID | None
    starts_on: date
    ends_on: date
    reason: str
