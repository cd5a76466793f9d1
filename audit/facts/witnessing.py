"""What witnesses say of the house's logs. All of it stands in the house log."""

from dataclasses import dataclass
from typing import ClassVar

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumMissed(Fact):
    """A closed log has lost its quorum: from this size on nothing of it is served, until the quorum is met again.

    ``failures`` names witness and reason, the first few.
    """

    kind: ClassVar[str] = "audit.quorum.missed"
    log: str
    size: int
    failures: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumMet(Fact):
    """The quorum that was missed is met again, at this size."""

    kind: ClassVar[str] = "audit.quorum.met"
    log: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitViewFound(Fact):
    """A witness has a checkpoint that the log's key signed and the house's own entries do not make.

    ``proof`` says what is proved: ``two-roots`` and ``two-beginnings`` prove to anybody that the key signed two
    histories; ``unknown`` is a checkpoint of more entries than this database holds (``held``), so that either the
    database is an older copy, or somebody else signs. ``evidence`` is the SHA-256, in hex, of the file that was kept.
    """

    kind: ClassVar[str] = "audit.split-view.found"
    log: str
    witness: str
    size: int
    root: str
    held: int
    proof: str
    evidence: str
