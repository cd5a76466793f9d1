"""Pairing a log of any length: no seat is dropped, and nothing is held that has ended."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings

from licensing.collectors.events import Event
from licensing.rules.pairing import Grade, Pairing
from tests.licensing.simulated_server import Deed, SimulatedServer, deeds, read_back
from tests.licensing.test_pairing import IN, OUT, event


class TestStream:
    """A log may be of any length."""

    def test_a_session_comes_out_as_it_ends(self) -> None:
        """And nothing of it is held any more."""

        def endless() -> Iterator[Event]:
            line = 0
            while True:
                line += 2
                yield event(line, OUT, f"user{line}")
                yield event(line + 1, IN, f"user{line}")

        pairing = Pairing()
        sessions = pairing.sessions(endless())
        for _ in range(1000):
            next(sessions)

        assert pairing.counts == Counter({Grade.UNIQUE: 1000})
        assert not pairing._holders
        assert not pairing._own_handles

    @settings(max_examples=400, deadline=None)
    @given(deeds(verbs=("out", "out", "in", "part", "both", "lose", "wait", "restart")))
    def test_no_seat_is_dropped_or_made_up(self, happened: list[Deed]) -> None:
        """Seats taken are seats in sessions, seats returned are seats of returned sessions, and all are counted."""
        server = SimulatedServer()
        server.begin()
        for deed in happened:
            server.do(deed)
        sessions, _, pairing = read_back(server)
        written = [line.rpartition("(")[2].split()[0] for line in server.lines if "licenses)" in line]
        taken = [int(number) for number, line in zip(written, seat_lines(server), strict=True) if "OUT:" in line]
        given = [int(number) for number, line in zip(written, seat_lines(server), strict=True) if "IN:" in line]
        still = {Grade.OPEN, Grade.RESTARTED}

        assert sum(one.quantity for one in sessions if one.opened is not None) == sum(taken)
        assert sum(one.quantity for one in sessions if one.grade not in still) == sum(given)
        assert pairing.counts == Counter(one.grade for one in sessions)

    @settings(max_examples=400, deadline=None)
    @given(deeds(verbs=("out", "out", "in", "wait")))
    def test_the_true_checkout_lies_in_the_interval(self, happened: list[Deed]) -> None:
        """Of each return, as the server knows, whichever checkout it was laid to."""
        server = SimulatedServer()
        server.begin()
        opened: dict[int, int] = {}
        truth: dict[int, int] = {}
        for deed in happened:
            before = {id(seat) for seat in server.held}
            lines = len(server.lines)
            server.do(deed)
            after = {id(seat): seat for seat in server.held}
            if len(server.lines) > lines and deed.verb == "out":
                opened[next(iter(after.keys() - before))] = len(server.lines)
            if len(server.lines) > lines and deed.verb == "in":
                truth[len(server.lines)] = opened.pop(next(iter(before - after.keys())))
        sessions, _, _ = read_back(server)

        for one in sessions:
            if one.closed is not None:
                assert one.opened_first is not None
                assert one.opened_last is not None
                assert one.opened_first.line <= truth[one.closed.line] <= one.opened_last.line


def seat_lines(server: SimulatedServer) -> list[str]:
    """Return the lines about seats."""
    return [line for line in server.lines if "licenses)" in line]
