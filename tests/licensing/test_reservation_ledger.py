"""Reservations, which the database holds by itself, whoever writes one and from wherever."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from licensing.errors import SeatLimitReached
from licensing.models.catalogue import Lot, Product
from licensing.models.reservations import Reservation
from licensing.models.seats import Checkout
from licensing.queries.seat_plans import seat_plan
from licensing.rules.availability import SeatsWanted, is_short
from licensing.rules.lots import LotChanges
from licensing.service.reservations import cancel_reservation, change_reservation
from tests.licensing.factories import NOW, TODAY, TOMORROW, make_lot, product_with_lots, take
from tests.licensing.raw_rows import insert_raw, row, run
from tests.licensing.reserving import projects, reserve, state_of, take_for

TEN: LotChanges = {"quantity": 10}
LATER = TODAY + timedelta(days=9)
THREADS = 24


class TestInsert:
    """A row that would oversell a day is refused."""

    def test_beyond_the_lots_of_one_day_is_refused(self, database: Database) -> None:
        """One day of ten that does not carry it is enough; the seat that fits is taken."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, theirs, 6, TOMORROW)
        with pytest.raises(IntegrityError):
            insert_raw(database, row(product_id, ours, 5, TODAY, LATER))

        insert_raw(database, row(product_id, ours, 4, TODAY, LATER))

    def test_in_bulk_they_count_together(self, database: Database) -> None:
        """Two rows of one statement, each of which fits alone, are refused together, and nothing of it is kept."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        with pytest.raises(IntegrityError):
            insert_raw(database, row(product_id, ours, 6), row(product_id, theirs, 5))

        insert_raw(database, row(product_id, ours, 6), row(product_id, theirs, 4))

    def test_raw_text_is_held_as_well(self, database: Database) -> None:
        """However the statement is written: copying what stands would double it."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        held = reserve(database, product_id, ours, 6)
        columns = "product_id, project_id, quantity, starts_on, ends_on, state, asked_at, offer_hours, version"
        copied = f"INSERT INTO licensing_reservations (id, place, {columns}) SELECT :id, 99, {columns}"
        one = new_id()
        with pytest.raises(IntegrityError):
            run(
                database,
                text(f"{copied} FROM licensing_reservations"),
                [{"id": one.hex if database.is_sqlite else one}],
            )

        assert state_of(database, held.id) == "held"

    @pytest.mark.parametrize(
        ("lots", "most"),
        [
            ([{"quantity": 3, "overage_policy": "soft", "overage_quantity": 2}], 3),
            ([{"quantity": 3, "overage_policy": "true-up"}], 3),
            ([{"quantity": 3}, {"quantity": 2, "starts_on": TOMORROW}], 3),
            ([{"quantity": 3, "ends_on": TODAY}], 0),
            ([{"quantity": 3, "metric": "token"}], 0),
            ([{"quantity": 3}, {"quantity": None}], 700),
        ],
    )
    def test_it_agrees_with_the_rule_about_lots(self, database: Database, lots: list[LotChanges], most: int) -> None:
        """Nobody reserves overage; a day without a lot has no seat; uncounted is without bound."""
        product_id, (ours,) = product_with_lots(database, *lots), projects(database, "HARB")
        if most:
            insert_raw(database, row(product_id, ours, most, TODAY, TOMORROW))
        if most < 700:
            with pytest.raises(IntegrityError):
                insert_raw(database, row(product_id, ours, 1, TODAY, TOMORROW))

    def test_leases_count_on_the_days_that_they_reach_into(self, database: Database) -> None:
        """What others have out beyond what they reserved is not there; what a project has out it draws on."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        take_for(database, product_id, theirs, 4, days=1)
        reserve(database, product_id, theirs, 1, TOMORROW)
        with pytest.raises(IntegrityError):
            insert_raw(database, row(product_id, ours, 7, TOMORROW))
        insert_raw(database, row(product_id, ours, 6, TOMORROW))
        insert_raw(database, row(product_id, ours, 10, TODAY + timedelta(days=2)))

        with pytest.raises(IntegrityError):
            insert_raw(database, row(product_id, theirs, 4, TOMORROW))
        insert_raw(database, row(product_id, theirs, 3, TOMORROW))

    def test_who_waits_holds_nothing(self, database: Database) -> None:
        """A place in the queue, and what is over, takes no seat from anybody."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        insert_raw(
            database,
            row(product_id, ours, 900, state="waiting", waits_until=TODAY),
            row(product_id, ours, 900, state="cancelled", waits_until=None),
        )

        insert_raw(database, row(product_id, ours, 10))

    def test_threads_past_the_service_get_ten_seats(self, database: Database) -> None:
        """Raw rows stand in one line, too."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")

        def try_one(number: int) -> int:
            with suppress(IntegrityError):
                insert_raw(database, row(product_id, (ours, theirs)[number % 2], 1, TODAY, LATER))
                return 1
            return 0

        with ThreadPoolExecutor(THREADS) as threads:
            won = sum(threads.map(try_one, range(THREADS)))

        assert won == 10

    def test_a_row_cannot_be_replaced_by_more(self, database: Database) -> None:
        """SQLite's REPLACE is an insert as well."""
        if not database.is_sqlite:
            pytest.skip("REPLACE is SQLite's")
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 4)
        reserve(database, product_id, theirs, 6)

        with pytest.raises(IntegrityError):
            run(database, insert(Reservation).prefix_with("OR REPLACE"), [row(product_id, ours, 5, id=held.id)])


