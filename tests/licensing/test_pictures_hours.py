"""Busy hours: the highest use of each hour of the week by the facility's clocks, and unknown where nothing is known."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from licensing.pages.hours_picture import draw, level_of
from licensing.rules.percentiles import Stretch
from licensing.rules.use_hours import HourCell, hour_cells

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
MONDAY = date(2026, 3, 2)
BACK, FORWARD = date(2026, 10, 25), date(2026, 3, 29)
"""Sundays on which the clocks of Berlin go back, and forward."""


def midnight(day: date, zone: ZoneInfo = BERLIN) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def cells(first: date, days: int, *found: Stretch, zone: ZoneInfo = BERLIN) -> dict[tuple[int, int], HourCell]:
    """Return the cells of some days by weekday and hour."""
    last = first + timedelta(days=days)
    made = hour_cells(found, zone, starts_at=midnight(first, zone), ends_at=midnight(last, zone))
    return {(one.weekday, one.hour): one for one in made}


def stretch(day: date, hour: int, seats: int, length: timedelta = HOUR) -> Stretch:
    """Return some use from an hour of a day on, by the clocks of Berlin."""
    at = datetime.combine(day, time(hour), BERLIN).astimezone(UTC)
    return Stretch(at, at + length, seats)


class TestCells:
    """168 cells, each with its highest use and how much of its time is known."""

    def test_the_highest_of_all_weeks_counts(self) -> None:
        """Of two Mondays the busier one is shown."""
        found = cells(MONDAY, 14, stretch(MONDAY, 9, 3), stretch(MONDAY + timedelta(days=7), 9, 8))

        assert len(found) == 168
        assert found[0, 9].seats == 8
        assert found[0, 9].percent == 100

    def test_unknown_is_no_zero(self) -> None:
        """An hour that nothing tells of has no use; one that was seen empty has none, which is another thing."""
        found = cells(MONDAY, 7, stretch(MONDAY, 9, 0))

        assert found[0, 9].seats == 0
        assert found[0, 10].seats is None
        assert found[0, 10].percent == 0

    def test_a_stretch_over_hours_counts_in_each(self) -> None:
        """It is cut at the full hour, and how much of the hour is known is told."""
        found = cells(MONDAY, 7, stretch(MONDAY, 9, 5, HOUR + HOUR / 4))

        assert (found[0, 9].percent, found[0, 10].percent) == (100, 25)
        assert (found[0, 10].seats, found[0, 11].seats) == (5, None)

    def test_what_lies_outside_is_left_out(self) -> None:
        """Use before the first day is not of these weeks."""
        assert cells(MONDAY, 7, stretch(MONDAY - timedelta(days=1), 9, 5))[6, 9].seats is None


class TestClockChanges:
    """An hour that comes twice, and one that never comes."""

    def test_an_hour_that_comes_twice(self) -> None:
        """Both count for the one cell, whose time is two hours."""
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        found = cells(BACK, 1, Stretch(first, first + HOUR / 4, 2), Stretch(first + HOUR, first + HOUR * 1.25, 6))

        assert found[6, 2].seats == 6
        assert found[6, 2].whole == 2 * HOUR
        assert found[6, 2].known == HOUR / 2
        assert found[6, 3].seats is None

    def test_an_hour_that_never_comes(self) -> None:
        """It has no time and no use, and what is around it is not moved into it."""
        found = cells(FORWARD, 1, stretch(FORWARD, 1, 4, 2 * HOUR))

        assert found[6, 2].whole == timedelta()
        assert (found[6, 1].seats, found[6, 2].seats, found[6, 3].seats) == (4, None, 4)
        assert found[6, 2].percent == 0

    def test_a_zone_of_half_hours(self) -> None:
        """Hours are those of the clock on the wall, not of UTC."""
        kolkata = ZoneInfo("Asia/Kolkata")
        at = datetime.combine(MONDAY, time(9), kolkata).astimezone(UTC)
        found = cells(MONDAY, 1, Stretch(at, at + 2 * HOUR, 7), zone=kolkata)

        assert [found[0, hour].seats for hour in (8, 9, 10, 11)] == [None, 7, 7, None]
        assert found[0, 9].known == HOUR

    def test_all_of_the_time_is_in_the_cells(self) -> None:
        """The day of 25 hours has 25, and that of 23 has 23."""
        for day, hours in ((BACK, 25), (FORWARD, 23), (MONDAY, 24)):
            assert sum((one.whole for one in cells(day, 1).values()), timedelta()) == hours * HOUR


class TestDrawing:
    """Ink by use, the figure in the cell, and a dashed frame where nothing is known."""

    def test_levels(self) -> None:
        """No ink is no use; the least use has some, and the highest all."""
        assert [level_of(seats, 10) for seats in (0, 1, 2, 3, 10)] == [0, 1, 1, 2, 5]
        assert level_of(0, 0) == 0

    def test_an_unknown_cell_has_no_figure(self) -> None:
        """It says that it is unknown; one that was empty shows its 0."""
        rows = draw(tuple(cells(MONDAY, 7, stretch(MONDAY, 9, 0)).values())).rows
        empty, unknown = rows[0][1][9], rows[0][1][10]

        assert (empty.figure, unknown.figure) == ("0", "")
        assert unknown.title == "Mon 10:00 to 11:00: unknown"

    def test_a_cell_that_is_hardly_known_says_so(self) -> None:
        """Less than half of its time is known."""
        drawn = draw(tuple(cells(MONDAY, 7, stretch(MONDAY, 9, 5, HOUR / 4)).values()))
        cell = drawn.rows[0][1][9]

        assert cell.is_partly
        assert "known 25 %" in cell.title
        assert "167 of 168 hours of the week unknown" in drawn.words
        assert drawn.known == 0

    def test_nothing_known(self) -> None:
        """The words do not speak of a highest use."""
        assert draw(tuple(cells(MONDAY, 7).values())).words == "Use by weekday and hour: unknown"
