"""What speaks against terms as the house stands today: methods, licences, floors, and parts that are not there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound, Refusal
from facility.models import Person
from licensing.public import seats_free_today
from reviews.errors import BadTerms
from reviews.models.parties import Contact, NdaText
from reviews.queries.policies import demands_for
from reviews.rules.acceptance import check_parties
from reviews.rules.findings import Finding, answered, open_sentences
from reviews.rules.floors import below
from reviews.rules.labels import methods_by_label
from reviews.rules.suitability import suitability
from reviews.rules.terms import Licence, Terms
from reviews.rules.wording import number_of

Sentences = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether terms could be sent today, and what speaks against it. Fields are those of the terms."""

    findings: tuple[Finding, ...]
    """What an exception can answer, answered or not."""
    below_floor: Sentences
    """What no exception answers: the policy asks for more."""
    missing: Sentences
    """Parties, undertakings and products that are not there."""

    @property
    def can_be_sent(self) -> bool:
        """Report whether nothing speaks against sending."""
        return not (self.below_floor or self.missing or open_sentences(self.findings))


def standing_of(session: Session, terms: Terms, client_id: UUID, *, now: datetime, on: date) -> Standing:
    """Return what speaks against these terms for this client on this day."""
    short, no_products = _licences(session, terms, now=now, on=on)
    missing = missing_parts(session, terms, client_id) | no_products
    try:
        check_parties(terms)
    except Refusal as refused:
        missing |= refused.fields
    findings = answered((*suitability(terms), *short), terms, on=on)
    return Standing(findings, below(terms, demands_for(session, client_id)), missing)


def check_parts(session: Session, terms: Terms, client_id: UUID) -> None:
    """Refuse terms that name what is not this client's or not there; raises ``BadTerms`` naming the fields."""
    missing = missing_parts(session, terms, client_id)
    if missing:
        raise BadTerms("The terms name what is not there. The fields say what.", fields=missing)


def missing_parts(session: Session, terms: Terms, client_id: UUID) -> Sentences:
    """Return, by field, which people and undertakings the terms name that are not this client's, or not there."""
    contacts = _contacts(session, terms, client_id)
    people = _people(session, terms)
    found: Sentences = {}
    for index, party in enumerate(terms.parties):
        if party.contact_id is not None and party.contact_id not in contacts:
            found[f"parties.{index}.contact_id"] = ["There is no such contact among this client's people."]
        if party.person_id is not None and party.person_id not in people:
            found[f"parties.{index}.person_id"] = ["There is no such person in the house."]
    undertaking = terms.security.nda_text_id
    if undertaking is not None:
        text = session.get(NdaText, undertaking)
        if text is None or text.client_id != client_id:
            found["security.nda_text_id"] = ["There is no such undertaking among this client's."]
    return found


def _contacts(session: Session, terms: Terms, client_id: UUID) -> set[UUID]:
    named = {one.contact_id for one in terms.parties if one.contact_id is not None}
    is_there = (Contact.id.in_(named), Contact.client_id == client_id, Contact.erased_at.is_(None))
    return set(session.scalars(select(Contact.id).where(*is_there)))


def _people(session: Session, terms: Terms) -> set[UUID]:
    named = {one.person_id for one in terms.parties if one.person_id is not None}
    return set(session.scalars(select(Person.id).where(Person.id.in_(named), Person.is_active)))


def _licences(session: Session, terms: Terms, *, now: datetime, on: date) -> tuple[list[Finding], Sentences]:
    """Return which licences lack seats of the house, and by field which name no product."""
    found, missing = list[Finding](), dict[str, list[str]]()
    for label, method in methods_by_label(terms).items():
        for number, licence in enumerate(method.licences, start=1):
            field = f"methods.{int(label[1:]) - 1}.licences.{number - 1}"
            try:
                lack = _lack(session, licence, now=now, on=on)
            except NotFound:
                missing[f"{field}.product_id"] = ["There is no such product."]
                continue
            if lack is not None:
                needs = "Free seats, or have others supply them."
                found.append(Finding(f"licence.seats.{label}.{number}", field, lack, needs))
    return found, missing


def _lack(session: Session, licence: Licence, *, now: datetime, on: date) -> str | None:
    if licence.product_id is None:
        return None
    seats = seats_free_today(session, licence.product_id, on, now)
    if seats.free is None or seats.free >= licence.seats:
        return None
    needed = number_of(licence.seats, "seat")
    return f"{licence.what} needs {needed} of the house, and {seats.free} are free today."
