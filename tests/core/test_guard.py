"""No change without a fact: whichever way a statement reaches the database."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.guard import UnrecordedChange, written_tables
from audit.record import record
from facility.models import Client
from tests.facts import ThingHappened

NAME = "Northlight Pictures"
ID = UUID(int=7)


def add_by_unit_of_work(session: Session) -> None:
    """Add a client as the ORM does."""
    session.add(Client(id=ID, name=NAME))


def add_by_bulk_insert(session: Session) -> None:
    """Add a client in bulk."""
    session.execute(insert(Client), [{"id": ID, "name": NAME, "version": 1}])


def add_by_legacy_bulk(session: Session) -> None:
    """Add a client through the older bulk call."""
    session.bulk_insert_mappings(Client, [{"id": ID, "name": NAME, "version": 1}])


def add_by_text(session: Session) -> None:
    """Add a client by SQL text."""
    session.execute(text(f"INSERT INTO facility_clients (id, name, version) VALUES ('{ID.hex}', '{NAME}', 1)"))


def add_by_driver(session: Session) -> None:
    """Add a client by driver SQL."""
    session.connection().exec_driver_sql(
        f"/* INSERT INTO nothing */ INSERT INTO facility_clients (id, name, version) VALUES ('{ID.hex}', '{NAME}', 1)"
    )


WAYS = [add_by_unit_of_work, add_by_bulk_insert, add_by_legacy_bulk, add_by_text, add_by_driver]


@pytest.mark.parametrize("add", WAYS)
class TestWaysIn:
    """The five ways in, each with a fact and without one."""

    def test_change_without_a_fact_is_refused(self, database: Database, add: Callable[[Session], None]) -> None:
        """A commit that would change a table of a domain without an entry is refused, and nothing of it stays."""
        with pytest.raises(UnrecordedChange, match="facility_clients"), database.transaction() as session:
            add(session)
        with database.reading() as reading:
            found = reading.scalars(select(Client)).all()

        assert not found

    def test_change_with_a_fact_lands(self, database: Database, add: Callable[[Session], None]) -> None:
        """The same change lands together with its fact."""
        with database.transaction() as session:
            add(session)
            record(session, SYSTEM, ThingHappened(about="client:1"))
        with database.reading() as reading:
            found = reading.scalars(select(Client.name)).all()

        assert found == [NAME]


class TestOtherPaths:
    """Paths that do not go through ``transaction``."""

    def test_commit_of_a_plain_connection_is_refused(self, database: Database) -> None:
        """The guard sits on the engine, not on the session; and nothing stays pending for its next user."""
        with database.engine.connect() as connection:
            connection.execute(insert(Client).values(id=ID, name=NAME, version=1))

            with pytest.raises(UnrecordedChange):
                connection.commit()
        with database.transaction() as session:
            record(session, SYSTEM, ThingHappened(about="client:1"))
        with database.reading() as reading:
            assert not reading.scalars(select(Client)).all()

    @pytest.mark.parametrize("statement", [update(Client).values(name="x"), delete(Client)])
    def test_autocommit_is_refused_at_the_statement(self, database: Database, statement: object) -> None:
        """Where there is no transaction there is no fact, so the statement itself is refused."""
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            assert isinstance(connection, Connection)
            with pytest.raises(UnrecordedChange, match="autocommit"):
                connection.execute(statement)  # type: ignore[call-overload]

    def test_fact_of_an_earlier_transaction_does_not_serve_a_later_one(self, database: Database) -> None:
        """What the guard noted ends with its transaction, though the connection goes back to the pool."""
        with database.transaction() as session:
            add_by_text(session)
            record(session, SYSTEM, ThingHappened(about="client:1"))

        with pytest.raises(UnrecordedChange), database.transaction() as session:
            session.execute(update(Client).values(name="Other"))

    def test_reading_session_cannot_write(self, database: Database) -> None:
        """A change on a reading session never lands."""
        with database.reading() as session, pytest.raises(Exception, match=r"read-only|no fact|readonly"):
            session.execute(update(Client).values(name="Other"))
            session.commit()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("INSERT INTO a (x) VALUES (1)", {"a"}),
        ('insert or replace into "a" values (1)', {"a"}),
        ("REPLACE INTO a VALUES (1)", {"a"}),
        ("UPDATE ONLY public.a SET x = 1", {"a"}),
        ('UPDATE "public"."a" SET x = 1', {"a"}),
        ("UPDATE/* b */a SET x = 'DELETE FROM c'", {"a"}),
        ("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", {"a", "b"}),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", {"a"}),
        ("COPY a FROM STDIN", {"a"}),
        ("DO $$ BEGIN UPDATE a SET x = 1; END $$", {"a"}),
        ("-- UPDATE b\nDELETE FROM a", {"a"}),
        ("SELECT 'it''s -- not' ; DELETE FROM a", {"a"}),
    ],
)
def test_written_tables_are_read_from_the_statement(statement: str, tables: set[str]) -> None:
    """Whatever stands around it, the guard sees which table a statement writes to."""
    assert tables <= written_tables(statement)
    assert not ({"c"} & written_tables(statement))


def test_truncate_counts_for_every_table_it_names() -> None:
    """TRUNCATE takes a list."""
    assert {"a", "b"} <= written_tables("TRUNCATE TABLE a, b CASCADE")


@pytest.mark.parametrize("statement", ["SELECT * FROM a FOR UPDATE", "SELECT 'UPDATE a SET x = 1'"])
def test_reading_writes_nothing(statement: str) -> None:
    """A lock or a text is not a change."""
    assert "a" not in written_tables(statement)
