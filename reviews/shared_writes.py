"""Writes that several use cases share, beside the facts that each records itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from reviews.models.gate import Receipt


def owe_receipt(session: Session, *, contact_id: UUID, log: str, kind: str, about: str, now: datetime) -> None:
    """Owe a contact the proof of the entry of this kind about this, which the same transaction records."""
    session.add(Receipt(contact_id=contact_id, log=log, kind=kind, about=about, made_at=now))
