"""Bounds of use from a log: the truth lies between them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.collectors.events import Event, EventKind
from licensing.rules.pairing import Pairing
from licensing.rules.usage import Coverage, Step, Usage, usage, usage_by_feature
from tests.licensing.simulated_server import BEGIN, Deed, Seat, SimulatedServer, deeds, read_back

ALL = ("out", "out", "out", "in", "in", "part", "both", "lose", "wait", "wait", "set back", "restart")
LOGGED = ("out", "out", "in", "wait")
START = datetime(2024, 3, 13, 9, tzinfo=UTC)


def bounds(server: SimulatedServer, *, limit: int | None = None) -> Usage:
    """Return the use of the one feature, as its log tells it."""
    sessions, coverage, _ = read_back(server)
    return usage(sessions, daemon="gradeco", coverage=coverage, limit=limit)


def of(events: list[Event], *, ends_at: datetime) -> Usage:
    """Return the use that some events amount to."""
    pairing = Pairing()
    sessions = list(pairing.sessions(events))
    starts_at = events[0].at
    assert starts_at is not None
    return usage(sessions, daemon="gradeco", coverage=Coverage(starts_at, ends_at, pairing.known_from))


def lasting(found: Usage) -> list[Step]:
    """Return the steps that last: before its daemon's start, a log's first second is unknown."""
    return [step for step in found.steps if step.starts_at < step.ends_at]


class TestTruth:
    """A server that loses returns, restarts and has its clock set back, held against its own log."""

    @settings(max_examples=400, deadline=None)
    @given(deeds(verbs=ALL))
    def test_truth_lies_between_the_bounds(self, happened: list[Deed]) -> None:
        """At each line about seats, and between two of them, whatever was lost, doubled or set back."""
        server = SimulatedServer()
        server.begin()
        for deed in happened:
            server.do(deed)
        found = bounds(server)

        for at, in_use in server.truth:
            step = found.at(at)
            assert step is not None
            # In its first second the log may have begun before the daemon did.
            assert step.upper == (None if at == BEGIN else step.shown)
            assert 0 <= step.lower <= in_use <= step.shown

        most = max((in_use for _, in_use in server.truth), default=0)
        assert found.peak.upper is not None
        assert found.peak.lower <= most <= found.peak.upper

    @settings(max_examples=200, deadline=None)
    @given(deeds(verbs=ALL), st.lists(st.integers(1, 3), max_size=4))
    def test_what_was_held_before_the_log_is_not_bounded_by_it(self, happened: list[Deed], before: list[int]) -> None:
        """A log from the midst of things: the lower bound holds, and there is no upper one until a restart."""
        server = SimulatedServer()
        server.held = [Seat(f"user{index % 3}", quantity, "") for index, quantity in enumerate(before)]
        server.state_date()
        for deed in happened:
            server.do(deed)
        found, limited = bounds(server), bounds(server, limit=1000)

        for at, in_use in server.truth:
            step, other = found.at(at), limited.at(at)
            assert step is not None
            assert other is not None
            assert other.upper is not None
            assert step.lower <= in_use <= other.upper <= 1000
            assert step.upper is None or in_use <= step.upper

    @settings(max_examples=100, deadline=None)
    @given(deeds(verbs=LOGGED))
    def test_a_log_that_loses_nothing_shows_the_truth(self, happened: list[Deed]) -> None:
        """The upper bound is the truth itself, and where all comes back the lower one is too."""
        server = SimulatedServer()
        server.begin()
        for deed in happened:
            server.do(deed)
        while server.held:
            server.do(Deed("wait"))
            server.give_back(server.held[0], 0)
        found = bounds(server)

        most = max((in_use for _, in_use in server.truth), default=0)
        assert (found.peak.lower, found.peak.shown, found.peak.upper) == (most, most, most)


class TestBounds:
    """What each part of the bounds rests on."""

    def test_a_checkout_without_return_proves_its_own_moment(self) -> None:
        """Its return may have been lost in the next second; still, at that moment its seats were in use."""
        server = SimulatedServer()
        server.begin()
        for deed in (Deed("wait"), Deed("out", 0, 3), Deed("wait"), Deed("wait")):
            server.do(deed)
        found = bounds(server)

        assert (found.peak.lower, found.peak.upper) == (3, 3)
        step = found.at(server.clock)
        assert step is not None
        assert (step.lower, step.upper) == (0, 3)

    def test_two_in_one_second_are_one_moment(self) -> None:
        """Two seats taken and given back within a second were in use together, as the order of the lines shows."""
        server = SimulatedServer()
        server.begin()
        for deed in (Deed("out", 0), Deed("out", 1), Deed("in", 0), Deed("in", 1)):
            server.do(deed)

        assert bounds(server).peak.lower == 2

    def test_nothing_is_known_before_the_log(self) -> None:
        """Outside what the log covers there are no bounds, not even zero."""
        server = SimulatedServer()
        server.begin()
        begun = server.clock
        server.do(Deed("wait"))
        found = bounds(server)

        assert found.at(begun - timedelta(seconds=1)) is None
        assert found.at(server.clock + timedelta(seconds=1)) is None

    def test_without_a_start_the_upper_bound_is_the_limit(self) -> None:
        """Who took a seat before the log began and keeps it stands in no line."""
        server = SimulatedServer()
        server.state_date()
        server.do(Deed("out", 0, 1))
        server.do(Deed("wait"))

        assert bounds(server).peak.upper is None
        assert (bounds(server, limit=9).peak.upper, bounds(server, limit=9).peak.shown) == (9, 1)

    def test_a_lost_return_takes_nothing_from_what_follows(self) -> None:
        """The first checkout's return is lost; the second one's proves its own seat from end to end."""
        server = SimulatedServer()
        server.begin()
        for deed in (Deed("out"), Deed("wait"), Deed("lose"), Deed("wait"), Deed("out")):
            server.do(deed)
        middle = server.clock + timedelta(minutes=1)
        for deed in (Deed("wait"), Deed("in")):
            server.do(deed)
        step = bounds(server).at(middle)

        assert step is not None
        assert (step.lower, step.upper) == (1, 2)

    def test_a_return_without_checkout_was_held_since_the_log_began(self) -> None:
        """Its seat is proven for all the time before."""
        server = SimulatedServer()
        server.held = [Seat("user0", 2, "")]
        server.state_date()
        for deed in (Deed("wait"), Deed("in")):
            server.do(deed)
        step = bounds(server).at(BEGIN + timedelta(minutes=1))

        assert step is not None
        assert (step.lower, step.shown, step.upper) == (2, 2, None)

    @pytest.mark.parametrize("handle", [None, "a1"])
    def test_a_return_that_a_restart_lost_sight_of_proves_nothing_before(self, handle: str | None) -> None:
        """Taken some time since the restart; it counts as possible from there, and not before."""
        minute = timedelta(minutes=1)
        events = [
            Event(1, START, EventKind.STARTED, "gradeco"),
            Event(2, START + minute, EventKind.STARTED, "gradeco"),
            Event(
                3,
                START + 9 * minute,
                EventKind.IN,
                "gradeco",
                "grade",
                "anna",
                "bay",
                handle=handle,
                has_own_handle=handle is not None,
            ),
        ]
        found = of(events, ends_at=START + 10 * minute)

        assert [(step.starts_at - START, step.lower, step.upper) for step in lasting(found)] == [
            (0 * minute, 0, 0),
            (1 * minute, 0, 1),
            (9 * minute, 0, 0),
        ]

    def test_a_line_without_time_counts_between_the_dated_lines_around_it(self) -> None:
        """A checkout that happened at some time between nine and ten may have happened at either."""
        hour = timedelta(hours=1)
        events = [
            Event(1, START - hour, EventKind.STARTED, "gradeco"),
            Event(2, START, EventKind.OUT, "gradeco", "grade", "bruno", "bay"),
            Event(3, None, EventKind.OUT, "gradeco", "grade", "anna", "bay"),
            Event(4, START + hour, EventKind.IN, "gradeco", "grade", "bruno", "bay"),
            Event(5, START + 2 * hour, EventKind.IN, "gradeco", "grade", "anna", "bay"),
        ]
        found = of(events, ends_at=START + 3 * hour)

        assert [(step.starts_at - START, step.lower, step.upper) for step in lasting(found)] == [
            (-1 * hour, 0, 0),
            (0 * hour, 1, 2),
            (1 * hour, 1, 1),
            (2 * hour, 0, 0),
        ]

    def test_where_the_clock_was_set_back_both_states_count(self) -> None:
        """Ten o'clock came twice: first with one seat in use, then with none."""
        half = timedelta(minutes=30)
        events = [
            Event(1, START, EventKind.STARTED, "gradeco"),
            Event(2, START + half, EventKind.OUT, "gradeco", "grade", "anna", "bay"),
            Event(3, START + 4 * half, EventKind.IN, "gradeco", "grade", "anna", "bay"),
            Event(4, START + half * 2, EventKind.OUT, "gradeco", "grade", "bruno", "bay"),
            Event(5, START + half * 5, EventKind.IN, "gradeco", "grade", "bruno", "bay"),
        ]
        found = of(events, ends_at=START + 6 * half)

        assert found.at(START + 3 * half) == Step(START + 3 * half, START + 3 * half, 1, 1, 1)
        at_four = found.at(START + 4 * half)
        assert at_four is not None
        assert (at_four.lower, at_four.shown) == (0, 1)

    def test_features_are_apart(self) -> None:
        """Each feature of each daemon has its own bounds."""
        events = [
            Event(1, START, EventKind.STARTED, ""),
            Event(2, START, EventKind.OUT, "gradeco", "grade", "anna", "bay"),
            Event(3, START, EventKind.OUT, "gradeco", "conform", "anna", "bay", quantity=2),
        ]
        pairing = Pairing()
        sessions = list(pairing.sessions(events))
        found = usage_by_feature(sessions, coverage=Coverage(START, START, pairing.known_from))

        assert {key: one.peak.upper for key, one in found.items()} == {
            ("gradeco", "grade"): 1,
            ("gradeco", "conform"): 2,
        }


