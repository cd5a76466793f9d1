"""Logs and their checkpoints."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOpened(Fact):
    """The first entry of every log: what the log is, and the key that signs its checkpoints."""

    kind: ClassVar[str] = "audit.log.opened"
    log_id: int
    name: str
    origin: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPublished(Fact):
    """In the house log: a counterparty's log was signed at this size with this root."""

    kind: ClassVar[str] = "audit.checkpoint.published"
    log: str
    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Fact):
    """In the house log: nothing else was recorded in it since that instant, and the house lives."""

    kind: ClassVar[str] = "audit.house.alive"
    since: datetime | None
