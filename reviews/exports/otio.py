"""Notes as an OpenTimelineIO timeline (OTIO file format): one clip, with a marker for each note."""

import json

from answerprint.core.types import isoformat
from reviews.exports.note import ExportedNote, NoteList, at_frames

_COLOURS = {"not-approved": "RED", "approved-with-notes": "YELLOW", "approved": "GREEN"}
JsonObject = dict[str, object]


def otio_timeline(notes: NoteList, *, frames: int | None = None) -> str:
    """Return the timeline as JSON; without ``frames``, the version's length, it ends after the last note."""
    last = max((sum(at_frames(note)) for note in notes.notes), default=1)
    rate = float(notes.rate.frames)
    clip = {
        "OTIO_SCHEMA": "Clip.2",
        "name": notes.file_name,
        "source_range": _range(notes.start_frame, max(frames or 0, last), rate),
        "markers": [_marker(note, notes, rate) for note in notes.notes],
        "media_references": {"DEFAULT_MEDIA": {"OTIO_SCHEMA": "MissingReference.1", "name": notes.file_name}},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "metadata": {"answerprint": {"sha256": notes.sha256}},
    }
    track = {"OTIO_SCHEMA": "Track.1", "name": "V1", "kind": "Video", "children": [clip]}
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": notes.title,
        "global_start_time": _time(notes.start_frame, rate),
        "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [track]},
    }
    return json.dumps(timeline, indent=1, sort_keys=True)


def _marker(note: ExportedNote, notes: NoteList, rate: float) -> JsonObject:
    first, length = at_frames(note)
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": note.author,
        "comment": note.text,
        "color": _COLOURS.get(note.decision, "BLUE"),
        "marked_range": _range(notes.start_frame + first, length, rate),
        "metadata": {"answerprint": {"decision": note.decision, "written_at": isoformat(note.written_at)}},
    }


def _range(first: int, length: int, rate: float) -> JsonObject:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(first, rate), "duration": _time(length, rate)}


def _time(frame: int, rate: float) -> JsonObject:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": frame, "rate": rate}
