"""Seats reserved for projects, through the use cases, against checkouts and beside each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.db import Database
from answerprint.core.problems import StaleVersion
from audit.models import Entry, Log
from licensing.errors import BadReservation, ReservationOver, SeatLimitReached, SeatsNotFree
from licensing.facts.seats import SeatDenied
from licensing.models.catalogue import Product
from licensing.models.reservations import Reservation
from licensing.models.seats import Checkout
from licensing.queries.board import seats_board
from licensing.rules.lots import LotChanges
from licensing.service.blackouts import add_blackout, lift_blackout
from licensing.service.checkouts import check_out_seat
from licensing.service.reservations import accept_offer, cancel_reservation, change_reservation
from tests.facility.factories import actor_of, make_person
from tests.licensing.factories import NOW, TODAY, TOMORROW, YESTERDAY, make_lot, product_with_lots, take
from tests.licensing.reserving import projects, reserve, state_of, take_for, turn

TEN: LotChanges = {"quantity": 10}
LATER = TODAY + timedelta(days=9)
THREADS = 50


def take_as(database: Database, product_id: UUID, actor: Actor) -> None:
    """Check a seat out as somebody."""
    with database.transaction() as session:
        check_out_seat(session, actor, product_id=product_id, quantity=1, holder="Kim", now=NOW, on=TODAY)


class TestReserve:
    """Reserved is what is free on every day; otherwise the days are named, or it waits."""

    def test_it_is_held_and_recorded_in_the_vendors_log(self, database: Database) -> None:
        """The fact names the project by its id, by which it is found."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        made = reserve(database, product_id, ours, 6, TODAY, LATER)

        with database.reading() as session:
            entry = select(Entry.project, Log.name).join(Log, Entry.log_id == Log.id)
            found = session.execute(entry.where(Entry.kind == "licensing.reservation.made")).one()
        assert tuple(found) == (str(ours), "licensor-vendor-of-nuke")
        assert (made.state, made.version) == ("held", 1)

    def test_short_days_are_named(self, database: Database) -> None:
        """What cannot be had says on which days and by how much."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, theirs, 6, TOMORROW)

        with pytest.raises(SeatsNotFree, match="short on 2026-03-15 by 1") as refused:
            reserve(database, product_id, ours, 5, TODAY, LATER)
        assert list(refused.value.fields) == ["quantity"]

    @pytest.mark.parametrize(
        ("quantity", "first", "last", "field"),
        [(0, TODAY, TODAY, "quantity"), (1, YESTERDAY, TODAY, "starts_on"), (1, TOMORROW, TODAY, "ends_on")],
    )
    def test_what_cannot_be_names_its_field(
        self, database: Database, quantity: int, first: date, last: date, field: str
    ) -> None:
        """Nothing is locked for what is no reservation."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")

        with pytest.raises(BadReservation) as refused:
            reserve(database, product_id, ours, quantity, first, last)
        assert list(refused.value.fields) == [field]


class TestQueue:
    """Who waits is asked in turn, has so many hours, and is passed over after them."""

    def test_seats_given_up_are_offered_to_the_first(self, database: Database) -> None:
        """Cancelled, offered, accepted: held."""
        product_id, (ours, theirs, third) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR", "TIDE")
        held = reserve(database, product_id, ours, 10)
        first, second = (reserve(database, product_id, one, 6, wait=True) for one in (theirs, third))
        with database.transaction() as session:
            cancel_reservation(session, SYSTEM, reservation_id=held.id, now=NOW, on=TODAY)
        assert (state_of(database, first.id), state_of(database, second.id)) == ("offered", "waiting")
        with database.transaction() as session:
            taken = accept_offer(session, SYSTEM, reservation_id=first.id, now=NOW, on=TODAY)

        assert (taken.state, state_of(database, second.id)) == ("held", "waiting")

    def test_an_offer_not_taken_lapses_and_the_next_is_asked(self, database: Database) -> None:
        """After its hours it is too late, whether the timetable came by or not."""
        product_id, (ours, theirs, third) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR", "TIDE")
        held = reserve(database, product_id, ours, 10, TODAY, LATER)
        first, second = (reserve(database, product_id, one, 6, TOMORROW, LATER, wait=True) for one in (theirs, third))
        with database.transaction() as session:
            cancel_reservation(session, SYSTEM, reservation_id=held.id, now=NOW, on=TODAY)
        a_day_later = NOW + timedelta(hours=24)
        with pytest.raises(ReservationOver, match="lapsed"), database.transaction() as session:
            accept_offer(session, SYSTEM, reservation_id=first.id, now=a_day_later, on=TOMORROW)
        assert turn(database, now=a_day_later) == 2

        assert (state_of(database, first.id), state_of(database, second.id)) == ("lapsed", "offered")
        assert turn(database, now=a_day_later) == 0

    def test_the_timetable_offers_what_a_new_lot_gives(self, database: Database) -> None:
        """Who waits for a lot is asked when it comes."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        waiting = reserve(database, product_id, ours, 12, TOMORROW, wait=True)
        assert turn(database) == 0
        with database.transaction() as session:
            make_lot(session, session.get_one(Product, product_id), quantity=2)
        assert turn(database) == 1

        assert state_of(database, waiting.id) == "offered"

    def test_what_is_over_ends_and_what_waited_too_long_lapses(self, database: Database) -> None:
        """After the last day a reservation holds nothing, and after its last day of waiting nobody waits."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 10)
        waiting = reserve(database, product_id, theirs, 1, TODAY, LATER, wait=True, waits_until=TODAY)
        assert turn(database) == 0
        assert turn(database, now=NOW + timedelta(days=1)) == 2

        assert (state_of(database, held.id), state_of(database, waiting.id)) == ("ended", "lapsed")

    def test_a_blackout_stops_reserving_and_its_lifting_asks_who_waits(self, database: Database) -> None:
        """What is held stays held; what is new waits."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        held = reserve(database, product_id, ours, 1, TOMORROW)
        with database.transaction() as session:
            blackout = add_blackout(
                session, SYSTEM, product_id=None, starts_on=TOMORROW, ends_on=TOMORROW, reason="move", on=TODAY
            )
        with pytest.raises(SeatsNotFree, match="blackout: move"):
            reserve(database, product_id, ours, 1, TOMORROW)
        waiting = reserve(database, product_id, ours, 1, TOMORROW, wait=True)
        with database.transaction() as session:
            lift_blackout(session, SYSTEM, blackout_id=blackout.id, now=NOW, on=TODAY)

        assert (state_of(database, held.id), state_of(database, waiting.id)) == ("held", "offered")

    def test_a_change_needs_its_seats_and_its_version(self, database: Database) -> None:
        """Less is always free, and offered on; more must be free; an old version is refused."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        held = reserve(database, product_id, ours, 10, TOMORROW, LATER)
        waiting = reserve(database, product_id, theirs, 4, TOMORROW, wait=True)

        def change(quantity: int, version: int) -> Reservation:
            with database.transaction() as session:
                return change_reservation(
                    session,
                    SYSTEM,
                    reservation_id=held.id,
                    changes={"quantity": quantity},
                    version=version,
                    now=NOW,
                    on=TODAY,
                )

        assert change(6, 1).version == 2
        assert state_of(database, waiting.id) == "offered"
        with pytest.raises(SeatsNotFree):
            change(7, 2)
        with pytest.raises(StaleVersion):
            change(5, 1)


