"""Named seats: as many as the lots give, swapped when the contract lets them, and given back by who leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Refusal, StaleVersion
from audit.models import Entry
from licensing.errors import (
    AlreadyThere,
    AssignmentEnded,
    AssignmentLimitReached,
    BadAssignment,
    CoolingOff,
    NoSuchAssignment,
)
from licensing.models.catalogue import Contract, Lot
from licensing.models.entitlements import AssigneeKind, Assignment
from licensing.models.seats import Checkout
from licensing.queries.assignments import list_assignments, open_assignments, seats_taken
from licensing.rules.assignments import NamedSeat
from licensing.rules.leavers import read_leavers
from licensing.service.assignments import assign_seat, return_assignment, swap_seat
from licensing.service.erasure import forget_holders
from licensing.service.leavers import return_all_of
from tests.conftest import SEAL
from tests.licensing.factories import NOW, TODAY, TOMORROW, make_lot, make_product, product_with_lots, take

PERSON, DEVICE = AssigneeKind.PERSON, AssigneeKind.DEVICE


def named_product(database: Database, *, quantity: int = 2, cooling_off: int = 30) -> UUID:
    """Add a product with a lot of named seats, under a contract with a cooling-off."""
    with database.transaction() as session:
        product = make_product(session)
        lot = make_lot(session, product, metric="named-user", quantity=quantity)
        session.get_one(Contract, lot.contract_id).cooling_off_days = cooling_off
        return product.id


def assign(database: Database, product_id: UUID, assignee: str, *, on: date = TODAY) -> NamedSeat:
    """Assign a named seat, in a transaction of its own."""
    with database.transaction() as session:
        return assign_seat(session, SYSTEM, product_id=product_id, kind=PERSON, assignee=assignee, on=on)


class TestAssign:
    """Assigning a named seat."""

    def test_lots_are_the_limit(self, database: Database) -> None:
        """Seat three of two is refused, and so is one for a device where the lots name people."""
        product_id = named_product(database)
        assign(database, product_id, "kim")
        assign(database, product_id, "ann")
        for kind in (PERSON, DEVICE):
            with pytest.raises(AssignmentLimitReached), database.transaction() as session:
                assign_seat(session, SYSTEM, product_id=product_id, kind=kind, assignee="bo", on=TODAY)
        with database.reading() as session:
            assert [seat.assignee for seat in open_assignments(session, product_id)] == ["ann", "kim"]

    def test_who_come_at_once_get_no_more_than_there_is(self, database: Database) -> None:
        """Of eight who ask for two seats at the same time, two get one and six are refused."""

        def ask(number: int) -> bool:
            try:
                assign(database, product_id, f"artist {number}")
            except AssignmentLimitReached:
                return False
            return True

        product_id = named_product(database)
        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(ask, range(8)))

        assert sum(got) == 2

    def test_nobody_has_two(self, database: Database) -> None:
        """Who has a seat of a product gets no second one, however the name is written."""
        product_id = named_product(database)
        assign(database, product_id, "Kim")
        with pytest.raises(AlreadyThere):
            assign(database, product_id, " kim ")

    def test_a_seat_is_for_somebody(self, database: Database) -> None:
        """A name of blanks is nobody's."""
        with pytest.raises(BadAssignment):
            assign(database, named_product(database), "  ")

    def test_who_it_is_stays_out_of_the_log(self, database: Database) -> None:
        """The entry holds a digest of whose the seat is."""
        assign(database, named_product(database), "kim@post.example")
        with database.reading() as session:
            bodies = b"".join(session.scalars(select(Entry.body)))

        assert b"licensing.assignment.made" in bodies
        assert b"kim@" not in bodies

    def test_erased_assignee_is_forgotten_here_too(self, database: Database) -> None:
        """An order that erases a name takes it from named seats, however it is written, and says how many."""
        product_id = named_product(database)
        assign(database, product_id, "Kim@post.example")
        assign(database, product_id, "ann")
        with database.transaction() as session:
            tags = {SEAL.tag("kim@POST.example")}
            changed = forget_holders(session, SYSTEM, order_id=product_id, tags=tags, seal=SEAL)
        with database.reading() as session:
            left = sorted(seat.assignee for seat in open_assignments(session, product_id))

        assert sum(changed.values()) == 1
        assert left == ["ann", "erased"]


class TestSwap:
    """A named seat becomes another's."""

    def test_cooling_off_is_kept_to_the_day(self, database: Database) -> None:
        """Within the cooling-off the swap is refused with the first day it may; on that day it goes."""
        seat = assign(database, named_product(database), "kim")
        first = TODAY + timedelta(days=30)
        with pytest.raises(CoolingOff, match=first.isoformat()), database.transaction() as session:
            last = first - timedelta(days=1)
            swap_seat(session, SYSTEM, assignment_id=seat.id, assignee="ann", on=last, version=seat.version)
        with database.transaction() as session:
            new = swap_seat(session, SYSTEM, assignment_id=seat.id, assignee="ann", on=first, version=seat.version)

        assert seat.may_swap_on == first
        assert (new.assignee, new.since) == ("ann", first)

    def test_swapped_seat_is_swapped_once(self, database: Database) -> None:
        """A seat that became another's, or was changed meanwhile, is not swapped again."""
        seat = assign(database, named_product(database, cooling_off=0), "kim")
        with pytest.raises(StaleVersion), database.transaction() as session:
            swap_seat(session, SYSTEM, assignment_id=seat.id, assignee="ann", on=TODAY, version=seat.version + 1)
        with database.transaction() as session:
            swap_seat(session, SYSTEM, assignment_id=seat.id, assignee="ann", on=TODAY, version=seat.version)

        with pytest.raises(AssignmentEnded), database.transaction() as session:
            swap_seat(session, SYSTEM, assignment_id=seat.id, assignee="bo", on=TODAY, version=2)

    def test_return_does_not_get_around_it(self, database: Database) -> None:
        """A seat given back within the cooling-off counts until it is over: then it is another's."""
        product_id = named_product(database, quantity=1)
        seat = assign(database, product_id, "kim")
        with database.transaction() as session:
            returned = return_assignment(session, SYSTEM, assignment_id=seat.id, on=TOMORROW)
        with pytest.raises(AssignmentLimitReached):
            assign(database, product_id, "ann", on=TOMORROW)

        assert returned.free_on == TODAY + timedelta(days=30)
        assert assign(database, product_id, "ann", on=TODAY + timedelta(days=30)).assignee == "ann"

    def test_unknown_seat(self, database: Database) -> None:
        """What is not there cannot be given back."""
        with pytest.raises(NoSuchAssignment), database.transaction() as session:
            return_assignment(session, SYSTEM, assignment_id=UUID(int=7), on=TODAY)


