"""What the stories of a review share: the client's part at the gate, and the receipt that they check by themselves."""

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.web.receipts import send_receipts
from audit.models import Entry
from audit.note import Signer, Verifier
from audit.proof import parse_proof, verify_proof
from audit.service.checkpoints import publish_checkpoint
from tests.conftest import ORIGIN
from tests.reviews.gate.guest import Guest, furnish, guest_of, hidden_of


def found(pattern: str, text: str) -> str:
    """Return what a pattern's group finds in a text."""
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def last_mail(database: Database) -> OutboxMail:
    """Return the newest mail."""
    with database.reading() as session:
        return session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()


class Client:
    """Somebody of the client's, with a mailbox, a browser, and no account."""

    def __init__(self, app: Flask, database: Database, folder: Path) -> None:
        furnish(app, folder)
        self.app, self.database = app, database

    def come_in(self, secret: str) -> Guest:
        """Open a link and prove the mailbox."""
        guest = guest_of(self.app, self.database)
        guest.open(secret)
        guest.verify()
        return guest

    def accept(self) -> str:
        """Accept the agreement that the newest mail leads to; return the hash of the text that was shown."""
        guest = self.come_in(found(r"/g#([\w-]{43})", last_mail(self.database).body))
        text = found(r'name="text_sha256" value="([0-9a-f]{64})"', guest.page())
        assert guest.submit("/g/visit/agreement", typed_name="Ines Okafor").status_code == 303
        return text

    def decide(self, guest: Guest) -> str:
        """Sign off with a fresh code; return the round."""
        for action in ("/g/visit/signing/request", "/g/visit/signing"):
            mailed = found(r"\b(\d{3} ?\d{3})\b", last_mail(self.database).body) if "request" not in action else ""
            hidden = hidden_of(guest.page("/g/visit/signing"), action)
            assert guest.client.post(action, data=hidden | {"code": mailed}).status_code == 303
        page = guest.page()
        assert page.count('<option value="">Choose</option>') == 3, "a sign-off begins with nothing chosen"
        decided = guest.submit("/g/visit/decision", value="approved", display="consumer", room="home", text="Lovely")
        assert decided.status_code == 303, decided.text
        return found(r'name="round_id" value="([^"]+)"', page)


def take_receipts(database: Database, log: str, key: Ed25519PrivateKey) -> int:
    """Sign a client's log, send what is owed, and check the proof of the decision without the house."""
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=log, key=key)
    sent = send_receipts(database, now=clock.now())
    with database.reading() as session:
        body = session.scalars(select(Entry.body).where(Entry.kind == "reviews.decision.made")).one()
    origin, proof = f"{ORIGIN}/{log}", last_mail(database).attachment
    assert proof is not None
    verify_proof(parse_proof(proof.encode()), body, Verifier.from_vkey(Signer(origin, key).vkey), origin)
    return sent
