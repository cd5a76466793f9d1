"""Whatever is written into any table of the trail, verification fails: every byte is held against something."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Connection, Table, delete, select, text, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from answerprint.core.db import Base, open_engine
from audit.verification import Means, Verification, verify_database
from audit.witnessrows import GivenPolicy
from tests.audit.eventful import Eventful
from tests.conftest import SEAL

TRAIL = [
    table
    for name, table in sorted(Base.metadata.tables.items())
    if name.startswith("audit_") and "unrecorded" not in table.info
]
UNSIGNED = {
    ("audit_cosignatures", "collected_at"): "the house's own note; the witness's time stands in the line",
    ("audit_witnessings", "asked_at"): "the house's own note",
    ("audit_witnessings", "failures"): "the house's own note, of which the form is checked",
    ("audit_witnessings", "policy_sha256"): "names a file outside the database",
}
"""What stands under nobody's signature, and why."""
UNMISSED = {
    "audit_cosignatures": "a witness keeps what it signed; nothing here counts its lines",
    "audit_witnessings": "the house's own notes",
}
"""Tables whose rows may go without a finding, and why."""


@pytest.fixture(name="intruder")
def _intruder(eventful: Eventful, database_url: str) -> Iterator[Connection]:
    """Somebody with every right on the database: the triggers are off, and what they do is rolled back at the end."""
    assert eventful.policy
    engine = open_engine(database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in TRAIL:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
        yield connection
        connection.rollback()
    engine.dispose()


def look(connection: Connection, eventful: Eventful) -> Verification:
    """Verify what the intruder has left, with the sealing key and the witness's policy."""
    means = Means(policies=[GivenPolicy.read(eventful.policy)])
    with Session(connection, join_transaction_mode="create_savepoint", info={"seal": SEAL}) as session:
        return verify_database(session, trusted_keys=None, means=means)


def flips(value: Any) -> Iterator[Any]:
    """Yield the value with one byte of it changed, at several places."""
    match value:
        case bool() | None:
            return
        case int():
            yield from (value ^ 1, value + 256)
        case datetime():
            yield from (value + timedelta(days=1), value + timedelta(microseconds=1))
        case UUID():
            yield UUID(int=value.int ^ 1)
        case str():
            places = {0, len(value) // 2, len(value) - 1}
            yield from (value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in places)
        case bytes():
            places = {0, len(value) // 3, len(value) // 2, len(value) - 2, len(value) - 1}
            yield from (value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in places)


def chosen_rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Return the first rows, the last, and some between."""
    key = list(table.primary_key.columns)
    rows = [dict(row) for row in connection.execute(select(table).order_by(*key)).mappings()]
    return rows if len(rows) <= 6 else [rows[0], rows[1], rows[len(rows) // 2], rows[-2], rows[-1]]


def changes(table: Table, column: Column[Any], value: Any) -> list[Any]:
    """Return the values to try in place of this one."""
    if (table.name, column.key) in UNSIGNED:
        return []
    return list(flips(value))


@pytest.mark.parametrize("table", TRAIL, ids=lambda table: str(table.name))
def test_any_changed_byte_in_any_row_is_found_and_named(intruder: Connection, eventful: Eventful, table: Table) -> None:
    """Every column of every table of the trail is held against something: no byte can change unseen."""
    before = look(intruder, eventful)
    rows = chosen_rows(intruder, table)

    assert before.holds, before.findings
    assert rows
    for row in rows:
        for column in table.columns:
            for changed in changes(table, column, row[column.key]):
                verdict = look_at_change(intruder, eventful, row, column, changed)

                assert verdict is None or not verdict.holds, (table.name, column.name, row[column.key], changed)
                assert verdict is None or str(verdict.findings[0])


def look_at_change(
    connection: Connection, eventful: Eventful, row: dict[str, Any], column: Column[Any], changed: Any
) -> Verification | None:
    """Change one value of one row, verify, and put it back; ``None`` where a key of the table refuses the change."""
    table = column.table
    this = [key == row[key.key] for key in table.primary_key.columns]
    with connection.begin_nested() as change:
        try:
            connection.execute(update(table).where(*this).values({column.key: changed}))
        except (IntegrityError, DataError):
            change.rollback()
            return None
        verdict = look(connection, eventful)
        change.rollback()
    return verdict


@pytest.mark.parametrize("table", TRAIL, ids=lambda table: str(table.name))
def test_any_removed_row_is_found(intruder: Connection, eventful: Eventful, table: Table) -> None:
    """No row of any table of the trail can go missing unseen, but for those of which it is said."""
    for row in chosen_rows(intruder, table):
        with intruder.begin_nested() as change:
            intruder.execute(delete(table).where(*[key == row[key.key] for key in table.primary_key.columns]))
            verdict = look(intruder, eventful)
            change.rollback()

        # The house log names the others' checkpoints, and none of its own: those a witness or a reader keeps.
        is_of_house = table.name == "audit_checkpoints" and row["log_id"] == 1
        assert not verdict.holds or is_of_house or table.name in UNMISSED, (table.name, row)
