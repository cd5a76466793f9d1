"""Agreements before both sides accepted them: begun, changed, revised, taken from another project, taken back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from audit.record import record
from facility.public import ProjectRef, project_for
from reviews.errors import BadTerms, NotInThisState, WithoutAuthority
from reviews.facts.agreements import AgreementDrafted, AgreementRevised, AgreementWithdrawn, DraftChanged
from reviews.models.agreements import Agreement, AgreementVersion
from reviews.models.gate import GateKey
from reviews.models.parties import Contact
from reviews.queries.agreements import accepted_version, visible_version
from reviews.queries.faces import outside_name
from reviews.queries.findings import check_parts
from reviews.queries.held_agreements import (
    HeldVersion,
    check_state,
    hold_agreement,
    hold_version,
    newest_version,
    next_agreement_number,
)
from reviews.queries.live_links import live_links_under
from reviews.rules.bounds import check_bounds
from reviews.rules.difference import difference
from reviews.rules.digests import text_digest
from reviews.rules.documents import read_terms, write_terms
from reviews.rules.letters import withdrawn_letter
from reviews.rules.terms import SignOff, Terms

REASON_LENGTH_MAX = 300
_OPEN = ("draft", "sent")


def draft_agreement(
    session: Session, actor: Actor, *, project_id: UUID, terms: Terms, now: datetime
) -> AgreementVersion:
    """Begin an agreement for a project, and return its first version, a draft.

    Raises ``UnknownProject``, or ``BadTerms`` naming every field at fault. Floors and findings are asked when it is
    sent: a draft may be under them.
    """
    project = project_for(session, actor, project_id)
    return _begin(session, actor, project, terms, now=now)


def clone_agreement(
    session: Session, actor: Actor, *, version_id: UUID, project_id: UUID, now: datetime
) -> AgreementVersion:
    """Begin an agreement for a project with the terms of a version of another, and return its first version.

    What belongs to a client stays behind where the project is another client's: parties, undertaking, domains, and
    exceptions. Raises ``UnknownReview`` or ``UnknownProject`` for what ``actor`` may not know of.
    """
    version, source = visible_version(session, actor, version_id)
    project = project_for(session, actor, project_id)
    terms = read_terms(version.terms)
    if project.client_id != source.client_id:
        terms = _without_client(terms)
    return _begin(session, actor, project, terms, now=now, cloned_from=version.id)


def change_draft(session: Session, actor: Actor, *, version_id: UUID, terms: Terms, version: int) -> AgreementVersion:
    """Give a draft other terms; raises ``StaleVersion``, ``NotInThisState``, or ``BadTerms`` naming the fields."""
    held = hold_version(session, actor, version_id, held=version)
    check_state(held.version, "draft", to="changed")
    check_bounds(terms)
    check_parts(session, terms, held.project.client_id)
    old, written = held.version.terms, write_terms(terms)
    if written == old:
        return held.version
    _keep_milestone(held, terms)
    fact = DraftChanged(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        old_terms_sha256=text_digest(old),
        new_terms_sha256=text_digest(written),
        changes=[one.code for one in difference(read_terms(old), terms)],
    )
    held.version.terms = written
    session.flush()  # the answer carries the new version
    record(session, actor, fact, log=held.project.log)
    return held.version


def revise_agreement(session: Session, actor: Actor, *, agreement_id: UUID) -> AgreementVersion:
    """Begin a new draft from the version in force, or from the newest where none is; the one in force goes on.

    Raises ``UnknownReview``, or ``NotInThisState`` while another version is a draft or sent.
    """
    agreement, project = hold_agreement(session, actor, agreement_id)
    newest = newest_version(session, agreement_id)
    if newest.state in _OPEN:
        sentence = f"Version {newest.number} is {newest.state}: accept it or take it back first."
        raise NotInThisState(sentence, fields={"state": [sentence]})
    source = accepted_version(session, agreement_id) or newest
    made = AgreementVersion(
        agreement_id=agreement_id, number=newest.number + 1, state="draft", terms=source.terms, version=1
    )
    session.add(made)
    session.flush()
    fact = AgreementRevised(
        about=f"agreement:{made.id}",
        project=agreement.project_id,
        agreement=agreement_id,
        number=made.number,
        revises=source.id,
        terms_sha256=text_digest(made.terms),
    )
    record(session, actor, fact, log=project.log)
    return made


def withdraw_agreement(
    session: Session, actor: Actor, *, version_id: UUID, reason: str, version: int, now: datetime
) -> AgreementVersion:
    """Take a version back, whether drafted, sent or in force: the ways to it are closed, and who had one is told.

    Raises ``StaleVersion``, or ``NotInThisState`` for one that is over. Links under it open nothing any more.
    """
    held = hold_version(session, actor, version_id, held=version)
    check_state(held.version, *_OPEN, "accepted", to="taken back")
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        sentence = f"Say why, in at most {REASON_LENGTH_MAX} letters."
        raise BadTerms(sentence, fields={"reason": [sentence]})
    told = _close_keys(session, held, now=now)
    fact = AgreementWithdrawn(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        old_state=held.version.state,
        new_state="withdrawn",
        reason=reason.strip(),
        text_sha256=held.version.text_sha256,
        keys_closed=told,
        live_links=len(live_links_under(session, held.agreement.id, now=now)),
    )
    held.version.state, held.version.ended_at = "withdrawn", now
    session.flush()  # the answer carries the new version
    record(session, actor, fact, log=held.project.log)
    return held.version


def _begin(
    session: Session,
    actor: Actor,
    project: ProjectRef,
    terms: Terms,
    *,
    now: datetime,
    cloned_from: UUID | None = None,
) -> AgreementVersion:
    if actor.person_id is None:
        raise WithoutAuthority("An agreement is begun by a person of the house.")
    check_bounds(terms)
    check_parts(session, terms, project.client_id)
    agreement = Agreement(
        project_id=project.id,
        number=next_agreement_number(session, project.id),
        milestone=terms.milestone.value,
        created_by=actor.person_id,
        created_at=now,
    )
    session.add(agreement)
    session.flush()
    made = AgreementVersion(agreement_id=agreement.id, number=1, state="draft", terms=write_terms(terms), version=1)
    session.add(made)
    session.flush()
    fact = AgreementDrafted(
        about=f"agreement:{made.id}",
        project=project.id,
        agreement=agreement.id,
        agreement_number=agreement.number,
        number=1,
        milestone=agreement.milestone,
        terms_sha256=text_digest(made.terms),
        cloned_from=cloned_from,
    )
    record(session, actor, fact, log=project.log)
    return made


def _without_client(terms: Terms) -> Terms:
    """Return terms without what is one client's own; labels of parties would name nobody."""
    security = replace(terms.security, nda_text_id=None, domains=())
    sign_off = SignOff(statement=terms.sign_off.statement, releases=terms.sign_off.releases)
    quorum = replace(terms.quorum, needed=None, in_order=False)
    return replace(terms, parties=(), exceptions=(), quorum=quorum, security=security, sign_off=sign_off, eidr=None)


