"""Which reservations have fewer seats than they say, as far as the reader may know of their projects."""

from datetime import date, timedelta

import pytest

from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from facility.roles import Role, permissions_of
from licensing.models.catalogue import Lot, Product
from licensing.queries.short_reservations import short_reservations, unsettled_reservations
from licensing.rules.lots import LotChanges
from licensing.service.lots import change_lot
from tests.licensing.factories import NOW, TODAY, make_lot, make_product
from tests.licensing.reserving import projects, reserve

WEEK = TODAY + timedelta(days=6)
NEXT = TODAY + timedelta(days=7)
LAST = TODAY + timedelta(days=9)


@pytest.fixture(name="seats")
def _seats(database: Database) -> tuple[Product, Lot]:
    """A product of ten seats for the year."""
    with database.transaction() as session:
        product = make_product(session)
        return product, make_lot(session, product)


def shorten(database: Database, lot: Lot, ends_on: date) -> None:
    """Have a lot end earlier than its contract said."""
    changes: LotChanges = {"ends_on": ends_on}
    with database.transaction() as session:
        change_lot(session, SYSTEM, lot_id=lot.id, changes=changes, version=lot.version)


def outsider() -> Actor:
    """Return a producer who is on no project."""
    person = new_id()
    permissions = permissions_of([Role.PRODUCER])
    return Actor(kind=ActorKind.PERSON, id=str(person), permissions=permissions, person_id=person)


class TestShort:
    """Reservations that hold, on days with fewer seats than are promised."""

    def test_lot_that_ends_earlier_leaves_days_short(self, database: Database, seats: tuple[Product, Lot]) -> None:
        """Of ten days three have no lot any more: by when, on how many, and by how much."""
        product, lot = seats
        (ours,) = projects(database, "OURS")
        reserve(database, product.id, ours, 4, TODAY, LAST)
        shorten(database, lot, WEEK)
        with database.reading() as session:
            (found,) = short_reservations(session, SYSTEM, now=NOW, on=TODAY)

        assert (found.first_short, found.short_days, found.short_by) == (NEXT, 3, 4)
        assert found.row.project_code == "OURS"

    def test_reservation_that_fits_is_not_short(self, database: Database, seats: tuple[Product, Lot]) -> None:
        """All seats reserved are no seat too many."""
        (ours,) = projects(database, "OURS")
        reserve(database, seats[0].id, ours, 10, TODAY, LAST)
        with database.reading() as session:
            assert not short_reservations(session, SYSTEM, now=NOW, on=TODAY)

    def test_who_only_waits_makes_nobody_short(self, database: Database, seats: tuple[Product, Lot]) -> None:
        """What is waited for is promised to nobody: the holder has the seats."""
        ours, theirs = projects(database, "OURS", "THEIRS")
        reserve(database, seats[0].id, ours, 8, TODAY, LAST)
        reserve(database, seats[0].id, theirs, 5, TODAY, LAST, wait=True, waits_until=LAST)
        with database.reading() as session:
            short = short_reservations(session, SYSTEM, now=NOW, on=TODAY)
            waiting = unsettled_reservations(session, SYSTEM, on=TODAY)

        assert not short
        assert [(row.project_code, row.state) for row in waiting] == [("THEIRS", "waiting")]

    def test_others_projects_stay_unsaid(self, database: Database, seats: tuple[Product, Lot]) -> None:
        """Who is on none of the projects hears of neither."""
        product, lot = seats
        ours, theirs = projects(database, "OURS", "THEIRS")
        reserve(database, product.id, ours, 8, TODAY, LAST)
        reserve(database, product.id, theirs, 5, TODAY, LAST, wait=True, waits_until=LAST)
        shorten(database, lot, WEEK)
        with database.reading() as session:
            assert not short_reservations(session, outsider(), now=NOW, on=TODAY)
            assert not unsettled_reservations(session, outsider(), on=TODAY)

    def test_day_that_is_over_is_not_told_of(self, database: Database, seats: tuple[Product, Lot]) -> None:
        """A reservation whose days are past waits for nothing."""
        (ours,) = projects(database, "OURS")
        reserve(database, seats[0].id, ours, 4, TODAY, TODAY)
        with database.reading() as session:
            assert not short_reservations(session, SYSTEM, now=NOW, on=NEXT)
