"""The dates of a FlexNet debug log, whose lines show only the time of day."""

from datetime import UTC, datetime

import pytest

from tests.licensing.collectors.log_samples import DAY, at, events, flexnet, one


class TestDates:
    """Lines show only the time of day."""

    def out(self, time_of_day: str) -> str:
        """Return a checkout."""
        return f'{time_of_day} (gradeco) OUT: "grade" anna@bay-07'

    def times(self, *lines: str, zone: str = "UTC") -> list[datetime | None]:
        """Return when the events were."""
        return [event.at for event in events(flexnet(*lines, zone=zone)[0])]

    def test_before_any_date_there_is_none(self) -> None:
        """A later date is not carried back, and the event says so."""
        entries, count = flexnet(self.out("7:59:00"), DAY, self.out("8:01:00"))

        assert [event.at for event in events(entries)] == [None, at(8, 1)]
        assert events(entries)[0].doubt == "stands before any line with a date"
        assert (count.undated, count.starts_at, count.ends_at) == (1, at(8), at(8, 1))

    def test_midnight_passes(self) -> None:
        """A fall of twelve hours or more is a new day."""
        assert self.times(DAY, self.out("23:59:59"), self.out(" 0:00:01")) == [
            at(23, 59, 59),
            at(0, 0, 1, day=14),
        ]

    def test_a_clock_that_runs_back_is_counted_and_the_day_stays(self) -> None:
        """Two daemons may write in turn, or the clock was set."""
        entries, count = flexnet(DAY, self.out("9:00:01"), self.out("9:00:00"), self.out("9:30:00"))

        assert [event.at for event in events(entries)] == [at(9, 0, 1), at(9), at(9, 30)]
        assert count.clock_back == 1

    def test_a_fall_of_hours_may_be_either_so_it_has_no_date(self) -> None:
        """Until a line states one."""
        again = "11:00:00 (lmgrd) TIMESTAMP 3/14/2024"
        entries, count = flexnet(DAY, self.out("17:00:00"), self.out("9:00:00"), again, self.out("11:05:00"))

        assert [event.at for event in events(entries)] == [at(17), None, at(11, 5, day=14)]
        assert events(entries)[1].doubt is not None
        assert (count.clock_back, count.undated) == (1, 1)

    def test_a_date_that_does_not_follow_is_counted(self) -> None:
        """After silence of days what was written between had another date, perhaps."""
        _, count = flexnet(DAY, "9:00:00 (lmgrd) TIMESTAMP 3/16/2024")

        assert (count.date_jumps, count.clock_back) == (1, 0)

    def test_a_date_that_goes_back_is_a_clock_that_runs_back(self) -> None:
        """Counted once, whether the time of day went on or fell too."""
        assert flexnet(DAY, "9:00:00 (lmgrd) TIMESTAMP 3/12/2024")[1].clock_back == 1
        assert flexnet(DAY, "7:59:59 (lmgrd) TIMESTAMP 3/12/2024")[1].clock_back == 1

    @pytest.mark.parametrize(
        "line",
        [
            "8:30:00 (lmgrd) FlexNet Licensing (v11.19.0 build 1 x64) started on ferry (linux) (3/15/2024)",
            "8:30:00 (lmgrd) Server's System Date and Time: Fri Mar 15 2024 08:30:00 CET",
            "8:30:00 (gradeco) (@gradeco-SLOG@) Start-Date: Fri Mar 15 2024 08:30:00 CET",
            "8:30:00 (gradeco) (@gradeco-SLOG@) Time: Fri Mar 15 2024 08:30:00 CET",
        ],
    )
    def test_start_lines_and_summaries_state_the_date(self, line: str) -> None:
        """Wherever a line spells it out."""
        assert self.times(line, self.out("9:00:00"))[-1] == at(9, day=15)

    @pytest.mark.parametrize("stated", ["13/3/2024", "2/30/2024", "3/13/24", "soon"])
    def test_a_date_on_no_calendar_is_a_diagnostic(self, stated: str) -> None:
        """And sets none."""
        entries, count = flexnet(f"8:00:00 (lmgrd) TIMESTAMP {stated}", self.out("8:01:00"))

        assert (count.diagnostics, events(entries)[0].at) == (1, None)

    def test_a_weekday_that_does_not_fit_sets_no_date(self) -> None:
        """15 March 2024 was a Friday."""
        assert self.times("8:30:00 (gradeco) (@gradeco-SLOG@) Time: Mon Mar 15 2024 08:30:00", self.out("9:00:00")) == [
            None
        ]

    def test_times_count_in_the_zone_of_the_caller(self) -> None:
        """Eight in Rome in March is seven in UTC."""
        assert self.times(DAY, self.out("8:00:01"), zone="Europe/Rome") == [at(7, 0, 1)]

    def test_the_hour_that_comes_twice(self) -> None:
        """At the end of summer time the clock falls by an hour, and the time goes on."""
        day = "0:30:00 (lmgrd) TIMESTAMP 10/27/2024"
        found = self.times(
            day, self.out("2:50:00"), self.out("2:05:00"), self.out("2:40:00"), self.out("3:10:00"), zone="Europe/Rome"
        )

        assert [(one.hour, one.minute) for one in found if one] == [(0, 50), (1, 5), (1, 40), (2, 10)]

    def test_the_newest_versions_write_date_and_offset(self) -> None:
        """RFC 3339, which needs neither zone nor TIMESTAMP; without offset the zone counts."""
        body = '(gradeco) OUT: "grade" anna@bay-07'
        lines = [f"2024-03-13T08:00:00{offset} {body}" for offset in ("Z", "+01:00", "-0500", "")]

        assert self.times(*lines, zone="Asia/Tokyo") == [at(8), at(7), at(13), at(23, day=12)]

    @pytest.mark.parametrize("stamp", ["2024-13-01T08:00:00Z", "2024-02-30T08:00:00Z", "25:00:00", "8:61:00"])
    def test_a_time_on_no_clock_is_a_diagnostic(self, stamp: str) -> None:
        """Nothing is made of it."""
        _, count = flexnet(f'{stamp} (gradeco) OUT: "grade" anna@bay-07')

        assert (count.events, count.diagnostics) == (0, 1)


def test_an_event_is_of_utc() -> None:
    """Whatever the zone of the log."""
    event = one('8:01:00 (gradeco) OUT: "grade" anna@bay', zone="America/New_York")

    assert event.at is not None
    assert event.at.tzinfo is UTC
