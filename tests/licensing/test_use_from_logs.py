"""Where captures leave time open, event logs tell the use: forecasts reach back further, and say what they rest on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.api.costs import blueprint
from licensing.queries.costs import right_sizing
from licensing.queries.outlook import ProductOutlook, daily_peaks, outlook
from licensing.rules.forecast import DayPeak
from licensing.rules.percentiles import Stretch
from licensing.rules.sightings import RestsOn
from licensing.rules.statement import Moment, Rest, rests_of
from licensing.rules.use_gaps import JOINED, gaps_of, parted
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.event_logs import send
from tests.licensing.factories import make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat
from tests.licensing.routes_alone import client_of

DAYS = 40
NOW = datetime(2026, 4, 10, 8, tzinfo=UTC)
FIRST = NOW.date() - timedelta(days=DAYS)
UTC_ZONE = ZoneInfo("UTC")
STARTED = [
    " 0:00:00 (lmgrd) FlexNet Licensing (v11.19.0 build 1) started on ferry (linux) ({day})",
    " 0:00:01 (gradeco) Server started on ferry for:\tgrade\t",
]


def lines(days: int, *, first: date = FIRST, is_whole: bool = True) -> Iterator[str]:
    """Give a log of some days: each two seats at once from nine to ten, and on the tenth day three."""
    for number in range(days):
        day = first + timedelta(days=number)
        said = f"{day.month}/{day.day}/{day.year}"
        if number == 0 and is_whole:
            yield from (line.format(day=said) for line in STARTED)
        yield f" 0:00:02 (lmgrd) TIMESTAMP {said}"
        users = ("mara", "ole", "kim")[: 3 if number == 9 else 2]
        yield from (f' 9:00:00 (gradeco) OUT: "grade" {user}@bay' for user in users)
        yield from (f'10:00:00 (gradeco) IN: "grade" {user}@bay' for user in users)
        yield f"23:59:59 (lmgrd) TIMESTAMP {said}"


@pytest.fixture(name="server_id")
def _server(database: Database) -> UUID:
    """A product of ten seats on a server whose clock shows UTC."""
    with database.transaction() as session:
        product = make_product(session)
        make_lot(session, product)
        server = make_server(session, zone="UTC", stale=3600)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="grade")
        return server.id


def poll(database: Database, server_id: UUID, users: list[str], taken_at: datetime) -> None:
    """Send a capture that lists these users."""
    raw = lmstat({"grade": Use(9, users)}, printed=None)
    with database.transaction() as session:
        take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=taken_at, now=taken_at)


def look(database: Database) -> ProductOutlook:
    """Return the outlook of the one product."""
    with database.reading() as session:
        (found,) = outlook(session, zone=UTC_ZONE, now=NOW)
    return found


def nine(day: date) -> datetime:
    """Return half past nine of a day: two seats are out then."""
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)


class TestOutlook:
    """What a forecast is made from."""

    def test_days_without_a_capture_are_the_logs(self, database: Database, server_id: UUID) -> None:
        """Each day has its highest use, rests on the log, and forty of them suffice for a forecast and a back-test."""
        send(database, server_id, *lines(DAYS))
        found = look(database)

        assert found.history[0] == DayPeak(FIRST, 2, RestsOn.LOG)
        assert found.history[9] == DayPeak(FIRST + timedelta(days=9), 3, RestsOn.LOG)
        assert len(found.history) == DAYS
        assert found.forecast.days[0].expected == 2
        assert found.forecast.back_test is not None

    def test_a_log_that_bounds_nothing_makes_no_known_day(self, database: Database, server_id: UUID) -> None:
        """Before the daemon's start is in it, a log may lack seats that were out: such days stay unknown."""
        send(database, server_id, *lines(DAYS, is_whole=False))
        found = look(database)

        assert found.history == ()
        assert found.forecast.reason == "not enough history: 0 of 28 days with known use"

    def test_days_that_neither_tells_stay_unknown(self, database: Database, server_id: UUID) -> None:
        """The log ends after five days: the sixth has no use of zero."""
        send(database, server_id, *lines(5))
        found = look(database)

        assert [one.day for one in found.history] == [FIRST + timedelta(days=number) for number in range(5)]

    def test_each_day_says_what_it_rests_on(self, database: Database, server_id: UUID) -> None:
        """A day of captures alone, one that both tell, and one of the log alone."""
        send(database, server_id, *lines(5))
        poll(database, server_id, ["mara", "ole", "kim"], nine(FIRST + timedelta(days=6)))
        poll(database, server_id, ["mara", "ole"], nine(FIRST + timedelta(days=2)))
        found = {(one.day - FIRST).days: (one.seats, one.rests_on) for one in look(database).history}

        assert (found[1], found[2], found[6]) == ((2, RestsOn.LOG), (2, RestsOn.BOTH), (3, RestsOn.POLLS))
        assert set(found) == {0, 1, 2, 3, 4, 6}

    def test_a_peak_that_only_the_log_proves(self, database: Database, server_id: UUID) -> None:
        """A log that bounds nothing raises the peak of a day that a capture made known, and the day rests on both."""
        send(database, server_id, *list(lines(1, is_whole=False))[:-1])
        poll(database, server_id, ["mara"], nine(FIRST) + timedelta(hours=6))

        assert look(database).history == (DayPeak(FIRST, 2, RestsOn.BOTH),)

    def test_one_of_two_servers_is_logged_and_one_is_polled(self, database: Database, server_id: UUID) -> None:
        """The day is known where the log of one and the capture of the other tell it together."""
        with database.transaction() as session:
            other = make_server(session, "lic2", zone="UTC", stale=3600)
            product_id = outlook(session, zone=UTC_ZONE, now=NOW)[0].product_id
            link_feature(session, SYSTEM, product_id=product_id, server_id=other.id, name="grade")
        send(database, server_id, *lines(5))
        alone = look(database).history
        poll(database, other.id, ["jo"], nine(FIRST + timedelta(days=3)))
        together = look(database).history

        assert alone == ()
        assert together == (DayPeak(FIRST + timedelta(days=3), 3, RestsOn.BOTH),)

    def test_right_sizing_knows_logged_days_too(self, database: Database, server_id: UUID) -> None:
        """For how long the last seats were needed is told from the log as well."""
        send(database, server_id, *lines(DAYS))
        with database.reading() as session:
            (found,) = right_sizing(session, on=NOW.date(), now=NOW)

        assert (found.peak, found.coverage) == (3, "44.4")
        assert [(step.seats, step.minutes) for step in found.last] == [(7, 0), (8, 60), (10, DAYS * 60)]

    def test_as_json(self, database: Database, server_id: UUID) -> None:
        """The API has the days and what each rests on."""
        first = clock.now().date() - timedelta(days=5)
        send(database, server_id, *lines(2, first=first))
        (shown,) = client_of(database, blueprint).get("/api/v1/licensing/outlook").get_json()["items"]

        assert shown["history"][0] == {"day": first.isoformat(), "peak": 2, "rests_on": "log"}


