"""The last 24 hours on the board: samples of what it said, and a gap where that is unknown, never a zero."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, update

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.collectors.reading import ServerState
from licensing.models.catalogue import Metric
from licensing.models.observed import Capture
from licensing.pages.spark_picture import HEIGHT, Spark, draw
from licensing.queries.board import seats_board
from licensing.queries.last_day import last_day
from licensing.rules.last_day import LastDay, Tally, by_ledger, held_at, sample_times, with_servers
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.factories import NOW, TODAY, make_lot, make_product, make_server, take
from tests.licensing.printed import Use, lmstat, lmstat_down
from tests.licensing.raw_rows import run

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
LATE = NOW + timedelta(minutes=20)
TIMES = tuple(NOW + HOUR * place for place in range(4))


def line(*seats: int | None, capacity: int | None = 10) -> LastDay:
    """Return a line of some samples, an hour apart."""
    times = tuple(NOW + HOUR * place for place in range(len(seats)))
    return LastDay(UUID(int=1), times, seats, (capacity,) * len(seats))


class TestSamples:
    """A sample an hour, and one of now."""

    def test_whole_hours_and_now(self) -> None:
        """The first lies within the last 24 hours, and an hour that is just now is told once."""
        times = sample_times(LATE)

        assert len(times) == 25
        assert (times[0], times[-2], times[-1]) == (NOW - 23 * HOUR, NOW, LATE)
        assert len(set(sample_times(NOW))) == 25

    def test_a_lease_holds_from_its_start_up_to_its_end(self) -> None:
        """At the instant it ends it holds nothing."""
        assert held_at(TIMES, [(TIMES[1], TIMES[3], 2), (TIMES[2], TIMES[2] + HOUR, 1)]) == [0, 2, 3, 0]

    def test_before_the_first_checkout_the_ledger_is_silent(self) -> None:
        """Nobody told anything then: that is unknown, and afterwards none out is none."""
        assert by_ledger(TIMES, [0, 2, 0, 0], TIMES[1]) == (None, 2, 0, 0)
        assert by_ledger(TIMES, [0, 0, 0, 0], None) == (None,) * 4

    def test_checked_out_does_not_stand_in_for_a_silent_server(self) -> None:
        """What is out here is seen again on the server: the larger counts, and without the server nothing is known."""
        assert with_servers([2, 5, 2, 0], [3, 3, None, 0]) == (3, 5, None, 0)

    def test_all_features_must_be_known(self) -> None:
        """A sum with an unknown part is unknown; of no feature at all nothing is known."""
        tally = Tally(3)
        tally.add([0, 1], 4)
        tally.add([0], 0)

        assert tally.complete(2) == [4, None, None]
        assert Tally(1).complete(0) == [None]


class TestDrawing:
    """A line of steps, broken off where nothing is known."""

    def test_unknown_is_a_gap(self) -> None:
        """The pen is lifted: the line begins again after the gap, and does not fall to the floor."""
        drawn = draw(line(5, None, 5, 5)).line

        assert drawn.count("M") == 2
        assert "V" not in drawn

    def test_zero_lies_on_the_floor(self) -> None:
        """None in use is something known, and is drawn."""
        assert draw(line(0, 0)).line.startswith("M0 38")
        assert HEIGHT > 38

    def test_nothing_known_is_no_line(self) -> None:
        """The page draws a dashed frame instead, and says so."""
        assert draw(line(None, None)) == Spark("", draw(line(None, None)).capacity, "Last 24 hours: unknown")

    def test_uncounted_has_no_hairline(self) -> None:
        """There is no capacity to draw."""
        assert draw(line(3, 4, capacity=None)).capacity == ""

    def test_it_says_the_same_in_words(self) -> None:
        """The reach of use, the times over capacity, and the times unknown."""
        said = draw(line(3, 12, None, 9)).words

        assert "3 to 12 in use" in said
        assert "over capacity at 1 of 4 times" in said
        assert "unknown at 1 of 4 times" in said


def _seen(database: Database, *shots: tuple[datetime, int | None]) -> UUID:
    """Add a product of ten seats on a server with captures: so many seats in use, or ``None`` where it is down."""
    with database.transaction() as session:
        product, server = make_product(session), make_server(session)
        make_lot(session, product)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke_i")
        for at, users in shots:
            printed = at.astimezone(BERLIN).replace(tzinfo=None)
            raw = lmstat_down(printed=printed)
            if users is not None:
                raw = lmstat({"nuke_i": Use(10, [f"u{seat}" for seat in range(users)])}, printed=printed)
            take_capture(session, SYSTEM, server_id=server.id, raw=raw, taken_at=at, now=LATE)
        return product.id


def read(database: Database, product_id: UUID, now: datetime = LATE) -> LastDay:
    """Return the last 24 hours of a product."""
    with database.reading() as session:
        return last_day(session, seats_board(session, on=TODAY, now=now), zone=BERLIN, now=now)[product_id]


class TestReading:
    """What is read is what the board would have said at each hour."""

    def test_the_newest_capture_counts_while_it_is_fresh(self, database: Database) -> None:
        """At ten past four it was four; a server that is down or long silent tells nothing, and that is no zero."""
        at_four = NOW - 5 * HOUR
        shots = [(at_four - timedelta(minutes=20), 7), (at_four - timedelta(minutes=10), 4), (NOW, None)]
        found = read(database, _seen(database, *shots, (LATE, 0)))
        by_time = dict(zip(found.times, found.seats, strict=True))

        assert by_time[at_four] == 4
        assert by_time[at_four + HOUR] is None
        assert by_time[NOW] is None
        assert by_time[LATE] == 0

    def test_a_server_that_does_not_say_whether_it_is_up_tells_nothing(self, database: Database) -> None:
        """What it lists beside that may be of any time."""
        product_id = _seen(database, (NOW, 4))
        run(database, update(Capture).values(state=ServerState.UNKNOWN.value))

        assert set(read(database, product_id).seats) == {None}

    def test_checkouts_here_count_where_they_are_more(self, database: Database) -> None:
        """The larger of ledger and sighting, as on the board."""
        product_id = _seen(database, (NOW, 1))
        take(database, product_id, 3, now=NOW - timedelta(minutes=5))

        assert dict(zip(*_pairs(read(database, product_id)), strict=True))[NOW] == 3

    def test_a_product_without_a_server_is_told_by_the_ledger(self, database: Database) -> None:
        """From its first checkout on, and not before."""
        with database.transaction() as session:
            product = make_product(session)
            make_lot(session, product)
            product_id = product.id
        take(database, product_id, 2, now=NOW - 2 * HOUR, minutes=60)
        found = dict(zip(*_pairs(read(database, product_id)), strict=True))

        assert found[NOW - 3 * HOUR] is None
        assert found[NOW - 2 * HOUR] == 2
        assert found[NOW] == 0

    def test_a_checkout_of_long_ago_makes_the_whole_day_known(self, database: Database) -> None:
        """The ledger was kept all the while: none out is none."""
        with database.transaction() as session:
            product = make_product(session)
            make_lot(session, product)
            product_id = product.id
        take(database, product_id, now=NOW - 72 * HOUR, on=TODAY - timedelta(days=3))

        assert set(read(database, product_id).seats) == {0}

    def test_the_capacity_is_that_of_each_day(self, database: Database) -> None:
        """A lot that ended at midnight is in yesterday's hours only; tokens are no seats."""
        with database.transaction() as session:
            product = make_product(session)
            make_lot(session, product, quantity=4)
            make_lot(session, product, quantity=6, ends_on=TODAY - timedelta(days=1))
            tokens = make_product(session, name="Tokens")
            make_lot(session, tokens, metric=Metric.TOKEN.value)
            ids = product.id, tokens.id

        assert (read(database, ids[0]).capacity[0], read(database, ids[0]).capacity[-1]) == (10, 4)
        assert set(read(database, ids[1]).capacity) == {None}

    @pytest.mark.parametrize("products", [1, 8])
    def test_as_many_statements_for_all_products_as_for_one(self, database: Database, products: int) -> None:
        """The board stays fast in a large house."""
        with database.transaction() as session:
            server = make_server(session)
            for number in range(products):
                product = make_product(session, name=f"Product {number}")
                make_lot(session, product)
                link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name=f"f{number}")
            raw = lmstat({f"f{number}": Use(10, ["ann"]) for number in range(products)}, printed=None)
            take_capture(session, SYSTEM, server_id=server.id, raw=raw, taken_at=NOW, now=NOW)
        asked: list[str] = []
        with database.reading() as session:
            rows = seats_board(session, on=TODAY, now=NOW)
            engine = session.get_bind()
            event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
            found = last_day(session, rows, zone=BERLIN, now=NOW)

        assert {one.seats[-1] for one in found.values()} == {1}
        assert len(asked) == 5


def _pairs(found: LastDay) -> tuple[tuple[datetime, ...], tuple[int | None, ...]]:
    return tuple(at.astimezone(UTC) for at in found.times), found.seats
