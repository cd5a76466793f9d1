"""Decisions: made with authority, from an identified visit, and never changed. Who thinks again makes a new one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, NotAllowed
from answerprint.core.sentences import Sentence
from audit.record import record
from reviews.errors import NotInThisState, WithoutAuthority
from reviews.facts.decisions import DecisionMade
from reviews.models.agreements import Party
from reviews.models.decisions import Decision
from reviews.models.parties import NdaText
from reviews.queries.decisions import HeldRound, hold_round_of, last_view
from reviews.queries.gate import Visitor, locked_visitor
from reviews.rules.decisions import Approver, approvers_of, check_authority
from reviews.rules.gate import Step, proof_of
from reviews.rules.labels import methods_by_label
from reviews.rules.sign_off import statement_sha256
from reviews.rules.viewing import Declaration, departures, read_declaration, write_declaration
from reviews.rules.vocabulary import Proof, Value
from reviews.service.codes import take_signing
from reviews.service.rounds import close_held
from reviews.shared_writes import owe_receipt


class FreshCodeNeeded(NotAllowed):
    """A sign-off asks for a fresh code, so that nobody signs off at a screen that somebody left."""

    code = "fresh-code-needed"


class StatementChanged(Conflict):
    """The sign-off text is another one than the one that was shown."""

    code = "statement-changed"


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """What somebody decides: under which label, what, how they say they watched, and the text that they were shown."""

    label: str
    value: Value
    viewing: Declaration
    statement_sha256: str


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and how that is known: at the gate, or in the room before the host."""

    contact_id: UUID
    proof: Proof
    method: str
    """The label of the method by which they watched."""
    nda_sha256: str | None = None
    visit_id: UUID | None = None
    attendance_id: UUID | None = None


def decide(
    session: Session, actor: Actor, *, visit_id: UUID, round_id: UUID, entry: DecisionEntry, now: datetime
) -> Decision:
    """Decide at the gate, with a fresh code; a round is closed once its quorum has decided.

    Raises ``FreshCodeNeeded``, ``WithoutAuthority``, ``AgainstAgreement``, ``NotInThisState`` or ``StatementChanged``.
    """
    _, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    held = hold_round_of(session, round_id, project_id=visitor.project_id, log=visitor.log)
    decider = _decider(session, visitor, held)
    _check_signing(session, actor, visit_id, now)
    return decide_held(session, actor, held, decider, entry, now=now)


def withdraw(session: Session, actor: Actor, *, visit_id: UUID, decision_id: UUID, now: datetime) -> Decision:
    """Take a decision of one's own back by a new record; a round that it had closed stays closed.

    What was declared and signed with the decision stands on its withdrawal as it was: nothing of it is said anew.
    Raises ``FreshCodeNeeded``, ``WithoutAuthority`` or ``NotInThisState``.
    """
    _, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    taken = session.get(Decision, decision_id)
    if taken is None or taken.contact_id != visitor.contact_id or taken.value == Value.WITHDRAWN:
        raise WithoutAuthority(Sentence("This is no decision of yours that could be taken back."))
    if session.scalar(select(Decision.id).where(Decision.withdraws_id == decision_id)) is not None:
        raise NotInThisState(Sentence("This decision was taken back before."))
    held = hold_round_of(session, taken.round_id, project_id=visitor.project_id, log=visitor.log)
    party = session.get_one(Party, taken.party_id)
    approver = next(one for one in approvers_of(held.terms) if one.label == party.label)
    _check_signing(session, actor, visit_id, now)
    decider = _decider(session, visitor, held)
    entry = DecisionEntry(party.label, Value.WITHDRAWN, read_declaration(taken.viewing), taken.statement_sha256)
    return _write(session, actor, held, decider, approver, entry, withdraws_id=decision_id, now=now)


