"""A house whose keys change, and what tests ask of it."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy import insert, select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Cosignature, Entry
from audit.note import Signer
from audit.queries import keys, logs
from audit.record import HOUSE, record
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from audit.service.keys import rotate_key
from audit.service.logs import open_log
from audit.signing import SigningKey
from audit.succession import Succession
from tests.conftest import ORIGIN
from tests.facts import ThingHappened

LICENSOR = "licensor-acme"
NEW = Ed25519PrivateKey.generate()
NEWER = Ed25519PrivateKey.generate()


def furnished(database: Database, key: Ed25519PrivateKey) -> Database:
    """Open a licensor's log and sign both."""
    with database.transaction() as session:
        open_log(session, SYSTEM, name=LICENSOR)
    for name in (LICENSOR, HOUSE):
        publish(database, key, log=name)
    return database


def happen(database: Database, log: str = HOUSE) -> None:
    """Record something."""
    with database.transaction() as session:
        record(session, SYSTEM, ThingHappened(about="thing:1", number=1), log=log)


def publish(
    database: Database,
    key: SigningKey,
    log: str = HOUSE,
    *,
    former: SigningKey | None = None,
    beside: MLDSA44PrivateKey | None = None,
    place: SecondPlace | None = None,
) -> bytes:
    """Publish a log's checkpoint."""
    with database.transaction() as session:
        return publish_checkpoint(
            session, SYSTEM, log_name=log, key=key, beside=beside, former=former, second_place=place
        ).note


def rotate(database: Database, old: SigningKey, new: SigningKey) -> dict[str, int]:
    """Hand all logs over; return where, by log."""
    with database.transaction() as session:
        return {one.log: one.since for one in rotate_key(session, SYSTEM, old=old, new=new)}


def succession(database: Database, log: str = HOUSE) -> Succession:
    """Read a log's keys."""
    with database.reading() as session:
        return keys.succession_of(session, logs.log_named(session, log))


def said(database: Database, kind: str, log: str) -> list[dict[str, object]]:
    """Return what the log itself says by entries of a kind."""
    with database.reading() as session:
        log_id = logs.log_named(session, log).id
        chosen = select(Entry.body).where(Entry.kind == kind, Entry.log_id == log_id).order_by(Entry.index)
        return [json.loads(body)["data"] for body in session.scalars(chosen)]


def vkey(key: SigningKey, log: str = HOUSE) -> str:
    """Return the verifier key of a key for a log."""
    return Signer(f"{ORIGIN}/{log}", key).vkey


def witness(database: Database, log: str, size: int) -> None:
    """Have a witness cosign a log at a size."""
    with database.transaction() as session:
        row = {"log_id": logs.log_named(session, log).id, "size": size, "collected_at": clock.now()}
        cosigned = {"witness": "witness.example/w1", "key_id": "01020304", "line": "\u2014 witness.example/w1 AAAA\n"}
        session.execute(insert(Cosignature).values(row | cosigned))
        record(session, SYSTEM, ThingHappened(about="thing:1"))
