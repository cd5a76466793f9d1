"""What is recorded of rounds, decisions and notes. Of texts it is their hash; people are labels and ids."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened(Fact):
    """A version was put before the client's approvers. ``included`` are the rounds that were agreed."""

    kind: ClassVar[str] = "reviews.round.opened"
    project: UUID
    agreement: UUID
    agreement_version: UUID
    number: int
    included: int
    material_version: UUID
    material_sha256: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundNoticed(Fact):
    """The approvers who had not decided were told that their silence approves after so many working days, as agreed."""

    kind: ClassVar[str] = "reviews.round.noticed"
    project: UUID
    told: list[UUID]
    deemed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundClosed(Fact):
    """A round came to its end: decided, deemed approved as agreed, or closed by the house without a decision."""

    kind: ClassVar[str] = "reviews.round.closed"
    project: UUID
    outcome: str
    decisions: list[UUID]
    told: int
    """To how many parties a mail went, as the agreement says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(Fact):
    """An approver decided, or took a decision back (``withdraws``). It is never changed.

    ``views`` counts the logged views of theirs before it: none is a warning. ``departures`` says where they declared to
    have watched otherwise than agreed.
    """

    kind: ClassVar[str] = "reviews.decision.made"
    project: UUID
    round: UUID
    agreement_version: UUID
    material_version: UUID
    material_sha256: str
    contact: UUID
    label: str
    scope: str
    value: str
    statement_sha256: str
    nda_sha256: str | None
    viewing: dict[str, str]
    departures: list[str]
    views: int
    last_view: UUID | None
    proof: str
    withdraws: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Fact):
    """Somebody wrote a note on a version. It is never changed."""

    kind: ClassVar[str] = "reviews.note.written"
    project: UUID
    material_version: UUID
    decision: UUID | None
    text_sha256: str
    in_frame: int | None
    out_frame: int | None
    is_internal: bool
