"""Take in event logs of licence servers, part by part."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session as Transaction

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from audit.record import record
from licensing.errors import NotInCatalogue, naming
from licensing.facts.eventlogs import LogTaken
from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import EventLog, LoggedDenial, LoggedSession, LogPart
from licensing.queries.log_parts import ReadPart, opening_of, read_log
from licensing.rules.log_parts import PartReading
from licensing.rules.log_rows import denial_row, longest, session_row

# On the tables themselves: the mapper would look at each of many thousand rows again.
_TABLES = LoggedSession.metadata.tables
_ADD_SESSIONS = insert(_TABLES[LoggedSession.__tablename__])
_ADD_DENIALS = insert(_TABLES[LoggedDenial.__tablename__])


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A part of a log that was taken in, and whether this sending brought it."""

    part: LogPart
    is_new: bool


def take_log(
    session: Transaction, actor: Actor, *, server_id: UUID, raw: bytes, now: datetime, text: ReadPart | None = None
) -> TakenPart:
    """Take in the next part of a server's log; one that was taken before changes nothing.

    ``text`` is what the caller has read from ``raw`` beforehand, so that no lock waits for it. Raises ``NoEventLog``,
    ``NotACapture``, or ``LogOutOfOrder`` where it lies before what was taken.
    """
    server = session.get(LicenceServer, server_id, with_for_update=True)
    if server is None:
        raise naming(NotInCatalogue, "server_id", "There is no such licence server.")
    log = session.get(EventLog, server_id, populate_existing=True)
    if text is None or not text.is_as_of(server, log):
        text = read_log(session, server_id=server_id, raw=raw)
    if text.known is not None and not text.raw:
        return TakenPart(text.known, is_new=False)
    log = log or _begin(session, server)
    _keep_rows(session, log, text.reading)
    part = _part(log, text, now)
    session.add(part)
    _go_on(log, text)
    session.flush()
    record(session, actor, _taken(part))
    return TakenPart(part, is_new=True)


def _begin(session: Transaction, server: LicenceServer) -> EventLog:
    numbers = dict.fromkeys(("parts", "lines", "sessions", "denials", "longest_seconds"), 0)
    log = EventLog(server_id=server.id, kind=server.kind, last_at=None, carried="", **numbers)
    session.add(log)
    session.flush()
    return log


def _keep_rows(session: Transaction, log: EventLog, reading: PartReading) -> None:
    """Add what has ended or was settled, and put what is open now in the place of what was open before."""
    is_open = (LoggedSession.server_id == log.server_id) & (LoggedSession.number > log.sessions)
    session.execute(delete(LoggedSession).where(is_open))
    is_waiting = (LoggedDenial.server_id == log.server_id) & (LoggedDenial.number > log.denials)
    session.execute(delete(LoggedDenial).where(is_waiting))
    sessions = _numbered((*reading.ended, *reading.open), session_row, log.server_id, log.sessions)
    if sessions:
        session.execute(_ADD_SESSIONS, sessions)
    settled = [denial_row(one, is_settled=True) for one in reading.settled]
    waiting = [denial_row(one, is_settled=False) for one in reading.waiting]
    denials = _numbered([*settled, *waiting], dict, log.server_id, log.denials)
    if denials:
        session.execute(_ADD_DENIALS, denials)


def _numbered(found: Iterable[Any], row: Any, server_id: UUID, before: int) -> list[dict[str, Any]]:
    """Give rows their numbers; those of what is open are given anew with the next part."""
    rows = []
    for number, one in enumerate(found, start=before + 1):
        made = row(one)
        made["server_id"], made["number"] = server_id, number
        rows.append(made)
    return rows


def _go_on(log: EventLog, text: ReadPart) -> None:
    """Write down where the next part goes on."""
    reading = text.reading
    log.kind = text.kind
    log.parts += 1
    log.lines = reading.next.lines
    log.sessions += len(reading.ended)
    log.denials += len(reading.settled)
    log.longest_seconds = max(log.longest_seconds, longest(reading.ended))
    log.last_at = reading.count.ends_at or log.last_at
    log.carried = reading.next.carried


def _part(log: EventLog, text: ReadPart, now: datetime) -> LogPart:
    reading, count = text.reading, text.reading.count
    return LogPart(
        id=new_id(),
        server_id=log.server_id,
        number=log.parts + 1,
        sha256=hashlib.sha256(text.raw).hexdigest(),
        opening=opening_of(text.raw),
        size=len(text.raw),
        kind=text.kind,
        zone=text.zone,
        first_at=count.starts_at,
        last_at=count.ends_at,
        received_at=now,
        lines=count.lines,
        events=count.events,
        notices=count.notices,
        diagnostics=count.diagnostics,
        undated=count.undated,
        clock_back=count.clock_back,
        date_jumps=count.date_jumps,
        sessions=len(reading.ended),
        denials=len(reading.settled),
    )


def _taken(part: LogPart) -> LogTaken:
    return LogTaken(
        about=f"log-part:{part.id}",
        server=part.server_id,
        number=part.number,
        sha256=part.sha256,
        size=part.size,
        first_at=part.first_at,
        last_at=part.last_at,
        lines=part.lines,
        events=part.events,
        notices=part.notices,
        diagnostics=part.diagnostics,
        clock_back=part.clock_back,
        date_jumps=part.date_jumps,
    )
