"""An agreement goes to the client: its text is frozen by its hash, and each signatory gets a way to it."""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from answerprint.core.shown_once import new_secret, sha256_of
from audit.record import record
from reviews.errors import BadTerms, BelowFloor, WithoutAuthority
from reviews.facts.agreements import AgreementSent, AgreementSentAgain
from reviews.models.agreements import AgreementVersion, Party
from reviews.models.gate import GateKey
from reviews.queries.agreement_texts import text_of, who_is
from reviews.queries.faces import outside_name
from reviews.queries.findings import standing_of
from reviews.queries.held_agreements import HeldVersion, check_state, hold_version
from reviews.queries.parties import contact_by_id
from reviews.rules.bounds import check_bounds
from reviews.rules.digests import party_digest, text_digest
from reviews.rules.documents import read_terms
from reviews.rules.findings import open_sentences
from reviews.rules.labels import contacts_of_role, parties_by_label
from reviews.rules.letters import agreement_letter, gate_address
from reviews.rules.terms import Terms
from reviews.rules.vocabulary import Role

KEY_DAYS = 30
"""So long a signatory's way to an agreement opens."""


def send_agreement(
    session: Session, actor: Actor, *, version_id: UUID, version: int, base_url: str, now: datetime, on: date
) -> AgreementVersion:
    """Freeze a draft's text and send each signatory of the client's a mail with a way to it.

    Raises ``StaleVersion``, ``NotInThisState``, ``BelowFloor`` naming the terms that go under the policy, or
    ``BadTerms`` naming what is missing, and what a method cannot carry and no exception answers.
    """
    held = hold_version(session, actor, version_id, held=version)
    check_state(held.version, "draft", to="sent")
    terms = read_terms(held.version.terms)
    check_bounds(terms)
    _check_standing(session, held, terms, now=now, on=on)
    digests = _set_parties_down(session, held.version, terms)
    text = text_of(session, held.version, digests=digests)
    held.version.text, held.version.text_sha256 = text, text_digest(text)
    old_state, held.version.state, held.version.sent_at = held.version.state, "sent", now
    signatories = contacts_of_role(terms, Role.SIGNATORY)
    for contact_id in signatories:
        _send(session, held, contact_id, base_url=base_url, now=now)
    session.flush()  # the answer carries the new version
    fact = AgreementSent(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        old_state=old_state,
        new_state="sent",
        text_sha256=held.version.text_sha256,
        terms_sha256=text_digest(held.version.terms),
        signatories=list(signatories),
        exceptions=[one.of for one in terms.exceptions],
    )
    record(session, actor, fact, log=held.project.log)
    return held.version


def send_agreement_again(
    session: Session, actor: Actor, *, version_id: UUID, contact_id: UUID, base_url: str, now: datetime
) -> AgreementVersion:
    """Send a signatory a new way to a version that was sent or is in force; the ways they had before are closed.

    Raises ``NotInThisState``, or ``WithoutAuthority`` for who is no signatory of it.
    """
    held = hold_version(session, actor, version_id)
    check_state(held.version, "sent", "accepted", to="sent again")
    if contact_id not in contacts_of_role(read_terms(held.version.terms), Role.SIGNATORY):
        raise WithoutAuthority("This agreement goes to the signatories that it names, and to nobody else.")
    is_open = (
        GateKey.agreement_version_id == version_id,
        GateKey.contact_id == contact_id,
        GateKey.closed_at.is_(None),
    )
    closed = session.scalar(select(func.count()).select_from(GateKey).where(*is_open)) or 0
    session.execute(update(GateKey).where(*is_open).values(closed_at=now))
    _send(session, held, contact_id, base_url=base_url, now=now)
    fact = AgreementSentAgain(
        about=f"agreement:{version_id}",
        project=held.project.id,
        agreement=held.agreement.id,
        number=held.version.number,
        contact=contact_id,
        keys_closed=closed,
    )
    record(session, actor, fact, log=held.project.log)
    return held.version


def _check_standing(session: Session, held: HeldVersion, terms: Terms, *, now: datetime, on: date) -> None:
    standing = standing_of(session, terms, held.project.client_id, now=now, on=on)
    if standing.below_floor:
        raise BelowFloor(
            "The policy asks for more than these terms. The fields say where.", fields=standing.below_floor
        )
    faults = {**open_sentences(standing.findings)}
    for field, sentences in standing.missing.items():
        faults[field] = faults.get(field, []) + sentences
    if faults:
        raise BadTerms("The agreement cannot be sent as it stands. The fields say why.", fields=faults)


def _set_parties_down(session: Session, version: AgreementVersion, terms: Terms) -> dict[str, str]:
    """Write down who the parties are as of now; return their digests by label."""
    digests = {}
    for label, one in parties_by_label(terms).items():
        salt = secrets.token_hex(16)
        digests[label] = party_digest(salt, *who_is(session, one))
        session.add(
            Party(
                agreement_version_id=version.id,
                label=label,
                contact_id=one.contact_id,
                person_id=one.person_id,
                role=one.role.value,
                scope=one.scope.value,
                place=one.place,
                may_invite=one.may_invite,
                salt=salt,
                digest=digests[label],
            )
        )
    return digests


def _send(session: Session, held: HeldVersion, contact_id: UUID, *, base_url: str, now: datetime) -> None:
    secret = new_secret()
    session.add(
        GateKey(
            secret_sha256=sha256_of(secret),
            contact_id=contact_id,
            agreement_version_id=held.version.id,
            made_at=now,
            ends_at=now + timedelta(days=KEY_DAYS),
        )
    )
    outside = outside_name(session, held.project.id)
    letter = agreement_letter(outside, gate_address(base_url, secret), KEY_DAYS)
    queue_mail(
        session,
        kind="reviews.agreement.sent",
        recipient=contact_by_id(session, contact_id).email,
        subject=letter.subject,
        body=letter.body,
        now=now,
    )
