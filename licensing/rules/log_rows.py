"""What of a session and of a denial stands in a table, and the session that such a row was."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from licensing.rules.logged_denials import Denial
from licensing.rules.pairing import Grade, Session
from licensing.rules.pairing_held import Point

_NAME_MAX = 240
_SHARE_MAX = 40
_GRADES = {grade.value: grade for grade in Grade}
_ENDED_BEFORE = frozenset({Grade.REUSED, Grade.RESTARTED})


class SessionRow(Protocol):
    """A row as it is read."""

    daemon: Any
    feature: Any
    quantity: Any
    user: Any
    host: Any
    grade: Any
    is_tied: Any
    share: Any
    opened_at: Any
    opened_line: Any
    opened_first: Any
    opened_first_line: Any
    opened_last: Any
    opened_last_line: Any
    closed_last: Any
    closed_line: Any
    seen_at: Any
    seen_line: Any


def session_row(one: Session) -> dict[str, Any]:
    """Return what stands in the table of a session. Of one that had ended before, the end lies between two times."""
    closed_last = one.closed.at if one.closed else None
    sure = one.seen or one.opened
    closed_first = (sure.at if sure else None) if one.grade in _ENDED_BEFORE else closed_last
    return {
        "daemon": one.daemon[:_NAME_MAX],
        "feature": one.feature[:_NAME_MAX],
        "quantity": one.quantity,
        "user": one.user,
        "host": one.host,
        "grade": one.grade.value,
        "is_tied": one.is_tied,
        "share": one.share[:_SHARE_MAX] if one.share else None,
        "opened_at": one.opened.at if one.opened else None,
        "opened_line": one.opened.line if one.opened else None,
        "opened_first": one.opened_first.at if one.opened_first else None,
        "opened_first_line": one.opened_first.line if one.opened_first else None,
        "opened_last": one.opened_last.at if one.opened_last else None,
        "opened_last_line": one.opened_last.line if one.opened_last else None,
        "closed_first": closed_first,
        "closed_last": closed_last,
        "closed_line": one.closed.line if one.closed else None,
        "seen_at": one.seen.at if one.seen else None,
        "seen_line": one.seen.line if one.seen else None,
    }


def session_of(row: SessionRow) -> Session:
    """Return the session that a row was made of; its handle is not kept."""
    opened = _point(row.opened_line, row.opened_at)
    is_first = opened is not None and row.opened_first_line == opened.line
    is_last = opened is not None and row.opened_last_line == opened.line
    return Session(
        daemon=row.daemon,
        feature=row.feature,
        user=row.user,
        host=row.host,
        quantity=row.quantity,
        grade=_GRADES[row.grade],
        opened=opened,
        closed=_point(row.closed_line, row.closed_last),
        opened_first=opened if is_first else _point(row.opened_first_line, row.opened_first),
        opened_last=opened if is_last else _point(row.opened_last_line, row.opened_last),
        seen=_point(row.seen_line, row.seen_at),
        handle=None,
        share=row.share,
        is_tied=row.is_tied,
    )


def denial_row(one: Denial, *, is_settled: bool) -> dict[str, Any]:
    """Return what stands in the table of a denial."""
    event = one.event
    return {
        "daemon": event.daemon[:_NAME_MAX],
        "feature": event.feature[:_NAME_MAX],
        "line": event.line,
        "at": event.at,
        "outcome": one.outcome.value,
        "is_settled": is_settled,
        "quantity": event.quantity,
        "user": event.user,
        "host": event.host,
        "code": event.code,
    }


def longest(sessions: Iterable[Session]) -> int:
    """Return the seconds of the longest of these sessions, from the earliest that it may have begun."""
    lengths = [
        one.closed.at - one.opened_first.at
        for one in sessions
        if one.closed and one.closed.at and one.opened_first and one.opened_first.at
    ]
    return max((int(length.total_seconds()) + 1 for length in lengths), default=0)


def _point(line: int | None, at: datetime | None) -> Point | None:
    return None if line is None else Point(line, at)
