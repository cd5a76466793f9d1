"""The seats board: free seats are said only where they can be known, and unknown is never zero."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.models.catalogue import Metric
from licensing.queries.board import seats_board
from licensing.queries.observed import seen_holders
from licensing.rules.board import BoardRow, FeatureSeen, FindingCode, ProductName, board_row, capacity_in_seats
from licensing.rules.capacity import Capacity, LotTerms
from licensing.rules.observation import Freshness, Numbers
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.factories import NOW, TODAY, make_lot, make_product, make_server, take
from tests.licensing.printed import Use, lmstat, lmstat_down

NAME = ProductName(UUID(int=1), "Nuke", UUID(int=2), "Foundry")
TEN = Capacity(quantity=10, limit=10, is_uncounted=False)
UNCOUNTED = Capacity(quantity=None, limit=None, is_uncounted=True)


def feature(
    counted: int | None, *, reserved: int | None = 0, reported: int | None = None, word: Freshness = Freshness.CURRENT
) -> FeatureSeen:
    """A feature with so many listed seats, by a capture of a minute ago; unknown where ``counted`` is ``None``."""
    said = counted if reported is None else reported
    numbers = Numbers(10, False, said, counted, reserved, 0, 0) if counted is not None else None  # noqa: FBT003
    return FeatureSeen("nuke_i", "lic1", word, NOW - timedelta(minutes=1), numbers)


def row(*features: FeatureSeen, checked_out: int = 0, capacity: Capacity = TEN) -> BoardRow:
    """Return the row of a product of ten seats."""
    return board_row(NAME, capacity, checked_out, features)


def codes(found: BoardRow) -> set[FindingCode]:
    """Return the names of what was found."""
    return {finding.code for finding in found.findings}


class TestFree:
    """Lots less the larger of checked out and seen, less what is reserved."""

    def test_the_larger_of_ledger_and_sighting_is_taken_off(self) -> None:
        """A seat checked out here is most often also seen: it is taken off once."""
        assert row(feature(4, reserved=1), checked_out=3).free == 5
        assert row(feature(4, reserved=1), checked_out=6).free == 3

    def test_it_is_never_below_zero(self) -> None:
        """Beyond the lots there is no free seat, and how many beyond is said apart."""
        full = row(feature(12))

        assert (full.free, full.over) == (0, 2)
        assert FindingCode.OVER in codes(full)

    def test_features_on_several_servers_add_up(self) -> None:
        """A product may have several features on several servers."""
        both = row(feature(4), feature(3, reserved=1))

        assert (both.seen_in_use, both.reserved, both.free) == (7, 1, 2)

    def test_a_product_on_no_server_is_told_by_the_ledger_alone(self) -> None:
        """It says so, since nobody saw what else is in use."""
        alone = row(checked_out=3)

        assert (alone.free, alone.is_ledger_only, alone.seen_in_use) == (7, True, None)
        assert alone.freshness is Freshness.NONE

    def test_a_server_that_was_never_captured_leaves_the_ledger_alone(self) -> None:
        """A server that was only entered has said nothing yet."""
        alone = row(feature(None, word=Freshness.NEVER), checked_out=3)

        assert (alone.free, alone.is_ledger_only, alone.freshness) == (7, True, Freshness.NEVER)

    @pytest.mark.parametrize("word", [Freshness.DOWN, Freshness.UNKNOWN, Freshness.CURRENT])
    def test_what_is_not_told_is_unknown_and_not_zero(self, word: Freshness) -> None:
        """One unknown feature makes the product unknown."""
        found = row(feature(None, word=word), feature(2), checked_out=3)

        assert (found.seen_in_use, found.reserved, found.free, found.over) == (None, None, None, None)
        assert not found.is_ledger_only

    def test_a_stale_sighting_is_shown_but_nothing_is_concluded(self) -> None:
        """What was seen an hour ago frees no seat now."""
        old = row(feature(4, word=Freshness.STALE))

        assert (old.seen_in_use, old.free, old.over) == (4, None, None)

    def test_checkouts_alone_can_prove_use_beyond_the_lots(self) -> None:
        """The ledger is exact, whatever the server does not say."""
        assert row(feature(None, word=Freshness.DOWN), checked_out=12).over == 2

    def test_unknown_reservations_leave_free_unknown(self) -> None:
        """A seat may be kept for somebody."""
        assert row(feature(4, reserved=None)).free is None

    def test_an_uncounted_product_has_no_number_of_free_seats(self) -> None:
        """Free of no number is no number, and nothing goes beyond it."""
        open_ended = row(feature(400), capacity=UNCOUNTED)

        assert (open_ended.capacity, open_ended.is_uncounted, open_ended.free, open_ended.over) == (None, True, None, 0)

    def test_lots_that_count_tokens_are_no_seats(self) -> None:
        """Tokens are another currency: neither seats nor none."""
        tokens = LotTerms(metric=Metric.TOKEN, quantity=500, starts_on=TODAY, ends_on=None)

        found = row(feature(4), capacity=capacity_in_seats([tokens], TODAY))

        assert (found.capacity, found.is_uncounted, found.free, found.over) == (None, False, None, None)


class TestFindings:
    """What does not fit is named, and not smoothed."""

    def test_reservations_in_the_reported_number_are_no_finding(self) -> None:
        """Many servers add them: that explains the difference."""
        assert codes(row(feature(4, reserved=1, reported=5))) == set()

    def test_a_report_that_nothing_explains_is_named(self) -> None:
        """Reported and listed that differ need a look."""
        assert codes(row(feature(4, reported=9))) == {FindingCode.REPORT_DIFFERS}

    def test_a_capture_without_the_feature_is_named(self) -> None:
        """A feature may be misspelt, or the server may have lost it."""
        assert codes(row(feature(None))) == {FindingCode.NO_NUMBERS}

    def test_a_server_that_issues_another_number_than_the_lots_is_named(self) -> None:
        """The contract or the licence file is not as it was meant."""
        eight = Capacity(quantity=8, limit=8, is_uncounted=False)

        assert codes(row(feature(4), capacity=eight)) == {FindingCode.SERVER_DIFFERS}


def send(database: Database, server_id: UUID, raw: bytes, *, now: datetime = NOW) -> None:
    """Send a capture printed and received at ``now``."""
    with database.transaction() as session:
        take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=now, now=now)


def product_on_server(database: Database, name: str = "Nuke", server: str = "lic1") -> tuple[UUID, UUID]:
    """A product of ten seats that a server serves as ``nuke_i``; returns product and server."""
    with database.transaction() as session:
        product = make_product(session, name=name)
        make_lot(session, product)
        found = make_server(session, name=server)
        link_feature(session, SYSTEM, product_id=product.id, server_id=found.id, name="nuke_i")
        return product.id, found.id


def board(database: Database, *, now: datetime = NOW, on: date = TODAY) -> list[BoardRow]:
    """Read the board."""
    with database.reading() as session:
        return seats_board(session, on=on, now=now)


class TestBoard:
    """What the database gives to the board, on both engines."""

    def test_it_holds_ledger_and_newest_capture_beside_the_lots(self, database: Database) -> None:
        """Each number from its own source."""
        product_id, server_id = product_on_server(database)
        take(database, product_id, 2)
        text = lmstat({"nuke_i": Use(10, ["mara", "ole", "kim"], reserved=1)}, printed=None)
        send(database, server_id, text)

        (found,) = board(database)

        assert (found.capacity, found.checked_out, found.seen_in_use, found.seen_reported) == (10, 2, 3, 4)
        assert (found.reserved, found.free, found.freshness) == (1, 6, Freshness.CURRENT)
        assert found.taken_at == NOW

    def test_a_capture_older_than_the_newest_does_not_change_the_present(self, database: Database) -> None:
        """It is kept for history."""
        _, server_id = product_on_server(database)
        send(database, server_id, lmstat({"nuke_i": Use(10, ["mara"])}, printed=None))
        send(database, server_id, lmstat({"nuke_i": Use(10)}, printed=None), now=NOW - timedelta(minutes=5))

        (found,) = board(database)

        assert found.seen_in_use == 1

    def test_a_server_that_is_down_leaves_use_unknown(self, database: Database) -> None:
        """The last number before it went down is not the number now."""
        _, server_id = product_on_server(database)
        send(database, server_id, lmstat({"nuke_i": Use(10, ["mara"])}, printed=None), now=NOW - timedelta(minutes=5))
        send(database, server_id, lmstat_down(printed=None))

        (found,) = board(database)

        assert (found.seen_in_use, found.free, found.freshness) == (None, None, Freshness.DOWN)

    def test_a_lease_past_its_end_holds_no_seat(self, database: Database) -> None:
        """Whether or not the end was written down."""
        product_id, _ = product_on_server(database)
        take(database, product_id, 2, minutes=60)

        (found,) = board(database, now=NOW + timedelta(minutes=60))

        assert found.checked_out == 0

    def test_the_number_of_statements_does_not_grow_with_the_products(self, database: Database) -> None:
        """A board of a thousand products asks as often as one of two."""
        statements: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

        def count() -> int:
            statements.clear()
            board(database)
            return len([one for one in statements if one.lstrip().upper().startswith("SELECT")])

        for name in ("a", "b"):
            _, server_id = product_on_server(database, name, server=name)
            send(database, server_id, lmstat({"nuke_i": Use(10, ["mara"])}, printed=None))
        few = count()
        for name in ("c", "d", "e"):
            product_on_server(database, name, server=name)

        assert count() == few <= 6

    def test_holders_are_read_from_the_newest_text(self, database: Database) -> None:
        """Of the feature that was asked for, and of no other."""
        product_id, server_id = product_on_server(database)
        send(database, server_id, lmstat({"nuke_i": Use(10, ["ole"])}, printed=None), now=NOW - timedelta(minutes=5))
        text = lmstat({"nuke_i": Use(10, ["mara"]), "other": Use(10, ["kim"])}, printed=None)
        send(database, server_id, text)

        with database.reading() as session:
            (holder,) = seen_holders(session, product_id, NOW)

        assert (holder.user, holder.host, holder.feature, holder.server) == ("mara", "comp-101", "nuke_i", "lic1")
        assert holder.started_at == datetime(2026, 3, 1, 8, 12, tzinfo=UTC)


def test_a_stranger_sees_no_board(client: FlaskClient) -> None:
    """The board says who works on what."""
    assert client.get("/api/v1/licensing/board").status_code == 401
