"""The facts of named seats. Whose one is is personal: the log holds only digests of it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssigned(Fact):
    """A named seat was assigned."""

    kind: ClassVar[str] = "licensing.assignment.made"
    product: UUID
    assignee_kind: str
    assignee: str = personal(Whose.VALUE)
    since: date
    assigned: int
    """How many named seats of this kind are assigned with this one."""
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSwapped(Fact):
    """A named seat became another's."""

    kind: ClassVar[str] = "licensing.assignment.swapped"
    product: UUID
    followed_by: UUID
    old_assignee: str = personal(Whose.VALUE)
    new_assignee: str = personal(Whose.VALUE)
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentReturned(Fact):
    """A named seat was given back; it is another's from ``free_on``."""

    kind: ClassVar[str] = "licensing.assignment.returned"
    product: UUID
    assignee: str = personal(Whose.VALUE)
    ended_on: date
    free_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaversReturned(Fact):
    """All that so many leavers held was given back at once."""

    kind: ClassVar[str] = "licensing.leavers.returned"
    leavers: int
    found: int
    assignments: int
    checkouts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentsImported(Fact):
    """A vendor's export of assigned seats was taken over."""

    kind: ClassVar[str] = "licensing.assignments.imported"
    rows: int
    assigned: int
    known: int
