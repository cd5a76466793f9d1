"""Notes as a table for a spreadsheet (RFC 4180)."""

from collections.abc import Iterator

from answerprint.core.spreadsheet import csv_line
from answerprint.core.types import isoformat
from reviews.exports.note import NoteList
from reviews.rules.timecode import timecode

_HEADS = ("in", "out", "note", "author", "decision", "written (UTC)", "file", "sha256")


def notes_table(notes: NoteList) -> Iterator[str]:
    """Yield the table line by line; no cell begins a formula."""
    yield csv_line(_HEADS)
    for note in notes.notes:
        times = (_at(note.in_frame, notes), _at(note.out_frame, notes))
        who = (note.author, note.decision, isoformat(note.written_at))
        yield csv_line((*times, note.text, *who, notes.file_name, notes.sha256))


def _at(frame: int | None, notes: NoteList) -> str:
    return timecode(notes.start_frame + frame, notes.rate) if frame is not None else ""
