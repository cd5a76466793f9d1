"""The keys of every log as a person reads them: which signs now, since when, and what became of those before it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import VerificationError
from audit.facts.keys import KeyAdded, KeyHandedOver, KeyReplaced
from audit.models import Entry, Log
from audit.note import parse_vkey
from audit.queries.keys import mldsa_vkeys, succession_of
from audit.succession import KeyPeriod, KeyState, Succession

FIRST, BESIDE = "Ed25519", "ML-DSA-44"
"""The algorithms as people write them."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key of a log. It signs checkpoints of more than ``since`` entries, up to ``until`` of them.

    ``since_at`` is when it was given the log, ``None`` where the entry that says so was pruned. Of a revoked key's word
    what is of at most ``stands`` entries stands.
    """

    vkey: str
    algorithm: str
    state: KeyState
    since: int
    until: int | None = None
    stands: int | None = None
    since_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogKeyRows:
    """A log and its keys, the one that signs now first. ``fault`` says why they do not follow from each other."""

    log: str
    keys: tuple[KeyRow, ...]
    fault: str = ""

    def is_signed_by(self, public_key: bytes) -> bool:
        """Report whether the key that signs now is this one, by its Ed25519 public half."""
        signing = (key for key in self.keys if key.algorithm == FIRST and key.state is KeyState.CURRENT)
        return any(parse_vkey(key.vkey).public_key == public_key for key in signing)


def keys_of_logs(session: Session) -> Sequence[LogKeyRows]:
    """Return every log with its keys, by name."""
    beside = mldsa_vkeys(session)
    return [_of_log(session, log, beside.get(log.id)) for log in session.scalars(select(Log).order_by(Log.name))]


def _of_log(session: Session, log: Log, beside: str | None) -> LogKeyRows:
    try:
        succession = succession_of(session, log)
    except (VerificationError, ValueError, TypeError) as error:
        return LogKeyRows(log.name, (), f"The rows of its keys do not hold: {error}.")
    handed = _handed(session, log)
    opened = session.scalar(select(Entry.recorded_at).where(Entry.log_id == log.id, Entry.index == 0))
    moments = {period.vkey: handed.get(period.vkey) for period in succession.periods[1:]}
    moments[succession.periods[0].vkey] = opened
    rows = [_row(succession, period, moments[period.vkey]) for period in reversed(succession.periods)]
    if beside is not None:
        rows.append(_beside(beside, _added(session, log)))
    return LogKeyRows(log.name, tuple(rows))


def _row(succession: Succession, period: KeyPeriod, since_at: datetime | None) -> KeyRow:
    standing = succession.standing(period.vkey)
    return KeyRow(
        vkey=period.vkey,
        algorithm=FIRST,
        state=standing.state,
        since=max(standing.since, 0),
        until=standing.until,
        stands=standing.stands,
        since_at=since_at,
    )


def _beside(vkey: str, since_at: datetime | None) -> KeyRow:
    return KeyRow(
        vkey=vkey,
        algorithm=BESIDE,
        state=KeyState.CURRENT,
        since=0,
        since_at=since_at,
    )


def _handed(session: Session, log: Log) -> dict[str, datetime]:
    """Return when each key that came after the first was given the log; what was pruned is left out."""
    kinds = (KeyHandedOver.kind, KeyReplaced.kind)
    wanted = select(Entry.recorded_at, Entry.body).where(Entry.log_id == log.id, Entry.kind.in_(kinds))
    return {json.loads(row.body)["data"]["new_key"]: row.recorded_at for row in session.execute(wanted)}


def _added(session: Session, log: Log) -> datetime | None:
    wanted = select(Entry.recorded_at).where(Entry.log_id == log.id, Entry.kind == KeyAdded.kind)
    return session.scalar(wanted.order_by(Entry.index.desc()).limit(1))
