"""The bar to measure against: the least that a durable checkout over HTTP can do.

One conditional ``UPDATE … RETURNING``, one ``INSERT`` and one commit a request, with SQLAlchemy Core and the engine
that the app uses. It asks nobody who they are, keeps no trail and knows no lease. On SQLite its writers wait in turn
for a lock as the app's do, since without one it would be slower.
"""

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, bindparam, func, insert, select, update

from answerprint.core import clock
from answerprint.core.db import open_engine
from answerprint.core.types import UtcDateTime

ADDRESS = "ANSWERPRINT_BENCH_BARE"
SEATS = 1_000_000
STEPS = {"take": 1, "give": -1}

_metadata = MetaData()
pools = Table(
    "pools", _metadata, Column("id", Integer, primary_key=True), Column("seats", Integer), Column("used", Integer)
)
moves = Table(
    "moves",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("pool", ForeignKey("pools.id")),
    Column("step", Integer),
    Column("at", UtcDateTime()),
)
_used = pools.c.used + bindparam("step")
_MOVE = (
    update(pools)
    .where(pools.c.id == bindparam("pool"), _used.between(0, pools.c.seats))
    .values(used=_used)
    .returning(pools.c.used)
)

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def furnish(url: str, count: int) -> None:
    """Make the two tables, with pools numbered from 0."""
    engine = open_engine(url)
    with engine.begin() as connection:
        _metadata.create_all(connection)
        connection.execute(insert(pools), [{"id": number, "seats": SEATS, "used": 0} for number in range(count)])
    engine.dispose()


def seats_taken(url: str) -> int:
    """Return how many seats are taken, over all pools."""
    engine = open_engine(url)
    with engine.connect() as connection:
        taken = connection.scalar(select(func.sum(pools.c.used)))
    engine.dispose()
    return int(taken or 0)


class Bare:
    """The app: it answers ``POST /take/<pool>`` and ``POST /give/<pool>``."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, 16)
        is_sqlite = self._engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.Lock() if is_sqlite else nullcontext()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Move one seat and answer how many of its pool are used."""
        _, verb, pool = environ["PATH_INFO"].split("/") if environ["REQUEST_METHOD"] == "POST" else ("", "", "")
        body = b""
        if verb in STEPS:
            body = json.dumps({"used": self._move(int(pool), STEPS[verb])}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _move(self, pool: int, step: int) -> int:
        with self._turn, self._engine.begin() as connection:
            used = connection.scalars(_MOVE, {"pool": pool, "step": step}).one()
            connection.execute(insert(moves), {"pool": pool, "step": step, "at": clock.now()})
        return int(used)
