"""Log and captures of one server together: the truth lies between, and neither alone is narrower."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.rules.log_series import LogSeries, Reach, Span, log_series
from licensing.rules.log_use import ServerLog
from licensing.rules.sightings import RestsOn, Sighting
from licensing.rules.usage import usage, use_over_log
from licensing.rules.witnesses import combined
from tests.licensing.simulated_server import BEGIN, Deed, Seat, SimulatedServer, deeds, read_back

VERBS = ("out", "out", "out", "in", "in", "part", "both", "lose", "wait", "wait", "poll", "poll", "poll")
MINUTE, FRESH = timedelta(minutes=1), timedelta(minutes=40)


@dataclass(slots=True)
class PolledServer(SimulatedServer):
    """Is also polled, and then lists what is held, or one less or more than that; ``states`` is the truth by time."""

    polls: list[tuple[datetime, int, int]] = field(default_factory=list)
    states: list[tuple[datetime, int]] = field(default_factory=list)

    def do(self, deed: Deed) -> None:
        """Do one thing."""
        if deed.verb == "poll":
            at = self.clock + timedelta(milliseconds=1 + len(self.polls))
            self.polls.append((at, max(0, self.in_use - (deed.who == 1)), self.in_use + (deed.who == 2)))
            # In the next second, or still in the same one.
            self.clock += timedelta(seconds=deed.number % 2)
        else:
            SimulatedServer.do(self, deed)
        self.states.append((self.clock, self.in_use))

    @property
    def captures(self) -> list[Sighting]:
        """What the polls show, each up to the next or until it is stale."""
        polls = sorted(self.polls)
        ends = [at for at, _, _ in polls[1:]] + [datetime.max.replace(tzinfo=BEGIN.tzinfo)]
        return [
            Sighting(at, min(at + FRESH, following), low, high, UUID(int=number))
            for number, ((at, low, high), following) in enumerate(zip(polls, ends, strict=False))
            if following > at
        ]


def run(happened: list[Deed], before: list[int] | None = None) -> PolledServer:
    """Run through deeds; with ``before`` the log begins in the midst of things, with so many seats held."""
    server = PolledServer()
    if before is None:
        server.begin()
    else:
        server.held = [Seat(f"user{index % 3}", quantity, "") for index, quantity in enumerate(before)]
        server.state_date()
    server.states.append((server.clock, server.in_use))
    for deed in happened:
        server.do(deed)
    server.state_date()
    return server


def series(server: SimulatedServer) -> LogSeries:
    """Return what the server's log tells."""
    sessions, coverage, pairing = read_back(server)
    covered = (coverage.starts_at, coverage.ends_at)
    log = ServerLog([covered], sessions, dict(pairing.known_from))
    return log_series(log, starts_at=covered[0], ends_at=covered[1])


def truth(server: PolledServer) -> Iterator[tuple[datetime, int]]:
    """Give the seats in use at the end of each second in which something happened, and between two such."""
    last = dict(server.states)
    for (at, in_use), (following, _) in pairwise([*last.items(), (server.clock, 0)]):
        yield at, in_use
        yield at + (following - at) / 2, in_use


def at(found: list[Sighting], moment: datetime) -> Sighting | None:
    """Return what is claimed of a moment."""
    return next((one for one in found if one.starts_at <= moment < one.ends_at), None)


class TestTruth:
    """A server that loses returns and is polled now and then, held against log and polls together."""

    @settings(max_examples=300)
    @given(deeds(verbs=(*VERBS, "restart")), st.none() | st.lists(st.integers(1, 3), max_size=3))
    def test_the_truth_lies_between(self, happened: list[Deed], before: list[int] | None) -> None:
        """At each second in which something happened and between them, as far as the log reaches."""
        server = run(happened, before)
        log = series(server)
        found = combined(server.captures, log)

        for moment, in_use in truth(server):
            if any(start <= moment < end for start, end in log.covered):
                claim = at(found, moment)
                assert claim is not None
                assert claim.low <= in_use
                assert claim.high is None or in_use <= claim.high

    @settings(max_examples=300)
    @given(deeds(verbs=(*VERBS, "restart", "set back")), st.none() | st.lists(st.integers(1, 3), max_size=3))
    def test_never_wider_than_the_log(self, happened: list[Deed], before: list[int] | None) -> None:
        """Whatever the captures say, and whatever the clock did."""
        server = run(happened, before)
        log = series(server)
        found = combined(server.captures, log)
        for span in (span for reach in log.reaches for span in reach.spans):
            for claim in (one for one in found if one.starts_at < span.ends_at and one.ends_at > span.starts_at):
                assert claim.low >= span.low
                assert span.high is None or (claim.high is not None and claim.high <= span.high)
                assert claim.high is None or claim.low <= claim.high

    @settings(max_examples=300)
    @given(deeds(verbs=VERBS), st.none() | st.lists(st.integers(1, 3), max_size=3))
    def test_never_wider_than_a_capture_of_its_moment(self, happened: list[Deed], before: list[int] | None) -> None:
        """Where nothing else happened in a capture's second, its moment is known as closely as it says."""
        server = run(happened, before)
        log = series(server)
        found = combined(server.captures, log)
        for one in server.captures:
            second = one.starts_at.replace(microsecond=0)
            after, earlier = at(found, one.starts_at), at(found, second - timedelta(milliseconds=1))
            is_inside = any(start < second - MINUTE / 60 and one.starts_at < end for start, end in log.covered)
            if second in server.busy or not is_inside:
                continue
            assert after is not None
            assert earlier is not None
            assert after.high is not None
            shown = one.high or 0
            assert after.high <= shown or after.low > shown
            assert earlier.low >= one.low or (earlier.high or 0) < one.low


