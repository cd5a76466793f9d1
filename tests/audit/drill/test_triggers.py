"""The triggers of the trail are known by name, and one that is missing or hollow is named."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from answerprint.core.db import Database, open_engine
from audit.drill.known_triggers import ON_POSTGRESQL
from audit.drill.triggers import fingerprint, missing_triggers, standing


@pytest.fixture(name="connection")
def _connection(database: Database, database_url: str) -> Iterator[Connection]:
    """A connection without the guard to a migrated database; what it does is rolled back."""
    assert database.engine.url.database
    engine = open_engine(database_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def test_migrated_database_misses_none(connection: Connection) -> None:
    """What the migrations make is what is looked for; on PostgreSQL the list is held by hand, and this holds it."""
    found = {name: fingerprint(definition) for name, definition in standing(connection).items()}

    assert connection.dialect.name == "sqlite" or found == ON_POSTGRESQL
    assert missing_triggers(connection) == []


def test_dropped_trigger_is_named(connection: Connection) -> None:
    """A trigger that is gone is named."""
    on = "" if connection.dialect.name == "sqlite" else " ON audit_entries"
    connection.execute(text(f"DROP TRIGGER audit_entries_no_gap{on}"))

    assert missing_triggers(connection) == ["trigger audit_entries_no_gap is missing or out of force"]


def test_trigger_out_of_force_is_named(connection: Connection) -> None:
    """On PostgreSQL a trigger may stand and be switched off; on SQLite it can be replaced. Either is named."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER audit_entries_no_gap"))
        connection.execute(
            text("CREATE TRIGGER audit_entries_no_gap BEFORE INSERT ON audit_entries BEGIN SELECT 1; END")
        )
        expected = "trigger audit_entries_no_gap was replaced"
    else:
        connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_gap"))
        expected = "trigger audit_entries_no_gap is missing or out of force"

    assert missing_triggers(connection) == [expected]


def test_hollow_function_is_named_on_postgresql(connection: Connection) -> None:
    """A trigger whose function no longer raises refuses nothing."""
    if connection.dialect.name == "sqlite":
        pytest.skip("SQLite's triggers have no functions")
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NEW; END $$"
        )
    )

    assert missing_triggers(connection) == ["trigger audit_entries_no_gap was replaced"]
