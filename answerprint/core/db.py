"""The database, and the only commit.

SQLite is opened with WAL, ``synchronous=FULL`` and foreign keys; a write begins IMMEDIATE, and the writers of one
process wait in turn for a lock of their own, since SQLite's busy handler sleeps (measured: p99 of 400 ms against 11).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, MetaData, Table, Uuid, create_engine, event, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from answerprint.core.guard import Guard
from answerprint.core.sealing import Seal
from answerprint.core.types import UtcDateTime

Finisher = Callable[[Session], None]


class Base(DeclarativeBase):
    """The tables of all floors; a table's name begins with its floor's."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, UUID: Uuid}  # noqa: RUF012 - SQLAlchemy's own idiom


class Database:
    """One database, its engine and its transactions. Without ``seal`` no personal value can be recorded or read."""

    def __init__(self, url: str, *, seal: Seal | None = None, pool_size: int = 16) -> None:
        self.engine = open_engine(url, pool_size)
        self._info = {"seal": seal}
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reader = reader(self.engine)
        self.turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()
        Guard(self.engine, Base.metadata)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open the one transaction of a change. It commits at the end of the block, or nothing of it happened."""
        with self.turn, Session(self.engine, expire_on_commit=False, info=self._info) as session:
            try:
                session.connection()
                yield session
                settle(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads, all of it from one state of the database."""
        with Session(self._reader, info=self._info) as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def at_end(session: Session, finisher: Finisher) -> None:
    """Have ``finisher`` called once, at the end of the transaction, just before the commit."""
    finishers: list[Finisher] = session.info.setdefault("finishers", [])
    if finisher not in finishers:
        finishers.append(finisher)


def settle(session: Session) -> None:
    """Flush, and let all that waits for the transaction's end happen now; what was settled is not settled twice."""
    session.flush()
    finishers: list[Finisher] = session.info.get("finishers", [])
    while finishers:
        finishers.pop(0)(session)


def insert_if_absent(session: Session, table: Table, values: dict[str, Any]) -> bool:
    """Insert one row unless a row with its key is there already; report whether it was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # The row count of such an insert is not told by every driver; a returned row is.
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(literal(1))
    return session.connection().execute(statement).first() is not None


def open_engine(url: str, pool_size: int = 4) -> Engine:
    """Open an engine without the guard: for migrations, and for reading a database that is under suspicion."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 10}, pool_size=pool_size, max_overflow=64)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_size=pool_size, max_overflow=64, pool_pre_ping=True)


def reader(engine: Engine) -> Engine:
    """Return the engine of sessions that only read: all they read is one state, the one their first statement finds.

    On PostgreSQL's usual isolation each statement sees what was committed before it; who holds rows of several
    statements against each other, as verification does, would take a writer's commit between them for damage.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(answerprint_reading=True)
    return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver would open transactions by itself, deferred, and only before DML: it is told not to.
    connection.isolation_level = None
    # What is erased is written over, and not left in a free page of the file.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("answerprint_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
