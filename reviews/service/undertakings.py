"""Texts of confidentiality undertakings. A change is a new version, and who accepted the old one is asked again."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from facility.public import client_log
from facility.queries.projects import visible_client
from reviews.facts.parties import UndertakingAccepted, UndertakingAdded
from reviews.models.parties import NdaAcceptance, NdaText
from reviews.queries.parties import contact_by_id, newest_undertaking, undertaking_by_id
from reviews.rules.vocabulary import Proof


def add_undertaking(
    session: Session, actor: Actor, *, client_id: UUID, title: str, text: str, now: datetime
) -> NdaText:
    """Add an undertaking, or the next version of the one of this title; the same text again changes nothing."""
    visible_client(session, actor, client_id)
    newest = newest_undertaking(session, client_id, title)
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    if newest is not None and newest.text_sha256 == text_sha256:
        return newest
    number = 1 if newest is None else newest.number + 1
    added = NdaText(client_id=client_id, title=title, number=number, text=text, text_sha256=text_sha256, added_at=now)
    session.add(added)
    session.flush()
    fact = UndertakingAdded(
        about=f"undertaking:{added.id}", client=client_id, title=title, number=number, text_sha256=text_sha256
    )
    record(session, actor, fact, log=client_log(session, client_id))
    return added


def accept_undertaking(
    session: Session, actor: Actor, *, contact_id: UUID, nda_text_id: UUID, proof: Proof, now: datetime
) -> NdaAcceptance:
    """Note that a contact accepted the text as it stands, and how it was known that it was they."""
    contact, undertaking = contact_by_id(session, contact_id), undertaking_by_id(session, nda_text_id)
    accepted = NdaAcceptance(
        contact_id=contact.id,
        nda_text_id=undertaking.id,
        text_sha256=undertaking.text_sha256,
        proof=proof.value,
        accepted_at=now,
    )
    session.add(accepted)
    fact = UndertakingAccepted(
        about=f"undertaking:{undertaking.id}",
        contact=contact.id,
        text_sha256=undertaking.text_sha256,
        proof=proof.value,
    )
    record(session, actor, fact, log=client_log(session, contact.client_id))
    return accepted
