"""A client's people. They have no account: the house knows them by a pseudonym everywhere but in one row."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, StaleVersion
from audit.record import record
from facility.public import client_log
from facility.queries.projects import visible_client
from facility.rules import forgotten_email, forgotten_name, normal_email
from reviews.facts.parties import ContactAdded, ContactChanged, ContactForgotten
from reviews.models.agreements import Party
from reviews.models.attendance import Shipment
from reviews.models.gate import GateKey, Receipt, Visit
from reviews.models.parties import Contact
from reviews.queries.parties import contact_by_id, contact_of_mail


class ContactThere(Conflict):
    """The client has a contact with this mail address already."""

    code = "contact-there"


class ContactChanges(TypedDict, total=False):
    """What of a contact is to become another; what is left out stays."""

    name: str
    email: str
    company: str
    language: str


def add_contact(
    session: Session, actor: Actor, *, client_id: UUID, name: str, email: str, company: str = "", now: datetime
) -> Contact:
    """Add somebody of a client's; raises ``UnknownClient``, or ``ContactThere`` naming ``email``."""
    visible_client(session, actor, client_id)
    mail = _free_mail(session, client_id, email)
    contact = Contact(client_id=client_id, name=name, email=mail, company=company, created_at=now)
    session.add(contact)
    session.flush()
    fact = ContactAdded(about=f"contact:{contact.id}", client=client_id, name=name, email=mail, company=company)
    record(session, actor, fact, log=client_log(session, client_id))
    return contact


def change_contact(
    session: Session, actor: Actor, *, contact_id: UUID, changes: ContactChanges, version: int
) -> Contact:
    """Change what is given; raises ``StaleVersion``, or ``ContactThere`` naming ``email``."""
    contact = contact_by_id(session, contact_id)
    visible_client(session, actor, contact.client_id)
    if contact.version != version:
        raise StaleVersion("This contact was changed meanwhile. Read them again, and repeat what you did.")
    made = {name: value for name, value in changes.items() if getattr(contact, name) != value}
    if "email" in made and normal_email(str(made["email"])) != contact.email:
        made["email"] = _free_mail(session, contact.client_id, str(made["email"]))
    if not made:
        return contact
    old = {name: getattr(contact, name) for name in made}
    for name, value in made.items():
        setattr(contact, name, value)
    session.flush()
    fact = ContactChanged(
        about=f"contact:{contact.id}",
        fields=sorted(made),
        old_name=old.get("name"),
        new_name=changes.get("name") if "name" in made else None,
        old_email=old.get("email"),
        new_email=contact.email if "email" in made else None,
        old_company=old.get("company"),
        new_company=changes.get("company") if "company" in made else None,
    )
    record(session, actor, fact, log=client_log(session, contact.client_id))
    return contact


def forget_contact(session: Session, actor: Actor, *, contact_id: UUID, order_id: UUID, now: datetime) -> Contact:
    """Put a pseudonym in the place of what a contact is called, once an order of two people erased it from the trail.

    Their keys are closed, their visits end, and their authenticator is gone. Agreements, views and decisions stay,
    under the pseudonym. What an agreement's text says of them is a digest: its salt goes, in all versions, and with it
    whatever could be tried against it. How a receipt of theirs was known goes, and no proof is sent to them any more.
    """
    contact = contact_by_id(session, contact_id)
    keys = select(GateKey.id).where(GateKey.contact_id == contact_id)
    open_keys = (GateKey.contact_id == contact_id, GateKey.closed_at.is_(None))
    open_visits = (Visit.gate_key_id.in_(keys), Visit.ended_at.is_(None))
    salted = (Party.contact_id == contact_id, Party.salt.is_not(None))
    fact = ContactForgotten(
        about=f"contact:{contact_id}",
        order=order_id,
        keys_closed=session.scalar(select(func.count()).select_from(GateKey).where(*open_keys)) or 0,
        visits_ended=session.scalar(select(func.count()).select_from(Visit).where(*open_visits)) or 0,
        salts_forgotten=session.scalar(select(func.count()).select_from(Party).where(*salted)) or 0,
    )
    session.execute(update(GateKey).where(*open_keys).values(closed_at=now))
    session.execute(update(Visit).where(*open_visits).values(ended_at=now))
    session.execute(update(Party).where(*salted).values(salt=None))
    noted = (Shipment.contact_id == contact_id, Shipment.receipt_note != "")
    session.execute(update(Shipment).where(*noted).values(receipt_note="", version=Shipment.version + 1))
    session.execute(delete(Receipt).where(Receipt.contact_id == contact_id, Receipt.sent_at.is_(None)))
    contact.name, contact.email, contact.company = forgotten_name(contact_id), forgotten_email(contact_id), ""
    contact.totp_sealed, contact.totp_confirmed_at, contact.erased_at = None, None, now
    session.flush()
    record(session, actor, fact, log=client_log(session, contact.client_id))
    return contact


def _free_mail(session: Session, client_id: UUID, email: str) -> str:
    mail = normal_email(email)
    if contact_of_mail(session, client_id, mail) is not None:
        sentence = "This client has a contact with this mail address already."
        raise ContactThere(sentence, fields={"email": [sentence]})
    return mail
