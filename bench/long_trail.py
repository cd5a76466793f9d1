"""A trail of many entries, laid in bulk, and how fast it is verified: in one process, and with others beside it.

The rows are those that recording would have made; only the use cases are left out, which would take minutes. The bar is
a bare loop in one process that reads the same rows and does nothing with them but hash each body.
"""

import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.sealing import Seal, make_seal
from answerprint.core.types import isoformat
from answerprint.core.upgrade import upgrade
from audit.canonical import JsonValue, canonical
from audit.disclosure import digest, make_disclosure
from audit.entrycheck import COLUMNS
from audit.models import Head
from audit.queries.logs import public_text
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_house
from audit.subjects import keys_for_recording, text_subject
from audit.tree import leaf_hash
from audit.valuecheck import COLUMNS as VALUE_COLUMNS
from audit.verification import Means, verify_database
from audit.walkers import Place
from licensing.facts.seats import SeatCheckedOut
from tests.facts import PersonSeen
from tests.postgres import Cluster, cluster

LAID, SIGNED, PEOPLE = 20_000, 100_003, 300
MANY, SOME = 1_000_000, 100_000
ACTOR = "018f6e1c-7d5e-7000-8000-00000000000a"
_NAMES = [f"Artist {number}" for number in range(PEOPLE)]
FIRST_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
_ROWS = text(f"SELECT {COLUMNS} FROM audit_entries WHERE log_id = 1 ORDER BY idx")  # noqa: S608
_VALUES = text(f"SELECT {VALUE_COLUMNS} FROM audit_disclosures WHERE log_id = 1 ORDER BY idx")  # noqa: S608


@dataclass(frozen=True, slots=True)
class LongTrail:
    """Entries a second: read and hashed by a bare loop, verified in one process, and in as many as there are cores."""

    engine: str
    entries: int
    values: int
    bare: float
    alone: float
    shared: float
    findings: tuple[str, ...]


def run() -> bool:
    """Measure and print; return whether each trail was found to hold."""
    print("Trail verified, entries a second; ratio to a bare loop that only reads the rows and hashes the bodies")
    print(f"{'':44}{'bare':>12}{'alone':>12}{'ratio':>8}{'shared':>12}{'ratio':>8}")
    is_sound = True
    with tempfile.TemporaryDirectory(prefix="answerprint-bench-") as name, cluster() as server:
        for one in _measured(Path(name), server):
            what = f"{one.entries:,} entries, {one.values} values each, {one.engine}"
            rates = f"{one.bare:12,.0f}{one.alone:12,.0f}{one.alone / one.bare:8.2f}"
            print(f"  {what:42}{rates}{one.shared:12,.0f}{one.shared / one.bare:8.2f}", flush=True)
            for finding in one.findings:
                print(f"    {finding}")
            is_sound = is_sound and not one.findings
    return is_sound


def _measured(folder: Path, server: Cluster) -> Iterator[LongTrail]:
    """Measure a million entries without personal values, a hundred thousand with some, and both on PostgreSQL."""
    for entries, values in ((MANY, 0), (SOME, 0), (SOME, 1), (SOME, 2), (SOME, 3)):
        place = folder / f"{entries}-{values}"
        place.mkdir(parents=True)
        yield measure(place, f"sqlite:///{place / 'trail.db'}", entries, values)
        shutil.rmtree(place)
    for values in (0, 2):
        place = folder / f"postgresql-{values}"
        place.mkdir(parents=True)
        with server.copy_of("template1") as url:
            yield measure(place, url, SOME, values)


def measure(folder: Path, url: str, entries: int, values: int) -> LongTrail:
    """Lay a trail with so many personal values an entry, sign it, and verify it."""
    upgrade(url)
    seal, key = make_seal(folder / "seal.key"), Ed25519PrivateKey.generate()
    database = Database(url, seal=seal)
    lay(database, seal, key, entries, values)
    bare = max(_bare(database, entries, values) for _ in range(2))
    trusted = public_text(key.public_key())
    alone, _ = _verify(database, trusted, None)
    runs = [_verify(database, trusted, Place(url, folder / "seal.key")) for _ in range(2)]
    database.close()
    shared, findings = max(runs)
    return LongTrail(database.engine.dialect.name, entries, values, bare, alone, shared, findings)


