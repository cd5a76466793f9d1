"""What of the trail was read, and handed on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExported(Fact):
    """A bundle of a log was made: of so many entries, so many with their bodies, those of the period.

    ``export`` is the job that made it, by somebody's order; ``None`` where somebody made it by hand.
    """

    kind: ClassVar[str] = "audit.log.exported"
    log: str
    size: int
    disclosed: int
    since: datetime | None
    until: datetime | None
    project: UUID | None
    export: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRead(Fact):
    """Somebody searched the trail, opened an entry with its personal values, or fetched bodies.

    ``sought`` is what for, by name; ``shown`` how many entries, or values of the one entry, were shown.
    """

    kind: ClassVar[str] = "audit.trail.read"
    sought: dict[str, str]
    shown: int
    sought_value: str | None = personal(Whose.VALUE)
    sought_address: str | None = personal(Whose.VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked(Fact):
    """Somebody ordered a bundle of a log, to be made by a job."""

    kind: ClassVar[str] = "audit.export.asked"
    log: str
    since: datetime | None
    until: datetime | None
    project: UUID | None
    has_values: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFetched(Fact):
    """Somebody took a bundle that a job had made; ``sha256`` is that of the file."""

    kind: ClassVar[str] = "audit.bundle.fetched"
    log: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleEnded(Fact):
    """The file of a bundle was deleted here, since its time was over; copies of it are not the house's to delete."""

    kind: ClassVar[str] = "audit.bundle.ended"
    log: str
    sha256: str
