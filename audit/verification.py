"""Verify everything: every row of the trail is read, hashed and held against what was signed.

What is checked, log by log:
- the log's row says what its first entry says, and its key is one that the reader trusts;
- entries are without gap; each body hashes to its leaf; the columns beside it repeat what it says;
- every personal value beside the log hashes to a digest in its entry, and every digest has its value;
- every stored tile is what the entries make; every tile that a checkpoint covers is stored;
- every checkpoint is signed by the log's key and its root is what the entries make at that size;
- the head counts the entries;
and across logs: the house log names each checkpoint of the others, and no row belongs to a log that does not exist.

Entries after the newest checkpoint are covered by their own hashes only; the verdict says how many they are.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from audit.errors import VerificationError
from audit.logwalk import Finding, LogVerdict, LogWalk, Progress
from audit.models import Disclosure, Entry, Head, Log, StoredCheckpoint, Tile
from audit.record import HOUSE


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. ``is_pinned`` says whether the keys came from outside the database."""

    logs: tuple[LogVerdict, ...]
    findings: tuple[Finding, ...]
    is_pinned: bool

    @property
    def holds(self) -> bool:
        """Report whether everything holds."""
        return not self.findings


def verify_database(
    session: Session, *, trusted_keys: Collection[str] | None, progress: Progress | None = None
) -> Verification:
    """Verify all logs. ``trusted_keys`` are public keys in base64; ``None`` believes the keys in the database itself.

    Whatever is wrong comes back as findings, the first of each log first.
    """
    findings: list[Finding] = []
    try:
        logs = list(session.scalars(select(Log).order_by(Log.id)))
    except (DBAPIError, ValueError) as error:
        return Verification(
            (), (Finding("", "the table of logs", f"cannot be read: {error}"),), trusted_keys is not None
        )
    if not any(log.name == HOUSE for log in logs):
        findings.append(Finding(HOUSE, "the log", "is missing"))
    walks = []
    for log in logs:
        walk = LogWalk(session, log, trusted_keys, progress)
        walk.run()
        walks.append(walk)
        findings += walk.findings
    findings += _across(walks)
    findings += _orphans(session, {log.id for log in logs})
    return Verification(tuple(walk.verdict() for walk in walks), tuple(findings), trusted_keys is not None)


def _across(walks: Iterable[LogWalk]) -> Iterable[Finding]:
    """Hold the checkpoints of the counterparties' logs against what the house log says was signed."""
    signed: dict[tuple[str, int], str] = {}
    told: dict[tuple[str, int], str] = {}
    for walk in walks:
        told |= walk.published
        if walk.log.name != HOUSE:
            signed |= {(walk.log.name, size): root for size, root in walk.signed.items()}
    for key in sorted(signed.keys() | told.keys()):
        log, size = key
        if key not in told:
            yield Finding(log, f"checkpoint {size}", "is not named by the house log")
        elif signed.get(key) != told[key]:
            yield Finding(log, f"checkpoint {size}", "is missing, or is not the one that the house log names")


def _orphans(session: Session, known: set[int]) -> Iterable[Finding]:
    for model in (Head, Entry, Disclosure, Tile, StoredCheckpoint):
        try:
            for log_id in session.scalars(select(model.log_id).distinct()):
                if log_id not in known:
                    yield Finding("", f"{model.__tablename__} of log {log_id}", "belongs to no log")
        except (DBAPIError, VerificationError, ValueError) as error:
            yield Finding("", model.__tablename__, f"cannot be read: {error}")