def lay(database: Database, seal: Seal, key: Ed25519PrivateKey, entries: int, values: int) -> None:
    """Open a house and fill its log, signing now and then."""
    with database.transaction() as session:
        open_house(session, SYSTEM, origin="bench.example/answerprint", public_key=key.public_key())
        for number in range(PEOPLE if values else 0):
            record(session, SYSTEM, PersonSeen(about=f"person:{number}", name=f"Artist {number}", place="suite"))
    start = 1 + (PEOPLE if values else 0)
    for first in range(start, entries, LAID):
        with database.transaction() as session:
            _lay(session, seal, range(first, min(first + LAID, entries)), values)
        if first // SIGNED != (first + LAID) // SIGNED or first + LAID >= entries:
            with database.transaction() as session:
                publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key)


def _lay(session: Session, seal: Seal, places: range, values: int) -> None:
    subjects = [text_subject(seal.tag(name)) for name in _NAMES]
    keys = keys_for_recording(session, seal, set(subjects)) if values else {}
    rows: list[tuple[object, ...]] = []
    beside: list[tuple[object, ...]] = []
    for index in places:
        nonce, digests = secrets.token_hex(16), []
        for field in ("holder", "host", "address")[:values]:
            of = secrets.randbelow(PEOPLE)
            one = keys[subjects[of]]
            disclosure = make_disclosure(one.salt(nonce, field), field, _NAMES[of])
            digests.append(digest(disclosure))
            sealed = one.seal(disclosure, nonce, field)
            beside.append((1, index, field, subjects[of], subjects[of].removeprefix("text:"), sealed))
        rows.append(_row(index, nonce, digests))
    connection = session.connection()
    # The head first, as recording does it.
    connection.execute(update(Head).where(Head.log_id == 1).values(size=places.stop))
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    for table, columns, new in (("audit_entries", COLUMNS, rows), ("audit_disclosures", VALUE_COLUMNS, beside)):
        marks = ", ".join([mark] * (2 + columns.count(",")))
        if new:
            connection.exec_driver_sql(f"INSERT INTO {table} (log_id, {columns}) VALUES ({marks})", new)  # noqa: S608


def _row(index: int, nonce: str, digests: list[str]) -> tuple[object, ...]:
    product, project, about = (f"{index:08x}-0000-7000-8000-{secrets.token_hex(6)}" for _ in range(3))
    at = FIRST_AT + timedelta(seconds=index)
    data: dict[str, JsonValue] = {"product": product, "quantity": 1, "project": project, "started_on": "2026-03-14"}
    data |= {"expires_at": isoformat(at), "checked_out": 7, "capacity": 500, "over_capacity": 0}
    body: dict[str, JsonValue] = {"v": 1, "fact": SeatCheckedOut.kind, "at": isoformat(at), "nonce": nonce}
    body |= {"about": f"checkout:{about}", "actor": {"kind": "person", "id": ACTOR}, "data": data}
    if digests:
        body |= {"_sd": list[JsonValue](sorted(digests)), "_sd_alg": "sha-256"}
    written = canonical(body)
    stored = isoformat(at).replace("T", " ").removesuffix("Z")
    return 1, index, SeatCheckedOut.kind, stored, ACTOR, f"checkout:{about}", project, written, leaf_hash(written)


def _bare(database: Database, entries: int, values: int) -> float:
    began = time.perf_counter()
    with database.reading() as session:
        for row in _raw(session, _ROWS):
            sha256(b"\x00" + row[6]).digest()
        for _ in _raw(session, _VALUES) if values else ():
            pass
    return entries / (time.perf_counter() - began)


def _raw(session: Session, statement: Any) -> Iterator[Any]:
    connection = session.connection().execution_options(stream_results=True)
    cursor: Any = connection.execute(statement).cursor
    while rows := cursor.fetchmany(4096):
        yield from rows


def _verify(database: Database, trusted: str, place: Place | None) -> tuple[float, tuple[str, ...]]:
    began = time.perf_counter()
    with database.reading() as session:
        verification = verify_database(session, trusted_keys=[trusted], means=Means(place=place))
    entries = sum(log.size for log in verification.logs)
    return entries / (time.perf_counter() - began), tuple(str(finding) for finding in verification.findings)
