"""What a real vendor daemon wrote: each line is accounted for, and the counts are those of the text.

The text lies outside the project, in the folder that ``ANSWERPRINT_CAPTURES`` names, else beside the checkout. The
numbers are found here a second time, by patterns of this file, so that a mistake of the reader shows.
"""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from licensing.collectors.events import Event, EventKind, LineCount
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.rules.pairing import Grade, Pairing, Session
from licensing.rules.usage import Coverage, usage_by_feature

ROOT = Path(os.environ.get("ANSWERPRINT_CAPTURES") or Path(__file__).parents[2] / ".." / "shared" / "captures")
LOG = ROOT / "flexlm_reporter" / "ansys.2017-06-08_09-49-41.log"
ZONE = ZoneInfo("America/New_York")

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not LOG.is_file(), reason=f"no log in {ROOT}: name the folder in ANSWERPRINT_CAPTURES"),
]

SEAT = re.compile(r"^ ?\d+:\d\d:\d\d \(\w+\) (OUT|IN): \"(\w+)\" (\S+)(?:  \((\d+) licenses\))?\s*$")


def seats() -> list[tuple[str, str, str, int]]:
    """Return word, feature, holder and number of each line about a seat, by this file's own pattern."""
    found = (SEAT.match(line) for line in LOG.read_text().split("\n"))
    return [(one[1], one[2], one[3], int(one[4] or 1)) for one in found if one]


def read() -> tuple[list[Event], LineCount]:
    """Read the log, of which nothing may be in doubt."""
    with LOG.open("rb") as file:
        log = FlexnetLog(file, zone=ZONE)
        entries = list(log)
    return [entry for entry in entries if isinstance(entry, Event)], log.count


def paired() -> tuple[list[Session], Pairing]:
    """Pair the log."""
    pairing = Pairing()
    return list(pairing.sessions(read()[0])), pairing


def test_every_line_is_understood() -> None:
    """No line is a diagnostic, and no event is without a date."""
    events, count = read()
    printed = sum(1 for line in LOG.read_text().split("\n") if line.strip())

    assert (count.lines, count.diagnostics, count.undated) == (printed, 0, 0)
    assert count.events + count.notices == printed
    assert [event.doubt for event in events if event.doubt] == []


def test_events_are_those_of_the_text() -> None:
    """Each checkout and each return, with its feature, holder and number."""
    events, _ = read()
    kinds = {EventKind.OUT: "OUT", EventKind.IN: "IN"}

    assert [
        (kinds[one.kind], one.feature, f"{one.user}@{one.host}", one.quantity) for one in events if one.kind in kinds
    ] == seats()
    assert Counter(one.kind for one in events)[EventKind.STARTED] == 2


def test_dates_follow_from_the_text() -> None:
    """From the day of its start to the day of its last TIMESTAMP, in the zone of the server."""
    _, count = read()

    assert count.starts_at == datetime(2017, 6, 8, 13, 49, 41, tzinfo=UTC)
    assert count.ends_at == datetime(2017, 6, 25, 13, 25, 1, tzinfo=UTC)
    assert (count.clock_back, count.date_jumps) == (0, 0)


def test_most_returns_could_be_of_several_checkouts() -> None:
    """As was to be expected: the same user runs the same program several times on one host."""
    sessions, pairing = paired()

    assert pairing.counts == Counter({Grade.WEAK: 2064, Grade.UNIQUE: 381, Grade.OPEN: 10})
    assert sum(one.quantity for one in sessions) == sum(number for word, _, _, number in seats() if word == "OUT")


def test_bounds_of_use_meet_where_returns_are_logged() -> None:
    """The daemon starts in the log, so that the upper bound is known; the peak is proven to the seat."""
    sessions, pairing = paired()
    _, count = read()
    assert count.starts_at is not None
    assert count.ends_at is not None
    found = usage_by_feature(sessions, coverage=Coverage(count.starts_at, count.ends_at, pairing.known_from))

    for (_, feature), one in found.items():
        running = most = 0
        for word, name, _, number in seats():
            running += (number if word == "OUT" else -number) if name == feature else 0
            most = max(most, running)
        assert (one.peak.lower, one.peak.upper) == (most, most)
