"""Read what belongs to entitlements: sealed keys, documents, and mappings that were kept."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from licensing.errors import NoSuchRecord, naming
from licensing.models.catalogue import Contract
from licensing.models.entitlements import Document, LotKey, StoredMapping
from licensing.queries.catalogue import FIRST, find


def sealed_key(session: Session, lot_id: UUID) -> bytes | None:
    """Return the key of a lot as it is kept: sealed."""
    return session.scalar(select(LotKey.sealed).where(LotKey.lot_id == lot_id))


def list_documents(session: Session, contract_id: UUID, page: PageRequest = FIRST) -> Page[Document]:
    """List the documents of a contract by name, without their bytes. The cursor is ``(name, hash)``."""
    find(session, Contract, contract_id)
    statement = (
        select(Document)
        .where(Document.contract_id == contract_id)
        .order_by(Document.name, Document.sha256)
        .limit(page.limit + 1)
    )
    if page.after is not None:
        name, sha256 = (str(part) for part in page.after)
        is_later = (Document.name > name) | ((Document.name == name) & (Document.sha256 > sha256))
        statement = statement.where(is_later)
    return cut(session.scalars(statement).all(), page, key=lambda one: (one.name, one.sha256))


def find_document(session: Session, document_id: UUID) -> Document:
    """Return a document without its bytes; raises ``NoSuchRecord``."""
    found = session.get(Document, document_id)
    if found is None:
        raise naming(NoSuchRecord, "document_id", "There is no such document.")
    return found


def document_bytes(session: Session, document_id: UUID) -> bytes:
    """Return a document byte for byte; raises ``NoSuchRecord``."""
    find_document(session, document_id)
    return session.scalars(select(Document.content).where(Document.id == document_id)).one()


def stored_mappings(session: Session) -> Sequence[StoredMapping]:
    """Return the mappings of tables that were kept, by name."""
    return session.scalars(select(StoredMapping).order_by(StoredMapping.name)).all()
