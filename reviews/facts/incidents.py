"""What is recorded of incidents and of leak drills.

What somebody writes about an incident may name people or titles: of a title the log holds a digest of a sealed value,
of a step the hash of its text.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Fact):
    """Something got out, or may have. The clock runs from ``detected_at``; the client is to know by ``notify_by``."""

    kind: ClassVar[str] = "reviews.incident.opened"
    project: UUID
    material_version: UUID | None
    detected_at: datetime
    notify_by: datetime
    title: str = personal(Whose.ABOUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStepTaken(Fact):
    """Something was done about an incident."""

    kind: ClassVar[str] = "reviews.incident.step-taken"
    project: UUID
    step: UUID
    step_kind: str
    text_sha256: str
    evidence_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotified(Fact):
    """The client was told, in time or not."""

    kind: ClassVar[str] = "reviews.incident.notified"
    project: UUID
    notify_by: datetime
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFroze(Fact):
    """Because of an incident something was frozen."""

    kind: ClassVar[str] = "reviews.incident.froze"
    project: UUID
    freeze: UUID
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Fact):
    """Nothing more is to be done about an incident."""

    kind: ClassVar[str] = "reviews.incident.closed"
    project: UUID
    was_notified: bool
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakDrillRun(Fact):
    """Somebody took a list along of who could have seen a version between two moments."""

    kind: ClassVar[str] = "reviews.leak-drill.run"
    project: UUID
    since: datetime
    until: datetime
    rows: int
