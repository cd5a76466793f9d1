"""Reads of the receipts that are owed to a client's people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.models.gate import Receipt

_MOST_AT_ONCE = 100


def receipts_of(session: Session, contact_id: UUID, log: str) -> Sequence[Receipt]:
    """Return a contact's receipts of one client's log, the newest first."""
    is_theirs = (Receipt.contact_id == contact_id, Receipt.log == log)
    return session.scalars(select(Receipt).where(*is_theirs).order_by(Receipt.id.desc()).limit(200)).all()


def receipt_of(session: Session, contact_id: UUID, receipt_id: UUID) -> Receipt | None:
    """Return one of a contact's own receipts."""
    wanted = select(Receipt).where(Receipt.id == receipt_id, Receipt.contact_id == contact_id)
    return session.scalars(wanted).one_or_none()


def unsent_receipts(session: Session) -> Sequence[Receipt]:
    """Return receipts that were not sent yet, the oldest first."""
    wanted = select(Receipt).where(Receipt.sent_at.is_(None)).order_by(Receipt.made_at, Receipt.id)
    return session.scalars(wanted.limit(_MOST_AT_ONCE)).all()
