"""What statements judge, over values alone: states, peaks, overages, coverage and bounds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from licensing.rules.observation import Numbers
from licensing.rules.sightings import Shot, Sighting, sightings
from licensing.rules.statement import Ending, Evidence, State, Step, judge, ledger_steps, moments, percent

START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUKE = UUID(int=1)


def at(hours: float) -> datetime:
    """Return an instant so many hours into the period."""
    return START + hours * HOUR


def sight(first: float, last: float, low: int, high: int | None = None) -> Sighting:
    """Return what was seen between two hours; its witness is named after its first."""
    return Sighting(at(first), at(last), low, low if high is None else high, UUID(int=int(first) + 1))


def evidence(
    *servers: Sequence[Sighting],
    leases: Sequence[tuple[float, float, int]] = (),
    entitled: int | None = 10,
    is_stale: bool = False,
) -> Evidence:
    """Return the evidence of ten hours of one product, of ten seats unless said otherwise."""
    return Evidence(
        starts_at=START,
        ends_at=at(10),
        entitlement=[Step(START, entitled)],
        ledger=ledger_steps((at(first), at(last), quantity) for first, last, quantity in leases),
        servers=servers,
        is_stale=is_stale,
    )


class TestState:
    """One word for a product over a period; it never says more than was seen."""

    def test_use_below_the_lots(self) -> None:
        """Use that was seen and kept to the lots is within."""
        assert judge(evidence([sight(0, 10, 10)])).state is State.WITHIN

    def test_one_seat_more(self) -> None:
        """One seat beyond the lots for a moment is over."""
        assert judge(evidence([sight(0, 5, 10), sight(5, 6, 11), sight(6, 10, 3)])).state is State.OVER

    def test_nothing_known(self) -> None:
        """Where nothing was seen and nothing checked out, nothing is claimed."""
        judged = judge(evidence([]))

        assert (judged.state, judged.peak, judged.highest) == (State.UNKNOWN, None, None)

    def test_checkouts_alone(self) -> None:
        """The ledger is exact, so a product on no server can be within by it alone."""
        assert judge(evidence(leases=[(1, 2, 10)])).state is State.WITHIN

    def test_one_of_two_servers_seen(self) -> None:
        """A product is known only where all its servers are; what the one shows is not the whole."""
        assert judge(evidence([sight(0, 10, 3)], [])).state is State.UNKNOWN

    def test_over_on_one_of_two_servers(self) -> None:
        """What one server shows beyond the lots is proof enough, whatever the other would say."""
        assert judge(evidence([sight(0, 10, 11)], [])).state is State.OVER

    def test_last_capture_too_old(self) -> None:
        """Within so far is not within when nobody has looked since."""
        assert judge(evidence([sight(0, 3, 4)], is_stale=True)).state is State.STALE

    def test_bounds_on_both_sides(self) -> None:
        """Where the truth may lie on either side of the lots, neither is claimed."""
        assert judge(evidence([sight(0, 10, 9, 12)])).state is State.UNKNOWN

    def test_uncounted(self) -> None:
        """Nothing can go beyond lots without a number."""
        assert judge(evidence([sight(0, 10, 5000)], entitled=None)).state is State.WITHIN

    def test_no_lot(self) -> None:
        """Use on a day that no lot covers is use beyond the lots."""
        assert judge(evidence([sight(0, 10, 1)], entitled=0)).state is State.OVER


class TestPeak:
    """Certain use is the larger of checked out and seen; possible use the larger of all numbers."""

    def test_ledger_and_sightings_stand_apart(self) -> None:
        """Each witness has a peak of its own, and the combined one says which moment it is."""
        judged = judge(evidence([sight(0, 5, 4, 6), sight(5, 10, 7, 8)], leases=[(1, 3, 6), (2, 4, 3)]))

        assert judged.peak is not None
        assert judged.seen_peak is not None
        assert judged.highest is not None
        assert judged.ledger_peak is not None
        assert (judged.peak.at, judged.peak.in_use) == (at(2), 9)
        assert (judged.seen_peak.at, judged.seen_peak.low) == (at(5), 7)
        assert (judged.highest.at, judged.highest.at_most) == (at(2), 9)
        assert (judged.ledger_peak.at, judged.ledger_peak.checked_out) == (at(2), 9)

    def test_several_servers(self) -> None:
        """What the servers show at the same time adds up, each with its own capture as witness."""
        judged = judge(evidence([sight(0, 4, 3), sight(4, 10, 5)], [sight(0, 6, 2), sight(6, 10, 1)]))

        assert judged.peak is not None
        assert (judged.peak.at, judged.peak.in_use) == (at(4), 7)
        assert judged.peak.captures == (UUID(int=5), UUID(int=1))

    def test_a_lease_that_began_before(self) -> None:
        """A checkout counts in a period that it reaches into."""
        judged = judge(evidence(leases=[(-5, 1, 4)]))

        assert judged.peak is not None
        assert (judged.peak.at, judged.peak.in_use) == (START, 4)

    def test_handing_on(self) -> None:
        """The last instant of a lease is not its own: a seat returned and taken at once is one seat."""
        judged = judge(evidence(leases=[(0, 5, 4), (5, 10, 4)]))

        assert judged.ledger_peak is not None
        assert judged.ledger_peak.checked_out == 4


class TestOverages:
    """Use beyond the lots, from start to end, with its peak."""

    def test_from_start_to_end(self) -> None:
        """Neighbouring moments beyond the lots are one overage, whose peak is its worst."""
        (found,) = judge(evidence([sight(0, 2, 9), sight(2, 3, 11), sight(3, 5, 14), sight(5, 10, 10)])).overages

        assert (found.starts_at, found.ends_at, found.ending) == (at(2), at(5), Ending.BACK_WITHIN)
        assert (found.peak.at, found.peak.over) == (at(3), 4)

    def test_still_open(self) -> None:
        """What lasts to the end of the period has no end."""
        (found,) = judge(evidence([sight(0, 2, 9), sight(2, 10, 11)])).overages

        assert (found.ends_at, found.ending) == (None, Ending.OPEN)

    def test_out_of_sight(self) -> None:
        """Where the captures stop while it lasts, nobody says that it ended."""
        (found,) = judge(evidence([sight(0, 2, 11)], is_stale=True)).overages

        assert (found.ends_at, found.ending) == (at(2), Ending.NOT_SEEN)

    def test_more_lots(self) -> None:
        """A lot that begins may end an overage, though use stays as it is."""
        known = evidence([sight(0, 10, 11)])
        more = Evidence(known.starts_at, known.ends_at, [Step(START, 10), Step(at(4), 12)], known.ledger, known.servers)

        (found,) = judge(more).overages

        assert (found.ends_at, found.ending) == (at(4), Ending.BACK_WITHIN)


class TestCoverage:
    """How much of the period was seen, rounded down."""

    def test_a_gap(self) -> None:
        """Time in no sighting is not covered."""
        assert percent(judge(evidence([sight(0, 4, 1), sight(5.25, 10, 1)])).coverage) == "87.5"

    def test_all_servers_at_once(self) -> None:
        """Time counts as seen where every server was."""
        assert percent(judge(evidence([sight(0, 6, 1)], [sight(4, 10, 1)])).coverage) == "20.0"

    def test_almost_all(self) -> None:
        """A period that was not wholly seen never reads 100.0."""
        assert percent(judge(evidence([sight(0, 9.9999, 1)])).coverage) == "99.9"

    def test_no_server(self) -> None:
        """A product on no server was not seen at all."""
        assert percent(judge(evidence(leases=[(0, 10, 1)])).coverage) == "0.0"

    def test_a_period_of_no_length(self) -> None:
        """A period that has not begun has nothing in it."""
        judged = judge(Evidence(START, START, [Step(START, 10)], [], [[sight(0, 1, 3)]]))

        assert (judged.state, judged.coverage) == (State.UNKNOWN, 0)


@st.composite
def simulated(draw: st.DrawFn) -> tuple[list[int], list[int], list[Shot]]:
    """Draw an hour-by-hour truth of seats in use, the hours at which it was captured, and what the captures say."""
    truth = draw(st.lists(st.integers(0, 15), min_size=1, max_size=10))
    hours = [hour for hour in range(len(truth)) if draw(st.booleans())]
    adds_reserved, handles = draw(st.booleans()), draw(st.integers(1, 3))
    shots = []
    for hour in hours:
        reserved = draw(st.integers(0, 5))
        reported = truth[hour] + (reserved if adds_reserved else 0)
        # Seats that handles share are listed once for each handle.
        counted = truth[hour] * (1 if adds_reserved else handles)
        numbers = Numbers(20, False, reported, counted, reserved, 0, 0)  # noqa: FBT003 - not uncounted
        shots.append(Shot(UUID(int=hour + 1), at(hour), {"nuke_i": numbers}))
    return truth, hours, shots


class TestBounds:
    """Held against a small server of which the truth is known."""

    @given(simulated())
    def test_each_moment_that_was_seen(self, server: tuple[list[int], list[int], list[Shot]]) -> None:
        """What was in use when a capture was taken lies between the bounds of that moment."""
        truth, hours, shots = server
        seen = sightings(shots, {NUKE: ["nuke_i"]}, stale_after=HOUR)[NUKE]
        known = evidence(seen)

        for moment in moments(known):
            for hour in (one for one in hours if moment.at <= at(one) < moment.until):
                assert moment.low is not None
                assert moment.high is not None
                assert moment.low <= truth[hour] <= moment.high

    @given(simulated())
    def test_the_peak(self, server: tuple[list[int], list[int], list[Shot]]) -> None:
        """The lower bound never exceeds the true peak, and the upper contains it where every hour was captured."""
        truth, hours, shots = server
        judged = judge(evidence(sightings(shots, {NUKE: ["nuke_i"]}, stale_after=HOUR)[NUKE]))

        if judged.seen_peak is not None and judged.highest is not None:
            assert (judged.seen_peak.low or 0) <= max(truth)
            assert judged.highest.at_most >= max(truth[hour] for hour in hours)
