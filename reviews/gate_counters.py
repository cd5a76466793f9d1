"""The counters of the gate. They are no facts, and stand in the database so that every process sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from answerprint.core.db import insert_if_absent
from reviews.models.gate import GateCounter, MailboxCode, MediaToken
from reviews.rules.codes import DAY, KNOWN_LASTS, Count, Scope, known_key

_TABLE = cast("Table", GateCounter.__table__)


def lock_counts(session: Session, scopes: Iterable[Scope], *, now: datetime) -> dict[str, Count]:
    """Return the counters of these scopes and hold them until the commit: of many at once, each one counts."""
    keys = sorted(scope.key for scope in scopes)
    for key in keys:
        insert_if_absent(session, _TABLE, {"scope": key, "count": 0, "window_started_at": now})
    return _load(session, _counters(keys).with_for_update())


def write_count(session: Session, key: str, count: Count) -> None:
    """Write a counter that this transaction holds."""
    values = {"count": count.count, "window_started_at": count.window_started_at}
    session.execute(update(GateCounter).where(GateCounter.scope == key).values(**values))


def set_back(session: Session, keys: Iterable[str]) -> None:
    """Have these counters begin anew."""
    session.execute(delete(GateCounter).where(GateCounter.scope.in_(list(keys))))


def set_back_all(session: Session, *subjects: UUID) -> int:
    """Have all counters of a link or a recipient begin anew, and return how many there were; known networks stay."""
    names_one = or_(*(GateCounter.scope.contains(subject.hex) for subject in subjects))
    ended = delete(GateCounter).where(names_one, ~GateCounter.scope.startswith("known:"))
    return cast("CursorResult[object]", session.execute(ended)).rowcount


def is_known_network(session: Session, contact_id: UUID, network: str, *, now: datetime) -> bool:
    """Report whether this contact proved their mailbox from this network within thirty days."""
    key = known_key(contact_id, network)
    known = _load(session, _counters([key])).get(key)
    return known is not None and now < known.window_started_at + KNOWN_LASTS


def note_known_network(session: Session, contact_id: UUID, network: str, *, now: datetime) -> None:
    """Note that this contact proved their mailbox from this network."""
    key = known_key(contact_id, network)
    if not insert_if_absent(session, _TABLE, {"scope": key, "count": 0, "window_started_at": now}):
        write_count(session, key, Count(0, now))


def forget_ended(session: Session, *, now: datetime) -> None:
    """Forget what no longer counts: windows that ended, networks of thirty days ago, codes and tokens that are over."""
    is_known = GateCounter.scope.startswith("known:")
    session.execute(delete(GateCounter).where(is_known, GateCounter.window_started_at < now - KNOWN_LASTS))
    session.execute(delete(GateCounter).where(~is_known, GateCounter.window_started_at < now - DAY))
    session.execute(delete(MailboxCode).where(MailboxCode.expires_at < now - DAY))
    session.execute(delete(MediaToken).where(MediaToken.expires_at < now - DAY))


def _counters(keys: Iterable[str]) -> Select[str, int, datetime]:
    return (
        select(GateCounter.scope, GateCounter.count, GateCounter.window_started_at)
        .where(GateCounter.scope.in_(list(keys)))
        .order_by(GateCounter.scope)
    )


def _load(session: Session, counters: Select[str, int, datetime]) -> dict[str, Count]:
    rows = session.execute(counters)
    return {str(scope): Count(int(count), started_at) for scope, count, started_at in rows}