def decide_held(
    session: Session, actor: Actor, held: HeldRound, decider: Decider, entry: DecisionEntry, *, now: datetime
) -> Decision:
    """Decide in a round that this transaction holds, for who is known by the gate or by the host of the room."""
    if held.round.closed_at is not None:
        raise NotInThisState(
            Sentence("Round %(number)s is closed. Ask the house to open another.", number=held.round.number)
        )
    if entry.value is Value.WITHDRAWN:
        raise NotInThisState("A decision is taken back by naming it.")
    approver = check_authority(held.terms, decider.contact_id, entry.label, held.decided, proof=decider.proof)
    decision = _write(session, actor, held, decider, approver, entry, withdraws_id=None, now=now)
    fresh = hold_round_of(session, held.round.id, project_id=held.project_id, log=held.log)
    if fresh.standing.outcome is not None:
        close_held(session, actor, fresh, outcome=fresh.standing.outcome.value, now=now)
    return decision


def _decider(session: Session, visitor: Visitor, held: HeldRound) -> Decider:
    link = visitor.opened.link
    if link is None or link.material_version_id != held.round.material_version_id:
        raise WithoutAuthority(Sentence("This link leads to another version than the one that is to be decided."))
    nda = session.get(NdaText, link.nda_text_id) if link.nda_text_id is not None else None
    return Decider(
        contact_id=visitor.contact_id,
        proof=proof_of(visitor.proven),
        method=link.method,
        nda_sha256=nda.text_sha256 if nda is not None else None,
        visit_id=visitor.visit_id,
    )


def _check_signing(session: Session, actor: Actor, visit_id: UUID, now: datetime) -> None:
    if not take_signing(session, actor, visit_id=visit_id, now=now):
        raise FreshCodeNeeded(Sentence("A decision asks for a fresh code. Have one sent to your mailbox."))


def _write(
    session: Session,
    actor: Actor,
    held: HeldRound,
    decider: Decider,
    approver: Approver,
    entry: DecisionEntry,
    *,
    withdraws_id: UUID | None,
    now: datetime,
) -> Decision:
    if entry.statement_sha256 != statement_sha256(held.terms, held.version.sha256):
        raise StatementChanged(Sentence("The text to sign was another one. Read it again, and decide then."))
    decision = _decision(held, decider, entry)
    decision.party_id, decision.scope = _party(session, held, approver), approver.scope.value
    decision.views, decision.last_view_id = last_view(session, decider.contact_id, held.version.id)
    if withdraws_id is not None:
        decision.withdraws_id = withdraws_id
    decision.decided_at = now
    session.add(decision)
    session.flush()
    method = methods_by_label(held.terms).get(decider.method)
    parted = departures(method.viewing, entry.viewing) if method is not None else ()
    record(session, actor, _made(held, approver, entry, decision, parted), log=held.log)
    about = f"decision:{decision.id}"
    owe_receipt(session, contact_id=decision.contact_id, log=held.log, kind=DecisionMade.kind, about=about, now=now)
    return decision


def _decision(held: HeldRound, decider: Decider, entry: DecisionEntry) -> Decision:
    return Decision(
        round_id=held.round.id,
        agreement_version_id=held.round.agreement_version_id,
        material_version_id=held.version.id,
        material_sha256=held.version.sha256,
        contact_id=decider.contact_id,
        visit_id=decider.visit_id,
        attendance_id=decider.attendance_id,
        value=entry.value.value,
        statement_sha256=entry.statement_sha256,
        nda_sha256=decider.nda_sha256,
        viewing=write_declaration(entry.viewing),
        proof=decider.proof.value,
    )


def _party(session: Session, held: HeldRound, approver: Approver) -> UUID:
    is_it = (Party.agreement_version_id == held.round.agreement_version_id, Party.label == approver.label)
    return session.scalars(select(Party.id).where(*is_it)).one()


def _made(
    held: HeldRound, approver: Approver, entry: DecisionEntry, decision: Decision, parted: tuple[str, ...]
) -> DecisionMade:
    return DecisionMade(
        about=f"decision:{decision.id}",
        project=held.project_id,
        round=held.round.id,
        agreement_version=decision.agreement_version_id,
        material_version=decision.material_version_id,
        material_sha256=decision.material_sha256,
        contact=decision.contact_id,
        label=approver.label,
        scope=decision.scope,
        value=decision.value,
        statement_sha256=decision.statement_sha256,
        nda_sha256=decision.nda_sha256,
        viewing={"display": entry.viewing.display.value, "room": entry.viewing.room.value},
        departures=list(parted),
        views=decision.views,
        last_view=decision.last_view_id,
        proof=decision.proof,
        withdraws=decision.withdraws_id,
    )
