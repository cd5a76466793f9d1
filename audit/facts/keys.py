"""The keys that sign a log, as the log itself says."""

from dataclasses import dataclass
from typing import ClassVar

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHandedOver(Fact):
    """Checkpoints of more than ``since`` entries are signed by the new key; both keys signed the statement."""

    kind: ClassVar[str] = "audit.key.handed-over"
    old_key: str
    new_key: str
    since: int
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdded(Fact):
    """A key of another algorithm signs checkpoints of more than ``since`` entries beside the first."""

    kind: ClassVar[str] = "audit.key.added"
    algorithm: str
    key: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Fact):
    """A key is in wrong hands: what it signed of more than ``stands`` entries is not believed on its own."""

    kind: ClassVar[str] = "audit.key.revoked"
    key: str
    stands: int
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReplaced(Fact):
    """The old key was lost: checkpoints of more than ``since`` entries are signed by the new key, on its word alone."""

    kind: ClassVar[str] = "audit.key.replaced"
    old_key: str
    new_key: str
    since: int
    ground: str
    statement: str
