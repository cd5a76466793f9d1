"""A note as the exports take it."""

from dataclasses import dataclass
from datetime import datetime

from reviews.rules.timecode import Rate


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """A note of a version: ``in_frame`` counts from the version's first frame; ``None`` is the version as a whole."""

    author: str
    text: str
    written_at: datetime
    in_frame: int | None = None
    out_frame: int | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class NoteList:
    """The notes of one version. ``start_frame`` is the timecode of its first frame, in frames."""

    title: str
    file_name: str
    sha256: str
    rate: Rate
    start_frame: int
    notes: tuple[ExportedNote, ...]


def at_frames(note: ExportedNote) -> tuple[int, int]:
    """Return where a note begins and how many frames it lasts: one at least, and the first where it is of the whole."""
    first = note.in_frame or 0
    last = note.out_frame if note.out_frame is not None else first
    return first, last - first + 1
