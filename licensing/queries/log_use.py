"""Read what event logs tell of products over a period: use between bounds, and denials by what they were."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, null, or_, select
from sqlalchemy.orm import Session

from licensing.collectors.events import EventKind
from licensing.models.eventlogs import EventLog, LoggedDenial, LoggedSession, LogPart, ServerOptions
from licensing.queries.observed import FeatureOn
from licensing.rules.log_parts import known_from
from licensing.rules.log_rows import session_of
from licensing.rules.log_series import LogSeries, log_series
from licensing.rules.log_use import LogBounds, ServerLog, Stretch, bounds, clipped, joined, steps_of
from licensing.rules.logged_denials import DenialCounts, Outcome
from licensing.rules.pairing import Session as LoggedUse


@dataclass(frozen=True, slots=True)
class DenialTally:
    """Denials by what they were; ``None`` is not recorded, which is no zero."""

    by_outcome: Mapping[Outcome, int | None]

    @property
    def is_recorded(self) -> bool:
        """Report whether denials are written down at all."""
        return any(count is not None for count in self.by_outcome.values())

    @property
    def told(self) -> int:
        """Return how many denials are told of."""
        return sum(count or 0 for count in self.by_outcome.values())


@dataclass(frozen=True, slots=True)
class LogUse:
    """What the logs of a product's servers say of a period. ``servers`` of its servers have logs that reach into it.

    ``series`` is what each of these tells over time; one of which checkouts are kept out of the log tells nothing.
    """

    servers: int
    parts: int
    bounds: LogBounds
    denials: DenialTally
    series: Mapping[UUID, LogSeries] = field(default_factory=dict)


def log_use(
    session: Session, features: Collection[FeatureOn], *, starts_at: datetime, ends_at: datetime
) -> dict[UUID, LogUse]:
    """Return what logs say of the products that features count for; a product without logs then is left out."""
    servers = {one.server_id for one in features}
    logs = {log.server_id: log for log in session.scalars(select(EventLog).where(EventLog.server_id.in_(servers)))}
    stretches = {server_id: _stretches(session, server_id) for server_id in logs}
    unlogged = unlogged_of(session, logs)
    found: dict[UUID, LogUse] = {}
    for product_id in sorted({one.product_id for one in features}):
        own = [one for one in features if one.product_id == product_id]
        telling = [key for key in logs if clipped(stretches[key], starts_at, ends_at)]
        speaking = {one.server_id for one in own if one.server_id in telling}
        if not speaking:
            continue
        is_whole = speaking == {one.server_id for one in own}
        texts = {
            key: _worked_out(
                ServerLog(
                    stretches[key],
                    sessions_reaching(session, logs[key], _names(own, key), starts_at, ends_at),
                    known_from(logs[key].carried),
                )
            )
            for key in sorted(speaking)
        }
        found[product_id] = LogUse(
            servers=len(speaking),
            parts=_count_parts(session, speaking, starts_at, ends_at),
            bounds=bounds(list(texts.values()), starts_at=starts_at, ends_at=ends_at) if is_whole else LogBounds(0),
            denials=_denials(session, own, speaking, unlogged, (starts_at, ends_at)),
            series={
                key: log_series(text, starts_at=starts_at, ends_at=ends_at)
                for key, text in texts.items()
                if EventKind.OUT not in unlogged.get(key, ())
            },
        )
    return found


def unlogged_of(session: Session, servers: Collection[UUID]) -> dict[UUID, frozenset[EventKind]]:
    """Return what the options of servers keep out of their logs, as far as their options files were sent."""
    rows = session.execute(
        select(ServerOptions.server_id, ServerOptions.meaning).where(ServerOptions.server_id.in_(servers))
    )
    return {server: frozenset(EventKind(kind) for kind in json.loads(meaning)["unlogged"]) for server, meaning in rows}


def tally(counts: Mapping[str, int], unlogged: frozenset[EventKind]) -> DenialTally:
    """Return denials by outcome, as far as they are recorded."""
    found = DenialCounts({Outcome(word): count for word, count in counts.items()}, unlogged)
    return DenialTally({outcome: found.of(outcome) for outcome in Outcome})


def _worked_out(log: ServerLog) -> ServerLog:
    return replace(log, steps=steps_of(log))


def _names(features: Sequence[FeatureOn], server_id: UUID) -> list[str]:
    return [one.feature for one in features if one.server_id == server_id]


def _stretches(session: Session, server_id: UUID) -> list[Stretch]:
    """Return the stretches of time that a server's log speaks of."""
    rows = session.execute(select(LogPart.first_at, LogPart.last_at).where(LogPart.server_id == server_id))
    return joined((first, last) for first, last in rows if first is not None and last is not None)


def sessions_reaching(
    session: Session, log: EventLog, names: Collection[str], starts_at: datetime, ends_at: datetime
) -> list[LoggedUse]:
    """Return the sessions that reach into a period. No session is longer than the longest, so older ones do not."""
    table = LoggedSession
    earliest = starts_at - timedelta(seconds=log.longest_seconds)
    is_of_it = (table.server_id == log.server_id) & table.feature.in_(names)
    began_in_reach = table.opened_first.between(earliest, ends_at)
    began_before_the_log = table.opened_first.is_(None)
    reaches = [
        began_in_reach & (table.closed_last >= starts_at),
        began_before_the_log & (table.closed_last >= starts_at),
        table.closed_last.is_(None) & or_(table.opened_first.is_(None), table.opened_first <= ends_at),
    ]
    found = []
    for reach in reaches:
        rows = session.connection().execute(_select_sessions(is_of_it & reach))
        found += [session_of(row) for row in rows]
    return found


def _select_sessions(where: ColumnElement[bool]) -> Select[Any]:
    table = LoggedSession
    # A year of sessions has hundreds of thousands of times: one that only repeats the checkout's is not read.
    first, last = (
        case((line == table.opened_line, null()), else_=at).label(at.key)
        for line, at in (
            (table.opened_first_line, table.opened_first),
            (table.opened_last_line, table.opened_last),
        )
    )
    left_out = {"server_id", "number", "closed_first", "opened_first", "opened_last"}
    columns = [column for column in LoggedSession.__table__.columns if column.key not in left_out]
    return select(*columns, first, last).where(where)


def _count_parts(session: Session, servers: Collection[UUID], starts_at: datetime, ends_at: datetime) -> int:
    reaches = (LogPart.first_at < ends_at) & (LogPart.last_at >= starts_at)
    query = select(func.count()).select_from(LogPart).where(LogPart.server_id.in_(servers), reaches)
    return session.scalar(query) or 0


def _denials(
    session: Session,
    features: Sequence[FeatureOn],
    servers: Collection[UUID],
    unlogged: Mapping[UUID, frozenset[EventKind]],
    period: Stretch,
) -> DenialTally:
    counts: dict[str, int] = {}
    for server_id in servers:
        for outcome, number in session.execute(
            select(LoggedDenial.outcome, func.count())
            .where(
                LoggedDenial.server_id == server_id,
                LoggedDenial.feature.in_(_names(features, server_id)),
                LoggedDenial.at >= period[0],
                LoggedDenial.at < period[1],
            )
            .group_by(LoggedDenial.outcome)
        ):
            counts[outcome] = counts.get(outcome, 0) + number
    # Where one of several servers keeps denials out of its log, no number of all is known.
    kept_out = frozenset(kind for server_id in servers for kind in unlogged.get(server_id, frozenset()))
    return tally(counts, kept_out)
