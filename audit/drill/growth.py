"""Entries of the drill's own in the copy, so that there is something of every kind to attack."""

import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit import queries
from audit.record import HOUSE, Fact, personal, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from audit.tiles import WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed(Fact):
    """Something that happened in a drill only, and stands in copies only."""

    kind: ClassVar[str] = "audit.drill.rehearsed"
    person: str | None = personal()


def grow(copy: Path, backup: Path, key: Ed25519PrivateKey) -> str:
    """Open a log in the copy, record and sign; set a backup aside on the way. Returns the log's name.

    Raises ``KeyMismatch`` where the key is not that of the logs.
    """
    name = f"drill-{secrets.token_hex(4)}"
    database = Database(f"sqlite:///{copy}")
    try:
        with database.transaction() as session:
            open_log(session, SYSTEM, name=name)
            _rehearse(session, name, 4)
            _rehearse(session, HOUSE, max(4, WIDTH - queries.log_size(session, queries.log_named(session, HOUSE))))
        _sign(database, name, key)
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        for signs in (True, False):
            with database.transaction() as session:
                _rehearse(session, name, 4)
                _rehearse(session, HOUSE, 4)
            if signs:
                _sign(database, name, key)
    finally:
        database.close()
    return name


def _rehearse(session: Session, log: str, times: int) -> None:
    for number in range(times):
        record(session, SYSTEM, Rehearsed(about=f"drill:{number}", person=f"Nobody {number}"), log=log)


def _sign(database: Database, name: str, key: Ed25519PrivateKey) -> None:
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=name, key=key)
    with database.transaction() as session:
        # Behind the entry that names that checkpoint, so that the house log has a tail of its own to lose.
        _rehearse(session, HOUSE, 4)
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key)
