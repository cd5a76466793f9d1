"""Bundles for tests: made once from a real log, and forged member by member."""

import hashlib
import json
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core.actor import Actor, ActorKind
from answerprint.core.db import Database
from audit.bundle.export import export_bundle
from audit.bundle.layout import MANIFEST, SUMS
from audit.bundle.source import Period, Selection
from audit.models import Entry
from audit.note import Signer
from audit.queries.logs import log_named, newest_checkpoint
from audit.queries.tree import prove
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from tests.conftest import ORIGIN, SEAL
from tests.facts import PersonSeen, ThingHappened

ANN = Actor(kind=ActorKind.PERSON, id="018f-ann", address="192.0.2.7")
OLDER, SIZE = 300, 600
NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

Forgery = Callable[[dict[str, bytes]], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A whole bundle, one of a period, an older one, what goes with them, and the folder for forged ones."""

    folder: Path
    vkey: str
    whole: Path
    period: Path
    older: Path
    checkpoint: bytes
    older_checkpoint: bytes
    receipt: bytes
    entry: bytes
    forked: Path
    seal_file: Path


def make(template: Path, folder: Path, key: Ed25519PrivateKey) -> Made:
    """Return bundles of a log of 600 entries, every fifth of which names a person."""
    database = _database(template, folder / "log.db")
    _record(database, 1, OLDER)
    first = _publish(database, key)
    older = write_bundle(database, folder / "older.zip", Period())
    _record(database, OLDER, SIZE)
    newest = _publish(database, key)
    with database.reading() as session:
        log = log_named(session, HOUSE)
        places = select(Entry.recorded_at, Entry.body).where(Entry.log_id == log.id, Entry.index == 260)
        since, entry = session.execute(places).one()
        checkpoint = newest_checkpoint(session, log)
        assert checkpoint is not None
        receipt = prove(session, log, 260, checkpoint).encode()
    whole = write_bundle(database, folder / "whole.zip", Period())
    period = write_bundle(database, folder / "period.zip", Period(since=since))
    database.close()
    fork = _database(template, folder / "fork.db")
    _record(fork, 2, SIZE + 1)
    _publish(fork, key)
    forked = write_bundle(fork, folder / "forked.zip", Period())
    fork.close()
    vkey = Signer(f"{ORIGIN}/{HOUSE}", key).vkey
    return Made(folder, vkey, whole, period, older, newest, first, receipt, entry, forked, write_seal(folder))


def write_seal(folder: Path) -> Path:
    """Write the sealing key of the tests to a file, as a house has it."""
    path = folder / "seal.key"
    path.write_text(bytes(range(32)).hex() + "\n")
    path.chmod(0o600)
    return path


def write_bundle(database: Database, path: Path, period: Period) -> Path:
    """Export the house log to a file."""
    with path.open("w+b") as target, database.reading() as session:
        export_bundle(session, log_name=HOUSE, target=target, selection=Selection(period), zone=BERLIN, now=NOW)
    return path


def _database(template: Path, path: Path) -> Database:
    shutil.copy(template, path)
    return Database(f"sqlite:///{path}", seal=SEAL)


def _record(database: Database, start: int, end: int) -> None:
    for number in range(start, end):
        # One transaction each hundred, so that instants differ.
        if number % 100 == 0 or number == start:
            stop = min(end, number - number % 100 + 100)
            with database.transaction() as session:
                for one in range(number, stop):
                    record(session, ANN, _fact(one))


def _fact(number: int) -> ThingHappened | PersonSeen:
    if number % 5:
        return ThingHappened(about=f"thing:{number}", number=number)
    return PersonSeen(about=f"person:{number}", name=f"Ann <{number}>", place="=suite 2")


def _publish(database: Database, key: Ed25519PrivateKey) -> bytes:
    with database.transaction() as session:
        return publish_checkpoint(session, ANN, log_name=HOUSE, key=key).note


def members_of(path: Path) -> dict[str, bytes]:
    """Return all members of a zip."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, members: dict[str, bytes], *more: tuple[str, bytes]) -> Path:
    """Write a zip of these members, and of ``more`` even where a name is there already."""
    with ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, raw in [*members.items(), *more]:
            archive.writestr(name, raw)
    return path


def forged(made: Made, forgery: Forgery, source: Path | None = None) -> Path:
    """Return the bundle as somebody left it who changed members and nothing else."""
    members = members_of(source or made.whole)
    forgery(members)
    return zipped(made.folder / "forged.zip", members)


def sealed(made: Made, forgery: Forgery, source: Path | None = None) -> Path:
    """Return the bundle as somebody left it who also wrote manifest and SHA256SUMS anew."""
    members = members_of(source or made.whole)
    forgery(members)
    said = json.loads(members[MANIFEST])
    said["members"] = {name: len(raw) for name, raw in members.items() if name not in (MANIFEST, SUMS)}
    said["disclosures"] = members["disclosures.jsonl"].count(b"\n")
    members[MANIFEST] = json.dumps(said, indent=1, sort_keys=True).encode() + b"\n"
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items() if name != SUMS}
    members[SUMS] = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    return zipped(made.folder / "sealed.zip", members)


def flip(name: str, at: float) -> Forgery:
    """Return the forgery of one bit of a member, ``at`` from 0 to 1 of its length."""

    def forge(members: dict[str, bytes]) -> None:
        raw = bytearray(members[name])
        raw[int((len(raw) - 1) * at)] ^= 1
        members[name] = bytes(raw)

    return forge


def swap(first: str, second: str) -> Forgery:
    """Return the forgery of two members that change places."""

    def forge(members: dict[str, bytes]) -> None:
        members[first], members[second] = members[second], members[first]

    return forge


def drop(name: str) -> Forgery:
    """Return the forgery that leaves a member out."""

    def forge(members: dict[str, bytes]) -> None:
        del members[name]

    return forge


def put(name: str, raw: bytes) -> Forgery:
    """Return the forgery that puts other bytes in a member's place."""

    def forge(members: dict[str, bytes]) -> None:
        members[name] = raw

    return forge
