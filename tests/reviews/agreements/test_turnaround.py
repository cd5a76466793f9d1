"""Working days of an agreement: in its zone, its week and without its holidays; and silence that approves nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.terms import Rounds
from reviews.rules.turnaround import NoWorkingDayError, deemed_day, due_day, end_of, is_deemed_approved, is_overdue

BERLIN = Rounds(zone="Europe/Berlin")
FRIDAY_NOON = datetime(2026, 3, 13, 12, tzinfo=UTC)
calendars = st.builds(
    Rounds,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"]),
    working_days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=9).map(tuple),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def counts(day: date, rounds: Rounds) -> bool:
    """Report whether a day counts, said anew."""
    return day.weekday() in rounds.working_days and day not in rounds.holidays


class TestDueDay:
    """So many days that count after the day on which it happened."""

    @given(instants, st.integers(1, 15), calendars)
    def test_so_many_days_that_count_lie_between(self, since: datetime, days: int, rounds: Rounds) -> None:
        """The due day counts, and with it exactly so many after the first day do."""
        first = since.astimezone(ZoneInfo(rounds.zone)).date()
        due = due_day(since, days, rounds)
        between = [first + timedelta(days=number) for number in range(1, (due - first).days + 1)]

        assert counts(due, rounds)
        assert sum(counts(day, rounds) for day in between) == days

    @given(instants, instants, st.integers(0, 15), calendars)
    def test_later_is_never_due_earlier(self, one: datetime, other: datetime, days: int, rounds: Rounds) -> None:
        """Who sends later waits no shorter."""
        first, second = sorted([one, other])

        assert due_day(first, days, rounds) <= due_day(second, days, rounds)

    def test_week_end_and_holiday_do_not_count(self) -> None:
        """Two days from Friday noon are Tuesday, and Wednesday where Monday is a holiday."""
        assert due_day(FRIDAY_NOON, 2, BERLIN) == date(2026, 3, 17)
        assert due_day(FRIDAY_NOON, 2, replace(BERLIN, holidays=(date(2026, 3, 16),))) == date(2026, 3, 18)

    def test_day_is_that_of_the_agreements_zone(self) -> None:
        """What is sent on Sunday night in London was sent on Monday in Auckland, so that the first day is Tuesday."""
        night = datetime(2026, 3, 15, 22, tzinfo=UTC)

        assert due_day(night, 1, Rounds()) == date(2026, 3, 16)
        assert due_day(night, 1, Rounds(zone="Pacific/Auckland")) == date(2026, 3, 17)

    def test_day_ends_at_midnight_of_the_zone(self) -> None:
        """Over the change of clocks, too: the last Sunday of March in Berlin has 23 hours."""
        sunday = date(2026, 3, 29)

        assert end_of(sunday, BERLIN) - end_of(date(2026, 3, 28), BERLIN) == timedelta(hours=23)
        assert not is_overdue(sunday, BERLIN, now=end_of(sunday, BERLIN) - timedelta(microseconds=1))
        assert is_overdue(sunday, BERLIN, now=end_of(sunday, BERLIN))

    def test_calendar_without_days_is_none(self) -> None:
        """A calendar in which no day counts is refused, and never waited for."""
        with pytest.raises(NoWorkingDayError):
            due_day(FRIDAY_NOON, 1, replace(BERLIN, working_days=()))


class TestSilence:
    """Silence approves only where both agreed so, and notice was given."""

    @given(instants, st.none() | instants)
    def test_never_by_default(self, now: datetime, noticed_at: datetime | None) -> None:
        """Nobody has approved by saying nothing, however long."""
        assert not is_deemed_approved(Rounds(), noticed_at, now=now)

    def test_not_without_notice(self) -> None:
        """Where it is agreed, days are counted from the notice, and without one there are none."""
        agreed = replace(BERLIN, deemed_after_days=2)

        assert deemed_day(agreed, None) is None
        assert not is_deemed_approved(agreed, None, now=FRIDAY_NOON + timedelta(days=99))

    def test_after_the_last_day_and_not_on_it(self) -> None:
        """The whole of the last day is the client's."""
        agreed = replace(BERLIN, deemed_after_days=2)
        over = end_of(date(2026, 3, 17), BERLIN)

        assert deemed_day(agreed, FRIDAY_NOON) == date(2026, 3, 17)
        assert not is_deemed_approved(agreed, FRIDAY_NOON, now=over - timedelta(microseconds=1))
        assert is_deemed_approved(agreed, FRIDAY_NOON, now=over)
