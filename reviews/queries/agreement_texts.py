"""The text of a version: the frozen one, or for a draft the one that would be sent now."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from facility.models import Client, Person
from facility.public import project_for
from reviews.models.agreements import Agreement, AgreementVersion
from reviews.queries.agreements import accepted_version, project_of
from reviews.queries.faces import outside_name
from reviews.queries.parties import contact_by_id, undertaking_by_id
from reviews.rules.documents import read_terms
from reviews.rules.terms import PartyTerm, Terms
from reviews.rules.text import Heading, Undertaking, write_text


def text_of(session: Session, version: AgreementVersion, *, digests: Mapping[str, str] | None = None) -> str:
    """Return a version's text: as it was frozen, or written out of its terms with these digests of its parties."""
    if version.text is not None:
        return version.text
    terms = read_terms(version.terms)
    return write_text(
        terms,
        _heading(session, version),
        digests=digests or {},
        undertaking=_undertaking(session, terms),
    )


def who_is(session: Session, party: PartyTerm) -> tuple[str, str, str]:
    """Return name, mail address and company of a party as they are now."""
    if party.contact_id is not None:
        contact = contact_by_id(session, party.contact_id)
        return contact.name, contact.email, contact.company
    person = session.get_one(Person, party.person_id)
    return person.name, person.email, ""


def _heading(session: Session, version: AgreementVersion) -> Heading:
    project = project_for(session, SYSTEM, project_of(session, version.id))
    holding = accepted_version(session, version.agreement_id)
    return Heading(
        project=outside_name(session, project.id),
        client=session.scalars(select(Client.name).where(Client.id == project.client_id)).one(),
        number=_number(session, version.agreement_id),
        version=version.number,
        replaces=None if holding is None else holding.text_sha256,
    )


def _number(session: Session, agreement_id: UUID) -> int:
    return session.scalars(select(Agreement.number).where(Agreement.id == agreement_id)).one()


def _undertaking(session: Session, terms: Terms) -> Undertaking | None:
    if terms.security.nda_text_id is None:
        return None
    text = undertaking_by_id(session, terms.security.nda_text_id)
    return Undertaking(text.title, text.number, text.text_sha256)
