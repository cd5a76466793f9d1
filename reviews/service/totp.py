"""Authenticators of a client's people. Who proves the mailbox first at a gate that asks for one enrols theirs."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.sealing import seal_of
from audit.record import Fact, record
from facility.public import client_log
from facility.queries.projects import visible_client
from reviews.facts.gate import (
    AuthenticatorBegun,
    AuthenticatorEnrolled,
    AuthenticatorRefused,
    AuthenticatorReset,
    AuthenticatorVerified,
)
from reviews.gate_counters import set_back
from reviews.models.gate import Visit
from reviews.models.parties import Contact
from reviews.queries.gate import Visitor, locked_visitor, place_of, renew_secret
from reviews.queries.parties import contact_by_id
from reviews.rules.codes import authenticators_of
from reviews.rules.gate import Step, VisitSecret
from reviews.rules.totp import fitting_step, new_totp_secret
from reviews.service.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The secret that an authenticator is to take, shown until it gave its first code."""

    secret: bytes = field(repr=False)


def begin_enrolment(session: Session, actor: Actor, *, visit_id: UUID, now: datetime) -> Enrolment:
    """Make a secret for the contact's authenticator; one that gave no code yet is replaced."""
    _, visitor = locked_visitor(session, visit_id, Step.ENROL, now=now)
    contact, secret = visitor.opened.contact, new_totp_secret()
    sealed = seal_of(session).seal(secret, place=_place(contact.id))
    # No use of the ORM here: who edits the contact's name meanwhile holds the same version as before.
    is_theirs = (Contact.id == contact.id, Contact.totp_confirmed_at.is_(None))
    session.execute(update(Contact).where(*is_theirs).values(totp_sealed=sealed, totp_step=0))
    fact = AuthenticatorBegun(about=f"visit:{visit_id}", project=visitor.project_id, contact=contact.id)
    record(session, actor, fact, log=visitor.log)
    return Enrolment(secret)


def enrol_totp(session: Session, actor: Actor, *, visit_id: UUID, code: str, now: datetime) -> VisitSecret | None:
    """Take an authenticator's first code: from now on it is this contact's. ``None``: wrong, or one too often."""
    visit, visitor = locked_visitor(session, visit_id, Step.ENROL, now=now)
    if not _hear(session, actor, visitor, code, now):
        return None
    session.execute(update(Contact).where(Contact.id == visitor.contact_id).values(totp_confirmed_at=now))
    return _verified(session, actor, visit, visitor, now, AuthenticatorEnrolled)


def give_totp(session: Session, actor: Actor, *, visit_id: UUID, code: str, now: datetime) -> VisitSecret | None:
    """Take an authenticator's code, each at most once. ``None``: wrong, used before, or one too often."""
    visit, visitor = locked_visitor(session, visit_id, Step.TOTP, now=now)
    if not _hear(session, actor, visitor, code, now):
        return None
    return _verified(session, actor, visit, visitor, now, AuthenticatorVerified)


def reset_authenticator(session: Session, actor: Actor, *, contact_id: UUID) -> Contact:
    """Forget a contact's authenticator, which they lost; raises ``UnknownReview`` or ``UnknownClient``."""
    contact = contact_by_id(session, contact_id)
    visible_client(session, actor, contact.client_id)
    contact.totp_sealed, contact.totp_confirmed_at, contact.totp_step = None, None, 0
    session.flush()
    fact = AuthenticatorReset(about=f"contact:{contact.id}", client=contact.client_id)
    record(session, actor, fact, log=client_log(session, contact.client_id))
    return contact


def _hear(session: Session, actor: Actor, visitor: Visitor, code: str, now: datetime) -> bool:
    """Say whether a code fits a step that was not used yet, and use that step up."""
    place = place_of(session, visitor.opened, actor.address)
    turn = Turn("authenticators", place, authenticators_of(place))
    if not take_turn(session, actor, turn=turn, opened=visitor.opened, now=now):
        return False
    if _use_step(session, visitor.opened.contact, code, now):
        set_back(session, [scope.key for scope in turn.scopes])
        return True
    fact = AuthenticatorRefused(about=f"visit:{visitor.visit_id}", project=visitor.project_id, contact=place.contact_id)
    record(session, actor, fact, log=visitor.log)
    return False


def _use_step(session: Session, contact: Contact, code: str, now: datetime) -> bool:
    if contact.totp_sealed is None:
        return False
    secret = seal_of(session).open(contact.totp_sealed, place=_place(contact.id))
    step = fitting_step(secret, code, now=now, after=contact.totp_step)
    if step is None:
        return False
    # Of two visits with the same code one moves the step on.
    is_unused = (Contact.id == contact.id, Contact.totp_step < step)
    used = update(Contact).where(*is_unused).values(totp_step=step).returning(Contact.totp_step)
    return session.execute(used.execution_options(synchronize_session=False)).scalar_one_or_none() is not None


def _verified(
    session: Session,
    actor: Actor,
    visit: Visit,
    visitor: Visitor,
    now: datetime,
    kind: type[AuthenticatorEnrolled] | type[AuthenticatorVerified],
) -> VisitSecret:
    visit.totp_verified_at = now
    fact: Fact = kind(about=f"visit:{visit.id}", project=visitor.project_id, contact=visitor.contact_id)
    record(session, actor, fact, log=visitor.log)
    return renew_secret(visit)


def _place(contact_id: UUID) -> str:
    return f"reviews_contacts/{contact_id}/totp_sealed"
