"""Reads of rounds, of what was decided in them, and of notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.public import project_for
from reviews.errors import UnknownReview
from reviews.models.agreements import Agreement, Party
from reviews.models.decisions import Decision, Note, Round
from reviews.models.links import View
from reviews.models.materials import Material, MaterialVersion
from reviews.queries.agreements import terms_of
from reviews.rules.decisions import Decided, RoundStanding, approvers_of, standing
from reviews.rules.terms import Terms
from reviews.rules.vocabulary import Value

NOTES_MAX = 2000


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as lists show it, with what has come of it. ``included`` are the rounds agreed."""

    id: UUID
    agreement_id: UUID
    agreement_version_id: UUID
    number: int
    included: int
    material_version_id: UUID
    material_name: str
    material_number: int
    opened_at: datetime
    due_on: date
    noticed_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was made. ``is_withdrawn`` where a later one took it back."""

    id: UUID
    round_id: UUID
    label: str
    contact_id: UUID
    scope: str
    value: str
    material_sha256: str
    statement_sha256: str
    nda_sha256: str | None
    viewing: str
    views: int
    proof: str
    withdraws_id: UUID | None
    is_withdrawn: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note. ``contact_id`` of the client's or ``person_id`` of the house wrote it."""

    id: UUID
    material_version_id: UUID
    decision_id: UUID | None
    contact_id: UUID | None
    person_id: UUID | None
    is_internal: bool
    in_frame: int | None
    out_frame: int | None
    text: str
    written_at: datetime
    decision: str


@dataclass(frozen=True, slots=True)
class HeldRound:
    """A round with all that decides in it, held until the commit."""

    round: Round
    terms: Terms
    project_id: UUID
    log: str
    version: MaterialVersion
    decided: tuple[Decided, ...]

    @property
    def standing(self) -> RoundStanding:
        """What has come of it."""
        return standing(self.terms.quorum, approvers_of(self.terms), self.decided)


def rounds_of(session: Session, actor: Actor, agreement_id: UUID) -> Sequence[RoundRow]:
    """List an agreement's rounds, the newest first; raises ``UnknownReview`` or ``UnknownProject``."""
    project_id = session.scalar(select(Agreement.project_id).where(Agreement.id == agreement_id))
    if project_id is None:
        raise _no_round()
    project_for(session, actor, project_id)
    wanted = _ROUNDS.where(Round.agreement_id == agreement_id).order_by(Round.number.desc())
    return [_round_row(session, row) for row in session.execute(wanted)]


def round_row(session: Session, actor: Actor, round_id: UUID) -> RoundRow:
    """Return one round; raises ``UnknownReview`` or ``UnknownProject``."""
    row = session.execute(_ROUNDS.where(Round.id == round_id)).one_or_none()
    if row is None:
        raise _no_round()
    project_for(session, actor, row[1].project_id)
    return _round_row(session, row)


def open_rounds(session: Session, material_version_id: UUID) -> Sequence[Round]:
    """Return the rounds in which this version waits for a decision."""
    is_open = (Round.material_version_id == material_version_id, Round.closed_at.is_(None))
    return session.scalars(select(Round).where(*is_open).order_by(Round.number)).all()


def rounds_for(session: Session, contact_id: UUID, material_version_id: UUID) -> Sequence[Round]:
    """Return the rounds in which this version waits for a decision, and those in which this contact decided on it."""
    theirs = select(Decision.round_id).where(Decision.contact_id == contact_id)
    concerns = (Round.material_version_id == material_version_id, or_(Round.closed_at.is_(None), Round.id.in_(theirs)))
    return session.scalars(select(Round).where(*concerns).order_by(Round.number)).all()


def hold_round(session: Session, actor: Actor, round_id: UUID) -> HeldRound:
    """Return a round, held until the commit, for who may know of its project."""
    found = _locked(session, round_id)
    project = project_for(session, actor, _project_of(session, found))
    return held_round(session, found, project.id, project.log)


def hold_round_of(session: Session, round_id: UUID, *, project_id: UUID, log: str) -> HeldRound:
    """Return a round of this project, held until the commit; every other one raises ``UnknownReview``."""
    found = _locked(session, round_id)
    if _project_of(session, found) != project_id:
        raise _no_round()
    return held_round(session, found, project_id, log)


def held_round(session: Session, found: Round, project_id: UUID, log: str) -> HeldRound:
    """Return a round that this transaction holds, with all that decides in it."""
    terms = terms_of(session, found.agreement_version_id)
    version = session.get_one(MaterialVersion, found.material_version_id)
    return HeldRound(found, terms, project_id, log, version, _decided(session, found.id))