class TestAgainstCheckouts:
    """What is reserved today is left alone by everybody else's checkouts."""

    def test_reserved_seats_are_for_their_project(self, database: Database) -> None:
        """Others get what is not reserved; the project draws on its own."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, ours, 6)
        take_for(database, product_id, theirs, 3)
        take(database, product_id, 1)
        with pytest.raises(SeatLimitReached, match="4 are checked out, 6 for HARB are reserved and 0 are free") as no:
            take(database, product_id, 1)
        take_for(database, product_id, ours, 6)

        assert isinstance(no.value.on_trail, SeatDenied)
        assert no.value.on_trail.reserved == 6

    def test_the_refusal_names_no_project_of_others(self, database: Database) -> None:
        """Who may not know of a project is told of other projects."""
        product_id, (theirs,) = product_with_lots(database, TEN), projects(database, "OSTR")
        reserve(database, product_id, theirs, 10)
        with database.transaction() as session:
            producer = actor_of(session, make_person(session).id)

        with pytest.raises(SeatLimitReached, match="10 for other projects are reserved"):
            take_as(database, product_id, producer)

    def test_what_is_out_for_others_cannot_be_reserved_today(self, database: Database) -> None:
        """A seat that is in somebody's hands is free tomorrow at the earliest."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        take(database, product_id, 4)
        with pytest.raises(SeatsNotFree, match="2026-03-14 by 1"):
            reserve(database, product_id, ours, 7)

        assert reserve(database, product_id, ours, 7, TOMORROW).state == "held"

    def test_fifty_threads_never_break_a_reservation(self, database: Database) -> None:
        """Whoever comes how fast: six stay for the project, four are given."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, ours, 6)

        def try_one(_number: int) -> bool:
            try:
                take_for(database, product_id, theirs)
            except SeatLimitReached:
                return False
            return True

        with ThreadPoolExecutor(THREADS) as threads:
            won = list(threads.map(try_one, range(THREADS)))

        assert sum(won) == 4
        assert take_for(database, product_id, ours, 6).quantity == 6

    def test_fifty_threads_reserve_and_check_out_at_once(self, database: Database) -> None:
        """Reserving and checking out stand in one line: together they never go beyond the lots."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")

        def try_one(number: int) -> int:
            try:
                if number % 2:
                    return reserve(database, product_id, ours, 1).quantity
                return take_for(database, product_id, theirs).quantity
            except (SeatLimitReached, SeatsNotFree):
                return 0

        with ThreadPoolExecutor(THREADS) as threads:
            won = sum(threads.map(try_one, range(THREADS)))

        assert won == 10


class TestBorrowing:
    """A seat taken offline is out for its days, and comes back by itself."""

    def test_it_counts_as_checked_out_for_its_days(self, database: Database) -> None:
        """No heartbeat is needed, and it is said to be borrowed."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        lease = take_for(database, product_id, None, 8, days=5)
        with pytest.raises(SeatsNotFree, match="2026-03-19 by 1"):
            reserve(database, product_id, ours, 3, TOMORROW, LATER)

        with database.reading() as session:
            kept = session.get_one(Checkout, lease.id)
            (row,) = seats_board(session, on=TODAY, now=NOW)
        assert (lease.expires_at - NOW, kept.is_borrowed, row.checked_out) == (timedelta(days=5), True, 8)
        assert row.borrowed_here == 8

    def test_it_is_refused_over_days_that_are_reserved(self, database: Database) -> None:
        """Away on a day on which others need the seats is no borrowing; back before it is."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        reserve(database, product_id, ours, 8, LATER)
        with pytest.raises(SeatLimitReached, match="cannot be borrowed over 2026-03-23"):
            take_for(database, product_id, None, 3, days=20)

        assert take_for(database, product_id, None, 3, days=8).is_borrowed
