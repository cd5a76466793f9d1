"""Facts of event logs, options files and counting rules. A part of a log is one fact with its hash."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTaken(Fact):
    """A part of a licence server's event log was taken in."""

    kind: ClassVar[str] = "licensing.log.taken"
    server: UUID
    number: int
    sha256: str
    size: int
    first_at: datetime | None
    last_at: datetime | None
    lines: int
    events: int
    notices: int
    diagnostics: int
    clock_back: int
    date_jumps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsTaken(Fact):
    """A licence server's options file was read; what it means stands here, but nobody's name."""

    kind: ClassVar[str] = "licensing.options.taken"
    server: UUID
    sha256: str
    meaning: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedNamesErased(Fact):
    """By order, users or hosts in so many rows of event logs were forgotten."""

    kind: ClassVar[str] = "licensing.logged-names.erased"
    order: UUID
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRuleChanged(Fact):
    """The seats of a product are counted by another rule from now on."""

    kind: ClassVar[str] = "licensing.counting-rule.changed"
    product: UUID
    version: int
    old: dict[str, Any] | None
    new: dict[str, Any]
