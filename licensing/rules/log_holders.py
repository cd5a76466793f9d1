"""Who held seats at a moment by an event log: those whose checkout stands before it, and whose return does not.

A log pairs checkouts and returns by what its lines say, so each holder comes with how sure that is. Nobody is named
where captures of the moment name as many seats as the log proves: these list who it was.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from licensing.rules.log_series import LogSeries
from licensing.rules.pairing import Grade, Session

_SURE = frozenset({Grade.HANDLE, Grade.PID, Grade.UNIQUE})


@dataclass(frozen=True, slots=True)
class LoggedHolder:
    """Somebody whom a log shows holding seats. ``user`` and ``host`` are ``None`` where its lines name none.

    ``started_at`` is ``None`` where the checkout is not in the log, or has no date. It ``is_sure`` where checkout and
    return belong together, or the server itself listed it later.
    """

    server_id: UUID
    server: str
    feature: str
    user: str | None
    host: str | None
    quantity: int
    started_at: datetime | None
    is_sure: bool


def proven_at(series: LogSeries, at: datetime) -> int | None:
    """Return the seats that a log proves at a time; ``None`` where it does not speak of it."""
    for reach in series.reaches:
        place = bisect_right(reach.spans, at, key=attrgetter("starts_at")) - 1
        if place >= 0 and at < reach.spans[place].ends_at:
            return reach.spans[place].low
    return None


def needs_log(proven: int | None, named: Iterable[int]) -> bool:
    """Report whether a log proves more seats than captures name holders for."""
    return proven is not None and proven > sum(named)


def open_at(sessions: Collection[Session], at: datetime, *, server_id: UUID, server: str) -> tuple[LoggedHolder, ...]:
    """Return who held seats at a time, in the order in which they took them."""
    found = [
        LoggedHolder(
            server_id=server_id,
            server=server,
            feature=one.feature,
            user=one.user,
            host=one.host,
            quantity=one.quantity,
            started_at=one.opened.at if one.opened else None,
            is_sure=_is_sure(one, at),
        )
        for one in sorted(sessions, key=_place)
        if _is_open(one, at)
    ]
    return tuple(found)


def _is_open(one: Session, at: datetime) -> bool:
    start = one.opened or one.opened_first
    has_begun = start is None or start.at is None or start.at <= at
    return has_begun and (one.closed is None or one.closed.at is None or one.closed.at > at)


def _is_sure(one: Session, at: datetime) -> bool:
    if one.seen is not None and one.seen.at is not None and one.seen.at >= at:
        return True
    return one.grade in _SURE and one.opened is not None and one.opened.at is not None


def _place(one: Session) -> tuple[int, int]:
    return (one.opened.line if one.opened else 0, one.closed.line if one.closed else 0)
