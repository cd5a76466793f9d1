"""Leases: heartbeats, returns, and the end that comes by itself."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest, read_cursor
from answerprint.core.problems import Invalid
from audit.models import Entry
from licensing.errors import BadLease, CheckoutEnded, NoSuchCheckout
from licensing.queries.checkouts import CheckoutFilters, checkout_detail, list_checkouts, open_checkouts
from licensing.rules.leases import Lease, LeaseState, end_of_lease, is_over, lease_state
from licensing.rules.lots import LotChanges
from licensing.service.leases import expire_leases, extend_checkout, return_seat
from tests.licensing.factories import NOW, product_with_lots, seats_in_pool, take

TEN: LotChanges = {"quantity": 10}
LATER = NOW + timedelta(minutes=30)
END = NOW + timedelta(minutes=60)


def facts_about(database: Database, lease_id: UUID) -> list[str]:
    """Return the kinds of fact recorded about a checkout, the oldest first."""
    with database.reading() as session:
        found = select(Entry.kind).where(Entry.about == f"checkout:{lease_id}").order_by(Entry.index)
        return list(session.scalars(found))


def extend(database: Database, lease: Lease, minutes: int, after: int = 30) -> Lease:
    """Send a heartbeat some minutes after the start."""
    with database.transaction() as session:
        now = NOW + timedelta(minutes=after)
        return extend_checkout(session, SYSTEM, checkout_id=lease.id, minutes=minutes, now=now)


class TestRules:
    """When a lease ends, over values alone."""

    def test_an_end_is_never_put_nearer(self) -> None:
        """A heartbeat with a shorter lease leaves the longer end."""
        assert end_of_lease(NOW, 10) == NOW + timedelta(minutes=10)
        assert end_of_lease(NOW, 10, until=END) == END

    def test_the_last_instant_is_not_the_leases_own(self) -> None:
        """At its end a lease is over, so that the next may begin at that instant."""
        assert not is_over(END, None, END - timedelta(microseconds=1))
        assert is_over(END, None, END)
        assert is_over(END, NOW, NOW)

    def test_a_lease_is_expired_before_anybody_wrote_it_down(self) -> None:
        """What it is depends on the moment, not on the timetable."""
        assert lease_state(END, None, LATER) is LeaseState.OPEN
        assert lease_state(END, None, END) is LeaseState.EXPIRED
        assert lease_state(END, "returned", LATER) is LeaseState.RETURNED


class TestHeartbeat:
    """A heartbeat says that the seats are still in use."""

    def test_it_puts_the_end_off_and_says_so(self, database: Database) -> None:
        """The new end counts from the heartbeat; old and new stand in the fact."""
        lease = take(database, product_with_lots(database, TEN))
        assert extend(database, lease, 60).expires_at == LATER + timedelta(minutes=60)

        with database.reading() as session:
            body = session.scalars(select(Entry.body).filter_by(kind="licensing.seat.extended")).one()
            assert checkout_detail(session, lease.id, LATER).version == 2
        changed = json.loads(body)["data"]
        assert changed["old_expires_at"] == "2026-03-14T10:00:00.000000Z"
        assert changed["new_expires_at"] == "2026-03-14T10:30:00.000000Z"

    def test_a_shorter_lease_changes_nothing(self, database: Database) -> None:
        """Nobody shortens a lease by a heartbeat, and what did not happen is not recorded."""
        lease = take(database, product_with_lots(database, TEN))

        assert extend(database, lease, 5).expires_at == lease.expires_at
        assert facts_about(database, lease.id) == ["licensing.seat.checked-out"]

    def test_it_comes_too_late_once_the_lease_is_over(self, database: Database) -> None:
        """The seats may be somebody else's by then, written down or not."""
        lease = take(database, product_with_lots(database, TEN))

        with pytest.raises(CheckoutEnded, match=r"ended at 2026-03-14T10:00:00.000000Z \(expired\)"):
            extend(database, lease, 60, after=60)

    @pytest.mark.parametrize("minutes", [0, -5, 10_081])
    def test_an_impossible_length_names_its_field(self, database: Database, minutes: int) -> None:
        """A lease lasts a minute to a week."""
        lease = take(database, product_with_lots(database, TEN))

        with pytest.raises(BadLease) as refused:
            extend(database, lease, minutes)
        assert list(refused.value.fields) == ["minutes"]


