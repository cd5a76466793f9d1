"""Notes reach other programs with their place, and nothing in them is taken for a command."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from reviews.exports.note import ExportedNote, NoteList
from reviews.exports.notes_csv import notes_table
from reviews.exports.otio import otio_timeline
from reviews.exports.resolve_edl import resolve_markers
from reviews.rules.timecode import read_rate

AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


def notes_of(*notes: ExportedNote) -> NoteList:
    """Return a list of notes of a version whose first frame is one o'clock, at 24 frames."""
    return NoteList("BLUE HERON reel2 v012", "reel2_v012.mov", "a" * 64, read_rate("24/1"), 86400, notes)


POINT = ExportedNote("Ines", "Lift the shadows", AT, in_frame=48, decision="not-approved")
SPAN = ExportedNote("Ines", "Too long", AT, in_frame=48, out_frame=71)
WHOLE = ExportedNote("Ines", "Lovely", AT, decision="approved")


class TestTable:
    """The table for a spreadsheet."""

    def test_places_are_timecodes(self) -> None:
        """In and out are the version's own timecode; a note of the whole has neither."""
        rows = list(csv.reader(io.StringIO("".join(notes_table(notes_of(POINT, SPAN, WHOLE))))))

        assert [row[:2] for row in rows[1:]] == [["01:00:02:00", ""], ["01:00:02:00", "01:00:02:23"], ["", ""]]

    def test_no_cell_is_a_formula(self) -> None:
        """What begins as a formula is text."""
        rows = list(csv.reader(io.StringIO("".join(notes_table(notes_of(ExportedNote("=1+1", "@SUM(A1)", AT)))))))

        assert rows[1][2:4] == ["'@SUM(A1)", "'=1+1"]


class TestMarkers:
    """The list of markers for Resolve."""

    def test_event_and_marker(self) -> None:
        """An event of one frame, then the note with colour, name and length."""
        text = "".join(resolve_markers(notes_of(SPAN)))

        assert text == (
            "TITLE: BLUE HERON reel2 v012\nFCM: NON-DROP FRAME\n\n"
            "001  001      V     C        01:00:02:00 01:00:02:01 01:00:02:00 01:00:02:01  \n"
            "Too long |C:ResolveColorBlue |M:Ines |D:24\n\n"
        )

    def test_note_begins_no_field_and_no_line(self) -> None:
        """Bars and line breaks of a note are blanks."""
        text = "".join(resolve_markers(notes_of(ExportedNote("I|nes", "a |C:ResolveColorRed\n002  001", AT))))

        assert text.count("|C:") == 1
        assert "a  C:ResolveColorRed 002  001 |C:ResolveColorBlue |M:I nes |D:1\n" in text

    def test_more_than_an_edl_numbers_is_refused(self) -> None:
        """Events are numbered with three digits."""
        with pytest.raises(ValueError, match="999"):
            list(resolve_markers(notes_of(*[WHOLE] * 1000)))


class TestTimeline:
    """The OpenTimelineIO timeline."""

    def test_markers_lie_on_the_clip(self) -> None:
        """Each note is a marker with its range in the clip's own time, and the file's hash stands beside."""
        clip = json.loads(otio_timeline(notes_of(POINT, SPAN)))["tracks"]["children"][0]["children"][0]
        ranges = [marker["marked_range"] for marker in clip["markers"]]

        assert clip["metadata"]["answerprint"]["sha256"] == "a" * 64
        assert [(one["start_time"]["value"], one["duration"]["value"]) for one in ranges] == [(86448, 1), (86448, 24)]
        assert [marker["comment"] for marker in clip["markers"]] == ["Lift the shadows", "Too long"]
