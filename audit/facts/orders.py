"""Orders of two people, holds and retention: what ends values and entries, and what keeps them.

A subject is named unless it is a text of its own: the tag of a text is forgotten with the text. When an order or a hold
was given or decided is said as its row says it: the entry's own time is that of its recording, a moment later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAsked(Fact):
    """Somebody ordered that a subject's values be erased; somebody else has to carry it out."""

    kind: ClassVar[str] = "audit.erasure.asked"
    subject: str | None
    ground: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRefused(Fact):
    """Somebody else refused the order: nothing was erased."""

    kind: ClassVar[str] = "audit.erasure.refused"
    subject: str | None
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureWithdrawn(Fact):
    """Who ordered the erasure took the order back: nothing was erased."""

    kind: ClassVar[str] = "audit.erasure.withdrawn"
    subject: str | None
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureCarriedOut(Fact):
    """The keys of so many subjects were destroyed, and their values in so many entries of so many logs emptied."""

    kind: ClassVar[str] = "audit.erasure.carried-out"
    subject: str | None
    ground: str
    asked_by: str
    decided_at: datetime
    subjects: int
    logs: int
    entries: int
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesErased(Fact):
    """In each log that held some: the digests whose values were erased, so that the log explains its own gaps."""

    kind: ClassVar[str] = "audit.values.erased"
    order: UUID
    ground: str
    digests: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSet(Fact):
    """What the hold covers, a subject or a log, is neither erased nor pruned until it is lifted."""

    kind: ClassVar[str] = "audit.hold.set"
    subject: str | None
    log: str | None
    reason: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Fact):
    """The hold covers nothing any more."""

    kind: ClassVar[str] = "audit.hold.lifted"
    subject: str | None
    log: str | None
    set_at: datetime
    lifted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSet(Fact):
    """The entries of a log are kept for so many days at least."""

    kind: ClassVar[str] = "audit.retention.set"
    log: str
    old_days: int
    new_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningAsked(Fact):
    """Somebody ordered that the entries of a log below an index be pruned; somebody else has to carry it out."""

    kind: ClassVar[str] = "audit.pruning.asked"
    log: str
    minimum: int
    ground: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningRefused(Fact):
    """Somebody else refused the order: nothing was pruned."""

    kind: ClassVar[str] = "audit.pruning.refused"
    log: str
    minimum: int
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningWithdrawn(Fact):
    """Who ordered the pruning took the order back: nothing was pruned."""

    kind: ClassVar[str] = "audit.pruning.withdrawn"
    log: str
    minimum: int
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPruned(Fact):
    """Entries of a log below ``minimum`` were pruned. Their hashes stay, and so every proof and every root."""

    kind: ClassVar[str] = "audit.log.pruned"
    log: str
    minimum: int
    order: UUID
    asked_by: str
    decided_at: datetime
    ground: str
    entries: int
    oldest_kept_at: datetime


REPEATED = (
    *(ErasureAsked, ErasureRefused, ErasureWithdrawn, ErasureCarriedOut, ValuesErased),
    *(PruningAsked, PruningRefused, PruningWithdrawn, LogPruned),
    *(HoldSet, HoldLifted, RetentionSet),
)
"""What other rows of the trail repeat: all of these."""
