"""Checking seats out against the lots, through the service."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from audit.models import Entry, Log
from audit.record import record
from facility.errors import UnknownProject
from licensing.errors import BadLease, NotInCatalogue, SeatLimitReached
from licensing.facts.seats import SeatDenied
from licensing.models.seats import Checkout
from licensing.public import seats_free_today
from licensing.rules.lots import LotChanges
from licensing.service.checkouts import check_out_seat
from tests.licensing.factories import NOW, TODAY, TOMORROW, YESTERDAY, product_with_lots, seats_in_pool, take

TEN: LotChanges = {"quantity": 10}


class TestCheckOutSeat:
    """Seats are quantities, counted in one place."""

    def test_seats_are_held_and_recorded_in_the_vendors_log(self, database: Database) -> None:
        """A checkout and its fact stand together, and the fact is the vendor's."""
        product_id = product_with_lots(database, TEN)
        lease = take(database, product_id, 3)

        with database.reading() as session:
            log = session.scalar(
                select(Log.name).join(Entry, Entry.log_id == Log.id).filter_by(kind="licensing.seat.checked-out")
            )
            kept = session.get_one(Checkout, lease.id)
            assert (kept.quantity, kept.started_on, kept.over_capacity) == (3, TODAY, 0)
        assert log == "licensor-vendor-of-nuke"
        assert seats_in_pool(database, product_id) == 3

    def test_one_more_than_the_lots_is_refused_with_its_fact(self, database: Database) -> None:
        """A denied seat is no silence: the refusal carries the fact, and the log that it belongs to."""
        product_id = product_with_lots(database, TEN)
        take(database, product_id, 8)

        with pytest.raises(SeatLimitReached, match="8 are checked out and 2 are free, but 3 were asked for") as refused:
            take(database, product_id, 3)

        assert isinstance(refused.value.on_trail, SeatDenied)
        assert (refused.value.on_trail.checked_out, refused.value.on_trail.limit) == (8, 10)
        assert refused.value.trail_log == "licensor-vendor-of-nuke"
        assert seats_in_pool(database, product_id) == 8

    def test_a_denial_can_be_recorded_afterwards(self, database: Database) -> None:
        """The edge records the denial in a transaction of its own, after the first one is gone."""
        product_id = product_with_lots(database, TEN)
        with pytest.raises(SeatLimitReached) as refused:
            take(database, product_id, 11)
        with database.transaction() as session:
            assert isinstance(refused.value.on_trail, SeatDenied)
            record(session, SYSTEM, refused.value.on_trail, log=refused.value.trail_log)

        with database.reading() as session:
            body = session.scalars(select(Entry.body).filter_by(kind="licensing.seat.denied")).one()
        assert b"Kim Artist" not in body
        assert b'"quantity":11' in body

    @pytest.mark.parametrize(
        "lots", [(), ({"starts_on": TOMORROW},), ({"ends_on": YESTERDAY},), ({"metric": "token"},)]
    )
    def test_a_day_that_no_lot_covers_carries_no_seat(self, database: Database, lots: tuple[LotChanges, ...]) -> None:
        """No lot is no seat, and the sentence says so."""
        product_id = product_with_lots(database, *lots)

        with pytest.raises(SeatLimitReached, match="No lot of Nuke covers 2026-03-14"):
            take(database, product_id)

    def test_lots_add_up(self, database: Database) -> None:
        """The lots that cover a day are one pool."""
        product_id = product_with_lots(database, {"quantity": 2}, {"quantity": 3, "ends_on": TODAY})
        take(database, product_id, 5)

        with pytest.raises(SeatLimitReached):
            take(database, product_id)

    @pytest.mark.parametrize("policy", ["soft", "true-up"])
    def test_agreed_overage_is_used_and_said(self, database: Database, policy: str) -> None:
        """Beyond the lots only as far as agreed; each checkout says how many of its own seats lie beyond."""
        product_id = product_with_lots(database, {"quantity": 10, "overage_policy": policy, "overage_quantity": 2})
        assert take(database, product_id, 9).over_capacity == 0
        assert take(database, product_id, 2).over_capacity == 1
        assert take(database, product_id, 1).over_capacity == 1

        with pytest.raises(SeatLimitReached, match="2 of them agreed overage"):
            take(database, product_id)

    def test_overage_without_stated_bound_has_none(self, database: Database) -> None:
        """A soft lot that states no bound refuses nothing, and still counts what lies beyond it."""
        product_id = product_with_lots(database, {"quantity": 1, "overage_policy": "soft"})

        assert take(database, product_id, 500).over_capacity == 499

    def test_an_uncounted_lot_refuses_nothing(self, database: Database) -> None:
        """Uncounted is neither zero nor a large number."""
        product_id = product_with_lots(database, TEN, {"metric": "site", "quantity": None})
        take(database, product_id, 1000)

        with database.reading() as session:
            free = seats_free_today(session, product_id, TODAY, NOW)
        assert (free.free, free.quantity, free.is_uncounted, free.checked_out) == (None, None, True, 1000)

    @pytest.mark.parametrize(
        ("quantity", "minutes", "field"), [(0, 60, "quantity"), (1, 0, "minutes"), (1, 10_081, "minutes")]
    )
    def test_an_impossible_lease_names_its_field(
        self, database: Database, quantity: int, minutes: int, field: str
    ) -> None:
        """What cannot be is refused before anything is locked."""
        product_id = product_with_lots(database, TEN)

        with pytest.raises(BadLease) as refused:
            take(database, product_id, quantity, minutes=minutes)
        assert list(refused.value.fields) == [field]

    def test_an_unknown_product_names_its_field(self, database: Database) -> None:
        """A product that is not in the catalogue has no seats to give."""
        with pytest.raises(NotInCatalogue) as refused:
            take(database, new_id())
        assert list(refused.value.fields) == ["product_id"]

    def test_a_lease_past_its_end_gives_its_seats_to_the_next(self, database: Database) -> None:
        """Whoever comes next need not wait for the timetable."""
        product_id = product_with_lots(database, TEN)
        old = take(database, product_id, 10, minutes=5)
        new = take(database, product_id, 10, now=NOW + timedelta(minutes=5))

        with database.reading() as session:
            assert session.get_one(Checkout, old.id).ended_at == old.expires_at
            assert session.get_one(Checkout, new.id).ended_at is None
        assert seats_in_pool(database, product_id) == 10

    def test_an_unknown_project_is_refused(self, database: Database) -> None:
        """Seats are held for a project that is there, or for none."""
        product_id = product_with_lots(database, TEN)

        with pytest.raises(UnknownProject) as refused, database.transaction() as session:
            check_out_seat(
                session,
                SYSTEM,
                product_id=product_id,
                quantity=1,
                holder="Kim",
                project_id=new_id(),
                now=NOW,
                on=TODAY,
            )
        assert list(refused.value.fields) == ["project_id"]
