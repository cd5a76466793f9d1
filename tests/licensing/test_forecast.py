"""Forecasts of exhaustion: a line, weekdays and the errors of the past; and they say when they know too little."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.queries.outlook import daily_peaks
from licensing.rules.forecast import LEAST_DAYS, DayPeak, Reserved, back_test, forecast
from licensing.rules.percentiles import Stretch

TODAY = date(2026, 3, 16)
"""A Monday."""


def history(seats: Callable[[int], int], days: int = 90) -> list[DayPeak]:
    """Return the peaks of the days before today: ``seats`` of how many days ago."""
    return [DayPeak(TODAY - timedelta(days=ago), seats(ago)) for ago in range(days, 0, -1)]


def always(seats: int | None) -> Callable[[date], int | None]:
    """Return lots that give so many seats on every day."""
    return lambda _day: seats


def test_a_use_that_does_not_change() -> None:
    """Seven seats a day stay seven, with no error; ten suffice, and six do not from tomorrow on."""
    found = forecast(history(lambda _: 7), on=TODAY, capacity=always(10))

    assert {(one.low, one.expected, one.high) for one in found.days} == {(7, 7, 7)}
    assert found.exhausted_on is None
    assert forecast(history(lambda _: 7), on=TODAY, capacity=always(6)).exhausted_on == TODAY + timedelta(days=1)


def test_a_use_that_grows() -> None:
    """A seat more every ten days: from nine today, twelve are exceeded in about a month."""
    found = forecast(history(lambda ago: 9 - ago // 10), on=TODAY, capacity=always(12))

    assert found.exhausted_on is not None
    assert 20 <= (found.exhausted_on - TODAY).days <= 45
    assert found.exhausted_at_earliest is not None
    assert found.exhausted_at_earliest <= found.exhausted_on


def test_weekends_are_not_weekdays() -> None:
    """Who works from Monday to Friday is not expected on a Sunday."""
    found = forecast(
        history(lambda ago: 8 if (TODAY - timedelta(days=ago)).weekday() < 5 else 1), on=TODAY, capacity=always(10)
    )

    assert {one.expected for one in found.days if one.day.weekday() < 5} <= {8, 9}
    assert {one.expected for one in found.days if one.day.weekday() >= 5} <= {1, 2}


def test_a_lot_that_ends() -> None:
    """Seven a day against ten seats, of which five end in a week: the day after is the first without enough."""
    ends = TODAY + timedelta(days=7)
    found = forecast(history(lambda _: 7), on=TODAY, capacity=lambda day: 10 if day <= ends else 5)

    assert found.exhausted_on == ends + timedelta(days=1)


def test_reservations_are_needed_too() -> None:
    """Where more is reserved than is expected, what is reserved is the need of its days, both ends included."""
    first, last = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    found = forecast(
        history(lambda _: 2),
        on=TODAY,
        capacity=always(10),
        reserved=[Reserved(first, last, 8), Reserved(last, last, 4)],
    )
    needs = {one.day: one.expected for one in found.days}

    assert [needs[TODAY + timedelta(days=ahead)] for ahead in range(2, 7)] == [2, 8, 8, 12, 2]
    assert found.exhausted_on == last


def test_uncounted_seats_do_not_run_out() -> None:
    """Without a limit there is no day on which it is exceeded."""
    found = forecast(history(lambda ago: 100 - ago), on=TODAY, capacity=always(None))

    assert found.days
    assert (found.exhausted_on, found.exhausted_at_earliest) == (None, None)


@pytest.mark.parametrize("days", [0, 1, LEAST_DAYS - 1])
def test_too_little_history(days: int) -> None:
    """Under 28 known days nothing is forecast, and it says so."""
    found = forecast(history(lambda _: 7, days), on=TODAY, capacity=always(1))

    assert not found.days
    assert found.exhausted_on is None
    assert found.reason == f"not enough history: {days} of 28 days with known use"


def test_the_back_test_tells_how_good_it_was() -> None:
    """A use that never changes was always forecast right; one that jumped in the last week was missed by the jump."""
    steady, jumped = history(lambda _: 7), history(lambda ago: 20 if ago <= 3 else 7)
    first, second = back_test(steady), back_test(jumped)

    assert first is not None
    assert second is not None
    assert (first.weeks, first.mean_error, first.worst_error, first.within_band) == (8, "0.0", 0, 8)
    assert (second.worst_error, second.within_band) == (13, 7)
    assert back_test(history(lambda _: 7, 30)) is None


@given(st.lists(st.integers(0, 500), min_size=LEAST_DAYS, max_size=90), st.integers(0, 500))
def test_the_band_holds_what_is_expected(peaks: list[int], capacity: int) -> None:
    """Whatever the past was: no negative need, low to high in order, and it may run out no later than expected."""
    found = forecast(history(lambda ago: peaks[ago - 1], len(peaks)), on=TODAY, capacity=always(capacity))

    assert all(0 <= one.low <= one.expected <= one.high for one in found.days)
    if found.exhausted_on is not None:
        assert found.exhausted_at_earliest is not None
        assert found.exhausted_at_earliest <= found.exhausted_on


def test_peaks_of_days_in_a_zone() -> None:
    """A stretch to midnight in Berlin belongs to its day; today is not over, and an unknown day is left out."""
    berlin = ZoneInfo("Europe/Berlin")

    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=UTC)

    found = daily_peaks(
        [
            Stretch(at(12, 22), at(12, 23), 3),
            Stretch(at(12, 23), at(13, 1), 5),
            Stretch(at(14, 22), at(15, 23), 2),
            Stretch(at(16, 8), at(16, 9), 9),
        ],
        berlin,
        before=TODAY,
    )

    assert found == (
        DayPeak(date(2026, 3, 12), 3),
        DayPeak(date(2026, 3, 13), 5),
        DayPeak(date(2026, 3, 14), 2),
        DayPeak(date(2026, 3, 15), 2),
    )
