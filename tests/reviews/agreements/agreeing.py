"""Make agreements as tests need them, through the use cases, from drafted to accepted by both."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import client
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from audit.models import Entry
from reviews.models.agreements import AgreementVersion
from reviews.queries.agreements import version_by_id
from reviews.rules.terms import Method, PartyTerm, Quorum, SignOff, Terms, Viewing
from reviews.rules.vocabulary import MethodKind, Milestone, Proof, Role, Subject
from reviews.service.acceptances import accept_for_client, accept_for_house
from reviews.service.agreement_sending import send_agreement
from reviews.service.agreements import draft_agreement, withdraw_agreement
from tests.reviews.factories import NOW, OFFICE, House, make_house

BASE_URL = "https://post.example"
TODAY = NOW.date()


def honest_terms(contact_id: UUID, **others: Any) -> Terms:
    """Return terms that can be sent: an edit by screening link, with one contact who approves and signs."""
    terms = Terms(
        milestone=Milestone.FINE_CUT,
        deliverable="Reels 1 to 5",
        subjects=(Subject.EDIT,),
        parties=(PartyTerm(Role.APPROVER, contact_id=contact_id), PartyTerm(Role.SIGNATORY, contact_id=contact_id)),
        methods=(Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT,))),),
        quorum=Quorum(),
        sign_off=SignOff(statement="I approve this version."),
    )
    return replace(terms, **others)


def drafted(database: Database, house: House, **others: Any) -> AgreementVersion:
    """Begin an agreement, in a transaction of its own."""
    with database.transaction() as session:
        terms = honest_terms(house.contact_id, **others)
        return draft_agreement(session, house.producer, project_id=house.project_id, terms=terms, now=NOW)


def send(database: Database, house: House, version: AgreementVersion, *, on: date = TODAY) -> AgreementVersion:
    """Send a draft, in a transaction of its own."""
    with database.transaction() as session:
        return send_agreement(
            session,
            house.producer,
            version_id=version.id,
            version=version_by_id(session, version.id).version,
            base_url=BASE_URL,
            now=NOW,
            on=on,
        )


def sent(database: Database, house: House, **others: Any) -> AgreementVersion:
    """Begin an agreement and send it."""
    return send(database, house, drafted(database, house, **others))


def house_accepts(database: Database, house: House, version_id: UUID, *, now: datetime = NOW) -> AgreementVersion:
    """Accept for the house, having read the frozen text."""
    with database.transaction() as session:
        text = version_by_id(session, version_id).text_sha256 or ""
        return accept_for_house(session, house.producer, version_id=version_id, text_sha256=text, now=now)


def client_accepts(
    database: Database,
    contact_id: UUID,
    version_id: UUID,
    *,
    proof: Proof = Proof.MAILBOX,
    name: str = "Ines Okafor",
    now: datetime = NOW,
) -> AgreementVersion:
    """Accept for the client, as a contact who read the frozen text."""
    with database.transaction() as session:
        text = version_by_id(session, version_id).text_sha256 or ""
        return accept_for_client(
            session,
            client(contact_id, OFFICE),
            version_id=version_id,
            proof=proof,
            typed_name=name,
            text_sha256=text,
            now=now,
        )


def accepted(database: Database, house: House, **others: Any) -> AgreementVersion:
    """Begin an agreement that both sides accept."""
    version = sent(database, house, **others)
    house_accepts(database, house, version.id)
    return client_accepts(database, house.contact_id, version.id)


def withdraw(database: Database, house: House, version_id: UUID, reason: str = "The wrong reel.") -> AgreementVersion:
    """Take a version back, in a transaction of its own."""
    with database.transaction() as session:
        held = version_by_id(session, version_id).version
        return withdraw_agreement(session, house.producer, version_id=version_id, reason=reason, version=held, now=NOW)


def a_house(database: Database, code: str = "NB-204") -> House:
    """Make a project with its people, in a transaction of its own."""
    with database.transaction() as session:
        return make_house(session, code)


def kinds_about(session: Session, about: str) -> list[str]:
    """Return the kinds of the entries about something, in their order."""
    return list(session.scalars(select(Entry.kind).where(Entry.about == about).order_by(Entry.index)))


def bodies_about(session: Session, about: str) -> str:
    """Return the entries about something as they stand in the log, one after the other."""
    return b"\n".join(session.scalars(select(Entry.body).where(Entry.about == about).order_by(Entry.index))).decode()


def mails(session: Session, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind that wait."""
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))
