"""What was erased leaves the files of an embedded database."""

import sqlite3
from pathlib import Path

from answerprint.core.db import Database
from answerprint.core.residue import scour

SAID = b"lena.quast@post.example"


def written(path: Path) -> bytes:
    """Return all bytes of a database's files."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))


def test_old_pages_and_the_log_of_writes_are_cleared(tmp_path: Path) -> None:
    """What stays in the unused part of a page, and in pages of the write-ahead log, is gone when it was scoured."""
    path = tmp_path / "house.db"
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE said (what TEXT)")
        session.connection().exec_driver_sql(f"INSERT INTO said VALUES ('{SAID.decode()}'), ('{'x' * 9000}')")
    careless = sqlite3.connect(path, isolation_level=None)
    careless.execute("PRAGMA secure_delete=OFF")
    careless.execute("DELETE FROM said WHERE what LIKE 'lena%'")
    careless.execute("PRAGMA wal_checkpoint(FULL)")
    before = written(path)
    is_done = scour(database)
    after = written(path)
    careless.close()
    database.close()

    assert SAID in before
    assert is_done
    assert SAID not in after


def test_who_reads_an_old_state_is_told_of(tmp_path: Path) -> None:
    """A reader of an old state keeps its pages: then it was not done, and is repeated."""
    path = tmp_path / "house.db"
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE said (what TEXT)")
    with database.reading() as session:
        session.connection().exec_driver_sql("SELECT * FROM said").all()
        with database.engine.connect() as impatient:
            impatient.connection.dbapi_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
        first = scour(database)
    second = scour(database)
    database.close()

    assert (first, second) == (False, True)
