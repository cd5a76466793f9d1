"""The column that says whether a checkout is borrowed comes and goes, and the ledger's triggers stay."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from answerprint.core.db import open_engine
from answerprint.core.upgrade import downgrade, upgrade

_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'licensing_checkouts'"
_POSTGRESQL = (
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgrelid = 'licensing_checkouts'::regclass"
)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Open a connection and close its engine afterwards."""
    engine = open_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def triggers(url: str) -> list[tuple[str, str]]:
    """Return the triggers of the checkouts, as the database has them."""
    with connected(url) as connection:
        asked = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
        return sorted((row[0], row[1]) for row in connection.execute(text(asked)))


def test_the_ledgers_triggers_stay_on_the_table(database_url: str) -> None:
    """Added in place and taken away in place: no trigger is lost on the way, up or down."""
    downgrade(database_url, "0005")
    before = triggers(database_url)
    upgrade(database_url, "0006")
    after = triggers(database_url)
    downgrade(database_url, "0005")

    assert len(before) >= 5
    assert before == after == triggers(database_url)
