"""Entries of the drill's own in the copy, so that there is something of every kind to attack."""

import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.sealing import seal_if_any
from audit.cosignature import Cosigner
from audit.drill.copy import Copy
from audit.models import Cosignature, Entry
from audit.note import parse_note
from audit.queries import logs
from audit.record import HOUSE, Fact, personal, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from audit.tiles import WIDTH
from audit.witnessrows import GivenPolicy

WITNESS = "drill.example/witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed(Fact):
    """Something that happened in a drill only, and stands in copies only."""

    kind: ClassVar[str] = "audit.drill.rehearsed"
    person: str | None = personal()


@dataclass(frozen=True, slots=True)
class Grown:
    """The log that was opened for the drill, and the policy of the witness that cosigned in it."""

    log: str
    policy: GivenPolicy


def grow(copy: Copy, key: Ed25519PrivateKey) -> Grown:
    """Open a log in the copy, record and sign; set a backup aside on the way. A witness of the drill's own cosigns.

    Raises ``KeyMismatch`` where the key is not that of the logs.
    """
    name = f"drill-{secrets.token_hex(4)}"
    database = Database(copy.url, seal=copy.seal)
    try:
        with database.transaction() as session:
            open_log(session, SYSTEM, name=name)
            _rehearse(session, name, 4)
            _rehearse(session, HOUSE, max(4, WIDTH - logs.log_size(session, logs.log_named(session, HOUSE))))
        _sign(database, copy, name, key)
        with closing(sqlite3.connect(copy.path)) as source, closing(sqlite3.connect(copy.backup)) as target:
            source.backup(target)
        for signs in (True, False):
            with database.transaction() as session:
                _rehearse(session, name, 4)
                _rehearse(session, HOUSE, 4)
            if signs:
                _sign(database, copy, name, key)
        policy = _cosign(database, name)
    finally:
        database.close()
    return Grown(name, policy)


def _cosign(database: Database, name: str) -> GivenPolicy:
    """Have a witness cosign the counterparty's log; the house's stays as it is in a house without witnesses."""
    witness = Cosigner(WITNESS, Ed25519PrivateKey.generate())
    with database.transaction() as session:
        log = logs.log_named(session, name)
        newest = logs.newest_checkpoint(session, log)
        if newest is not None:
            entry = select(Entry.recorded_at).where(Entry.log_id == log.id).order_by(Entry.index.desc()).limit(1)
            at = session.execute(entry).scalar_one()
            line = witness.cosign(parse_note(newest.note).text, int(at.timestamp()))
            place = {"log_id": log.id, "size": newest.size, "witness": WITNESS, "key_id": line.key_id.hex()}
            session.add(Cosignature(**place, collected_at=at, line=line.line()))
        return GivenPolicy.read(f"witness drill {witness.key.vkey}\nquorum drill\n".encode())


def _rehearse(session: Session, log: str, times: int) -> None:
    # Without the sealing key nothing personal can be recorded.
    person = "Nobody" if seal_if_any(session) is not None else None
    for number in range(times):
        record(session, SYSTEM, Rehearsed(about=f"drill:{number}", person=person), log=log)


def _sign(database: Database, copy: Copy, name: str, key: Ed25519PrivateKey) -> None:
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=name, key=key, beside=copy.beside)
    with database.transaction() as session:
        # Behind the entry that names that checkpoint, so that the house log has a tail of its own to lose.
        _rehearse(session, HOUSE, 4)
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key, beside=copy.beside)
