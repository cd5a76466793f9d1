"""How fast the trail is searched: first pages out of a million entries, on SQLite or PostgreSQL, without HTTP.

The entries are put in at once and not recorded one by one, so this trail has no signatures; a search reads none. Months
of a house: seats out and back, captures, sign-ins, and rare acts, by sixty people from a hundred addresses.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, insert, text

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine
from answerprint.core.paging import PageRequest
from answerprint.core.sealing import Seal
from answerprint.core.upgrade import upgrade
from audit.facts.exports import TrailRead
from audit.models import Disclosure, Entry, Log
from audit.queries.search import EntryFilter, find_entries, known_kinds
from tests.postgres import cluster

ENTRIES, BATCH, SEARCHES = 1_000_000, 20_000, 400
START = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=45)

_Row = dict[str, object]

_CHANCE = random.Random(7)
_LOGS = ("house", *(f"licensor-{number}" for number in range(9)))
_ACTORS = tuple(str(UUID(int=number)) for number in range(1, 61))
_PROJECTS = tuple(str(UUID(int=number)) for number in range(1001, 1041))
_ADDRESSES = tuple(f"10.4.{number // 50}.{number % 50}" for number in range(100))
_HOLDERS = tuple(f"Artist {number}" for number in range(600))
_KINDS = {
    "licensing.seat.checked-out": 300,
    "licensing.seat.returned": 290,
    "licensing.capture.taken": 180,
    "licensing.seat.extended": 90,
    TrailRead.kind: 60,
    "facility.sign-in.succeeded": 50,
    "audit.checkpoint.published": 20,
    "licensing.seat.denied": 6,
    "facility.sign-in.failed": 3,
    "licensing.contract.changed": 0.6,
    "facility.person.added": 0.3,
    "audit.log.exported": 0.1,
}
_WEIGHTS = tuple(_KINDS.values())


@dataclass(frozen=True, slots=True)
class Searched:
    """How long first pages took, in milliseconds, by what was sought; ``kinds`` is the list of kinds."""

    engine: str
    entries: int
    times: dict[str, list[float]]
    kinds: float

    def percentile(self, percent: int, name: str = "") -> float:
        """Return the time under which so many of a hundred searches stayed; of all where no name is given."""
        times = sorted(self.times[name] if name else [one for some in self.times.values() for one in some])
        return times[min(len(times) - 1, len(times) * percent // 100)]


def run() -> None:
    """Measure on both engines and print the figures."""
    with tempfile.TemporaryDirectory(prefix="answerprint-search-") as place:
        show(on_sqlite(Path(place)))
    show(on_postgresql())


def on_sqlite(folder: Path, entries: int = ENTRIES) -> Searched:
    """Measure on a database in ``folder``."""
    return _run(f"sqlite:///{folder / 'search.db'}", "SQLite", entries)


def on_postgresql(entries: int = ENTRIES) -> Searched:
    """Measure on a PostgreSQL of its own."""
    with cluster() as server, server.copy_of("template1") as url:
        return _run(url, "PostgreSQL", entries)


def show(measured: Searched) -> None:
    """Print the figures."""
    print(f"Search, first page out of {measured.entries:,} entries, on {measured.engine}, milliseconds")
    print(f"  {'':32}{'p50':>9}{'p95':>9}{'p99':>9}")
    for name in ("", *measured.times):
        figures = "".join(f"{measured.percentile(percent, name):9.1f}" for percent in (50, 95, 99))
        print(f"  {name or f'all {SEARCHES} searches':32}{figures}")
    print(f"  {'the kinds there are':32}{measured.kinds:9.1f}\n")


def _run(url: str, engine: str, entries: int) -> Searched:
    seal = Seal(bytes(32))
    upgrade(url)
    _fill(url, seal, entries)
    database = Database(url, seal=seal)
    times: dict[str, list[float]] = {}
    searches = _searches(START + entries * STEP)
    for turn in range(SEARCHES):
        name, make = searches[turn % len(searches)]
        times.setdefault(name, []).append(_timed(database, make()))
    began = time.perf_counter()
    with database.reading() as session:
        known_kinds(session)
    kinds = 1000 * (time.perf_counter() - began)
    database.close()
    return Searched(engine, entries, times, kinds)


def _timed(database: Database, sought: EntryFilter) -> float:
    began = time.perf_counter()
    with database.reading() as session:
        find_entries(session, sought, PageRequest())
    return 1000 * (time.perf_counter() - began)


def _searches(now: datetime) -> list[tuple[str, Callable[[], EntryFilter]]]:
    """Return what people search for; the last ones are the worst that we know of."""
    pick = _CHANCE.choice

    def some_day(sought: EntryFilter) -> EntryFilter:
        since = START + (now - START) * _CHANCE.random()
        return replace(sought, since=since, until=since + timedelta(days=1))

    rare = ("licensing.contract.changed", "facility.person.added", "audit.log.exported")
    return [
        ("the newest", EntryFilter),
        ("the newest but readings", lambda: EntryFilter(with_readings=False)),
        ("kind", lambda: EntryFilter(kind=pick(list(_KINDS)))),
        ("actor", lambda: EntryFilter(actor=pick(_ACTORS))),
        ("object", lambda: EntryFilter(about=f"product:{_CHANCE.randrange(200)}")),
        ("project", lambda: EntryFilter(project=pick(_PROJECTS))),
        ("address", lambda: EntryFilter(address=pick(_ADDRESSES))),
        ("holder", lambda: EntryFilter(value=pick(_HOLDERS))),
        ("log", lambda: EntryFilter(log=pick(_LOGS))),
        ("a day", lambda: some_day(EntryFilter())),
        ("kind and actor", lambda: EntryFilter(kind=pick(list(_KINDS)), actor=pick(_ACTORS))),
        ("project, actor, a day", lambda: some_day(EntryFilter(project=pick(_PROJECTS), actor=pick(_ACTORS)))),
        ("address and actor", lambda: EntryFilter(address=pick(_ADDRESSES), actor=pick(_ACTORS))),
        ("address and kind", lambda: EntryFilter(address=_ADDRESSES[0], kind=pick(list(_KINDS)))),
        ("holder and project", lambda: EntryFilter(value=pick(_HOLDERS), project=pick(_PROJECTS))),
        ("log and kind", lambda: EntryFilter(log=pick(_LOGS), kind=pick(list(_KINDS)))),
        ("rare kind, a day", lambda: some_day(EntryFilter(kind=pick(rare)))),
        ("rare kind, common address", lambda: EntryFilter(kind=pick(rare), address=_ADDRESSES[0])),
        ("two common, never both", lambda: EntryFilter(kind="licensing.capture.taken", actor=_ACTORS[0])),
        ("common address, never with", lambda: EntryFilter(kind="licensing.capture.taken", address=_ADDRESSES[0])),
    ]


def _fill(url: str, seal: Seal, entries: int) -> None:
    engine = open_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    rows = _rows(seal, entries)
    with engine.connect() as connection:
        if is_sqlite:
            connection.execute(text("DROP TRIGGER audit_entries_no_gap"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        named = [{"id": number, "name": name, "origin": name, "public_key": ""} for number, name in enumerate(_LOGS, 1)]
        connection.execute(insert(Log), named)
        while _add(connection, rows):
            pass
        connection.commit()
    if not is_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _add(connection: Connection, rows: Iterator[tuple[_Row, list[_Row]]]) -> bool:
    some = [one for one, _ in zip(rows, range(BATCH), strict=False)]
    if some:
        connection.execute(insert(Entry), [entry for entry, _ in some])
        connection.execute(insert(Disclosure), [value for _, values in some for value in values])
    return len(some) == BATCH


def _rows(seal: Seal, entries: int) -> Iterator[tuple[_Row, list[_Row]]]:
    tags = {one: seal.tag(one) for one in (*_ADDRESSES, *_HOLDERS)}
    sizes = dict.fromkeys(_LOGS, 0)
    for number in range(entries):
        kind = _CHANCE.choices(list(_KINDS), _WEIGHTS)[0]
        log = _LOGS[0] if not kind.startswith("licensing") else _LOGS[1 + _few(9)]
        at: _Row = {"log_id": _LOGS.index(log) + 1, "idx": sizes[log]}
        sizes[log] += 1
        is_seat = kind.startswith("licensing.seat")
        actor = _ACTORS[_few(60)] if is_seat or "sign-in" in kind or kind == TrailRead.kind else SYSTEM.id
        entry: _Row = at | {
            "kind": kind,
            "recorded_at": START + number * STEP,
            "actor": actor,
            "about": f"product:{_few(200)}" if kind == "licensing.seat.denied" else f"checkout:{number // 3}",
            "project": _PROJECTS[_few(40)] if is_seat and _CHANCE.random() < 0.7 else None,
            "body": b'{"about":"checkout:0","data":{}}'.ljust(380),
            "leaf_hash": number.to_bytes(32),
        }
        yield entry, _values_of(at, tags, is_seat=is_seat, is_person=actor != SYSTEM.id)


def _values_of(at: _Row, tags: dict[str, str], *, is_seat: bool, is_person: bool) -> list[_Row]:
    values = {"address": _ADDRESSES[_few(100)]} if is_person else {}
    if is_seat:
        values["holder"] = _HOLDERS[_CHANCE.randrange(600)]
    sealed = bytes(140)
    return [
        at | {"name": name, "subject": f"text:{tags[value]}", "tag": tags[value], "sealed": sealed}
        for name, value in values.items()
    ]


def _few(among: int) -> int:
    """Return a number below ``among``, the small ones far more often, as people and places are met."""
    return int(among * _CHANCE.random() ** 2.5)
