"""Read the parts of event logs: a new one before it is taken in, and those that were."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import TooLarge
from answerprint.core.types import isoformat
from licensing.errors import LogOutOfOrder, NotACapture, naming
from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import EventLog, LogPart
from licensing.queries.catalogue import find
from licensing.rules.log_parts import MAX_PART_BYTES, NOTHING_READ, LogSoFar, PartReading, read_part

CLOCK_BACK_MAX = timedelta(minutes=65)
"""How far before the end of what was taken a part may begin: the clock of its server may have been set back."""

_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part that was read, after how many others, and the kind and zone it was read with.

    ``raw`` is what of it is new. Where nothing of it is, ``known`` is the part that it was, or ends with.
    """

    kind: str
    zone: str
    after: int
    raw: bytes
    reading: PartReading
    known: LogPart | None = None

    def is_as_of(self, server: LicenceServer, log: EventLog | None) -> bool:
        """Report whether it would be read so now."""
        return (self.kind, self.zone, self.after) == (server.kind, server.zone, log.parts if log else 0)


def read_log(session: Session, *, server_id: UUID, raw: bytes) -> ReadPart:
    """Read a part as the next of its server's log.

    What of its beginning was taken before is left out, so that a log that has grown may be sent whole again. Raises
    ``NotInCatalogue``, ``NoEventLog``, ``NotACapture``, ``TooLarge`` or ``LogOutOfOrder``.
    """
    if len(raw) > MAX_PART_BYTES:
        sentence = f"A part of a log has at most {MAX_PART_BYTES} bytes: cut it at the end of a line."
        raise naming(TooLarge, "text", sentence)
    if not raw.strip():
        raise naming(NotACapture, "text", "It is empty: send what the log holds.")
    server = find(session, LicenceServer, server_id)
    log = session.get(EventLog, server_id)
    after = log.parts if log else 0
    new, known = _what_is_new(session, server_id, raw)
    if not new:
        return ReadPart(server.kind, server.zone, after, new, NOTHING_READ, known)
    is_same_kind = log is not None and log.kind == server.kind
    before = LogSoFar(log.lines, log.carried if is_same_kind else "") if log else LogSoFar()
    reading = read_part(new, kind=server.kind, zone=ZoneInfo(server.zone), before=before)
    _refuse_an_older_one(reading.count.starts_at, log.last_at if log else None)
    return ReadPart(server.kind, server.zone, after, new, reading)


def list_parts(session: Session, server_id: UUID, request: PageRequest) -> Page[LogPart]:
    """List the parts of a server's log, the newest first; raises ``NotInCatalogue``. The cursor is ``(number,)``."""
    server = find(session, LicenceServer, server_id)
    query = select(LogPart).where(LogPart.server_id == server.id)
    if request.after is not None:
        query = query.where(LogPart.number < int(request.after[0]))
    rows = session.scalars(query.order_by(LogPart.number.desc()).limit(request.limit + 1)).all()
    return cut(rows, request, lambda part: (part.number,))


def _what_is_new(session: Session, server_id: UUID, raw: bytes) -> tuple[bytes, LogPart | None]:
    """Leave out from the beginning, one after the other, the parts that were taken before."""
    known, place = None, 0
    while place < len(raw):
        same = _part_that_begins(session, server_id, memoryview(raw)[place:])
        if same is None:
            break
        known, place = same, place + same.size
    return raw[place:], known


def _part_that_begins(session: Session, server_id: UUID, rest: memoryview) -> LogPart | None:
    query = (
        select(LogPart)
        .where(LogPart.server_id == server_id, LogPart.opening == opening_of(rest), LogPart.size <= len(rest))
        .order_by(LogPart.size.desc())
        .limit(_CANDIDATES)
    )
    for part in session.scalars(query):
        if hashlib.sha256(rest[: part.size]).hexdigest() == part.sha256:
            return part
    return None


def opening_of(raw: bytes | memoryview) -> str:
    """Return the SHA-256 of the first line, by which a part that begins so is found."""
    first, end, _ = bytes(raw[:4096]).partition(b"\n")
    return hashlib.sha256(first + end).hexdigest()


def _refuse_an_older_one(starts_at: datetime | None, taken_to: datetime | None) -> None:
    if starts_at is None or taken_to is None or starts_at >= taken_to - CLOCK_BACK_MAX:
        return
    sentence = (
        f"It begins on {isoformat(starts_at.astimezone(UTC))}, before {isoformat(taken_to)}, where what was taken of "
        "this log ends: send logs in the order in which they were written."
    )
    raise naming(LogOutOfOrder, "text", sentence)