@settings(max_examples=200)
@given(deeds(verbs=(*VERBS, "restart", "set back")))
def test_the_fast_way_is_the_same(happened: list[Deed]) -> None:
    """Whether or not the clock was set back, a log's steps are those of the way that also finds the peak."""
    sessions, coverage, _ = read_back(run(happened))

    assert use_over_log(sessions, daemon="", coverage=coverage) == usage(sessions, daemon="", coverage=coverage).steps


def hour(number: float) -> datetime:
    """Return a time so many hours into the log."""
    return BEGIN + number * 60 * MINUTE


def spans(*heights: tuple[int, int | None, int]) -> LogSeries:
    """Return a log of an hour for each of these: proven, possible, and taken by then."""
    found = [Span(hour(number), hour(number + 1), *height) for number, height in enumerate(heights)]
    return LogSeries((Reach(tuple(found), carries=True),))


def capture(when: float, seats: int, until: float | None = None) -> Sighting:
    """Return a capture that shows so many seats, fresh for half an hour unless said otherwise."""
    return Sighting(hour(when), hour(when + 0.5 if until is None else until), seats, seats, UUID(int=1))


def told(found: list[Sighting]) -> list[tuple[float, int, int | None, RestsOn]]:
    """Return from when on what is claimed, in hours."""
    return [((one.starts_at - BEGIN) / (60 * MINUTE), one.low, one.high, one.rests_on) for one in found]


class TestTogether:
    """What each adds to the other."""

    def test_a_capture_bounds_a_log_that_began_in_the_midst(self) -> None:
        """Nothing bounds the log from above; one capture does, from there on, with what is taken since."""
        found = combined([capture(0.5, 3)], spans((0, None, 0), (1, None, 1)))

        assert told(found) == [
            (0.0, 3, None, RestsOn.LOG),
            (0.5, 0, 3, RestsOn.BOTH),
            (1.0, 1, 4, RestsOn.LOG),
        ]

    def test_a_capture_proves_what_is_not_back_yet(self) -> None:
        """Who took a seat and has not given it back is proven by the log for its line only; captures prove it."""
        found = combined([capture(0.5, 1, 1), capture(1, 1, 1.5), capture(1.5, 1, 2)], spans((0, 0, 0), (0, 1, 1)))

        assert told(found) == [
            (0.0, 0, 0, RestsOn.LOG),
            (0.5, 0, 0, RestsOn.BOTH),
            (1.0, 1, 1, RestsOn.BOTH),
            (1.5, 0, 1, RestsOn.BOTH),
        ]

    def test_seats_are_not_counted_twice(self) -> None:
        """Two in the log and two on the capture are two."""
        found = combined([capture(0, 2, 1)], spans((2, 2, 2)))

        assert told(found) == [(0.0, 2, 2, RestsOn.BOTH)]

    def test_what_contradicts_the_log_is_left_out(self) -> None:
        """A capture that shows five where the log allows two says something of a clock, and nothing of seats."""
        found = combined([capture(0.5, 5, 1)], spans((1, 2, 2)))

        assert [(low, high) for _, low, high, _ in told(found)] == [(1, 2), (1, 2)]

    def test_beside_the_log_a_capture_counts_until_the_next(self) -> None:
        """Before the log and after it there are captures only."""
        found = combined([capture(-1, 4, 0.5), capture(1.5, 2, 3)], spans((1, 1, 1), (1, 1, 1)))

        assert told(found) == [
            (-1.0, 4, 4, RestsOn.POLLS),
            (0.0, 1, 1, RestsOn.BOTH),
            (0.5, 1, 1, RestsOn.LOG),
            (1.5, 1, 1, RestsOn.BOTH),
            (2.0, 2, 2, RestsOn.POLLS),
        ]

    @pytest.mark.parametrize("captures", [[], [capture(0.2, 1)]])
    def test_without_a_log(self, captures: list[Sighting]) -> None:
        """Captures alone are what they are."""
        assert combined(captures, LogSeries(())) == captures
