"""What ``audit.record`` promises: facts land with their change, in order, without gap, and personal values stay out."""

import json
import threading

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from audit.disclosure import digest
from audit.models import Disclosure, Entry, Head
from audit.queries.entries import entry_at
from audit.queries.logs import log_named
from audit.record import HOUSE, UnknownLogError, record
from audit.service.logs import LogExists, open_log
from tests.facts import PersonSeen, ThingHappened

ANN = Actor(kind=ActorKind.PERSON, id="018f-ann", address="192.0.2.7")


class TestRecord:
    """A fact and its change."""

    def test_fact_takes_the_next_place(self, database: Database) -> None:
        """Entries count from 0 without gap, and the transaction says where its facts went."""
        with database.transaction() as session:
            record(session, ANN, ThingHappened(about="thing:1"))
            record(session, ANN, ThingHappened(about="thing:2"))
        with database.reading() as reading:
            indexes = reading.scalars(select(Entry.index).order_by(Entry.index)).all()

        assert session.info["entries"] == ["house/1", "house/2"]
        assert indexes == [0, 1, 2]

    def test_refusal_leaves_no_gap(self, database: Database) -> None:
        """A transaction that fails takes its facts with it, and the next fact takes the place they would have had."""
        with pytest.raises(ZeroDivisionError), database.transaction() as session:
            record(session, ANN, ThingHappened(about="thing:1"))
            _ = 1 // 0
        with database.transaction() as session:
            record(session, ANN, ThingHappened(about="thing:2"))

        assert session.info["entries"] == ["house/1"]

    def test_body_is_canonical_and_repeated_beside_it(self, database: Database) -> None:
        """The body says who, when, what and about what; the columns repeat it."""
        with database.transaction() as session:
            record(session, ANN, ThingHappened(about="thing:1", number=7))
        with database.reading() as reading:
            entry = reading.scalars(select(Entry).where(Entry.index == 1)).one()
        said = json.loads(entry.body)

        assert said["fact"] == entry.kind == "test.thing.happened"
        assert said["data"] == {"number": 7}
        assert said["actor"] == {"kind": "person", "id": "018f-ann"}
        assert said["about"] == entry.about == "thing:1"
        assert len(said["nonce"]) == 32

    def test_personal_values_stay_out_of_the_body(self, database: Database) -> None:
        """A name and an address stand in the entry only as digests; the disclosures lie beside it."""
        with database.transaction() as session:
            record(session, ANN, PersonSeen(about="person:1", name="Ann Example", place="suite 2"))
        with database.reading() as reading:
            body = reading.scalars(select(Entry.body).where(Entry.index == 1)).one()
            stored = b"".join(one.sealed or b"" for one in reading.scalars(select(Disclosure)))
            beside = entry_at(reading, log_named(reading, "house"), 1).disclosures

        assert b"Ann Example" not in body + stored
        assert b"192.0.2.7" not in body
        assert set(beside) == {"name", "address"}
        assert json.loads(body)["_sd"] == sorted(map(digest, beside.values()))

    def test_two_equal_facts_have_different_leaves(self, database: Database) -> None:
        """A nonce in each entry keeps a reader of hashes from guessing what it says."""
        with database.transaction() as session:
            for _ in range(2):
                record(session, ANN, ThingHappened(about="thing:1"))
        with database.reading() as reading:
            leaves = reading.scalars(select(Entry.leaf_hash).where(Entry.index > 0)).all()

        assert leaves[0] != leaves[1]

    def test_fact_for_a_log_never_opened_is_refused(self, database: Database) -> None:
        """A misspelt log is an error, not a new log."""
        with pytest.raises(UnknownLogError), database.transaction() as session:
            record(session, ANN, ThingHappened(about="thing:1"), log="licensor-nobody")

    def test_fact_that_fits_no_entry_bundle_is_refused(self, database: Database) -> None:
        """An entry of more than 65,535 bytes could never be served in a tile, so it never gets a place."""
        with pytest.raises(ValueError, match="entry bundle"), database.transaction() as session:
            record(session, ANN, ThingHappened(about="x" * 65_536))

    def test_fifty_writers_leave_no_gap_and_no_fork(self, database: Database) -> None:
        """Writers of two logs at once neither collide nor deadlock, whatever order they name the logs in."""
        with database.transaction() as session:
            open_log(session, SYSTEM, name="licensor-acme")
        failures: list[BaseException] = []

        def write(number: int) -> None:
            logs = [HOUSE, "licensor-acme"]
            try:
                with database.transaction() as session:
                    for log in logs if number % 2 else reversed(logs):
                        record(session, ANN, ThingHappened(about=f"thing:{number}"), log=log)
            except DBAPIError as error:  # pragma: no cover
                failures.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as reading:
            sizes = reading.scalars(select(Head.size).order_by(Head.log_id)).all()
            counts = reading.execute(select(func.count(), func.max(Entry.index)).group_by(Entry.log_id)).all()

        assert not failures
        assert list(sizes) == [51, 51]
        assert [tuple(row) for row in counts] == [(51, 50), (51, 50)]


class TestOpenLog:
    """A log for each counterparty."""

    def test_log_is_opened_once(self, database: Database) -> None:
        """A second log of the same name is refused."""
        with database.transaction() as session:
            open_log(session, SYSTEM, name="licensor-acme")

        with pytest.raises(LogExists), database.transaction() as session:
            open_log(session, SYSTEM, name="licensor-acme")

    def test_log_begins_with_its_own_opening(self, database: Database) -> None:
        """The first entry of a log says its name, its origin and its key."""
        with database.transaction() as session:
            open_log(session, SYSTEM, name="licensor-acme")
        with database.reading() as reading:
            log = log_named(reading, "licensor-acme")
            first = reading.scalars(select(Entry).where(Entry.log_id == log.id)).one()
        said = json.loads(first.body)["data"]

        assert log.origin == "post.example/answerprint/licensor-acme"
        assert said == {"log_id": log.id, "name": log.name, "origin": log.origin, "public_key": log.public_key}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET kind = 'other'",
        "DELETE FROM audit_entries",
        "UPDATE audit_logs SET name = 'other'",
        "DELETE FROM audit_logs",
        "UPDATE audit_heads SET size = size - 1",
        "DELETE FROM audit_heads",
        "UPDATE audit_disclosures SET subject = name",
        "UPDATE audit_disclosures SET sealed = NULL, tag = NULL, subject = 'erased:1'",
        "UPDATE audit_subjects SET subject = 'other'",
        "DELETE FROM audit_subjects",
        "DELETE FROM audit_disclosures",
    ],
)
def test_database_itself_refuses_to_rewrite_the_trail(database: Database, statement: str) -> None:
    """Triggers on both engines keep every table of the trail append-only."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Ann Example", place="suite 2"))

    with pytest.raises(DBAPIError, match=r"append-only|only grows"), database.transaction() as session:
        session.execute(text(statement))


def test_database_itself_refuses_an_entry_out_of_place(database: Database) -> None:
    """An entry takes the next place of its log or none."""
    row = {"log_id": 1, "idx": 5, "kind": "k", "actor": "a", "about": "b", "body": b"{}", "leaf_hash": b"0" * 32}

    with pytest.raises(DBAPIError, match="next place"), database.transaction() as session:
        at = session.scalar(select(func.max(Entry.recorded_at)))
        session.connection().execute(insert(Entry.__table__), [row | {"recorded_at": at}])  # type: ignore[arg-type]