class TestLeavers:
    """Those who leave."""

    def test_all_comes_back_at_once(self, database: Database) -> None:
        """Named seats and checkouts of a leaver, by mail or name, come back; others keep theirs; all is said."""
        named = named_product(database)
        floating = product_with_lots(database, {"quantity": 10}, name="Houdini")
        assign(database, named, "kim@post.example")
        assign(database, named, "Ann")
        take(database, floating)  # by Kim Artist
        leavers = read_leavers("KIM@post.example, kim artist\n\nnobody@post.example\n")
        with database.transaction() as session:
            found = return_all_of(session, SYSTEM, leavers=leavers, now=NOW, on=TODAY)
        with database.reading() as session:
            left = [one.assignee for one in list_assignments(session, is_open=True).items]
            still_open = session.scalars(select(Checkout.id).where(Checkout.ended_at.is_(None))).all()

        assert [(one.assignments, one.checkouts, one.products) for one in found] == [
            (1, 1, ("Houdini", "Nuke")),
            (0, 0, ()),
        ]
        assert left == ["Ann"]
        assert not still_open

    def test_what_fails_gives_nothing_back(self, database: Database) -> None:
        """A list that ends in a fault leaves everybody what they hold."""
        product_id = named_product(database)
        assign(database, product_id, "kim")
        with pytest.raises(RuntimeError), database.transaction() as session:
            return_all_of(session, SYSTEM, leavers=[("kim",)], now=NOW, on=TODAY)
            raise RuntimeError
        with database.reading() as session:
            assert len(open_assignments(session, product_id)) == 1

    @pytest.mark.parametrize("text", ["", "\n , \n", '"kim', "a\n" * 1001])
    def test_list_that_cannot_be(self, text: str) -> None:
        """A list of nobody, of too many, or with open quotes is refused."""
        with pytest.raises(BadAssignment):
            read_leavers(text)


class Seats(RuleBasedStateMachine):
    """Anything that is done with named seats, in any order and with days that go on."""

    database: Database

    @initialize()
    def open(self) -> None:
        """A product of two named seats with a cooling-off of three days; the machine's runs share a database."""
        self.today = TODAY
        with self.database.transaction() as session:
            name = f"Product {len(session.scalars(select(Lot.id)).all())}"
            product = make_product(session, name=name)
            lot = make_lot(session, product, metric="named-user", quantity=2)
            session.get_one(Contract, lot.contract_id).cooling_off_days = 3
            self.product_id = product.id

    def seats(self) -> list[NamedSeat]:
        """Return who has a seat."""
        with self.database.reading() as session:
            return open_assignments(session, self.product_id)

    @rule(name=st.sampled_from("abcd"))
    def assign(self, name: str) -> None:
        """Ask for a seat."""
        try:
            assign(self.database, self.product_id, name, on=self.today)
        except Refusal:
            return

    @rule(name=st.sampled_from("abcd"))
    @precondition(lambda self: bool(self.seats()))
    def swap(self, name: str) -> None:
        """Ask for another's."""
        seat = self.seats()[0]
        try:
            with self.database.transaction() as session:
                swap_seat(session, SYSTEM, assignment_id=seat.id, assignee=name, on=self.today, version=seat.version)
        except Refusal:
            return
        assert self.today >= seat.may_swap_on

    @rule()
    @precondition(lambda self: bool(self.seats()))
    def give_back(self) -> None:
        """Give one back."""
        with self.database.transaction() as session:
            return_assignment(session, SYSTEM, assignment_id=self.seats()[-1].id, on=self.today)

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        """Let some days pass."""
        self.today += timedelta(days=days)

    @invariant()
    def never_more_than_the_lots_give(self) -> None:
        """Two seats of two, and nobody has two of them."""
        if not hasattr(self, "product_id"):
            return
        with self.database.reading() as session:
            taken = seats_taken(session, self.product_id, PERSON, self.today)
            held = select(Assignment.assignee).where(
                Assignment.product_id == self.product_id, Assignment.ended_on.is_(None)
            )
            names = session.scalars(held).all()
        assert taken <= 2
        assert len(names) == len(set(names))


def test_named_seats_never_exceed_the_lots(database: Database) -> None:
    """Whatever is done in whatever order, no more seats are taken than the lots give."""
    machine = type("SeatsHere", (Seats,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=12, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
