"""Receipts for a client's people: what they did at the gate is proved from the client's own log, and sent to them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.db import Database
from answerprint.core.outbox import Attachment, queue_mail
from audit.models import Entry, StoredCheckpoint
from audit.policies import NO_POLICIES, Policies
from audit.queries import cosignatures, logs, tree
from audit.queries.cosignatures import cosigned_note
from reviews.models.gate import Receipt
from reviews.queries.parties import contact_by_id
from reviews.queries.receipts import unsent_receipts

_BODY = """\
Attached is a receipt: the proof that the house's signed log holds an entry of what you did on {moment} UTC.
Keep it. Anyone can check it without the house, with its public key and any program that reads C2SP tlog-proof.
The entry itself is named by its hash, so the file says nothing of what you saw.
"""


def proof_of_entry(
    session: Session, log_name: str, kind: str, about: str, *, policies: Policies, now: datetime
) -> str | None:
    """Return the proof of the newest entry of this kind about this; ``None`` while no served checkpoint covers it."""
    log = logs.log_named(session, log_name)
    is_it = (Entry.log_id == log.id, Entry.kind == kind, Entry.about == about)
    index = session.scalar(select(Entry.index).where(*is_it).order_by(Entry.index.desc()).limit(1))
    if index is None:
        return None
    failing = policies.on_failure(log_name, now)
    checkpoint: StoredCheckpoint | None = cosignatures.checkpoint_covering(session, log, index, failing)
    if checkpoint is None:
        return None
    proof = tree.prove(session, log, index, checkpoint)
    return replace(proof, checkpoint_raw=cosigned_note(session, log, checkpoint)).encode().decode()


def send_receipts(database: Database, *, policies: Policies = NO_POLICIES, now: datetime) -> int:
    """Send the receipts whose entries are signed by now; return how many. Each is sent once."""
    with database.reading() as session:
        waiting = [receipt.id for receipt in unsent_receipts(session)]
    sent = 0
    for receipt_id in waiting:
        with database.transaction() as session:
            receipt = session.get(Receipt, receipt_id, with_for_update=True)
            if receipt is not None and receipt.sent_at is None:
                sent += _send(session, receipt, policies, now)
    return sent


def _send(session: Session, receipt: Receipt, policies: Policies, now: datetime) -> bool:
    proof = proof_of_entry(session, receipt.log, receipt.kind, receipt.about, policies=policies, now=now)
    if proof is None:
        return False
    receipt.sent_at = now
    contact = contact_by_id(session, receipt.contact_id)
    if contact.erased_at is not None:
        return False
    name = f"receipt-{receipt.id.hex[-8:]}.tlog-proof"
    queue_mail(
        session,
        kind="reviews.receipt",
        recipient=contact.email,
        subject="Your receipt",
        body=_BODY.format(moment=f"{receipt.made_at:%d %B %Y, %H:%M}"),
        attachment=Attachment(name, "text/plain; charset=utf-8", proof),
        now=now,
    )
    return True
