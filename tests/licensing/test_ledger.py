"""The ledger of seats, which the database keeps by itself, whoever writes a checkout and from wherever."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from audit.record import record
from licensing.errors import CheckoutEnded, SeatLimitReached
from licensing.models.catalogue import Product
from licensing.models.seats import Checkout, Pool
from licensing.rules.leases import Lease
from licensing.rules.lots import LotChanges
from licensing.service.leases import expire_leases, return_seat
from tests.facts import ThingHappened
from tests.licensing.factories import (
    NOW,
    TODAY,
    TOMORROW,
    YESTERDAY,
    make_lot,
    make_vendor,
    product_with_lots,
    seats_in_pool,
    take,
)

TEN: LotChanges = {"quantity": 10}
THREADS = 50
SMALL_LOT: LotChanges = {"quantity": 5, "overage_policy": "soft", "overage_quantity": 1}


def insert_raw(database: Database, product_id: UUID, quantity: int = 1) -> None:
    """Write a checkout past the service, with a fact of something else so that the guard lets it try."""
    with database.transaction() as session:
        session.execute(
            insert(Checkout).values(
                id=new_id(),
                product_id=product_id,
                quantity=quantity,
                holder="nobody",
                host="",
                started_at=NOW,
                started_on=TODAY,
                expires_at=NOW + timedelta(hours=1),
                over_capacity=0,
                version=1,
            )
        )
        record(session, SYSTEM, ThingHappened(about="thing:1"))


def change_raw(database: Database, statement: object) -> None:
    """Run a statement past the service, with a fact of something else so that the guard lets it try."""
    with database.transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]
        record(session, SYSTEM, ThingHappened(about="thing:1"))


class TestRace:
    """However many come at once, and by whatever way, the seats are given once."""

    def test_fifty_threads_get_ten_seats_through_the_service(self, database: Database) -> None:
        """Ten get one, forty are told why not."""
        product_id = product_with_lots(database, TEN)

        def try_one(_number: int) -> bool:
            try:
                take(database, product_id)
            except SeatLimitReached:
                return False
            return True

        with ThreadPoolExecutor(THREADS) as threads:
            won = list(threads.map(try_one, range(THREADS)))

        assert sum(won) == 10
        assert seats_in_pool(database, product_id) == 10

    def test_fifty_threads_get_ten_seats_past_the_service(self, database: Database) -> None:
        """The database refuses by itself what the lots do not carry."""
        product_id = product_with_lots(database, TEN)

        def try_one(_number: int) -> bool:
            try:
                insert_raw(database, product_id)
            except IntegrityError:
                return False
            return True

        with ThreadPoolExecutor(THREADS) as threads:
            won = list(threads.map(try_one, range(THREADS)))

        assert sum(won) == 10
        assert seats_in_pool(database, product_id) == 10

    def test_takes_returns_and_expiries_do_not_wait_for_each_other_in_a_ring(self, database: Database) -> None:
        """Locks are taken in one order, so however it comes no transaction is ended as a deadlock's victim."""
        products = [product_with_lots(database, TEN, name=name) for name in ("Nuke", "Hiero")]
        leases = [take(database, products[number % 2], minutes=1 + number % 3) for number in range(16)]
        later = NOW + timedelta(minutes=2)

        def act(number: int) -> None:
            with suppress(SeatLimitReached, CheckoutEnded):
                if number % 3 == 0:
                    take(database, products[number % 2], now=later)
                    return
                with database.transaction() as session:
                    if number % 3 == 1:
                        return_seat(session, SYSTEM, checkout_id=leases[number % 16].id, now=later)
                    else:
                        expire_leases(session, SYSTEM, now=later)

        with ThreadPoolExecutor(12) as threads:
            list(threads.map(act, range(48)))

        assert all(seats_in_pool(database, product_id) <= 10 for product_id in products)