class TestSharedSeats:
    """RLM says which handles share a seat."""

    def taken(self, line: int, kind: EventKind, handle: str, share: str | None = None) -> Event:
        """Return an event of one host."""
        at = START + timedelta(minutes=line)
        return Event(
            line, at, kind, "gradeco", "grade", "anna", "bay", handle=handle, has_own_handle=True, share=share, pool="6"
        )

    def test_handles_that_share_are_one_seat(self) -> None:
        """Two processes of one host hold one seat, until the last of them ends."""
        events = [
            Event(1, START, EventKind.STARTED, "gradeco"),
            self.taken(2, EventKind.OUT, "a1", "a1"),
            self.taken(3, EventKind.OUT, "a2", "a1"),
            self.taken(4, EventKind.IN, "a1"),
            self.taken(6, EventKind.IN, "a2"),
        ]
        pairing = Pairing()
        sessions = list(pairing.sessions(events))
        coverage = Coverage(START, START + timedelta(minutes=9), pairing.known_from)
        found = usage(sessions, daemon="gradeco", coverage=coverage)

        assert (found.peak.lower, found.peak.upper) == (1, 1)
        step = found.at(START + timedelta(minutes=5))
        assert step is not None
        assert (step.lower, step.upper) == (1, 1)

    def test_what_the_server_lists_is_proven(self) -> None:
        """A seat listed where the log ends was held until then, though its return is not in the log."""
        events = [
            Event(1, START, EventKind.STARTED, "gradeco"),
            self.taken(2, EventKind.OUT, "a1", "a1"),
            self.taken(8, EventKind.IN_USE, "a1", "a1"),
        ]
        pairing = Pairing()
        sessions = list(pairing.sessions(events))
        coverage = Coverage(START, START + timedelta(minutes=9), pairing.known_from)
        step = usage(sessions, daemon="gradeco", coverage=coverage).at(START + timedelta(minutes=5))

        assert step is not None
        assert (step.lower, step.upper) == (1, 1)