class TestReturn:
    """Seats that come back are free at once."""

    def test_the_seats_are_free(self, database: Database) -> None:
        """The pool shrinks by what came back, and the checkout says when."""
        product_id = product_with_lots(database, TEN)
        lease = take(database, product_id, 10)
        with database.transaction() as session:
            returned = return_seat(session, SYSTEM, checkout_id=lease.id, now=LATER)
        assert (returned.state, returned.ended_at) == (LeaseState.RETURNED, LATER)

        assert seats_in_pool(database, product_id) == 0
        assert facts_about(database, lease.id) == ["licensing.seat.checked-out", "licensing.seat.returned"]

    @pytest.mark.parametrize("minutes", [30, 60])
    def test_they_come_back_once(self, database: Database, minutes: int) -> None:
        """Returned or expired, an ended lease has nothing to give back."""
        lease = take(database, product_with_lots(database, TEN))
        with database.transaction() as session:
            return_seat(session, SYSTEM, checkout_id=lease.id, now=NOW + timedelta(minutes=10))

        with pytest.raises(CheckoutEnded), database.transaction() as session:
            return_seat(session, SYSTEM, checkout_id=lease.id, now=NOW + timedelta(minutes=minutes))

    def test_an_unknown_checkout_is_not_found(self, database: Database) -> None:
        """Nothing can come back that never went."""
        with pytest.raises(NoSuchCheckout), database.transaction() as session:
            return_seat(session, SYSTEM, checkout_id=new_id(), now=NOW)


class TestExpiry:
    """The timetable writes down what is over already."""

    def test_each_lease_that_is_over_leaves_its_fact(self, database: Database) -> None:
        """One fact a lease, of every product; a lease ended when it said it would."""
        nuke, hiero = product_with_lots(database, TEN), product_with_lots(database, TEN, name="Hiero")
        over = [take(database, nuke, 2), take(database, nuke, 3), take(database, hiero, 4)]
        still = take(database, hiero, 1, minutes=90)
        with database.transaction() as session:
            assert expire_leases(session, SYSTEM, now=END + timedelta(minutes=5)) == 3

        with database.reading() as session:
            assert {checkout_detail(session, one.id, END).ended_at for one in over} == {END}
        assert all(facts_about(database, one.id)[1:] == ["licensing.seat.expired"] for one in over)
        assert facts_about(database, still.id) == ["licensing.seat.checked-out"]
        assert (seats_in_pool(database, nuke), seats_in_pool(database, hiero)) == (0, 1)

    def test_it_may_run_twice(self, database: Database) -> None:
        """What was written down is not written again."""
        take(database, product_with_lots(database, TEN))
        with database.transaction() as session:
            expire_leases(session, SYSTEM, now=END)

        with database.transaction() as session:
            assert expire_leases(session, SYSTEM, now=END) == 0


class TestReading:
    """Lists show leases as they stand at the moment asked for."""

    def test_open_means_open_now(self, database: Database) -> None:
        """A lease past its end is in no list of open ones, written down or not."""
        product_id = product_with_lots(database, TEN)
        short, long = take(database, product_id, minutes=5), take(database, product_id, minutes=50)

        with database.reading() as session:
            assert [one.id for one in open_checkouts(session, product_id, LATER)] == [long.id]
            expired = list_checkouts(session, CheckoutFilters(state=LeaseState.EXPIRED), now=LATER)
            assert [(one.id, one.ended_at) for one in expired.items] == [(short.id, short.expires_at)]
            assert list_checkouts(session, CheckoutFilters(state=LeaseState.RETURNED), now=LATER).items == []

    def test_pages_follow_each_other(self, database: Database) -> None:
        """The newest first, each once."""
        product_id = product_with_lots(database, TEN)
        taken = [take(database, product_id).id for _ in range(5)]
        seen: list[UUID] = []
        page = PageRequest(limit=2)
        with database.reading() as session:
            while True:
                found = list_checkouts(session, CheckoutFilters(product_id=product_id), page, now=NOW)
                seen += [one.id for one in found.items]
                if found.next is None:
                    break
                page = PageRequest(after=read_cursor(found.next, shape=(str,)), limit=2)

        assert sorted(seen) == sorted(taken)
        assert len(seen) == 5

    def test_a_forged_cursor_is_refused(self, database: Database) -> None:
        """A cursor is one of ours, or it is an error that names the field."""
        with database.reading() as session, pytest.raises(Invalid) as refused:
            list_checkouts(session, page=PageRequest(after=("7",)), now=NOW)

        assert list(refused.value.fields) == ["cursor"]
