"""What a capture's numbers are worth: unknown spreads, bounds hold, and age counts before state."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.problems import Invalid
from licensing.rules.observation import (
    NOTHING_KNOWN,
    Bounds,
    Freshness,
    Numbers,
    add_up,
    freshness,
    in_use,
    time_of_capture,
    total,
    use_bounds,
    worst,
)
from licensing.rules.sightings import Shot, Sighting, sightings

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
NUKE = UUID(int=1)
seats = st.integers(min_value=0, max_value=50)


def seen(*, reported: int | None, counted: int | None, reserved: int | None = 0) -> Numbers:
    """Return numbers of a feature of ten seats."""
    return Numbers(
        issued=10, is_uncounted=False, reported=reported, counted=counted, reserved=reserved, queued=0, borrowed=0
    )


def shot(number: int, minutes: int, counted: int | None) -> Shot:
    """A capture of ``minutes`` past, in which the feature has ``counted`` seats in use or is not to be found."""
    numbers = {} if counted is None else {"nuke_i": seen(reported=counted, counted=counted)}
    return Shot(UUID(int=number), NOW + timedelta(minutes=minutes), numbers)


def sight(*shots: Shot) -> list[Sighting]:
    """Return what captures of one server show of a product with one feature."""
    return sightings(shots, {NUKE: ["nuke_i"]}, stale_after=QUARTER)[NUKE]


class TestTimeOfCapture:
    """The sender's word comes before the text's, and neither may lie ahead."""

    def test_the_senders_time_comes_first(self) -> None:
        """Whoever ran the command knows best when it was."""
        assert time_of_capture(sent=NOW - QUARTER, reported=NOW, now=NOW) == NOW - QUARTER

    def test_the_texts_time_counts_where_the_sender_gives_none(self) -> None:
        """The text may say when it was printed."""
        assert time_of_capture(sent=None, reported=NOW - QUARTER, now=NOW) == NOW - QUARTER

    def test_nothing_is_made_up_where_neither_says(self) -> None:
        """An arrival is no time of printing."""
        assert time_of_capture(sent=None, reported=None, now=NOW) is None

    def test_a_clock_may_run_ten_minutes_ahead(self) -> None:
        """Clocks differ, and ten minutes are forgiven."""
        ahead = NOW + timedelta(minutes=10)

        assert time_of_capture(sent=ahead, reported=None, now=NOW) == ahead

    @pytest.mark.parametrize("wrong", [NOW + timedelta(minutes=10, seconds=1), datetime(1989, 1, 1, tzinfo=UTC)])
    def test_a_time_that_cannot_be_names_the_field(self, wrong: datetime) -> None:
        """A capture from the future, or from before there were any, is refused."""
        with pytest.raises(Invalid) as refused:
            time_of_capture(sent=None, reported=wrong, now=NOW)

        assert list(refused.value.fields) == ["taken_at"]


class TestUnknown:
    """Unknown is no number: it spreads through sums and never becomes zero."""

    def test_a_sum_with_an_unknown_part_is_unknown(self) -> None:
        """What is not known of a part is not known of the whole."""
        assert add_up([3, None]) is None

    def test_the_sum_of_nothing_is_unknown(self) -> None:
        """Where nothing was seen, nothing was counted."""
        assert add_up([]) is None

    def test_kinds_of_use_are_added_each_with_its_own(self) -> None:
        """Reported, counted and reserved never mix."""
        both = total([seen(reported=4, counted=3, reserved=1), seen(reported=None, counted=2)])

        assert (both.reported, both.counted, both.reserved) == (None, 5, 1)

    def test_a_feature_of_which_nothing_is_known_has_no_bounds(self) -> None:
        """Not even zero bounds what nobody counted."""
        assert use_bounds(NOTHING_KNOWN) is None
        assert in_use(NOTHING_KNOWN) is None


class TestInUse:
    """Seats in use, told from what is listed, reported and reserved."""

    def test_reservations_in_the_servers_number_are_not_use(self) -> None:
        """Seats that are kept for somebody are not in use."""
        assert in_use(seen(reported=5, counted=3, reserved=2)) == 3

    def test_handles_that_share_seats_count_as_the_server_counts(self) -> None:
        """More lines than seats means that lines share seats."""
        assert in_use(seen(reported=6, counted=10)) == 6

    def test_use_that_is_not_listed_counts(self) -> None:
        """A server need not list who holds its seats."""
        assert in_use(seen(reported=5, counted=0)) == 5

    @given(users=seats, reserved=seats, includes=st.booleans())
    def test_bounds_contain_the_truth_whether_or_not_the_server_adds_reservations(
        self, users: int, reserved: int, *, includes: bool
    ) -> None:
        """Servers differ in this and do not say so."""
        reported = users + reserved if includes else users

        bounds = use_bounds(seen(reported=reported, counted=users, reserved=reserved))

        assert bounds is not None
        assert bounds.low <= users <= bounds.high

    @given(users=seats, handles=st.integers(min_value=1, max_value=4))
    def test_bounds_contain_the_truth_where_handles_share_seats(self, users: int, handles: int) -> None:
        """Lines are possible use, the report is proven use."""
        assert use_bounds(seen(reported=users, counted=users * handles)) == Bounds(users, users * handles)


class TestFreshness:
    """A capture is worth what it says for as long as its server allows."""

    def test_a_capture_at_its_limit_is_current(self) -> None:
        """The limit itself still counts."""
        assert freshness("up", NOW - QUARTER, stale_after=QUARTER, now=NOW) is Freshness.CURRENT

    def test_a_capture_past_its_limit_is_stale_whatever_it_said(self) -> None:
        """An old word is an old word, good or bad."""
        old = NOW - QUARTER - timedelta(microseconds=1)

        assert freshness("down", old, stale_after=QUARTER, now=NOW) is Freshness.STALE

    def test_no_capture_is_never(self) -> None:
        """A server of which nothing came is told apart from one that went silent."""
        assert freshness(None, None, stale_after=QUARTER, now=NOW) is Freshness.NEVER

    def test_several_servers_are_as_fresh_as_the_worst(self) -> None:
        """One server in doubt puts the product in doubt."""
        assert worst([Freshness.CURRENT, Freshness.DOWN, Freshness.STALE]) is Freshness.DOWN

    def test_a_product_on_no_server_has_nothing_to_see(self) -> None:
        """That is a state of its own, and no fault."""
        assert worst([]) is Freshness.NONE


class TestSightings:
    """A capture counts until the next of its server, but no longer than it is fresh."""

    def test_a_capture_counts_until_the_next(self) -> None:
        """Each capture replaces the one before."""
        found = sight(shot(1, 0, 3), shot(2, 5, 4))

        assert [(one.starts_at, one.ends_at, one.low) for one in found] == [
            (NOW, NOW + timedelta(minutes=5), 3),
            (NOW + timedelta(minutes=5), NOW + timedelta(minutes=20), 4),
        ]

    def test_a_gap_is_not_covered(self) -> None:
        """A capture says nothing of what comes after its limit."""
        found = sight(shot(1, 0, 3), shot(2, 60, 3))

        assert [one.ends_at - one.starts_at for one in found] == [QUARTER, QUARTER]

    def test_captures_that_show_the_same_in_a_row_are_one_sighting_with_the_first_as_witness(self) -> None:
        """A quiet month is one sighting, not forty thousand."""
        found = sight(shot(1, 0, 3), shot(2, 5, 3))

        assert [(one.ends_at, one.capture_id) for one in found] == [(NOW + timedelta(minutes=20), UUID(int=1))]

    def test_a_capture_that_does_not_tell_ends_what_was_told(self) -> None:
        """Silence of the server is not more of the same."""
        found = sight(shot(1, 0, 3), shot(2, 5, None))

        assert [one.ends_at for one in found] == [NOW + timedelta(minutes=5)]

    def test_a_product_of_two_features_is_told_only_where_both_are(self) -> None:
        """Half of a product is no number of it."""
        found = sightings([shot(1, 0, 3)], {NUKE: ["nuke_i", "nukex_i"]}, stale_after=QUARTER)

        assert found == {NUKE: []}