class TestDays:
    """What the days of a forecast rest on."""

    def test_a_day_of_two_kinds_rests_on_both(self) -> None:
        """A day that begins with the log and ends with captures rests on both; its neighbours on one."""

        def at(day: int, hour: int) -> datetime:
            return datetime(2026, 3, day, hour, tzinfo=UTC)

        found = daily_peaks(
            [Stretch(at(1, 0), at(4, 0), 2)],
            UTC_ZONE,
            before=date(2026, 3, 9),
            rests=[Rest(at(1, 0), at(2, 12), RestsOn.LOG), Rest(at(2, 12), at(4, 0), RestsOn.POLLS)],
        )

        assert [one.rests_on for one in found] == [RestsOn.LOG, RestsOn.BOTH, RestsOn.POLLS]


HOUR = timedelta(hours=1)
START = datetime(2026, 3, 1, tzinfo=UTC)


def walk(covered: list[tuple[int, bool]]) -> list[Moment]:
    """Return moments of so many hours each, covered or not."""
    found, at = [], START
    for hours, is_covered in covered:
        rests = RestsOn.POLLS if is_covered else RestsOn.NOTHING
        found.append(Moment(at, at + hours * HOUR, None, 0, None, None, is_covered, (), 0, rests))
        at += hours * HOUR
    return found


WALKS = st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=30).map(walk)


@given(WALKS)
def test_parts_are_all_moments_in_order(found: list[Moment]) -> None:
    """Nothing is told twice and nothing is left out; what is not covered lies in a gap."""
    gaps = gaps_of(found)
    parts = list(parted(found, gaps))

    assert [one for _, inside in parts for one in inside] == found
    assert [span for span, _ in parts if span is not None] == gaps
    assert all(one.is_covered for span, inside in parts if span is None for one in inside)
    assert all(span is None or (span[0] <= one.at and one.until <= span[1]) for span, part in parts for one in part)


@given(WALKS)
def test_gaps_lie_apart(found: list[Moment]) -> None:
    """Two gaps have more than a day between them."""
    gaps = gaps_of(found)

    assert all(later[0] - earlier[1] > JOINED for earlier, later in pairwise(gaps))


def test_gaps_a_day_apart_are_one() -> None:
    """Up to a day between them is read with them; an hour more is not."""
    joined = walk([(1, False), (24, True), (1, False)])
    apart = walk([(1, False), (25, True), (1, False)])

    assert gaps_of(joined) == [(joined[0].at, joined[-1].until)]
    assert len(gaps_of(apart)) == 2


def test_time_that_is_told_in_part_is_a_gap() -> None:
    """Where one of two servers tells, the other's log may tell the rest."""
    (moment,) = walk([(1, False)])

    assert gaps_of([moment._replace(speaking=1, low=2)]) == [(moment.at, moment.until)]


def test_rests_are_not_joined_over_a_break() -> None:
    """Time of which nothing is known lies in no stretch."""
    first, _, last = walk([(1, True), (1, False), (1, True)])

    assert [(one.starts_at, one.ends_at) for one in rests_of([first, last])] == [
        (first.at, first.until),
        (last.at, last.until),
    ]
