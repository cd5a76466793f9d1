"""Captures: kept byte for byte, once, with their numbers; what cannot be read leaves nothing behind."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest
from answerprint.core.problems import Invalid
from audit.models import Entry
from licensing.errors import NotACapture, NotInCatalogue
from licensing.models.observed import Capture, FeatureReadingRow
from licensing.queries.captures import ReadText, list_captures, raw_text, read_text
from licensing.service.captures import TakenCapture, take_capture
from tests.licensing.factories import NOW, make_server
from tests.licensing.printed import Use, lmstat, lmstat_down

TEXT = lmstat({"nuke_i": Use(10, ["mara", "ole"], reserved=1)}, printed=None)
OTHER = lmstat({"nuke_i": Use(10, ["mara"])}, printed=None)
PRINTED = lmstat({"nuke_i": Use(10, ["mara"])}, printed=datetime(2026, 3, 14, 9, 50))  # noqa: DTZ001 - a wall clock


@pytest.fixture(name="server_id")
def _server_id(database: Database) -> UUID:
    """A FlexNet server in Berlin."""
    with database.transaction() as session:
        return make_server(session).id


def send(
    database: Database,
    server_id: UUID,
    raw: bytes = TEXT,
    *,
    taken_at: datetime | None = None,
    now: datetime = NOW,
    text: ReadText | None = None,
) -> TakenCapture:
    """Take a capture in, in a transaction of its own."""
    with database.transaction() as session:
        return take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=taken_at, now=now, text=text)


def count(database: Database, model: type[Capture | FeatureReadingRow]) -> int:
    """Count the rows of a table."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def facts(database: Database) -> list[dict[str, Any]]:
    """The facts of captures on the trail."""
    with database.reading() as session:
        bodies = session.scalars(
            select(Entry.body).where(Entry.kind == "licensing.capture.taken").order_by(Entry.index)
        )
        return [json.loads(body) for body in bodies]


class TestTakeCapture:
    """A text is kept once, with its hash, its numbers and one fact."""

    def test_the_text_is_kept_byte_for_byte(self, database: Database, server_id: UUID) -> None:
        """Even bytes that are no text, since the hash is of these bytes."""
        raw = TEXT + b"    \xe9\xff\r\n"
        taken = send(database, server_id, raw)

        with database.reading() as session:
            assert raw_text(session, taken.capture.id) == raw
        assert taken.capture.sha256 == hashlib.sha256(raw).hexdigest()

    def test_reported_counted_and_reserved_stand_side_by_side(self, database: Database, server_id: UUID) -> None:
        """The server says three, lists two and keeps one."""
        send(database, server_id)

        with database.reading() as session:
            row = session.scalars(select(FeatureReadingRow)).one()
        assert (row.issued, row.reported_in_use, row.counted_in_use, row.reserved) == (10, 3, 2, 1)

    def test_a_feature_that_the_server_does_not_tell_is_unknown_and_not_zero(
        self, database: Database, server_id: UUID
    ) -> None:
        """An error line carries no number."""
        lost = b"\nUsers of grade: Cannot get users of grade: No such feature exists. (-5,222)\n"
        send(database, server_id, TEXT + lost)

        with database.reading() as session:
            row = session.scalars(select(FeatureReadingRow).filter_by(feature="grade")).one()
        assert (row.issued, row.reported_in_use, row.counted_in_use, row.reserved) == (None, None, None, None)

    def test_an_uncounted_feature_says_so(self, database: Database, server_id: UUID) -> None:
        """It has no number, which is not the same as an unknown one."""
        send(database, server_id, TEXT + b"\nUsers of open:  (Uncounted, node-locked)\n")

        with database.reading() as session:
            row = session.scalars(select(FeatureReadingRow).filter_by(feature="open")).one()
        assert (row.is_uncounted, row.issued) == (True, None)

    def test_one_fact_says_what_was_taken(self, database: Database, server_id: UUID) -> None:
        """The trail holds the hash, so the text can be held against it."""
        capture = send(database, server_id, taken_at=NOW).capture

        (fact,) = facts(database)
        assert fact["about"] == f"capture:{capture.id}"
        assert fact["data"] == {
            "server": str(server_id),
            "sha256": capture.sha256,
            "taken_at": "2026-03-14T09:00:00.000000Z",
            "state": "up",
            "lines": capture.lines,
            "events": capture.events,
            "diagnostics": capture.diagnostics,
        }

    def test_a_server_that_is_down_is_kept_as_down(self, database: Database, server_id: UUID) -> None:
        """That nobody could ask is worth keeping."""
        assert send(database, server_id, lmstat_down(printed=None)).capture.state == "down"

    def test_a_text_that_is_none_leaves_nothing(self, database: Database, server_id: UUID) -> None:
        """A failed command is not a server without use."""
        with pytest.raises(NotACapture):
            send(database, server_id, b"command not found\n")

        assert (count(database, Capture), facts(database)) == (0, [])

    def test_an_unknown_server_is_named(self, database: Database) -> None:
        """A capture belongs to a server of the catalogue."""
        with pytest.raises(NotInCatalogue) as refused:
            send(database, new_id())

        assert list(refused.value.fields) == ["server_id"]

    def test_what_was_read_before_is_read_again_where_the_servers_zone_changed(
        self, database: Database, server_id: UUID
    ) -> None:
        """The reading is held to the server as it is under the lock."""
        with database.reading() as session:
            text = read_text(session, server_id=server_id, raw=PRINTED, taken_at=None, now=NOW)
        moved = ReadText(kind=text.kind, zone="America/New_York", reading=text.reading)

        assert send(database, server_id, PRINTED, text=moved).capture.zone == "Europe/Berlin"


