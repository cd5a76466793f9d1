"""Rounds: a version is put before the client, once for each of the rounds that were agreed or over them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from audit.record import record
from facility.models import Person
from facility.public import client_log
from facility.queries.projects import project_by_id
from reviews.errors import AgainstAgreement, NotInThisState
from reviews.facts.decisions import RoundClosed, RoundNoticed, RoundOpened
from reviews.models.agreements import Agreement
from reviews.models.decisions import Decision, Round
from reviews.models.parties import Contact
from reviews.queries.agreements import accepted_version, terms_of
from reviews.queries.decisions import HeldRound, held_round, hold_round
from reviews.queries.faces import outside_name
from reviews.queries.held_agreements import hold_agreement
from reviews.queries.materials import version_by_id
from reviews.queries.parties import contact_by_id
from reviews.rules.acting import person_of
from reviews.rules.decisions import approvers_of
from reviews.rules.labels import parties_by_label
from reviews.rules.letters import DEEMED, outcome_letter
from reviews.rules.terms import Terms
from reviews.rules.turnaround import deemed_day, due_day, is_deemed_approved
from reviews.rules.vocabulary import Value


def open_round(
    session: Session, actor: Actor, *, agreement_id: UUID, material_version_id: UUID, now: datetime
) -> Round:
    """Put a version before the client's approvers; raises ``NotInThisState`` without an accepted agreement.

    Rounds over those agreed are opened too, and count as such: the agreement says what they cost.
    """
    agreement, project = hold_agreement(session, actor, agreement_id)
    opener = person_of(actor)
    accepted = accepted_version(session, agreement_id)
    if accepted is None:
        raise NotInThisState("No version of this agreement is accepted by both. A round needs one.")
    material, version = version_by_id(session, actor, material_version_id)
    if material.project_id != agreement.project_id:
        sentence = "This version belongs to another project."
        raise AgainstAgreement(sentence, fields={"material_version_id": [sentence]})
    terms = terms_of(session, accepted.id)
    last = session.scalar(select(func.max(Round.number)).where(Round.agreement_id == agreement_id)) or 0
    opened = Round(
        agreement_id=agreement_id,
        agreement_version_id=accepted.id,
        number=last + 1,
        material_version_id=version.id,
        opened_by=opener,
        opened_at=now,
        due_on=due_day(now, terms.rounds.client_days, terms.rounds),
    )
    session.add(opened)
    session.flush()
    record(session, actor, _opened(opened, project.id, version.sha256, terms), log=project.log)
    return opened


def give_notice(session: Session, actor: Actor, *, round_id: UUID, now: datetime) -> Round:
    """Tell the approvers who have not decided that their silence will approve, where that was agreed.

    Raises ``AgainstAgreement`` where it was not: silence never approves by itself.
    """
    held = _open(hold_round(session, actor, round_id))
    deemed_on = deemed_day(held.terms.rounds, now)
    if deemed_on is None:
        raise AgainstAgreement("The agreement does not say that silence approves. Ask the approvers to decide.")
    if held.round.noticed_at is not None:
        return held.round
    held.round.noticed_at = now
    told = _waiting(held)
    name = outside_name(session, held.project_id)
    for contact_id in told:
        body = (
            f"A decision of yours is awaited for {name}, round {held.round.number}.\n"
            f"As agreed, it counts as approved if you have not decided by the end of {deemed_on.isoformat()}.\n"
        )
        mail = contact_by_id(session, contact_id).email
        subject = f"{name}: your decision is awaited"
        queue_mail(session, kind="reviews.notice", recipient=mail, subject=subject, body=body, now=now)
    fact = RoundNoticed(about=f"round:{round_id}", project=held.project_id, told=told, deemed_on=deemed_on)
    record(session, actor, fact, log=held.log)
    return held.round


def close_round(session: Session, actor: Actor, *, round_id: UUID, now: datetime) -> Round:
    """Close a round that nobody will decide any more; raises ``NotInThisState`` for one that is closed."""
    held = _open(hold_round(session, actor, round_id))
    close_held(session, actor, held, outcome=Value.NO_DECISION.value, now=now)
    return held.round


def close_deemed(session: Session, actor: Actor, *, now: datetime) -> int:
    """Close the rounds that silence has approved, as agreed and noticed; return how many."""
    noticed = select(Round.id).where(Round.closed_at.is_(None), Round.noticed_at.is_not(None)).order_by(Round.id)
    closed = 0
    for round_id in session.scalars(noticed).all():
        found = session.scalars(select(Round).where(Round.id == round_id).with_for_update()).one()
        agreement = session.get_one(Agreement, found.agreement_id)
        project = project_by_id(session, actor, agreement.project_id)
        held = held_round(session, found, project.id, client_log(session, project.client_id))
        if found.closed_at is None and is_deemed_approved(held.terms.rounds, found.noticed_at, now=now):
            close_held(session, actor, held, outcome=DEEMED, now=now)
            closed += 1
    return closed


def close_held(session: Session, actor: Actor, held: HeldRound, *, outcome: str, now: datetime) -> None:
    """Close a round that this transaction holds, and record with which decisions."""
    held.round.closed_at, held.round.outcome = now, outcome
    session.flush()
    made = select(Decision.id).where(Decision.round_id == held.round.id).order_by(Decision.decided_at, Decision.id)
    fact = RoundClosed(
        about=f"round:{held.round.id}",
        project=held.project_id,
        outcome=outcome,
        decisions=list(session.scalars(made)),
        told=_tell_outcome(session, held, outcome, now),
    )
    record(session, actor, fact, log=held.log)


def _tell_outcome(session: Session, held: HeldRound, outcome: str, now: datetime) -> int:
    """Mail the parties whom the agreement has told, and return how many they are."""
    parties = parties_by_label(held.terms)
    told = [parties[label] for label in held.terms.sign_off.notify]
    contacts, people = ({one.contact_id for one in told} - {None}, {one.person_id for one in told} - {None})
    addresses = [
        *session.scalars(select(Contact.email).where(Contact.id.in_(contacts), Contact.erased_at.is_(None))),
        *session.scalars(select(Person.email).where(Person.id.in_(people), Person.is_active)),
    ]
    letter = outcome_letter(outside_name(session, held.project_id), held.round.number, outcome)
    for address in addresses:
        queue_mail(
            session, kind="reviews.outcome", recipient=address, subject=letter.subject, body=letter.body, now=now
        )
    return len(addresses)


def _opened(found: Round, project_id: UUID, material_sha256: str, terms: Terms) -> RoundOpened:
    return RoundOpened(
        about=f"round:{found.id}",
        project=project_id,
        agreement=found.agreement_id,
        agreement_version=found.agreement_version_id,
        number=found.number,
        included=terms.rounds.included,
        material_version=found.material_version_id,
        material_sha256=material_sha256,
        due_on=found.due_on,
    )


def _open(held: HeldRound) -> HeldRound:
    if held.round.closed_at is not None:
        raise NotInThisState(f"Round {held.round.number} is closed. Open another one.")
    return held


def _waiting(held: HeldRound) -> list[UUID]:
    waits = held.standing.waits_for
    return [one.contact_id for one in approvers_of(held.terms) if one.label in waits]
