"""A trail in which everything happened that a trail can hold: one row at least of each of its tables."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from audit.cosignature import Cosigner
from audit.models import Cosignature, Witnessing
from audit.note import Signer, parse_note
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.erasures import ask_erasure, carry_out_erasure
from audit.service.holds import lift_hold, set_hold
from audit.service.keys import add_mldsa_key, report_compromise, rotate_key
from audit.service.logs import open_log
from audit.service.orders import refuse_order
from audit.service.prunings import ask_pruning, carry_out_pruning
from audit.service.retention import set_retention
from tests.facts import PersonSeen, ThingHappened

LICENSOR = "licensor-acme"
SEEN, ERASED = UUID(int=1), UUID(int=2)
ANN, BO, CY = (
    Actor(kind=ActorKind.PERSON, id=str(UUID(int=number)), person_id=UUID(int=number), address="192.0.2.7")
    for number in (11, 12, 13)
)


@dataclass(frozen=True, slots=True)
class Eventful:
    """What a reader of the trail may have: the policy of its witness, and the key that signs it in the end."""

    policy: bytes
    last_key: Ed25519PrivateKey
    beside: MLDSA44PrivateKey


def live(database: Database, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch) -> Eventful:
    """Live through more than a year."""
    second, third, beside = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    with database.transaction() as session:
        open_log(session, SYSTEM, name=LICENSOR)
        for number in range(260):
            record(session, ANN, ThingHappened(about=f"thing:{number}", number=number))
            record(session, BO, ThingHappened(about=f"thing:{number}", number=number), log=LICENSOR)
        for person in (SEEN, ERASED):
            for log in (LICENSOR, HOUSE):
                record(session, BO, PersonSeen(about=f"person:{person}", name=f"{person}", place="door"), log=log)
    _sign(database, log_key)
    with database.transaction() as session:
        rotate_key(session, BO, old=log_key, new=second)
        add_mldsa_key(session, BO, key=beside.public_key())
    _sign(database, second, beside, log_key)
    with database.transaction() as session:
        report_compromise(session, BO, revoked=second, new=third)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    with database.transaction() as session:
        _decide(session)
    _sign(database, third, beside)
    with database.transaction() as session:
        policy = _witness(session, third, beside)
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about=f"person:{SEEN}", name="Ann Example", place="suite 3"))
    return Eventful(policy, third, beside)


def _sign(
    database: Database,
    key: Ed25519PrivateKey,
    beside: MLDSA44PrivateKey | None = None,
    former: Ed25519PrivateKey | None = None,
) -> None:
    for name in (LICENSOR, HOUSE):
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=name, key=key, beside=beside, former=former)


def _decide(session: Session) -> None:
    now, ground = clock.now(), "Art. 17 (1) GDPR"
    erasure = ask_erasure(session, ANN, subject=f"person:{ERASED}", ground=ground, now=now)
    carry_out_erasure(session, BO, order_id=erasure.id, now=now)
    refused = ask_erasure(session, ANN, subject=f"person:{SEEN}", ground=ground, now=now)
    refuse_order(session, BO, order_id=refused.id, reason="still needed", now=now)
    ask_erasure(session, BO, subject=f"person:{SEEN}", ground=ground, now=now)
    pruning = ask_pruning(session, ANN, log_name=LICENSOR, minimum=256, ground="a year is over", now=now)
    carry_out_pruning(session, CY, order_id=pruning.id, now=now)
    lifted = set_hold(session, ANN, log_name=LICENSOR, reason="a dispute", now=now)
    lift_hold(session, BO, hold_id=lifted.id, now=now)
    set_hold(session, ANN, subject=f"person:{SEEN}", reason="another dispute", now=now)
    set_retention(session, ANN, log_name=LICENSOR, days=500, version=0)
    set_retention(session, ANN, log_name=HOUSE, days=500, version=0)
    set_retention(session, ANN, log_name=HOUSE, days=600, version=1)


def _witness(session: Session, key: Ed25519PrivateKey, beside: MLDSA44PrivateKey) -> bytes:
    """Have a witness cosign what the house log signed last, and say that it was asked."""
    checkpoint = publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key, beside=beside)
    watcher = Cosigner("watch.example/w", Ed25519PrivateKey.generate())
    signature = watcher.cosign(parse_note(checkpoint.note).text, int(clock.now().timestamp()))
    place = {"log_id": checkpoint.log_id, "size": checkpoint.size}
    signed_by = parse_note(checkpoint.note).signatures[0]
    public = f"witness w {watcher.key.vkey}\nquorum w\n"
    policy = f"log {Signer(signed_by.name, key).vkey}\n{public}".encode()
    session.add(
        Cosignature(
            **place,
            witness=signature.name,
            key_id=signature.key_id.hex(),
            collected_at=clock.now(),
            line=signature.line(),
        )
    )
    session.add(
        Witnessing(
            **place,
            asked_at=clock.now(),
            policy_sha256=sha256(policy).hexdigest(),
            is_quorum_met=True,
            failures="{}",
        )
    )
    return policy
