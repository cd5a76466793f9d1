"""Read captures: a new text before it is taken in, and those that are kept."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import Invalid, NotFound
from answerprint.core.types import isoformat
from licensing.collectors.reading import Diagnostic, Reading
from licensing.collectors.registry import CollectorKind, read_capture
from licensing.models.catalogue import LicenceServer
from licensing.models.observed import Capture
from licensing.queries.catalogue import find
from licensing.rules.observation import time_of_capture


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text that was read, and the kind and zone of the server that it was read with."""

    kind: str
    zone: str
    reading: Reading

    def is_as_of(self, server: LicenceServer) -> bool:
        """Report whether the server would have its text read so now."""
        return (self.kind, self.zone) == (server.kind, server.zone)


def read_text(session: Session, *, server_id: UUID, raw: bytes, taken_at: datetime | None, now: datetime) -> ReadText:
    """Read a text as its server's; raises ``NotInCatalogue``, ``NotACapture`` or ``TooLarge``.

    Where neither sender nor text says when it was printed, its start times are read as of its arrival. A time that
    cannot be is refused before anything is read by it.
    """
    time_of_capture(sent=taken_at, reported=None, now=now)
    server = find(session, LicenceServer, server_id)
    kind, zone = CollectorKind(server.kind), ZoneInfo(server.zone)
    reading = read_capture(kind, raw, at=taken_at, zone=zone)
    if taken_at is None and reading.server.reported_at is None:
        reading = read_capture(kind, raw, at=now, zone=zone)
    return ReadText(kind=server.kind, zone=server.zone, reading=reading)


def read_again(capture: Capture, raw: bytes) -> Reading:
    """Read a kept text again, just as it was read when it came."""
    return read_capture(CollectorKind(capture.kind), raw, at=capture.taken_at, zone=ZoneInfo(capture.zone))


def find_capture(session: Session, capture_id: UUID) -> Capture:
    """Return a capture without its text; raises ``NotFound``."""
    found = session.get(Capture, capture_id)
    if found is None:
        sentence = "There is no such capture."
        raise NotFound(sentence, fields={"capture_id": [sentence]})
    return found


def raw_text(session: Session, capture_id: UUID) -> bytes:
    """Return the text of a capture, byte for byte as it came; raises ``NotFound``."""
    capture = find_capture(session, capture_id)
    return session.scalars(select(Capture.raw).where(Capture.id == capture.id)).one()


def list_diagnostics(session: Session, capture_id: UUID, request: PageRequest) -> Page[Diagnostic]:
    """List the lines of a capture that were not wholly understood, read again from its text."""
    capture = find_capture(session, capture_id)
    after = int(request.after[0]) if request.after else 0
    found = read_again(capture, raw_text(session, capture_id)).diagnostics
    return cut([one for one in found if one.line > after], request, lambda one: (one.line,))


def newest_capture(session: Session, server_id: UUID) -> Capture | None:
    """Return the capture that shows a server's present."""
    newest = select(Capture).where(Capture.server_id == server_id).order_by(*newest_first(Capture)).limit(1)
    return session.scalars(newest).one_or_none()


def list_captures(session: Session, server_id: UUID, request: PageRequest) -> Page[Capture]:
    """List the captures of a server, the newest first; raises ``NotInCatalogue``."""
    server = find(session, LicenceServer, server_id)
    query = select(Capture).where(Capture.server_id == server.id)
    if request.after is not None:
        taken_at, capture_id = _read_key(request)
        same_time = (Capture.taken_at == taken_at) & (Capture.id < capture_id)
        query = query.where(or_(Capture.taken_at < taken_at, same_time))
    query = query.order_by(Capture.taken_at.desc(), Capture.id.desc()).limit(request.limit + 1)
    rows = session.scalars(query).all()
    return cut(rows, request, lambda capture: (isoformat(capture.taken_at), str(capture.id)))


def newest_first(capture: type[Capture]) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which the first is the newest: of two of one time, the one that came last."""
    return capture.taken_at.desc(), capture.received_at.desc(), capture.id.desc()


def _read_key(request: PageRequest) -> tuple[datetime, UUID]:
    moment, capture_id = request.after or ("", "")
    try:
        # A time without zone would be refused by the column, as a fault of ours.
        return datetime.fromisoformat(str(moment)).astimezone(UTC), UUID(str(capture_id))
    except (ValueError, OverflowError) as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error
