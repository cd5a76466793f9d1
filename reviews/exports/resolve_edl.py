"""Notes as timeline markers for DaVinci Resolve: an EDL (CMX 3600) whose comments carry the markers.

Resolve reads it by *Timelines > Import > Timeline Markers from EDL*. Each event is followed by a line
with the note, and ``|C:`` its colour, ``|M:`` its name and ``|D:`` its length in frames.
"""

import re
from collections.abc import Iterator

from reviews.exports.note import ExportedNote, NoteList, at_frames
from reviews.rules.timecode import timecode

_COLOURS = {"not-approved": "Red", "approved-with-notes": "Yellow", "approved": "Green"}
_BREAKING = re.compile(r"[\x00-\x1f\x7f\u2028\u2029|]+")
_EVENTS_MAX = 999


def resolve_markers(notes: NoteList) -> Iterator[str]:
    """Yield the list line by line; raises ``ValueError`` for more notes than an EDL can number."""
    if len(notes.notes) > _EVENTS_MAX:
        message = f"an EDL numbers {_EVENTS_MAX} events, and these are {len(notes.notes)} notes"
        raise ValueError(message)
    yield f"TITLE: {_one_line(notes.title)}\n"
    yield f"FCM: {'DROP FRAME' if notes.rate.drops else 'NON-DROP FRAME'}\n\n"
    for number, note in enumerate(notes.notes, start=1):
        yield from _event(number, note, notes)


def _event(number: int, note: ExportedNote, notes: NoteList) -> Iterator[str]:
    first, length = at_frames(note)
    begins = timecode(notes.start_frame + first, notes.rate)
    ends = timecode(notes.start_frame + first + 1, notes.rate)
    yield f"{number:03d}  001      V     C        {begins} {ends} {begins} {ends}  \n"
    colour = _COLOURS.get(note.decision, "Blue")
    yield f"{_one_line(note.text)} |C:ResolveColor{colour} |M:{_one_line(note.author)} |D:{length}\n\n"


def _one_line(text: str) -> str:
    # A bar or a line break would end the note and begin a field of its own.
    return _BREAKING.sub(" ", text).strip()
