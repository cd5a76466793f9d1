"""A log in parts: wherever it is cut at the end of a line, it gives what the whole gives."""

from collections.abc import Iterable
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.collectors.events import LineCount
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.collectors.rlm_log import RlmLog
from licensing.errors import NoEventLog, NotACapture
from licensing.rules.log_parts import DENIAL_WINDOW, LogSoFar, PartReading, read_part
from licensing.rules.logged_denials import classify
from licensing.rules.pairing import Pairing
from tests.licensing.collectors.log_samples import RLM_HEAD
from tests.licensing.simulated_server import Deed, SimulatedServer, deeds

UTC = ZoneInfo("UTC")
VERBS = ("out", "out", "in", "part", "both", "lose", "wait", "restart", "set back", "deny", "ask")
RLM = [
    *RLM_HEAD.splitlines(),
    'OUT grade v2024.1 1 mara bay1 "" 1 1 0 a1 a1 11 "" "" 03/13 08:10:00',
    'OUT grade v2024.1 1 ole bay2 "" 1 2 0 b1 b1 12 "" "" 03/13 08:11:00',
    'DENY grade v2024.1 kim bay3 "" 1 -22 1 03/13 08:12',
    'IN 1 grade v2024.1 mara bay1 "" 1 1 0 a1 03/13 08:30:00',
    "SWITCH grade.log2",
    "START ferry 03/13/2024 09:00",
    'OUT grade v2024.1 1 kim bay3 "" 1 2 0 c1 c1 13 "" "" 03/13 09:10:00',
    'IN 1 grade v2024.1 ole bay2 "" 1 1 0 b1 03/14 08:30:00',
    "SHUTDOWN root ferry 03/14 10:00",
]


def in_parts(lines: list[str], cuts: Iterable[int], kind: str) -> tuple[list[PartReading], LogSoFar]:
    """Read a log cut before these lines."""
    places = [0, *sorted(cuts), len(lines)]
    so_far, found = LogSoFar(), list[PartReading]()
    for first, last in pairwise(places):
        raw = "".join(f"{line}\n" for line in lines[first:last]).encode()
        if raw:
            found.append(read_part(raw, kind=kind, zone=UTC, before=so_far))
            so_far = found[-1].next
    return found, so_far


def summed(parts: list[PartReading]) -> LineCount:
    """Add up the counts of parts."""
    names = ("lines", "events", "notices", "diagnostics", "undated", "clock_back", "date_jumps", "reasons_joined")
    total = LineCount(**{name: sum(getattr(part.count, name) for part in parts) for name in names})
    for part in parts:
        for at in (part.count.starts_at, part.count.ends_at):
            if at is not None:
                total.cover(at)
    return total


def assert_same_as_whole(lines: list[str], cuts: Iterable[int], kind: str = "flexnet") -> None:
    """Hold the parts against the whole, read by itself."""
    log = FlexnetLog(lines, zone=UTC) if kind == "flexnet" else RlmLog(lines, zone=UTC)
    entries = list(log)
    parts, so_far = in_parts(lines, cuts, kind)
    sessions = [one for part in parts for one in part.ended] + list(parts[-1].open)
    denials = [one for part in parts for one in part.settled] + list(parts[-1].waiting)

    assert sessions == list(Pairing().sessions(entries))
    assert denials == list(classify(entries, window=DENIAL_WINDOW))
    assert summed(parts) == log.count
    assert so_far.lines == len(lines)


class Denying(SimulatedServer):
    """A server that also denies, and says why on the next line, or never."""

    def do(self, deed: Deed) -> None:
        """Do one thing."""
        if deed.verb not in {"deny", "ask"}:
            super().do(deed)
            return
        self.write(f'(gradeco) DENIED: "grade" user{deed.who}@bay')
        if deed.verb == "deny":
            self.write("(gradeco) (Licensed number of users already reached. (-4,342))")


@settings(max_examples=300, deadline=None)
@given(deeds(verbs=VERBS), st.sets(st.integers(1, 80), max_size=12))
def test_a_flexnet_log_cut_anywhere(happened: list[Deed], cuts: set[int]) -> None:
    """Sessions, denials and counts are the same, between a denial and its reason too."""
    server = Denying()
    server.begin()
    for deed in happened:
        server.do(deed)
    # A denial at the very end waits for its reason: the next line tells.
    server.write("(lmgrd) TIMESTAMP 3/20/2024")

    assert_same_as_whole(server.lines, {cut for cut in cuts if cut < len(server.lines)})


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, len(RLM) - 1)))
def test_an_rlm_log_cut_anywhere(cuts: set[int]) -> None:
    """Handles, the year, and whether a start starts a server, are carried over."""
    assert_same_as_whole(RLM, cuts, "rlm")


def test_a_server_whose_logs_are_not_read() -> None:
    """Of other kinds captures are read."""
    with pytest.raises(NoEventLog):
        read_part(b"x\n", kind="sesinetd", zone=UTC, before=LogSoFar())


def test_another_text() -> None:
    """A file of which no line is understood is no quiet log."""
    with pytest.raises(NotACapture):
        read_part(b"dear sir or madam\n", kind="flexnet", zone=UTC, before=LogSoFar())
