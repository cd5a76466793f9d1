"""A copy of the trail to attack. The original is only read: SQLite's file as a whole, else the tables of the trail."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy import Connection, Engine, event, insert, make_url, select, text
from sqlalchemy.orm import Session

from answerprint.core.db import Base, Database, open_engine, reader
from answerprint.core.sealing import Seal
from answerprint.core.upgrade import upgrade
from audit.drill.triggers import missing_triggers, standing

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy in a folder that goes away: its engine, how it was made, and what the original's own defences lack.

    With the sealing key, personal values are opened in it as in the original; ``beside`` signs in it where the logs
    are signed with ML-DSA-44 too.
    """

    path: Path
    backup: Path
    engine: Engine
    made: str
    lacks: tuple[str, ...]
    seal: Seal | None
    beside: MLDSA44PrivateKey | None

    @property
    def url(self) -> str:
        """The copy's address."""
        return f"sqlite:///{self.path}"

    def session(self, connection: Connection) -> Session:
        """Open a session whose end undoes nothing but what was not flushed; it carries the sealing key."""
        return Session(connection, join_transaction_mode="create_savepoint", info={"seal": self.seal})


@contextmanager
def copied(url: str, seal: Seal | None = None, beside: MLDSA44PrivateKey | None = None) -> Iterator[Copy]:
    """Copy the trail of a database into a temporary folder that only its owner can read; it is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="answerprint-drill-") as folder:
        path, backup = Path(folder) / "copy.db", Path(folder) / "earlier.db"
        source = make_url(url)
        if source.get_backend_name() == "sqlite":
            _copy_file(Path(source.database or ""), path)
            made, lacks = "a copy of its file", _lacking(f"sqlite:///{path}")
        else:
            _copy_tables(url, path)
            made, lacks = "its tables audit_*, copied to SQLite with SQLite's triggers", _lacking(url)
        engine = open_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _attach(backup))
        try:
            yield Copy(path, backup, engine, made, tuple(lacks), seal, beside)
        finally:
            engine.dispose()


def _copy_file(original: Path, path: Path) -> None:
    address = f"{original.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def _copy_tables(url: str, path: Path) -> None:
    upgrade(f"sqlite:///{path}")
    source, target = open_engine(url), Database(f"sqlite:///{path}")
    try:
        with reader(source).connect() as original, target.transaction() as session:
            copy = session.connection()
            # The copy must hold what the original holds, be it damaged, so nothing refuses a row meanwhile.
            triggers = standing(copy)
            drop_triggers(copy)
            for name in sorted(name for name in Base.metadata.tables if name.startswith("audit_")):
                table = Base.metadata.tables[name]
                for rows in original.execute(select(table)).mappings().partitions(CHUNK):
                    copy.execute(insert(table), [dict(row) for row in rows])
            for statement in triggers.values():
                copy.exec_driver_sql(statement)
    finally:
        source.dispose()
        target.close()


def drop_triggers(connection: Connection) -> None:
    """Take down all triggers of a copy."""
    for name in standing(connection):
        connection.execute(text(f"DROP TRIGGER {name}"))


def _lacking(url: str) -> list[str]:
    engine = open_engine(url)
    try:
        with reader(engine).connect() as connection:
            return missing_triggers(connection)
    finally:
        engine.dispose()


def _attach(backup: Path) -> Any:
    def attach(connection: Any, _entry: object) -> None:
        connection.execute("ATTACH DATABASE ? AS earlier", (str(backup),))

    return attach
