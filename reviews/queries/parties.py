"""Reads of a client's people and of undertakings, as far as the reader may know of the client."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.queries.projects import visible_client
from reviews.errors import UnknownReview
from reviews.models.parties import Contact, NdaAcceptance, NdaText


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as lists show it."""

    id: UUID
    client_id: UUID
    name: str
    email: str
    company: str
    language: str
    is_erased: bool
    has_authenticator: bool
    version: int


@dataclass(frozen=True, slots=True)
class NdaTextRow:
    """A version of an undertaking as lists show it."""

    id: UUID
    client_id: UUID
    title: str
    number: int
    text: str
    text_sha256: str
    added_at: datetime
    accepted_by: int
    """How many contacts accepted this version."""


def contacts_of(session: Session, actor: Actor, client_id: UUID, page: PageRequest) -> Page[ContactRow]:
    """List a client's contacts, the newest first; raises ``UnknownClient`` for one that ``actor`` may not know of."""
    visible_client(session, actor, client_id)
    wanted = select(Contact).where(Contact.client_id == client_id).order_by(Contact.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        wanted = wanted.where(Contact.id < UUID(str(page.after[0])))
    return cut([_row(contact) for contact in session.scalars(wanted)], page, lambda row: (str(row.id),))


def contact_row(session: Session, actor: Actor, contact_id: UUID) -> ContactRow:
    """Return one contact; raises ``UnknownReview`` where there is none, or ``UnknownClient``."""
    contact = contact_by_id(session, contact_id)
    visible_client(session, actor, contact.client_id)
    return _row(contact)


def contact_by_id(session: Session, contact_id: UUID) -> Contact:
    """Return the contact itself, for use cases; raises ``UnknownReview``."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise UnknownReview("There is no such contact among your clients' people.")
    return contact


def contact_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these contacts; who is not known is left out."""
    rows = session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def contact_of_mail(session: Session, client_id: UUID, email: str) -> Contact | None:
    """Return the client's contact with this mail address, in lower case, if there is one."""
    wanted = select(Contact).where(Contact.client_id == client_id, Contact.email == email)
    return session.scalars(wanted).one_or_none()


def undertakings_of(session: Session, actor: Actor, client_id: UUID) -> Sequence[NdaTextRow]:
    """List all versions of a client's undertakings, by title and the newest first; raises ``UnknownClient``."""
    visible_client(session, actor, client_id)
    accepted = select(func.count()).where(NdaAcceptance.nda_text_id == NdaText.id).correlate(NdaText).scalar_subquery()
    wanted = select(NdaText, accepted).where(NdaText.client_id == client_id)
    rows = session.execute(wanted.order_by(NdaText.title, NdaText.number.desc()))
    return [
        NdaTextRow(one.id, one.client_id, one.title, one.number, one.text, one.text_sha256, one.added_at, count)
        for one, count in rows
    ]


def undertaking_by_id(session: Session, nda_text_id: UUID) -> NdaText:
    """Return a version of an undertaking; raises ``UnknownReview``."""
    found = session.get(NdaText, nda_text_id)
    if found is None:
        raise UnknownReview("There is no such undertaking.")
    return found


def newest_undertaking(session: Session, client_id: UUID, title: str) -> NdaText | None:
    """Return the newest version of an undertaking of this title, if there is one."""
    wanted = select(NdaText).where(NdaText.client_id == client_id, NdaText.title == title)
    return session.scalars(wanted.order_by(NdaText.number.desc()).limit(1)).one_or_none()


def has_accepted(session: Session, contact_id: UUID, nda_text_id: UUID) -> bool:
    """Report whether a contact accepted this very version of an undertaking before."""
    is_it = (NdaAcceptance.contact_id == contact_id, NdaAcceptance.nda_text_id == nda_text_id)
    return session.scalar(select(NdaAcceptance.id).where(*is_it).limit(1)) is not None


def _row(contact: Contact) -> ContactRow:
    return ContactRow(
        id=contact.id,
        client_id=contact.client_id,
        name=contact.name,
        email=contact.email,
        company=contact.company,
        language=contact.language,
        is_erased=contact.erased_at is not None,
        has_authenticator=contact.totp_confirmed_at is not None,
        version=contact.version,
    )
