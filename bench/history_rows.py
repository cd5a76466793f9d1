"""A long history of observed use, laid straight into the tables: sessions of event logs, captures and their numbers.

The rows are those that taking in would have made; only the use cases are left out, which would take hours. Each server
tells the same story: ten features, one session begun every five minutes, each of five minutes to eight hours, and
captures that show just what the sessions amount to.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, text

BEGIN = datetime(2021, 3, 1, tzinfo=UTC)
SERVERS, FEATURES, SESSIONS = 20, 10, 10_000_000
STEP, LONGEST = 300, 300 + 27_000
SPAN = timedelta(seconds=SESSIONS // SERVERS * STEP)
END = BEGIN + SPAN
BESIDE = 1_000_000
"""Sessions of a server that are laid after the first ones leave as many numbers to what is taken in before them."""
POLL = 600
CAPTURED = timedelta(days=370)
"""For how long before the end there are captures, one in ``POLL`` seconds."""

_FIRST = int(BEGIN.timestamp())
_CARRIED = "SELECT carried FROM licensing_event_logs WHERE server_id = {0}"
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {last})"


@dataclass(frozen=True, slots=True)
class Words:
    """How an engine writes a time from its seconds, and an identifier from its two halves."""

    moment: str
    identifier: str

    def at(self, seconds: str) -> str:
        """Return the expression of a time."""
        return self.moment.format(seconds)

    def id(self, first_half: str, number: str) -> str:
        """Return the expression of an identifier."""
        return self.identifier.format(first_half, number)


SQLITE = Words("strftime('%Y-%m-%d %H:%M:%S.000000', {0}, 'unixepoch')", "({0} || printf('%016x', {1}))")
POSTGRESQL = Words("to_timestamp({0})", "CAST({0} || lpad(to_hex(CAST({1} AS bigint)), 16, '0') AS uuid)")


def words_of(engine: Engine) -> Words:
    """Return the words of an engine."""
    return SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL


def opened(number: int) -> int:
    """Return when a session of a server began, in seconds since the history's beginning."""
    return number * STEP


def lasted(number: int) -> int:
    """Return for how long a session lasted, in seconds."""
    return 300 + number * 7919 % 27_000


def feature(number: int) -> int:
    """Return the number of a session's feature."""
    return number * 31 % 97 % FEATURES


def beside(first: int) -> int:
    """Return how many numbers are left out before a session that is laid."""
    return BESIDE if first else 0


def lay_sessions(connection: Connection, words: Words, server: UUID, first: int, last: int) -> None:
    """Lay the sessions ``first`` to ``last`` of a server. Lines are in the order of time, as in a log."""
    begun, ended = f"(i * {STEP})", f"(i * {STEP} + 300 + i % 27000 * 7919 % 27000)"
    begun_at, ended_at = words.at(f"{_FIRST} + {begun}"), words.at(f"{_FIRST} + {ended}")
    user, number = "(i * 131 % 401)", f"i + {1 + beside(first)}"
    statement = f"""
        INSERT INTO licensing_sessions (server_id, number, daemon, feature, quantity, "user", host, grade, is_tied,
            share, opened_at, opened_line, opened_first, opened_first_line, opened_last, opened_last_line,
            closed_first, closed_last, closed_line, seen_at, seen_line)
        {_NUMBERS.format(first=first, last=last)}
        SELECT {_id(words, server)}, {number}, 'gradeco', 'feature_' || (i * 31 % 97 % {FEATURES}), 1,
            'artist' || {user}, 'bay-' || {user}, 'unique', {"0" if words is SQLITE else "false"}, NULL,
            {begun_at}, {begun} * 2 + 1, {begun_at}, {begun} * 2 + 1, {begun_at}, {begun} * 2 + 1,
            {ended_at}, {ended_at}, {ended} * 2 + 2, NULL, NULL
        FROM n"""  # noqa: S608
    connection.execute(text(statement))


