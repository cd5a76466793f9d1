"""A history of ten million observed sessions: what taking in, a statement of a year and the board cost then.

Nearly five years of twenty licence servers with ten products each, each polled every ten minutes in the last year; a
contract has two of the products. ``python -m bench history`` runs
on both engines, takes about ten minutes and some 15 GB in the folder for temporary files, and leaves nothing there.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine
from answerprint.core.sealing import Seal
from answerprint.core.upgrade import upgrade
from answerprint.web.demo_captures import DemoFeature, lmstat
from audit.service.logs import open_house
from bench.history_rows import (
    BEGIN,
    END,
    FEATURES,
    SERVERS,
    SESSIONS,
    lay_captures,
    lay_parts,
    lay_sessions,
    opened,
    words_of,
)
from bench.logs import take, write_log
from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import EventLog
from licensing.queries.board import seats_board
from licensing.queries.captures import read_text
from licensing.queries.statements import Statement, contract_statement
from licensing.rules.contracts import ContractEntry
from licensing.rules.lots import LotEntry
from licensing.rules.servers import ServerEntry
from licensing.service.captures import take_capture
from licensing.service.contracts import add_contract
from licensing.service.eventlogs import take_log
from licensing.service.lots import add_lot
from licensing.service.products import add_product, link_feature
from licensing.service.servers import add_server
from licensing.service.vendors import add_vendor
from tests.postgres import cluster

MILLION = 1_000_000
LOG_LINES, CAPTURES, BOARDS, STATEMENTS = 200_000, 300, 40, 3
SEATS = 9
YEAR = (date(2024, 12, 1), date(2025, 11, 30))
LATER = END + timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Ingest:
    """What taking in costs in a house of so many sessions: seconds a million, and milliseconds a capture.

    ``processor`` is this process's own part of the seconds a million: all of them on SQLite, but for the disk.
    """

    sessions: int
    seconds_a_million: float
    processor: float
    capture: float


@dataclass(frozen=True, slots=True)
class History:
    """What was measured on one engine: ingest by size of the history, seconds a statement, milliseconds a board."""

    engine: str
    captures: int
    laid: list[float]
    ingest: list[Ingest]
    statements: list[float]
    processor: float
    boards: list[float]
    told: str


def run() -> None:
    """Measure on both engines and print the figures."""
    with tempfile.TemporaryDirectory(prefix="answerprint-history-") as place:
        show(measure(f"sqlite:///{place}/history.db", "SQLite", Path(place)))
    with (
        cluster() as server,
        server.copy_of("template1") as url,
        tempfile.TemporaryDirectory(prefix="answerprint-history-") as place,
    ):
        show(measure(url, "PostgreSQL", Path(place)))


def show(found: History) -> None:
    """Print what was measured."""
    print(f"{SESSIONS:,} observed sessions and {found.captures:,} captures, on {found.engine}")
    print(f"  rows laid, seconds a million: {', '.join(f'{one:.0f}' for one in found.laid)}")
    for one in found.ingest:
        print(
            f"  a log taken in with {one.sessions:>12,} there: {one.seconds_a_million:8.1f} s a million sessions, "
            f"{one.processor:.1f} s of processor; a capture {one.capture:.1f} ms"
        )
    ratio = found.ingest[-1].processor / found.ingest[0].processor
    print(f"  at {SESSIONS:,} a session costs {ratio:.2f} of what it costs at {MILLION:,}")
    statements = ", ".join(f"{one:.2f}" for one in found.statements)
    print(f"  statement of a year, s: {statements}, {found.processor:.2f} of processor")
    print(f"    {found.told}")
    boards = sorted(found.boards)
    print(f"  board, ms: p50 {boards[len(boards) // 2]:.1f}, p95 {boards[len(boards) * 95 // 100]:.1f}\n", flush=True)


def measure(url: str, engine: str, folder: Path) -> History:
    """Lay the history in a database and measure on the way and at the end."""
    upgrade(url)
    database = Database(url, seal=Seal(bytes(32)))
    contract_id = _furnish(database)
    with database.reading() as session:
        servers = list(session.scalars(select(LicenceServer.id).order_by(LicenceServer.name)))
    each = MILLION // SERVERS
    laid = [_lay(url, servers, 0, each)]
    ingest = [_ingest(database, servers[0], each, folder)]
    laid += [_lay(url, servers, first, first + each) for first in range(each, SESSIONS // SERVERS, each)]
    captures = _lay_captures(url, servers)
    _settle(url)
    ingest.append(_ingest(database, servers[0], SESSIONS // SERVERS, folder))
    began = time.process_time()
    statements = [_timed(lambda: _state(database, contract_id)) for _ in range(STATEMENTS)]
    processor = (time.process_time() - began) / STATEMENTS
    boards = [1000 * _timed(lambda: _board(database)) for _ in range(BOARDS)]
    told = _told(_state(database, contract_id))
    database.close()
    return History(engine, captures, laid, ingest, statements, processor, boards, told)


def _furnish(database: Database) -> UUID:
    """Make a house of a hundred products of fifty contracts, its servers' logs begun; return one contract."""
    with database.transaction() as session:
        key = Ed25519PrivateKey.generate().public_key()
        open_house(session, SYSTEM, origin="bench.example/answerprint", public_key=key)
    with database.transaction() as session:
        contracts = []
        for number in range(SERVERS):
            entry = ServerEntry(name=f"lic-{number:02}", kind="flexnet", zone="UTC")
            server = add_server(session, SYSTEM, entry=entry)
            vendor = add_vendor(session, SYSTEM, name=f"Vendor {number}")
            for place in range(FEATURES):
                if place % 2 == 0:
                    entered = ContractEntry(number=f"C-{number}-{place}", starts_on=BEGIN.date())
                    contracts.append(add_contract(session, SYSTEM, vendor_id=vendor.id, entry=entered).id)
                product = add_product(session, SYSTEM, vendor_id=vendor.id, name=f"Product {number}-{place}")
                lot = LotEntry(metric="concurrent-user", quantity=SEATS, starts_on=BEGIN.date())
                add_lot(session, SYSTEM, contract_id=contracts[-1], product_id=product.id, entry=lot)
                link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name=f"feature_{place}")
            begun = _start(BEGIN).encode()
            take_log(session, SYSTEM, server_id=server.id, raw=begun, now=BEGIN + timedelta(hours=1))
    return contracts[FEATURES // 2 + 1]


def _start(at: datetime) -> str:
    day = f"{at.month}/{at.day}/{at.year}"
    return (
        f" {at.hour}:00:00 (lmgrd) FlexNet Licensing (v11.19.0 build 1) started on ferry (linux) ({day})\n"
        f" {at.hour}:00:00 (gradeco) Server started on ferry for:\tgrade\t\n"
    )


def _lay(url: str, servers: list[UUID], first: int, last: int) -> float:
    """Lay the next sessions of each server; return the seconds it took."""
    engine = open_engine(url)
    words = words_of(engine)

    def lay() -> None:
        for server in servers:
            with engine.begin() as connection:
                lay_sessions(connection, words, server, first, last)
                lay_parts(connection, words, server, first, last)

    took = _timed(lay)
    engine.dispose()
    return took


def _lay_captures(url: str, servers: list[UUID]) -> int:
    engine = open_engine(url)
    printed = lmstat([DemoFeature(f"feature_{place}", 20, 8, 0) for place in range(FEATURES)], END).encode()
    with engine.begin() as connection:
        count = lay_captures(connection, words_of(engine), servers, printed)
    engine.dispose()
    return count


def _settle(url: str) -> None:
    """Let the engine see what there is now, as its own housekeeping would."""
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    engine.dispose()


def _ingest(database: Database, server_id: UUID, sessions: int, folder: Path) -> Ingest:
    """Take in a log and some captures as agents send them, after so many sessions of each server."""
    midnight = (BEGIN + timedelta(seconds=opened(sessions))).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    log = folder / "debug.log"
    write_log(log, LOG_LINES, begin=midnight)
    before, began = _count(database, server_id), time.process_time()
    took = _timed(lambda: take(database, server_id, log))
    processor = time.process_time() - began
    new = _count(database, server_id) - before
    capture = _timed(lambda: _take_captures(database, server_id, midnight)) / CAPTURES
    return Ingest(sessions * SERVERS, took / new * MILLION, processor / new * MILLION, 1000 * capture)


def _count(database: Database, server_id: UUID) -> int:
    with database.reading() as session:
        return session.scalars(select(EventLog.sessions).where(EventLog.server_id == server_id)).one()


def _take_captures(database: Database, server_id: UUID, begin: datetime) -> None:
    for number in range(CAPTURES):
        at = begin + timedelta(minutes=number)
        raw = lmstat([DemoFeature(f"feature_{place}", 20, 8, 0) for place in range(FEATURES)], at).encode()
        with database.reading() as session:
            read = read_text(session, server_id=server_id, raw=raw, taken_at=at, now=at)
        with database.transaction() as session:
            take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=at, now=at, text=read)


def _state(database: Database, contract_id: UUID) -> Statement:
    with database.reading() as session:
        return contract_statement(
            session, contract_id, starts_on=YEAR[0], ends_on=YEAR[1], zone=ZoneInfo("Europe/Berlin"), now=LATER
        )


def _told(statement: Statement) -> str:
    """Return what the statement says in short, so that one can see that it says something."""
    return "; ".join(
        f"{line.product} {line.state.value}, peak {line.peak.moment.in_use if line.peak else None}, "
        f"{len(line.overages)} times over, {line.observed.captures:,} captures"
        for line in statement.lines
    )


def _board(database: Database) -> None:
    with database.reading() as session:
        rows = seats_board(session, on=END.date(), now=END)
    if len(rows) != SERVERS * FEATURES:
        message = "the board does not show all products"
        raise RuntimeError(message)


def _timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began
