"""Papers of contracts, kept byte for byte with their hash."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.facts.entitlements import DocumentAttached
from licensing.models.catalogue import Contract, Vendor
from licensing.models.entitlements import Document
from licensing.queries.catalogue import find
from licensing.queries.unique import one_of_a_kind
from licensing.rules.documents import DocumentEntry, check_document

ATTACHED_ALREADY = "This contract has a document of the same bytes already."


def attach_document(
    session: Session, actor: Actor, *, contract_id: UUID, entry: DocumentEntry, now: datetime
) -> Document:
    """Attach a paper to a contract; raises ``BadDocument``, ``DocumentTooLarge``, or ``AlreadyThere``."""
    check_document(entry)
    contract = find(session, Contract, contract_id)
    document = Document(
        contract_id=contract.id,
        name=entry.name,
        kind=entry.kind,
        sha256=hashlib.sha256(entry.content).hexdigest(),
        size=len(entry.content),
        added_at=now,
        content=entry.content,
    )
    with one_of_a_kind("content", ATTACHED_ALREADY):
        session.add(document)
        session.flush()
    fact = DocumentAttached(
        about=f"document:{document.id}",
        contract=contract.id,
        name=document.name,
        media_type=document.kind,
        sha256=document.sha256,
        size=document.size,
    )
    record(session, actor, fact, log=find(session, Vendor, contract.vendor_id).log)
    return document