def decisions_of(session: Session, round_id: UUID) -> Sequence[DecisionRow]:
    """Return all decisions of a round in the order they were made, withdrawn ones too."""
    wanted = select(Decision, Party.label).join(Party, Party.id == Decision.party_id)
    rows = session.execute(wanted.where(Decision.round_id == round_id).order_by(Decision.decided_at, Decision.id)).all()
    taken_back = {one.withdraws_id for one, _ in rows}
    return [_decision_row(one, label, is_withdrawn=one.id in taken_back) for one, label in rows]


def last_view(session: Session, contact_id: UUID, material_version_id: UUID) -> tuple[int, UUID | None]:
    """Return how often a contact watched a version, and the last view."""
    is_it = (View.contact_id == contact_id, View.material_version_id == material_version_id)
    count = session.scalar(select(func.count()).select_from(View).where(*is_it)) or 0
    newest = select(View.id).where(*is_it).order_by(View.granted_at.desc(), View.id.desc()).limit(1)
    return count, session.scalar(newest)


def notes_of(session: Session, material_version_id: UUID, *, with_internal: bool) -> Sequence[NoteRow]:
    """Return a version's notes by their place in it; internal ones only for the house."""
    wanted = (
        select(Note, Decision.value)
        .outerjoin(Decision, Decision.id == Note.decision_id)
        .where(Note.material_version_id == material_version_id)
        .order_by(func.coalesce(Note.in_frame, -1), Note.id)
        .limit(NOTES_MAX)
    )
    if not with_internal:
        wanted = wanted.where(Note.is_internal.is_(False))
    return [_note_row(one, value or "") for one, value in session.execute(wanted)]


_ROUNDS = (
    select(Round, Agreement, Material.name, MaterialVersion.number)
    .join(Agreement, Agreement.id == Round.agreement_id)
    .join(MaterialVersion, MaterialVersion.id == Round.material_version_id)
    .join(Material, Material.id == MaterialVersion.material_id)
)


def _round_row(session: Session, row: Row[Round, Agreement, str, int]) -> RoundRow:
    one, _, material, number = row
    terms = terms_of(session, one.agreement_version_id)
    waits = () if one.closed_at else standing(terms.quorum, approvers_of(terms), _decided(session, one.id)).waits_for
    return RoundRow(
        id=one.id,
        agreement_id=one.agreement_id,
        agreement_version_id=one.agreement_version_id,
        number=one.number,
        included=terms.rounds.included,
        material_version_id=one.material_version_id,
        material_name=material,
        material_number=number,
        opened_at=one.opened_at,
        due_on=one.due_on,
        noticed_at=one.noticed_at,
        closed_at=one.closed_at,
        outcome=one.outcome,
        waits_for=waits,
    )


def _locked(session: Session, round_id: UUID) -> Round:
    found = session.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
    if found is None:
        raise _no_round()
    return found


def _project_of(session: Session, found: Round) -> UUID:
    return session.scalars(select(Agreement.project_id).where(Agreement.id == found.agreement_id)).one()


def _decided(session: Session, round_id: UUID) -> tuple[Decided, ...]:
    """Return of each approver the newest decision that was not withdrawn."""
    newest: dict[str, Decided] = {}
    for row in decisions_of(session, round_id):
        if not row.is_withdrawn and row.value != Value.WITHDRAWN:
            newest[row.label] = Decided(row.label, Value(row.value), row.decided_at)
    return tuple(newest.values())


def _decision_row(one: Decision, label: str, *, is_withdrawn: bool) -> DecisionRow:
    return DecisionRow(
        id=one.id,
        round_id=one.round_id,
        label=label,
        contact_id=one.contact_id,
        scope=one.scope,
        value=one.value,
        material_sha256=one.material_sha256,
        statement_sha256=one.statement_sha256,
        nda_sha256=one.nda_sha256,
        viewing=one.viewing,
        views=one.views,
        proof=one.proof,
        withdraws_id=one.withdraws_id,
        is_withdrawn=is_withdrawn,
        decided_at=one.decided_at,
    )


def _note_row(one: Note, decision: str) -> NoteRow:
    return NoteRow(
        id=one.id,
        material_version_id=one.material_version_id,
        decision_id=one.decision_id,
        contact_id=one.contact_id,
        person_id=one.person_id,
        is_internal=one.is_internal,
        in_frame=one.in_frame,
        out_frame=one.out_frame,
        text=one.text,
        written_at=one.written_at,
        decision=decision,
    )


def _no_round() -> UnknownReview:
    return UnknownReview("There is no such round among the projects that you work on.")
