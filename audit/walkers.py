"""Who reads the stretches: this process, and for a long trail further processes beside it.

Each further process reads in a transaction of its own. On PostgreSQL it takes over this one's snapshot. On SQLite it
begins later, and may see more; what is append-only is bounded by the stretch, and what may end (values and entries, by
order) ends with an entry, so two states with as many such entries agree. Where they do not agree, or a process fails,
this process reads the stretch itself: it depends on no other for its verdict, only for its speed.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core.db import open_engine, reader
from answerprint.core.sealing import UnusableSealError, load_seal
from audit.rowsource import UnreadableRowsError
from audit.stretch import Reader, Stretch, StretchRead

IN_HAND = 2
"""Stretches that a process has in hand, so that it never waits."""


class AnotherStateError(Exception):
    """The process sees another state of the database than the one that asks it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is, for a process of its own, and the state that it is to see."""

    url: str
    seal_file: Path | None = None
    snapshot: str | None = None
    ended: int = 0
    worth_it: int = 200_000
    """Entries from which on a further process is worth its start."""


def read_all(session: Session, stretches: Sequence[Stretch], place: Place | None = None) -> Iterator[StretchRead]:
    """Yield what is read of each stretch, in their order; with ``place`` several processes read."""
    own = Reader(session)
    others = len(os.sched_getaffinity(0)) - 1
    entries = sum(one.last - one.first for one in stretches)
    if place is None or others < 1 or entries < place.worth_it:
        yield from map(own.read, stretches)
        return
    with ProcessPoolExecutor(others, get_context("spawn")) as pool:
        try:
            yield from _shared(pool, others, own, stretches, _seen(session, own, place))
        finally:
            pool.shutdown(cancel_futures=True)


def _seen(session: Session, own: Reader, place: Place) -> Place:
    """Return the place with the state that this session sees of it."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    snapshot = None if is_sqlite else session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    return replace(place, snapshot=snapshot, ended=own.ended())


def _shared(
    pool: ProcessPoolExecutor, others: int, own: Reader, stretches: Sequence[Stretch], place: Place
) -> Iterator[StretchRead]:
    waiting = deque(enumerate(stretches))
    asked: dict[Future[StretchRead], int] = {}
    done: dict[int, StretchRead] = {}
    for turn in range(len(stretches)):
        while turn not in done:
            with suppress(BrokenProcessPool, RuntimeError):
                while waiting and len(asked) < others * IN_HAND:
                    number, stretch = waiting[0]
                    asked[pool.submit(_read, place, stretch)] = number
                    waiting.popleft()
            # At the end what another has in hand is read here too, rather than waited for: it may not even run yet.
            number, stretch = waiting.popleft() if waiting else (turn, stretches[turn])
            done[number] = own.read(stretch)
            for future in [one for one in asked if one.done()]:
                number, read = asked.pop(future), _result(future)
                # What another failed to read is read here when its turn comes.
                if read is not None and number >= turn:
                    done[number] = read
        yield done.pop(turn)


def _result(future: Future[StretchRead]) -> StretchRead | None:
    try:
        return future.result()
    except (AnotherStateError, BrokenProcessPool, SQLAlchemyError, UnreadableRowsError, UnusableSealError, OSError):
        return None


def _read(place: Place, stretch: Stretch) -> StretchRead:
    """Read a stretch in a process of its own."""
    return _reader_at(place).read(stretch)


@cache
def _reader_at(place: Place) -> Reader:
    connection = reader(open_engine(place.url, pool_size=1)).connect()
    if place.snapshot is not None:
        # It must be the transaction's first statement, and takes no bound value; PostgreSQL made the text itself.
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{place.snapshot}'")
    seal = load_seal(place.seal_file) if place.seal_file is not None else None
    found = Reader(Session(connection, info={"seal": seal}))
    if found.ended() != place.ended:
        raise AnotherStateError
    return found