def _keep_milestone(held: HeldVersion, terms: Terms) -> None:
    """Let a milestone change in the first version only: later ones are of the same agreement."""
    if held.version.number > 1 and terms.milestone.value != held.agreement.milestone:
        sentence = f"This agreement is for {held.agreement.milestone}: begin another one for another milestone."
        raise BadTerms(sentence, fields={"milestone": [sentence]})
    held.agreement.milestone = terms.milestone.value


def _close_keys(session: Session, held: HeldVersion, *, now: datetime) -> int:
    """Close all open ways to a version and tell who had one; return how many were open."""
    is_open = (GateKey.agreement_version_id == held.version.id, GateKey.closed_at.is_(None))
    count = session.scalar(select(func.count()).select_from(GateKey).where(*is_open)) or 0
    letter = withdrawn_letter(outside_name(session, held.project.id))
    told = select(Contact.email).where(Contact.id.in_(select(GateKey.contact_id).where(*is_open)))
    for address in session.scalars(told.where(Contact.erased_at.is_(None)).order_by(Contact.id)):
        queue_mail(
            session,
            kind="reviews.agreement.withdrawn",
            recipient=address,
            subject=letter.subject,
            body=letter.body,
            now=now,
        )
    session.execute(update(GateKey).where(*is_open).values(closed_at=now))
    return count
