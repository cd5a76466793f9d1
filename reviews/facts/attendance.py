"""What is recorded of screenings and of who came to them. People are ids; the room and its display are no secret."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPlanned(Fact):
    """A supervised session is planned: of which version, under what, by whom, on which display.

    ``warnings`` say where the calibration of the display is missing or older than agreed.
    """

    kind: ClassVar[str] = "reviews.screening.planned"
    project: UUID
    agreement_version: UUID
    method: str
    material_version: UUID
    host: UUID
    room: str
    display: str
    display_serial: str
    calibrated_on: date | None
    calibration_sha256: str | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningChanged(Fact):
    """A screening is another one than was planned; of each field that changed the old value and the new one."""

    kind: ClassVar[str] = "reviews.screening.changed"
    project: UUID
    changes: dict[str, dict[str, str | None]]
    sequence: int
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCancelled(Fact):
    """A screening does not take place."""

    kind: ClassVar[str] = "reviews.screening.cancelled"
    project: UUID
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningHeld(Fact):
    """A screening took place, before these people, on a display with this calibration."""

    kind: ClassVar[str] = "reviews.screening.held"
    project: UUID
    material_version: UUID
    signed_in: list[UUID]
    calibrated_on: date | None
    calibration_sha256: str | None
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsSent(Fact):
    """These people were sent an entry for their calendar, or its cancellation (``method`` of RFC 5546)."""

    kind: ClassVar[str] = "reviews.screening.invitations-sent"
    project: UUID
    method: str
    sequence: int
    contacts: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeSignedIn(Fact):
    """Somebody came to a screening, and was seen there by who signed them in."""

    kind: ClassVar[str] = "reviews.attendance.signed-in"
    project: UUID
    screening: UUID
    material_version: UUID
    contact: UUID
    proof: str
    nda_sha256: str | None
    was_invited: bool
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTakenDown(Fact):
    """The host of a screening took down what an approver decided in the room, and the approver was told so by mail."""

    kind: ClassVar[str] = "reviews.screening.decision-taken-down"
    project: UUID
    decision: UUID
    attendance: UUID
    contact: UUID