class TestUpdate:
    """A change that asks for more is held to the same; any other passes."""

    @pytest.mark.parametrize(
        "change",
        [
            {"quantity": 5},
            {"ends_on": TOMORROW},
            {"starts_on": TODAY - timedelta(days=80)},
            {"state": "held", "quantity": 11},
        ],
    )
    def test_more_than_the_day_carries_is_refused(self, database: Database, change: dict[str, object]) -> None:
        """More seats, or days on which they are another's or there are none."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 4)
        reserve(database, product_id, theirs, 6)
        reserve(database, product_id, theirs, 10, TOMORROW)

        with pytest.raises(IntegrityError):
            run(database, update(Reservation).where(Reservation.id == held.id).values(change))

    @pytest.mark.parametrize("other", ["project", "product"])
    def test_a_reservation_does_not_move_to_where_it_does_not_fit(self, database: Database, other: str) -> None:
        """Another product has its own seats, and another project its own leases."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        full = product_with_lots(database, {"quantity": 3}, name="Hiero")
        take_for(database, product_id, ours, 7)
        held = reserve(database, product_id, ours, 4)
        moved = {"project_id": theirs} if other == "project" else {"product_id": full}

        with pytest.raises(IntegrityError):
            run(database, update(Reservation).where(Reservation.id == held.id).values(moved))

    def test_what_was_over_is_not_held_again_on_others_seats(self, database: Database) -> None:
        """A cancelled one comes back only where its seats are free still."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 4)
        with database.transaction() as session:
            cancel_reservation(session, SYSTEM, reservation_id=held.id, now=NOW, on=TODAY)
        reserve(database, product_id, theirs, 7)

        with pytest.raises(IntegrityError):
            run(database, update(Reservation).where(Reservation.id == held.id).values(state="held"))

    def test_less_passes_where_the_lots_shrank(self, database: Database) -> None:
        """What makes nothing worse is never refused, though the day is oversold by what became of its lots."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        held = reserve(database, product_id, ours, 10, TODAY, LATER)
        run(database, update(Lot).where(Lot.product_id == product_id).values(quantity=2))
        change = update(Reservation).where(Reservation.id == held.id)
        run(database, change.values(quantity=9, ends_on=TOMORROW))
        run(database, change.values(starts_on=TOMORROW))
        run(database, change.values(state="ended"))

        assert state_of(database, held.id) == "ended"

    def test_days_that_are_over_refuse_nothing(self, database: Database) -> None:
        """With a lot that begins today, a reservation that began before can have more, from today on."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 10, TODAY, LATER)
        now, on = NOW + timedelta(days=2), TODAY + timedelta(days=2)
        with database.transaction() as session:
            make_lot(session, session.get_one(Product, product_id), quantity=5, starts_on=on)
        more = change(database, held, quantity=14, now=now)
        with pytest.raises(IntegrityError):
            run(database, update(Reservation).where(Reservation.id == held.id).values(counts_from=None))
        reserve(database, product_id, theirs, 1, on, now=now)

        assert (more.quantity, more.counts_from, more.starts_on) == (14, on, TODAY)

    @pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TOMORROW + timedelta(days=1)])
    def test_it_counts_from_one_of_its_days(self, database: Database, day: date) -> None:
        """A reservation cannot be said to hold nothing at all, or days before it began."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")

        with pytest.raises(IntegrityError):
            insert_raw(database, row(product_id, ours, 1, TODAY, TOMORROW, counts_from=day))

    def test_a_leases_last_day_is_a_day_of_its_end(self, database: Database) -> None:
        """An end that is put off past the service does not leave its last day behind."""
        lease = take(database, product_with_lots(database, TEN))
        wanted = update(Checkout).where(Checkout.id == lease.id)

        for values in ({"expires_at": NOW + timedelta(days=3)}, {"last_on": TODAY - timedelta(days=2)}):
            with pytest.raises(IntegrityError):
                run(database, wanted.values(values))

    def test_a_reservation_can_be_removed(self, database: Database) -> None:
        """Removing frees seats, which the ledger has nothing against."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        reserve(database, product_id, ours, 10)
        run(database, delete(Reservation))

        insert_raw(database, row(product_id, ours, 10))


def change(database: Database, held: Reservation, *, quantity: int, now: datetime) -> Reservation:
    """Give a reservation other seats through the service."""
    with database.transaction() as session:
        return change_reservation(
            session,
            SYSTEM,
            reservation_id=held.id,
            changes={"quantity": quantity},
            version=held.version,
            now=now,
            on=now.date(),
        )


days = st.integers(0, 4).map(lambda number: TODAY + timedelta(days=number))
asked = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 5), days, st.integers(0, 3)), min_size=1, max_size=7)
leased = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(1, 4)), max_size=3)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=asked, leased=leased)
def test_the_trigger_refuses_what_the_rule_refuses(
    database: Database, asked: list[tuple[int, int, date, int]], leased: list[tuple[int, int, int]]
) -> None:
    """On whatever stands, row by row: the database and the rule give the same answer."""
    name = str(new_id())
    lots: list[LotChanges] = [{"quantity": 5, "ends_on": TODAY + timedelta(days=4)}, {"quantity": 2}]
    product_id, both = product_with_lots(database, *lots, name=f"N{name}"), projects(database, f"A{name}", f"B{name}")
    for whose, seats, length in leased:
        with suppress(SeatLimitReached):
            take_for(database, product_id, [*both, None][whose], seats, days=length)
    for whose, seats, first, length in asked:
        last = first + timedelta(days=length)
        with database.reading() as session:
            plan = seat_plan(session, product_id, first, last, now=NOW, today=TODAY)
        refused = False
        try:
            insert_raw(database, row(product_id, both[whose], seats, first, last))
        except IntegrityError:
            refused = True

        assert refused == is_short(replace(plan, waiting=()), SeatsWanted(both[whose], seats, first, last))