class TestSameCapture:
    """The same capture sent again changes nothing."""

    def test_the_senders_time_tells_it(self, database: Database, server_id: UUID) -> None:
        """Server, text and time make a capture what it is."""
        first = send(database, server_id, taken_at=NOW)
        again = send(database, server_id, taken_at=NOW, now=NOW + timedelta(hours=1))

        assert (first.is_new, again.is_new) == (True, False)
        assert again.capture.id == first.capture.id
        assert (count(database, Capture), count(database, FeatureReadingRow), len(facts(database))) == (1, 1, 1)

    def test_the_texts_own_time_tells_it(self, database: Database, server_id: UUID) -> None:
        """A text with a time of its own needs no other."""
        first = send(database, server_id, PRINTED)
        again = send(database, server_id, PRINTED, now=NOW + timedelta(hours=1))

        assert first.capture.taken_at == datetime(2026, 3, 14, 8, 50, tzinfo=UTC)
        assert not again.is_new

    def test_the_same_text_of_another_time_is_another_capture(self, database: Database, server_id: UUID) -> None:
        """An idle server prints the same for hours, and each time it is news."""
        send(database, server_id, taken_at=NOW - timedelta(minutes=5))

        assert send(database, server_id, taken_at=NOW).is_new

    def test_without_any_time_the_text_of_the_newest_is_the_same(self, database: Database, server_id: UUID) -> None:
        """Nothing tells a second sending from a second printing."""
        first = send(database, server_id)
        again = send(database, server_id, now=NOW + timedelta(minutes=5))

        assert (first.capture.taken_at, again.is_new) == (NOW, False)

    def test_without_any_time_a_text_that_came_back_is_another_capture(
        self, database: Database, server_id: UUID
    ) -> None:
        """There was another in between."""
        send(database, server_id)
        send(database, server_id, OTHER, now=NOW + timedelta(minutes=5))

        assert send(database, server_id, now=NOW + timedelta(minutes=10)).is_new

    def test_a_time_ahead_is_refused(self, database: Database, server_id: UUID) -> None:
        """It would stand as the present for as long as it lies ahead."""
        with pytest.raises(Invalid) as refused:
            send(database, server_id, taken_at=NOW + timedelta(minutes=11))

        assert list(refused.value.fields) == ["taken_at"]


def test_eight_at_once(database: Database, server_id: UUID) -> None:
    """Agents that retry may meet; captures of one server stand in a line, and the second finds the first."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = list(pool.map(lambda _: send(database, server_id), range(8)))

    assert [one.is_new for one in taken].count(True) == 1
    assert count(database, Capture) == 1


def test_captures_page_from_the_newest(database: Database, server_id: UUID) -> None:
    """By the time of printing, not of arrival."""
    for minutes in (0, 10, 5):
        send(database, server_id, taken_at=NOW + timedelta(minutes=minutes), now=NOW + timedelta(hours=1))

    with database.reading() as session:
        first = list_captures(session, server_id, PageRequest(limit=2))
    with database.reading() as session:
        assert [one.taken_at.minute for one in first.items] == [10, 5]
        assert first.next is not None
        assert [one.id for one in list_captures(session, server_id, PageRequest(limit=3)).items][:2] == [
            one.id for one in first.items
        ]
