"""Event logs are taken in part by part: once, in order, with a fact each, and wherever they were cut."""

import json
from uuid import UUID

import pytest
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from licensing.errors import LogOutOfOrder, NoEventLog, NotACapture, NotInCatalogue
from licensing.models.eventlogs import EventLog, LoggedSession
from licensing.rules.log_rows import session_of
from licensing.service.log_erasure import forget_logged
from tests.conftest import SEAL
from tests.licensing.event_logs import LINES, facts, kept, send
from tests.licensing.factories import make_server


@pytest.fixture(name="server_id")
def _server_id(database: Database) -> UUID:
    """A FlexNet server whose clock shows UTC."""
    with database.transaction() as session:
        return make_server(session, zone="UTC").id


class TestTakeLog:
    """A part is read with what the part before left open."""

    def test_sessions_and_denials(self, database: Database, server_id: UUID) -> None:
        """Who ended, who is still there, and what each denial was, as far as it is known."""
        send(database, server_id, *LINES)
        sessions, denials = kept(database)

        assert [(one.user, one.grade.value) for one in sessions] == [
            ("mara", "unique"),
            ("ole", "unique"),
            ("kim", "open"),
        ]
        assert denials == [("retried", "kim"), ("true", "jo")]

    @pytest.mark.parametrize("place", range(1, len(LINES)))
    def test_a_cut_anywhere(self, database: Database, server_id: UUID, place: int) -> None:
        """Two parts keep what the whole would."""
        send(database, server_id, *LINES[:place])
        send(database, server_id, *LINES[place:])
        in_parts = kept(database)
        with database.transaction() as session:
            other = make_server(session, name="lic2", zone="UTC").id
        send(database, other, *LINES)
        with database.reading() as session:
            rows = session.scalars(
                select(LoggedSession).where(LoggedSession.server_id == other).order_by(LoggedSession.number)
            )
            whole = [session_of(row) for row in rows]

        assert in_parts[0] == whole
        assert in_parts[1] == [("retried", "kim"), ("true", "jo")]

    def test_each_part_is_a_fact(self, database: Database, server_id: UUID) -> None:
        """With its hash and its counts, and nobody's name."""
        part = send(database, server_id, *LINES).part
        (fact,) = facts(database)

        assert fact["about"] == f"log-part:{part.id}"
        assert (fact["data"]["sha256"], fact["data"]["lines"]) == (part.sha256, len(LINES))
        assert (fact["data"]["events"], fact["data"]["notices"], fact["data"]["diagnostics"]) == (9, 1, 0)
        assert "mara" not in json.dumps(fact)


class TestSentAgain:
    """What was taken before changes nothing."""

    def test_the_same_part(self, database: Database, server_id: UUID) -> None:
        """It is known by its hash."""
        first, again = send(database, server_id, *LINES), send(database, server_id, *LINES)

        assert (first.is_new, again.is_new, again.part.id) == (True, False, first.part.id)
        assert len(facts(database)) == 1

    def test_a_log_that_has_grown(self, database: Database, server_id: UUID) -> None:
        """Of a file that is sent whole again only what is new counts, whatever parts it came in."""
        send(database, server_id, *LINES[:3])
        send(database, server_id, *LINES[3:6])
        grown = send(database, server_id, *LINES)

        assert (grown.is_new, grown.part.lines) == (True, len(LINES) - 6)
        assert len(kept(database)[0]) == 3

    def test_an_older_log(self, database: Database, server_id: UUID) -> None:
        """What lies before the end of what was taken cannot be put in between."""
        send(database, server_id, *LINES)

        with pytest.raises(LogOutOfOrder):
            send(database, server_id, " 8:00:00 (lmgrd) TIMESTAMP 3/12/2026", ' 8:10:00 (gradeco) OUT: "grade" x@y')

    def test_a_clock_that_was_set_back(self, database: Database, server_id: UUID) -> None:
        """By up to an hour and five minutes it is still the same log."""
        send(database, server_id, *LINES)

        assert send(database, server_id, " 8:30:00 (lmgrd) TIMESTAMP 3/13/2026").is_new


class TestRefused:
    """What is no part of this server's log leaves nothing."""

    def test_another_file(self, database: Database, server_id: UUID) -> None:
        """A text of which nothing is understood."""
        with pytest.raises(NotACapture):
            send(database, server_id, "dear sir or madam")

        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(EventLog)) == 0

    def test_nothing(self, database: Database, server_id: UUID) -> None:
        """An empty text says nothing, least of all that nothing happened."""
        with pytest.raises(NotACapture):
            send(database, server_id, "")

    def test_a_server_without_logs(self, database: Database) -> None:
        """Of other kinds captures are read."""
        with database.transaction() as session:
            other = make_server(session, name="lic2", kind="sesinetd").id

        with pytest.raises(NoEventLog):
            send(database, other, *LINES)

    def test_an_unknown_server(self, database: Database) -> None:
        """A log belongs to a server of the catalogue."""
        with pytest.raises(NotInCatalogue):
            send(database, new_id(), *LINES)


def test_names_that_are_erased(database: Database, server_id: UUID) -> None:
    """In sessions, denials and what is carried on; what they held stays, under a name that says nothing."""
    send(database, server_id, *LINES[:9])
    with database.transaction() as session:
        forget_logged(session, SYSTEM, order_id=new_id(), tags={SEAL.tag("KIM"), SEAL.tag("bay2")}, seal=SEAL)
    sessions, denials = kept(database)
    with database.reading() as session:
        carried = session.scalars(select(EventLog.carried)).one()
    (fact,) = facts(database, "licensing.logged-names.erased")

    assert not {"kim", "bay2"} & {text for one in sessions for text in (one.user, one.host)}
    assert "kim" not in carried
    assert "bay2" not in carried
    assert "ole" in carried
    assert [outcome for outcome, _ in denials] == ["retried", "uncertain"]
    assert fact["data"]["rows"] == 3
    assert send(database, server_id, LINES[9]).part.sessions == 1