def lay_parts(connection: Connection, words: Words, server: UUID, first: int, last: int) -> None:
    """Lay a part of the log a day, from the first session to the last, and write down where the log goes on."""
    days = range(opened(first) // 86_400, opened(last) // 86_400)
    if not days:
        return
    start = f"({_FIRST} + i * 86400)"
    # A log goes on until what is told of it has ended.
    end = words.at(f"{start} + 86400 + {LONGEST}")
    first_half = f"'{server.hex[:16]}'"
    statement = f"""
        INSERT INTO licensing_log_parts (id, server_id, number, sha256, opening, size, kind, zone, first_at, last_at,
            received_at, lines, events, notices, diagnostics, undated, clock_back, date_jumps, sessions, denials)
        {_NUMBERS.format(first=days.start, last=days.stop)}
        SELECT {words.id(first_half, "i + 1")}, {_id(words, server)}, i * 100 + 1000, 'part' || i,
            'opening' || i, 40000, 'flexnet', 'UTC', {words.at(start)}, {end}, {end}, 576, 576, 0, 0, 0, 0, 0, 288, 0
        FROM n"""  # noqa: S608
    connection.execute(text(statement))
    carried = json.loads(connection.scalars(text(_CARRIED.format(_id(words, server)))).one())
    # The log goes on later: its next line is read by its own date, and not by that of the last line that was read.
    carried["reader"] = None
    go_on = f"""
        UPDATE licensing_event_logs SET parts = {days.stop * 100 + 1000}, sessions = {last + beside(first)},
            longest_seconds = {LONGEST}, lines = {2 * opened(last) + 2 * LONGEST},
            last_at = {words.at(str(_FIRST + opened(last)))}, carried = :carried
        WHERE server_id = {_id(words, server)}"""  # noqa: S608
    connection.execute(text(go_on), {"carried": json.dumps(carried)})


def lay_captures(connection: Connection, words: Words, servers: list[UUID], raw: bytes) -> int:
    """Lay captures of each server up to the end of the history; return how many."""
    times = range(int((SPAN - CAPTURED).total_seconds()), int(SPAN.total_seconds()), POLL)
    connection.execute(text("CREATE TEMPORARY TABLE shown (i integer, feature integer, seats integer)"))
    shown = text("INSERT INTO shown VALUES (:i, :feature, :seats)")
    rows = [dict(zip(("i", "feature", "seats"), row, strict=True)) for row in _shown(times)]
    for start in range(0, len(rows), 50_000):
        connection.execute(shown, rows[start : start + 50_000])
    for server in servers:
        _lay_captures_of(connection, words, server, times, raw)
    connection.execute(text("DROP TABLE shown"))
    return len(times) * len(servers)


def _lay_captures_of(connection: Connection, words: Words, server: UUID, times: range, raw: bytes) -> None:
    capture = words.id(f"'{server.hex[:16]}'", "i")
    at = words.at(f"{_FIRST} + {times.start} + i * {POLL}")
    captures = f"""
        INSERT INTO licensing_captures (id, server_id, sha256, kind, zone, taken_at, received_at, state, lines, events,
            diagnostics, raw)
        {_NUMBERS.format(first=0, last=len(times))}
        SELECT {capture}, {_id(words, server)}, 'capture' || i, 'flexnet', 'UTC', {at}, {at}, 'up', 120, 110, 0, :raw
        FROM n"""  # noqa: S608
    connection.execute(text(captures), {"raw": raw})
    no = "0" if words is SQLITE else "false"
    readings = f"""
        INSERT INTO licensing_feature_readings (capture_id, feature, server_id, taken_at, issued, is_uncounted,
            reported_in_use, counted_in_use, reserved, queued, borrowed)
        SELECT {capture}, 'feature_' || feature, {_id(words, server)}, {at}, 20, {no}, seats, seats, 0, 0, 0
        FROM shown"""  # noqa: S608
    connection.execute(text(readings))


def _shown(times: range) -> Iterator[tuple[int, int, int]]:
    """Give for each capture and feature the seats in use then, by the sessions themselves."""
    begun: list[list[int]] = [[] for _ in range(FEATURES)]
    ended: list[list[int]] = [[] for _ in range(FEATURES)]
    for number in range((times.start - LONGEST) // STEP, times.stop // STEP + 1):
        begun[feature(number)].append(opened(number))
        ended[feature(number)].append(opened(number) + lasted(number))
    for one in ended:
        one.sort()
    for place, at in enumerate(times):
        for kind in range(FEATURES):
            yield place, kind, bisect_right(begun[kind], at) - bisect_right(ended[kind], at)


def _id(words: Words, one: UUID) -> str:
    return f"'{one.hex}'" if words is SQLITE else f"CAST('{one}' AS uuid)"
