"""A version's notes as another program reads them. Outside the house only the outside name is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, Invalid
from answerprint.core.sentences import Sentence
from facility.public import person_names
from reviews.exports.note import ExportedNote, NoteList
from reviews.exports.notes_csv import notes_table
from reviews.exports.otio import otio_timeline
from reviews.exports.resolve_edl import resolve_markers
from reviews.models.materials import MaterialVersion
from reviews.queries.decisions import NoteRow, notes_of
from reviews.queries.faces import outside_name, sayable
from reviews.queries.materials import version_by_id
from reviews.queries.parties import contact_names
from reviews.rules.timecode import Rate, frame_at, read_rate, timecode

_TYPES = {"csv": "text/csv", "edl": "text/plain", "otio": "application/json"}


@dataclass(frozen=True, slots=True)
class NoteExport:
    """A file of notes."""

    file_name: str
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Frames:
    """How the frames of a version are numbered; without a rate they have no timecode."""

    rate: Rate | None
    start_frame: int

    def code(self, frame: int | None) -> str:
        """Write a frame of the version as its timecode."""
        return timecode(self.start_frame + frame, self.rate) if frame is not None and self.rate is not None else ""

    def frame(self, text: str | None) -> int | None:
        """Return which frame of the version a timecode names; raises ``Invalid`` naming ``timecode``."""
        if not text or self.rate is None:
            return None
        rate = Rate(self.rate.frames, drops=";" in text and self.rate.frames.denominator == 1001)
        frame = frame_at(text, rate) - self.start_frame
        if frame < 0:
            sentence = Sentence("This timecode lies before the version's first frame.")
            raise Invalid(sentence, fields={"timecode": [sentence]})
        return frame


def frames_of(version: MaterialVersion) -> Frames:
    """Return how a version's frames are numbered."""
    return Frames(read_rate(version.frame_rate) if version.frame_rate else None, version.start_frame)


def export_notes(
    session: Session,
    actor: Actor,
    version_id: UUID,
    *,
    form: str,
    with_internal: bool = False,
    drop_frame: bool = False,
) -> NoteExport:
    """Write a version's notes as ``csv``, ``edl`` or ``otio``; raises ``Conflict`` where the version has no frame rate.

    Internal notes are there only where they are asked for.
    """
    material, version = version_by_id(session, actor, version_id)
    if version.frame_rate is None and form != "csv":
        raise Conflict("Nobody said how many frames a second this version has, so its notes have no place in time.")
    rate = read_rate(version.frame_rate or "1/1", drops=drop_frame)
    rows = notes_of(session, version_id, with_internal=with_internal)
    outside = outside_name(session, material.project_id)
    name = sayable(session, material.project_id, material.name) or outside
    file_name = sayable(session, material.project_id, version.file_name) or name
    notes = _listed(
        session, rows, f"{outside} {name} v{version.number:03d}", file_name, version.sha256, rate, version.start_frame
    )
    text = {
        "csv": lambda: "".join(notes_table(notes)),
        "edl": lambda: "".join(resolve_markers(notes)),
        "otio": lambda: otio_timeline(notes),
    }[form]()
    return NoteExport(f"{name}_v{version.number:03d}_notes.{form}", f"{_TYPES[form]}; charset=utf-8", text)


def _listed(
    session: Session,
    rows: Sequence[NoteRow],
    title: str,
    file_name: str,
    sha256: str,
    rate: Rate,
    start_frame: int,
) -> NoteList:
    clients = contact_names(session, [row.contact_id for row in rows if row.contact_id is not None])
    people = person_names(session, [row.person_id for row in rows if row.person_id is not None])
    names = clients | people
    return NoteList(
        title=title,
        file_name=file_name,
        sha256=sha256,
        rate=rate,
        start_frame=start_frame,
        notes=tuple(
            ExportedNote(
                author=_author(row, names),
                text=row.text,
                written_at=row.written_at,
                in_frame=row.in_frame,
                out_frame=row.out_frame,
                decision=row.decision,
            )
            for row in rows
        ),
    )


def _author(row: NoteRow, names: dict[UUID, str]) -> str:
    who = row.contact_id or row.person_id
    return names.get(who, "unknown") if who is not None else "unknown"
