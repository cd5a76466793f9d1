"""Take in what licence servers printed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, exists, insert, literal, null, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from audit.record import record
from licensing.collectors.reading import Reading
from licensing.errors import NotInCatalogue, naming
from licensing.facts.observed import CaptureTaken
from licensing.models.catalogue import Feature, LicenceServer
from licensing.models.entitlements import FeatureCandidate
from licensing.models.observed import Capture, FeatureReadingRow
from licensing.queries.captures import ReadText, newest_capture, read_text
from licensing.rules.observation import numbers_by_feature, state_of, time_of_capture


@dataclass(frozen=True, slots=True)
class TakenCapture:
    """A capture that is kept, and whether this sending brought it."""

    capture: Capture
    is_new: bool


def take_capture(
    session: Session,
    actor: Actor,
    *,
    server_id: UUID,
    raw: bytes,
    taken_at: datetime | None,
    now: datetime,
    text: ReadText | None = None,
) -> TakenCapture:
    """Keep what a licence server printed, with the numbers read from it; the same sent again changes nothing.

    ``text`` is what the caller has read from ``raw`` beforehand, so that no lock waits for it; without it, it is read
    here. Raises ``NotACapture`` where it is not this server's text, ``Invalid`` where its time lies ahead.
    """
    server = _lock_server(session, server_id)
    if text is None or not text.is_as_of(server):
        text = read_text(session, server_id=server_id, raw=raw, taken_at=taken_at, now=now)
    printed_at = time_of_capture(sent=taken_at, reported=text.reading.server.reported_at, now=now)
    sha256 = hashlib.sha256(raw).hexdigest()
    known = _find_same(session, server_id, sha256, printed_at)
    if known is not None:
        return TakenCapture(known, is_new=False)
    capture = Capture(
        id=new_id(),
        server_id=server_id,
        sha256=sha256,
        kind=text.kind,
        zone=text.zone,
        taken_at=printed_at or now,
        received_at=now,
        raw=raw,
        **_counted(text.reading),
    )
    session.add(capture)
    session.flush()  # the numbers point at the capture
    _keep_numbers(session, capture, text)
    _note_unmapped(session, capture)
    record(session, actor, _taken(capture))
    return TakenCapture(capture, is_new=True)


def _lock_server(session: Session, server_id: UUID) -> LicenceServer:
    """Put the captures of one server in a line, so that of two equal ones the second finds the first."""
    server = session.get(LicenceServer, server_id, with_for_update=True)
    if server is None:
        raise naming(NotInCatalogue, "server_id", "There is no such licence server.")
    return server


def _find_same(session: Session, server_id: UUID, sha256: str, printed_at: datetime | None) -> Capture | None:
    """Find the capture that this text is; without a time, only the newest can be it."""
    if printed_at is None:
        newest = newest_capture(session, server_id)
        return newest if newest is not None and newest.sha256 == sha256 else None
    same = select(Capture).filter_by(server_id=server_id, sha256=sha256, taken_at=printed_at)
    return session.scalars(same).one_or_none()


def _counted(reading: Reading) -> dict[str, str | int]:
    return {
        "state": state_of(reading).value,
        "lines": reading.lines,
        "events": reading.events,
        "diagnostics": len(reading.diagnostics),
    }


def _keep_numbers(session: Session, capture: Capture, text: ReadText) -> None:
    rows = [
        {
            "capture_id": capture.id,
            "feature": feature,
            "server_id": capture.server_id,
            "taken_at": capture.taken_at,
            "issued": numbers.issued,
            "is_uncounted": numbers.is_uncounted,
            "reported_in_use": numbers.reported,
            "counted_in_use": numbers.counted,
            "reserved": numbers.reserved,
            "queued": numbers.queued,
            "borrowed": numbers.borrowed,
        }
        for feature, numbers in numbers_by_feature(text.reading.features).items()
    ]
    if rows:
        session.execute(insert(FeatureReadingRow), rows)


def _note_unmapped(session: Session, capture: Capture) -> None:
    """Note which features of a capture count for no product, and when each was seen: by its numbers, kept before."""
    is_mapped = exists().where(Feature.server_id == capture.server_id, Feature.name == FeatureReadingRow.feature)
    taken_at = literal(capture.taken_at, FeatureCandidate.first_seen_at.type)
    unmapped = (
        select(FeatureReadingRow.server_id, FeatureReadingRow.feature, taken_at, taken_at, null())
        .where(FeatureReadingRow.capture_id == capture.id, ~is_mapped)
        .order_by(FeatureReadingRow.feature)  # one order of locks for all captures
    )
    columns = ["server_id", "name", "first_seen_at", "last_seen_at", "set_aside_at"]
    insert_or_update = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    noted = insert_or_update(FeatureCandidate).from_select(columns, unmapped)
    new = noted.excluded.last_seen_at
    first, last = FeatureCandidate.first_seen_at, FeatureCandidate.last_seen_at
    session.execute(
        noted.on_conflict_do_update(
            index_elements=["server_id", "name"],
            set_={
                "first_seen_at": case((new < first, new), else_=first),
                "last_seen_at": case((new > last, new), else_=last),
            },
        )
    )


def _taken(capture: Capture) -> CaptureTaken:
    return CaptureTaken(
        about=f"capture:{capture.id}",
        server=capture.server_id,
        sha256=capture.sha256,
        taken_at=capture.taken_at,
        state=capture.state,
        lines=capture.lines,
        events=capture.events,
        diagnostics=capture.diagnostics,
    )