class TestLedger:
    """The database keeps the ledger itself."""

    @pytest.mark.parametrize(
        ("terms", "most"),
        [
            ({"quantity": 3}, 3),
            ({"quantity": 3, "overage_policy": "soft", "overage_quantity": 2}, 5),
            ({"quantity": 3, "starts_on": TOMORROW}, 0),
            ({"quantity": 3, "starts_on": TODAY, "ends_on": TODAY}, 3),
            ({"quantity": 3, "metric": "core-points"}, 0),
        ],
    )
    def test_the_trigger_agrees_with_the_rule(self, database: Database, terms: LotChanges, most: int) -> None:
        """What the rule refuses the database refuses, to the seat."""
        product_id = product_with_lots(database, terms)
        if most:
            insert_raw(database, product_id, most)

        with pytest.raises(IntegrityError):
            insert_raw(database, product_id)
        assert seats_in_pool(database, product_id) == most

    @pytest.mark.parametrize(
        "terms", [{"quantity": None}, {"quantity": 1, "overage_policy": "true-up"}], ids=["uncounted", "true-up"]
    )
    def test_the_trigger_lets_through_what_nothing_bounds(self, database: Database, terms: LotChanges) -> None:
        """Uncounted, or over without stated bound: nothing to refuse."""
        product_id = product_with_lots(database, terms)
        insert_raw(database, product_id, 700)

        assert seats_in_pool(database, product_id) == 700

    @pytest.mark.parametrize(
        "change",
        [
            {"quantity": 1},
            {"started_at": NOW - timedelta(minutes=1)},
            {"started_on": YESTERDAY},
            {"id": UUID(int=7)},
        ],
    )
    def test_a_checkout_keeps_its_seats_and_its_start(self, database: Database, change: dict[str, object]) -> None:
        """What was checked out cannot be made less, or earlier, afterwards."""
        product_id = product_with_lots(database, TEN)
        lease = take(database, product_id, 4)

        with pytest.raises(IntegrityError):
            change_raw(database, update(Checkout).where(Checkout.id == lease.id).values(change))
        assert seats_in_pool(database, product_id) == 4

    def test_a_checkout_stays_with_its_product(self, database: Database) -> None:
        """Seats do not move to another product's pool."""
        product_id = product_with_lots(database, TEN)
        other = product_with_lots(database, TEN, name="Hiero")
        lease = take(database, product_id, 4)

        with pytest.raises(IntegrityError):
            change_raw(database, update(Checkout).where(Checkout.id == lease.id).values(product_id=other))

    @pytest.mark.parametrize("statement", [delete(Checkout), delete(Pool), update(Pool).values(checked_out=0)])
    def test_nothing_is_removed_and_no_pool_is_set_by_hand(self, database: Database, statement: object) -> None:
        """The pool is what its checkouts say, and those stay."""
        product_id = product_with_lots(database, TEN)
        take(database, product_id, 4)

        with pytest.raises(IntegrityError):
            change_raw(database, statement)
        assert seats_in_pool(database, product_id) == 4

    def test_what_ended_stays_ended(self, database: Database) -> None:
        """An ended checkout cannot be opened again, nor end at another time."""
        product_id = product_with_lots(database, TEN)
        lease = take(database, product_id, 4, minutes=5)
        take(database, product_id, 1, now=NOW + timedelta(minutes=6))
        ended = update(Checkout).where(Checkout.id == lease.id)

        for change in ({"ended_at": None, "ending": None}, {"ended_at": NOW + timedelta(minutes=1)}):
            with pytest.raises(IntegrityError):
                change_raw(database, ended.values(change))
        assert seats_in_pool(database, product_id) == 1

    def test_a_checkout_starts_on_a_day_of_its_start(self, database: Database) -> None:
        """A day with seats cannot be named for a start on a day without."""
        product_id = product_with_lots(database, {"quantity": 1, "starts_on": TODAY + timedelta(days=9)})

        with pytest.raises(IntegrityError):
            take(database, product_id, on=TODAY + timedelta(days=9))

    def test_a_row_cannot_be_replaced(self, database: Database) -> None:
        """SQLite's REPLACE fires no delete trigger; the row stands all the same."""
        if not database.is_sqlite:
            pytest.skip("REPLACE is SQLite's")
        product_id = product_with_lots(database, TEN)
        take(database, product_id, 4)

        for statement in (
            "REPLACE INTO licensing_pools (product_id, checked_out) SELECT product_id, 0 FROM licensing_pools",
            "REPLACE INTO licensing_checkouts SELECT * FROM licensing_checkouts",
        ):
            with pytest.raises(IntegrityError):
                change_raw(database, text(statement))
        assert seats_in_pool(database, product_id) == 4

    def test_a_pool_is_made_where_none_stands(self, database: Database) -> None:
        """A product that came in past the service has a ledger from its first checkout on."""
        with database.transaction() as session:
            bare = Product(vendor_id=make_vendor(session).id, name="Bare")
            session.add(bare)
            session.flush()
            make_lot(session, bare, quantity=2)
        insert_raw(database, bare.id, 2)

        with pytest.raises(IntegrityError):
            insert_raw(database, bare.id)
        assert seats_in_pool(database, bare.id) == 2


Step = tuple[str, int]
steps = st.lists(
    st.tuples(st.sampled_from(["take", "take", "return", "expire", "wait"]), st.integers(1, 4)), min_size=1, max_size=12
)


def walk(database: Database, product_id: UUID, path: list[Step]) -> list[int]:
    """Take the steps one after the other and return what the pool held after each."""
    now, leases, held = NOW, list[Lease](), list[int]()
    for verb, number in path:
        now += timedelta(minutes=number if verb == "wait" else 0)
        # A refusal is an answer; what it must not do is move the pool.
        with suppress(SeatLimitReached, CheckoutEnded):
            leases += step(database, product_id, verb, number, leases, now)
        held.append(seats_in_pool(database, product_id))
    return held


def step(
    database: Database, product_id: UUID, verb: str, number: int, leases: list[Lease], now: datetime
) -> list[Lease]:
    """Take one step and return the leases that it began."""
    if verb == "take":
        return [take(database, product_id, number, now=now, minutes=number)]
    with database.transaction() as session:
        if verb == "return" and leases:
            return_seat(session, SYSTEM, checkout_id=leases[number % len(leases)].id, now=now)
        if verb == "expire":
            expire_leases(session, SYSTEM, now=now)
    return []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=steps)
def test_the_pool_is_the_sum_of_the_open_checkouts(database: Database, path: list[Step]) -> None:
    """After whatever came before, the pool is what its open checkouts hold, and never above the limit."""
    product_id = product_with_lots(database, SMALL_LOT, name=f"Nuke {new_id()}")

    assert all(0 <= held <= 6 for held in walk(database, product_id, path))
