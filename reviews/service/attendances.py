"""Who came to a screening, and what they decided there: taken down by the house, and told to whom it concerns."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.calendar import Mailbox
from answerprint.core.outbox import queue_mail
from answerprint.core.problems import NotAllowed, StaleVersion
from audit.record import record
from facility.models import Person
from reviews.errors import AgainstAgreement, Frozen, NotInThisState, WithoutAuthority
from reviews.facts.attendance import AttendeeSignedIn, DecisionTakenDown
from reviews.models.attendance import Attendance, Screening
from reviews.models.decisions import Decision
from reviews.queries.attendance import attendance_for, hold_screening, warnings_of
from reviews.queries.decisions import HeldRound, hold_round_of
from reviews.queries.faces import outside_name
from reviews.queries.freezes import stands_over
from reviews.queries.parties import contact_by_id, has_accepted, undertaking_by_id
from reviews.queries.supervised import Basis, basis_of, recipient_of
from reviews.rules.acting import person_of
from reviews.rules.attendance import SUPERVISED, check_room_is_open
from reviews.rules.invitations import taken_down_mail
from reviews.rules.vocabulary import Proof, Value, title
from reviews.service.decisions import Decider, DecisionEntry, decide_held
from reviews.service.undertakings import accept_undertaking
from reviews.shared_writes import owe_receipt


def sign_in_attendee(
    session: Session,
    actor: Actor,
    *,
    screening_id: UUID,
    contact_id: UUID,
    now: datetime,
    undertaking_sha256: str | None = None,
) -> Attendance:
    """Sign somebody in whom the host or a producer of the project sees in the room; once in, they stay so.

    ``undertaking_sha256`` is the hash of the text that they accepted there, where they had not before; without it, or
    with another, ``StaleVersion`` is raised. Raises ``AgainstAgreement``, ``Frozen`` or ``NotInThisState``, too.
    """
    screening, project = hold_screening(session, actor, screening_id)
    if screening.state != "planned":
        raise NotInThisState(f"This screening is {screening.state}: nobody is signed in any more.")
    check_room_is_open(screening.starts_at, screening.ends_at, now=now)
    basis = _basis(session, actor, screening)
    recipient_of(session, basis, contact_id)
    attendance = attendance_for(session, screening_id, contact_id)
    if attendance is None:
        attendance = Attendance(screening_id=screening_id, contact_id=contact_id)
        session.add(attendance)
    if attendance.signed_in_at is not None:
        return attendance
    attendance.nda_sha256 = _undertake(session, actor, basis, contact_id, undertaking_sha256, now)
    attendance.signed_in_at, attendance.signed_in_by = now, person_of(actor)
    session.flush()
    fact = _signed_in(session, screening, attendance)
    record(session, actor, fact, log=project.log)
    owe_receipt(session, contact_id=contact_id, log=project.log, kind=fact.kind, about=fact.about, now=now)
    return attendance


def decide_in_room(
    session: Session,
    actor: Actor,
    *,
    screening_id: UUID,
    round_id: UUID,
    contact_id: UUID,
    entry: DecisionEntry,
    now: datetime,
) -> Decision:
    """Take down, as the host, what an approver who is signed in decided; they are told by mail, and get a receipt.

    Raises ``NotAllowed`` for who is not the host, ``NotInThisState``, or what ``decide_held`` raises.
    """
    screening, project = hold_screening(session, actor, screening_id)
    attendance = _check_present(session, actor, screening, contact_id, now)
    if stands_over(session, project.id, contact_id):
        raise Frozen("A freeze stands over this: lift it first.")
    held = hold_round_of(session, round_id, project_id=project.id, log=project.log)
    _check_shown(screening, held)
    decider = Decider(
        contact_id=contact_id,
        proof=Proof.SEEN,
        method=screening.method,
        nda_sha256=attendance.nda_sha256,
        attendance_id=attendance.id,
    )
    decision = decide_held(session, actor, held, decider, entry, now=now)
    fact = DecisionTakenDown(
        about=f"screening:{screening_id}",
        project=project.id,
        decision=decision.id,
        attendance=attendance.id,
        contact=contact_id,
    )
    record(session, actor, fact, log=project.log)
    _tell(session, screening, held, decision, now)
    return decision


def _signed_in(session: Session, screening: Screening, attendance: Attendance) -> AttendeeSignedIn:
    return AttendeeSignedIn(
        about=f"attendance:{attendance.id}",
        project=screening.project_id,
        screening=screening.id,
        material_version=screening.material_version_id,
        contact=attendance.contact_id,
        proof=Proof.SEEN.value,
        nda_sha256=attendance.nda_sha256,
        was_invited=attendance.invited_at is not None,
        warnings=list(warnings_of(session, screening)),
    )


def _check_present(session: Session, actor: Actor, screening: Screening, contact_id: UUID, now: datetime) -> Attendance:
    """Return that somebody is in the room now, where the host of it says so."""
    if person_of(actor) != screening.host_id:
        raise NotAllowed("The host of a screening takes decisions down, and nobody else.")
    if screening.state == "cancelled":
        raise NotInThisState("This screening was called off.")
    check_room_is_open(screening.starts_at, screening.ends_at, now=now)
    attendance = attendance_for(session, screening.id, contact_id)
    if attendance is None or attendance.signed_in_at is None:
        raise WithoutAuthority("They are not signed in to this screening. Sign them in first.")
    return attendance


def _basis(session: Session, actor: Actor, screening: Screening) -> Basis:
    return basis_of(
        session,
        actor,
        agreement_version_id=screening.agreement_version_id,
        method=screening.method,
        material_version_id=screening.material_version_id,
        kinds=SUPERVISED,
    )


def _undertake(
    session: Session, actor: Actor, basis: Basis, contact_id: UUID, text_sha256: str | None, now: datetime
) -> str | None:
    """Return the hash of the undertaking that somebody is bound by, which they accept now where they had not before."""
    nda_text_id = basis.terms.security.nda_text_id
    if nda_text_id is None:
        return None
    text = undertaking_by_id(session, nda_text_id)
    if not has_accepted(session, contact_id, nda_text_id):
        if text_sha256 is None or not hmac.compare_digest(text.text_sha256.encode(), text_sha256.encode()):
            sentence = "They have not accepted this undertaking yet. Give it to them to read, as it is now."
            raise StaleVersion(sentence, fields={"undertaking_sha256": [sentence]})
        accept_undertaking(session, actor, contact_id=contact_id, nda_text_id=nda_text_id, proof=Proof.SEEN, now=now)
    return text.text_sha256


def _check_shown(screening: Screening, held: HeldRound) -> None:
    if screening.material_version_id != held.round.material_version_id:
        sentence = "This screening shows another version than the one that is to be decided."
        raise AgainstAgreement(sentence, fields={"round_id": [sentence]})
    if screening.agreement_version_id != held.round.agreement_version_id:
        sentence = "This round was opened under another version of the agreement than the screening."
        raise AgainstAgreement(sentence, fields={"round_id": [sentence]})


def _tell(session: Session, screening: Screening, held: HeldRound, decision: Decision, now: datetime) -> None:
    host = session.get_one(Person, screening.host_id)
    mail = taken_down_mail(
        outside_name(session, screening.project_id),
        number=held.round.number,
        value=title(Value(decision.value)),
        host=Mailbox(host.email, host.name),
        at=now,
    )
    recipient = contact_by_id(session, decision.contact_id).email
    kind = "reviews.decision.taken-down"
    queue_mail(session, kind=kind, recipient=recipient, subject=mail.subject, body=mail.body, now=now)
