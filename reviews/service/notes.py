"""Notes on versions: written once. Internal ones never leave the house."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Invalid
from answerprint.core.sentences import Sentence
from audit.record import record
from facility.public import project_for
from reviews.errors import WithoutAuthority
from reviews.facts.decisions import NoteWritten
from reviews.models.decisions import Decision, Note
from reviews.queries.gate import locked_visitor
from reviews.queries.materials import version_by_id
from reviews.rules.acting import person_of
from reviews.rules.gate import Step

TEXT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A note to write. Frames count from the version's first; without any it is of the whole."""

    text: str
    in_frame: int | None = None
    out_frame: int | None = None
    is_internal: bool = False


def write_note(session: Session, actor: Actor, *, material_version_id: UUID, entry: NoteEntry, now: datetime) -> Note:
    """Write a note for the house; raises ``UnknownReview`` or ``Invalid`` naming the field."""
    material, version = version_by_id(session, actor, material_version_id)
    project = project_for(session, actor, material.project_id)
    note = _note(version.id, entry, now)
    note.person_id = person_of(actor)
    return _keep(session, actor, note, project.id, project.log)


def write_note_at_gate(
    session: Session,
    actor: Actor,
    *,
    visit_id: UUID,
    entry: NoteEntry,
    now: datetime,
    decision_id: UUID | None = None,
) -> Note:
    """Write a note for the recipient of a link, on the version that it leads to; never an internal one."""
    _, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    link = visitor.opened.link
    if link is None:
        raise WithoutAuthority(Sentence("Notes are written on a version that was sent to you."))
    decision = session.get(Decision, decision_id) if decision_id is not None else None
    if decision_id is not None and (decision is None or decision.contact_id != visitor.contact_id):
        raise WithoutAuthority(Sentence("Notes go with a decision of your own."))
    note = _note(link.material_version_id, entry, now)
    note.contact_id, note.decision_id, note.is_internal = visitor.contact_id, decision_id, False
    return _keep(session, actor, note, visitor.project_id, visitor.log)


def _note(material_version_id: UUID, entry: NoteEntry, now: datetime) -> Note:
    faults: dict[str, list[str]] = {}
    if not 0 < len(entry.text.strip()) <= TEXT_MAX:
        faults["text"] = [Sentence("A note says something, in %(most)s characters at most.", most=TEXT_MAX)]
    if entry.out_frame is not None and (entry.in_frame is None or entry.out_frame < entry.in_frame):
        faults["out_frame"] = ["The end lies at the beginning or after it."]
    if faults:
        raise Invalid(Sentence("This note needs another look."), fields=faults)
    return Note(
        material_version_id=material_version_id,
        is_internal=entry.is_internal,
        in_frame=entry.in_frame,
        out_frame=entry.out_frame,
        text=entry.text.strip(),
        written_at=now,
    )


def _keep(session: Session, actor: Actor, note: Note, project_id: UUID, log: str) -> Note:
    session.add(note)
    session.flush()
    fact = NoteWritten(
        about=f"note:{note.id}",
        project=project_id,
        material_version=note.material_version_id,
        decision=note.decision_id,
        text_sha256=hashlib.sha256(note.text.encode()).hexdigest(),
        in_frame=note.in_frame,
        out_frame=note.out_frame,
        is_internal=note.is_internal,
    )
    record(session, actor, fact, log=log)
    return note
