"""Use against capacity over time: days behind and ahead, and a line that breaks off over days that are not known."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from answerprint.core.db import Database
from licensing.pages.use_picture import FLOOR, LEFT, RIGHT, TOP, draw
from licensing.pages.use_words import said_ahead, said_picture, said_week
from licensing.queries.outlook import outlook
from licensing.queries.use_picture import DaysOfUse, product_use
from licensing.queries.use_picture import days_of as days_of_outlook
from licensing.rules.capacity import LotTerms
from licensing.rules.forecast import DayPeak, ExpectedDay, Forecast, Reserved
from licensing.rules.use_days import LotsEnd, UseDay, UseWeek, lots_ending, use_days, use_weeks
from tests.licensing.factories import NOW, product_with_lots, take

UTC_ZONE = ZoneInfo("UTC")
TODAY = date(2026, 3, 11)
DAY = timedelta(days=1)
LAST = TODAY + 40 * DAY
YEAR = LotTerms("concurrent-user", 10, date(2026, 1, 1), date(2026, 12, 31))
NOTHING_AHEAD = Forecast((), None, None, None, "not enough history")


def peaks(*seats: int | None) -> list[DayPeak]:
    """Return the peaks of the last days up to yesterday; ``None`` is a day of which nothing is known."""
    first = TODAY - len(seats) * DAY
    return [DayPeak(first + place * DAY, one) for place, one in enumerate(seats) if one is not None]


def days_of(
    history: list[DayPeak], *lots: LotTerms, ahead: tuple[ExpectedDay, ...] = (), reserved: tuple[Reserved, ...] = ()
) -> list[UseDay]:
    """Return the days of a product."""
    return use_days(history, ahead, lots, reserved=reserved, today=TODAY, last=LAST)


def shown(days: list[UseDay], *ends: LotsEnd, forecast: Forecast = NOTHING_AHEAD) -> DaysOfUse:
    """Return what is drawn of some days."""
    return DaysOfUse(tuple(days), ends, forecast, "50.0")


def expected(ahead: int, seats: int, capacity: int | None = 10) -> ExpectedDay:
    """Return a day ahead with a band of one seat on either side."""
    return ExpectedDay(TODAY + ahead * DAY, seats - 1, seats, seats + 1, 0, capacity)


def this_week(days: list[UseDay]) -> UseWeek:
    """Return the week of today."""
    return next(week for week in use_weeks(days, TODAY) if week.first <= TODAY <= week.last)


class TestDays:
    """What is known of each day, and nothing that is not."""

    def test_four_weeks_behind_at_least(self) -> None:
        """A short history does not fill the picture by itself; a long one is shown whole."""
        assert days_of(peaks(3), YEAR)[0].day == TODAY - 28 * DAY
        assert days_of(peaks(*[3] * 60), YEAR)[0].day == TODAY - 60 * DAY

    def test_a_day_of_which_nothing_is_known_has_no_peak(self) -> None:
        """None in use is a peak of 0; unknown is none at all."""
        by_day = {one.day: one.peak for one in days_of(peaks(0, None, 4), YEAR)}

        assert by_day[TODAY - 3 * DAY] == 0
        assert by_day[TODAY - 2 * DAY] is None
        assert by_day[TODAY] is None

    def test_seats_are_those_of_the_day(self) -> None:
        """A day that no lot covers has none; tokens are no seats; a lot without a number is uncounted."""
        found = {one.day: one for one in days_of([], LotTerms("concurrent-user", 6, TODAY, TODAY + DAY))}
        tokens = days_of([], LotTerms("token", 900, date(2026, 1, 1), None))[0]
        uncounted = days_of([], LotTerms("concurrent-user", None, date(2026, 1, 1), None))[0]

        assert [found[TODAY + ahead * DAY].capacity for ahead in (-1, 0, 1, 2)] == [0, 6, 6, 0]
        assert (tokens.capacity, tokens.is_uncounted) == (None, False)
        assert (uncounted.capacity, uncounted.is_uncounted) == (None, True)

    def test_reservations_count_from_today_on(self) -> None:
        """What was reserved and has passed is history; several on a day add up."""
        both = (Reserved(TODAY - DAY, TODAY + DAY, 4), Reserved(TODAY + DAY, TODAY + 2 * DAY, 3))
        found = {one.day: one.reserved for one in days_of([], YEAR, reserved=both)}

        assert [found[TODAY + ahead * DAY] for ahead in (-1, 0, 1, 2, 3)] == [0, 4, 7, 3, 0]

    def test_lots_that_end(self) -> None:
        """Those of a day add up, one without a number makes the sum unknown, and tokens end no seats."""
        other = LotTerms("concurrent-user", 4, date(2026, 1, 1), TODAY)
        lots = [YEAR, other, other, LotTerms("token", 9, date(2026, 1, 1), TODAY + DAY)]
        lots.append(LotTerms("concurrent-user", None, date(2026, 1, 1), TODAY + DAY))

        assert lots_ending(lots, TODAY, LAST) == [LotsEnd(TODAY, 8), LotsEnd(TODAY + DAY, None)]

    def test_weeks_say_how_much_of_them_is_unknown(self) -> None:
        """A week from Monday on has its highest day, and the days of which nothing is known."""
        week = this_week(days_of(peaks(2, None, 5), YEAR))
        before = use_weeks(days_of(peaks(2, None, 5), YEAR), TODAY)[0]

        assert (week.first, week.behind) == (date(2026, 3, 9), 2)
        assert (week.peak, week.unknown) == (5, 1)
        assert (before.peak, before.unknown) == (None, before.behind)


def test_a_product_and_the_outlook_say_the_same(database: Database) -> None:
    """The page of one product and that of all read the same past, and expect the same of it."""
    product_id = product_with_lots(database, {"quantity": 10, "starts_on": date(2025, 1, 1)})
    with_days = [NOW - place * DAY for place in range(1, 41)]
    for place, at in enumerate(reversed(with_days)):
        take(database, product_id, 1 + place % 7, now=at, on=at.date())
    with database.reading() as session:
        alone = product_use(session, product_id, zone=UTC_ZONE, now=NOW).past
        found = outlook(session, zone=UTC_ZONE, now=NOW)
        among_all = days_of_outlook(session, found, NOW.date())[product_id]

    assert alone == among_all
    assert alone.forecast.days
    assert max(one.peak or 0 for one in alone.days) == 7


class TestDrawing:
    """The same in lines."""

    def test_the_line_breaks_off_over_unknown_days(self) -> None:
        """It begins again after them, and does not reach the floor."""
        drawn = draw(shown(days_of(peaks(4, None, 4), YEAR)), TODAY)

        assert drawn.past.count("M") == 2
        assert f" {float(FLOOR)}" not in drawn.past
        assert "V" not in drawn.past

    def test_zero_lies_on_the_floor(self) -> None:
        """None in use is something known."""
        assert f" {float(FLOOR)}H" in draw(shown(days_of(peaks(0), YEAR)), TODAY).past

    def test_nothing_known_is_no_line(self) -> None:
        """The page writes a word there."""
        assert draw(shown(days_of([], YEAR)), TODAY).past == ""

    def test_uncounted_seats_draw_no_line(self) -> None:
        """There is no height that would say uncounted."""
        assert (
            draw(shown(days_of(peaks(4), LotTerms("concurrent-user", None, date(2026, 1, 1), None))), TODAY).capacity
            == ""
        )

    def test_capacity_is_a_step(self) -> None:
        """It holds until the lot's last day has passed, and falls at once."""
        drawn = draw(shown(days_of([], LotTerms("concurrent-user", 6, date(2026, 1, 1), TODAY))), TODAY)

        assert drawn.capacity.startswith(f"M{float(LEFT)} {float(TOP)}H")
        assert drawn.capacity.count("V") == 1
        assert f"V{float(FLOOR)}" in drawn.capacity

    def test_a_run_of_reserved_days_is_one_block(self) -> None:
        """It stands on the floor, as high as it has seats."""
        block = draw(shown(days_of([], YEAR, reserved=(Reserved(TODAY, TODAY + 4 * DAY, 5),))), TODAY).reserved[0]

        assert block.y + block.height == FLOOR
        assert block.title == "5 reserved, 11 Mar 2026 to 15 Mar 2026"

    def test_everything_lies_in_the_box(self) -> None:
        """Also a band that is higher than the lots."""
        ahead = tuple(expected(place, 14) for place in range(1, 41))
        drawn = draw(shown(days_of(peaks(3), YEAR, ahead=ahead)), TODAY)
        places = [tuple(map(float, pair.split(","))) for pair in drawn.band.split()]

        assert drawn.highest == 15
        assert all(LEFT <= across <= RIGHT and TOP <= up <= FLOOR for across, up in places)
        assert len(places) == 80

    def test_the_first_short_day_is_marked(self) -> None:
        """Where the forecast says so, with its day."""
        ahead = tuple(expected(place, 14) for place in range(1, 41))
        forecast = Forecast(ahead, TODAY + DAY, TODAY + DAY, None, "")
        marked = draw(shown(days_of(peaks(3), YEAR, ahead=ahead), forecast=forecast), TODAY).short

        assert marked is not None
        assert "12 Mar 2026" in marked.title
        assert draw(shown(days_of(peaks(3), YEAR)), TODAY).short is None

    def test_ends_of_lots_that_crowd_keep_their_marks(self) -> None:
        """A label that has no room is left out; its mark says the same in full."""
        ends = [LotsEnd(TODAY + place * DAY, 2) for place in range(3)]
        drawn = draw(shown(days_of(peaks(3), YEAR), *ends), TODAY).ends

        assert [bool(one.label) for one in drawn] == [True, False, False]
        assert drawn[2].title == "2 seats of the lots end on 13 Mar 2026"


class TestWords:
    """What the picture says to those who cannot see it."""

    def test_unknown_is_said(self) -> None:
        """It never reads as none."""
        assert said_picture(shown(days_of([], YEAR)), TODAY).startswith("Use of the past: unknown; 10 seats today.")
        assert "26 days unknown" in said_picture(shown(days_of(peaks(4, 5), YEAR)), TODAY)

    def test_without_history_it_says_why(self) -> None:
        """No forecast is better than one of nothing."""
        assert said_ahead(shown(days_of([], YEAR))) == "No forecast: not enough history."

    def test_a_week_in_words(self) -> None:
        """Its days, its highest use, what is not known, and its seats."""
        week = this_week(days_of(peaks(2, None, 5), YEAR))

        assert said_week(week) == "9 Mar 2026 to 15 Mar 2026: highest use 5, unknown on 1 day; 10 seats"
        assert said_week(use_weeks(days_of([], YEAR), TODAY)[1]).endswith(": use unknown; 10 seats")
