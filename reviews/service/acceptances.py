"""Each side accepts a version's text, known by its hash. Once both did, it holds, and the one before it no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.outbox import queue_mail
from answerprint.core.problems import Invalid
from answerprint.core.sentences import Sentence
from audit.record import record
from reviews.errors import NotInThisState, SecondPersonNeeded, WithoutAuthority
from reviews.facts.agreements import (
    AgreementAcceptedByClient,
    AgreementAcceptedByHouse,
    AgreementInForce,
    AgreementSuperseded,
)
from reviews.models.agreements import Acceptance, AgreementVersion
from reviews.models.parties import Contact
from reviews.queries.agreements import acceptances_of, accepted_version
from reviews.queries.faces import outside_name
from reviews.queries.held_agreements import HeldVersion, check_state, hold_version
from reviews.queries.live_links import live_links_under
from reviews.queries.policies import demands_for
from reviews.rules.acceptance import CLIENT, HOUSE, check_client_signatory, check_house_signatory
from reviews.rules.difference import difference
from reviews.rules.digests import text_digest
from reviews.rules.documents import read_terms
from reviews.rules.floors import check_terms
from reviews.rules.labels import contacts_of_role
from reviews.rules.letters import in_force_letter
from reviews.rules.vocabulary import Proof, Role, Tier
from reviews.shared_writes import owe_receipt

_NAME_LENGTH_MAX = 120
_ACCEPTED = {
    HOUSE: Sentence("This version was accepted for the house already."),
    CLIENT: Sentence("This version was accepted for the client already."),
}


def accept_for_house(
    session: Session, actor: Actor, *, version_id: UUID, text_sha256: str, now: datetime
) -> AgreementVersion:
    """Accept a version for the house; ``text_sha256`` is the hash of the text that was read.

    Raises ``NotInThisState``, ``WithoutAuthority``, ``BelowFloor`` where the policy was raised since, or
    ``SecondPersonNeeded``: at tier 0 who began an agreement does not accept it.
    """
    if actor.person_id is None:
        raise WithoutAuthority("A person of the house accepts an agreement for the house.")
    held = hold_version(session, actor, version_id)
    terms = read_terms(held.version.terms)
    check_house_signatory(terms, actor.person_id)
    if terms.security.tier is Tier.TIER_0 and held.agreement.created_by == actor.person_id:
        raise SecondPersonNeeded("At tier 0 another person of the house accepts it than the one who began it.")
    _check_text(session, held, HOUSE, text_sha256)
    proof = Proof.SIGNED_IN.value
    session.add(_acceptance(held, HOUSE, proof, now=now, person_id=actor.person_id))
    fact = AgreementAcceptedByHouse(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        person=actor.person_id,
        proof=proof,
        text_sha256=text_sha256,
    )
    record(session, actor, fact, log=held.project.log)
    _put_in_force(session, actor, held, now=now)
    return held.version


def accept_for_client(
    session: Session,
    actor: Actor,
    *,
    version_id: UUID,
    proof: Proof,
    typed_name: str,
    text_sha256: str,
    now: datetime,
) -> AgreementVersion:
    """Accept a version for the client, as the contact that ``actor`` proved to be at the gate.

    What was typed as a name is held against nothing, and recorded as theirs. ``text_sha256`` is the hash of the text
    that was shown. Raises ``WithoutAuthority`` for who is no signatory or proved no mailbox, ``NotInThisState``, or
    ``BelowFloor`` where the policy was raised since.
    """
    if actor.contact_id is None:
        raise WithoutAuthority("An agreement is accepted for the client by one of its people, at the gate.")
    held = hold_version(session, SYSTEM, version_id)
    terms = read_terms(held.version.terms)
    check_client_signatory(terms, actor.contact_id, proof)
    _check_text(session, held, CLIENT, text_sha256)
    session.add(_acceptance(held, CLIENT, proof.value, now=now, contact_id=actor.contact_id))
    fact = AgreementAcceptedByClient(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        contact=actor.contact_id,
        proof=proof.value,
        text_sha256=text_sha256,
        typed_name=_one_line(typed_name),
    )
    record(session, actor, fact, log=held.project.log)
    owe_receipt(session, contact_id=actor.contact_id, log=held.project.log, kind=fact.kind, about=fact.about, now=now)
    _put_in_force(session, actor, held, now=now)
    return held.version


def _one_line(typed_name: str) -> str:
    name = typed_name.strip()
    if not 0 < len(name) <= _NAME_LENGTH_MAX or not name.isprintable():
        sentence = Sentence("Type your name, on one line.")
        raise Invalid(sentence, fields={"typed_name": [sentence]})
    return name


def _check_text(session: Session, held: HeldVersion, side: str, text_sha256: str) -> None:
    """Refuse an acceptance of what is not open, of another text than the frozen one, or a second one by a side."""
    version = held.version
    check_state(version, "sent", to="accepted")
    if version.text is None or text_digest(version.text) != version.text_sha256:
        sentence = Sentence("The text is not the one that was frozen: take this version back, and find out why.")
        raise NotInThisState(sentence)
    if text_sha256 != version.text_sha256:
        sentence = Sentence("This is not the text that was read. Read it again.")
        raise NotInThisState(sentence, fields={"text_sha256": [sentence]})
    if side in {one.side for one in acceptances_of(session, version.id)}:
        raise NotInThisState(_ACCEPTED[side])
    check_terms(read_terms(version.terms), demands_for(session, held.project.client_id))


def _acceptance(
    held: HeldVersion,
    side: str,
    proof: str,
    *,
    now: datetime,
    contact_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Acceptance:
    return Acceptance(
        agreement_version_id=held.version.id,
        side=side,
        contact_id=contact_id,
        person_id=person_id,
        proof=proof,
        text_sha256=held.version.text_sha256 or "",
        accepted_at=now,
    )


def _put_in_force(session: Session, actor: Actor, held: HeldVersion, *, now: datetime) -> None:
    """Where both sides accepted, let the version hold and end the one before it."""
    session.flush()
    version = held.version
    if {one.side for one in acceptances_of(session, version.id)} != {HOUSE, CLIENT}:
        return
    before = accepted_version(session, held.agreement.id)
    if before is not None:
        _supersede(session, actor, held, before, now=now)
    terms = read_terms(version.terms)
    fact = AgreementInForce(
        about=f"agreement:{version.id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=version.number,
        old_state=version.state,
        new_state="accepted",
        text_sha256=version.text_sha256 or "",
        supersedes=None if before is None else before.id,
        changes=[] if before is None else [one.code for one in difference(read_terms(before.terms), terms)],
    )
    version.state, version.accepted_at = "accepted", now
    session.flush()  # the answer carries the new version
    record(session, actor, fact, log=held.project.log)
    _tell(session, held, contacts_of_role(terms, Role.SIGNATORY), now=now)


def _supersede(session: Session, actor: Actor, held: HeldVersion, before: AgreementVersion, *, now: datetime) -> None:
    fact = AgreementSuperseded(
        about=f"agreement:{before.id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=before.number,
        old_state=before.state,
        new_state="superseded",
        text_sha256=before.text_sha256 or "",
        by=held.version.id,
        live_links=len(live_links_under(session, held.agreement.id, now=now)),
    )
    before.state, before.ended_at = "superseded", now
    session.flush()  # one version at a time is in force: the old one ends before the new one begins
    record(session, actor, fact, log=held.project.log)


def _tell(session: Session, held: HeldVersion, contacts: tuple[UUID, ...], *, now: datetime) -> None:
    letter = in_force_letter(outside_name(session, held.project.id))
    told = select(Contact.email).where(Contact.id.in_(contacts), Contact.erased_at.is_(None))
    for address in session.scalars(told.order_by(Contact.id)):
        queue_mail(
            session,
            kind="reviews.agreement.in-force",
            recipient=address,
            subject=letter.subject,
            body=letter.body,
            now=now,
        )
