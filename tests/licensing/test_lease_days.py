"""Leases that run over midnight: each day that one reaches into must carry it, and the holder is told where it ends."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from audit.models import Entry
from audit.record import record
from licensing.api import checkouts
from licensing.errors import SeatsNotFree
from licensing.models.catalogue import Lot
from licensing.models.seats import Checkout
from licensing.rules.availability import SeatPlan, SeatsOut, SeatsWanted
from licensing.rules.capacity import capacity_on
from licensing.rules.lease_days import days_to_carry, hold, last_day, start_of_day
from licensing.rules.leases import Lease
from licensing.rules.lots import LotChanges
from licensing.service.checkouts import check_out_seat
from licensing.service.leases import extend_checkout, return_seat
from tests.facts import ThingHappened
from tests.licensing.factories import TODAY, TOMORROW, product_with_lots
from tests.licensing.reserving import booked, lot, projects, reserve
from tests.licensing.routes_alone import client_of

TEN: LotChanges = {"quantity": 10}
BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
"""Nine in the evening in Berlin."""
MIDNIGHT = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 15, 4, 0, tzinfo=UTC)
OURS, THEIRS, THIRD = (new_id() for _ in range(3))


def take(database: Database, product_id: UUID, quantity: int = 1, *, project: UUID | None = None) -> Lease:
    """Check seats out for eight hours at nine in the evening."""
    with database.transaction() as session:
        return check_out_seat(
            session,
            SYSTEM,
            product_id=product_id,
            quantity=quantity,
            holder="Kim Artist",
            project_id=project,
            now=EVENING,
            on=TODAY,
            zone=BERLIN,
        )


def extend(database: Database, lease: Lease, *, minutes: int = 480, now: datetime = EVENING) -> Lease:
    """Send a heartbeat."""
    with database.transaction() as session:
        return extend_checkout(session, SYSTEM, checkout_id=lease.id, minutes=minutes, now=now, zone=BERLIN)


def told(database: Database, kind: str) -> dict[str, object]:
    """Return what the newest fact of a kind says."""
    with database.reading() as session:
        body = session.scalars(select(Entry.body).filter_by(kind=kind).order_by(Entry.index.desc())).first()
    return dict(json.loads(body or b"{}")["data"])


class TestDays:
    """Days of the facility's zone, not of UTC."""

    @pytest.mark.parametrize(
        ("expires_at", "last"),
        [(MIDNIGHT, TODAY), (MIDNIGHT + timedelta(microseconds=1), TOMORROW), (MORNING, TOMORROW)],
    )
    def test_until_midnight_is_the_day_before(self, expires_at: datetime, last: date) -> None:
        """The last instant of a lease is not its own, so one that ends at midnight needs no seat of the next day."""
        assert last_day(expires_at, BERLIN) == last

    def test_the_days_after_are_those_to_carry_it(self) -> None:
        """What is covered already asks for nothing anew."""
        assert days_to_carry(TODAY, MIDNIGHT, BERLIN) is None
        assert days_to_carry(TODAY, MIDNIGHT + timedelta(days=2), BERLIN) == (TOMORROW, TODAY + timedelta(days=2))
        assert days_to_carry(TOMORROW, MORNING, BERLIN) is None

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Beirut", "America/Havana", "Pacific/Kiritimati", "UTC"])
    def test_a_day_begins_where_the_one_before_ends(self, zone: str) -> None:
        """Where clocks change at midnight, too: a lease up to the start of a day ends on the day before."""
        for day in (date(2026, 1, 1) + timedelta(days=number) for number in range(366)):
            begins = start_of_day(day, ZoneInfo(zone))

            assert last_day(begins, ZoneInfo(zone)) == day - timedelta(days=1)
            assert begins.astimezone(ZoneInfo(zone)).date() == day


who = st.sampled_from([OURS, THEIRS, None])
some_days = st.integers(0, 5).map(lambda number: TODAY + timedelta(days=number))
reserved = st.builds(
    lambda project, seats, first, length: booked(project, seats, first, first + timedelta(days=length)),
    st.sampled_from([OURS, THEIRS, THIRD]),
    st.integers(1, 4),
    some_days,
    st.integers(0, 3),
)
lots = st.builds(
    lambda seats, beyond, first, length: lot(
        seats,
        first - timedelta(days=3),
        first + timedelta(days=length),
        overage_policy="soft" if beyond else "hard",
        **({"overage_quantity": beyond} if beyond else {}),
    ),
    st.integers(1, 8),
    st.integers(0, 2),
    some_days,
    st.integers(0, 5),
)
plans = st.builds(
    lambda given, held, out: SeatPlan(today=TODAY, lots=given, reserved=held, out=out),
    st.lists(lots, min_size=1, max_size=3),
    st.lists(reserved, max_size=4),
    st.lists(st.builds(SeatsOut, who, st.integers(1, 3), some_days), max_size=4),
)


def needed(plan: SeatPlan, day: date) -> int:
    """Return how many seats a day needs: of each project what it has out or what it reserved, whichever is more."""
    takers = {one.project_id for one in plan.reserved} | {one.project_id for one in plan.out}
    return sum(
        max(
            sum(one.quantity for one in plan.reserved if one.project_id == taker and one.covers(day)),
            sum(one.quantity for one in plan.out if one.project_id == taker and day <= one.last_on),
        )
        for taker in takers
    )


class TestHold:
    """How long seats are held, over values alone."""

    @given(plan=plans, project=who, quantity=st.integers(1, 4), length=st.integers(0, 6))
    def test_no_day_is_oversold_by_what_is_held(
        self, plan: SeatPlan, project: UUID | None, quantity: int, length: int
    ) -> None:
        """Whatever stands: no later day that is held needs more for it than lots and overage give, if it did not."""
        end = MORNING + timedelta(days=length)
        wanted = SeatsWanted(project, quantity, TOMORROW, last_day(end, BERLIN))
        held = hold(plan, wanted, "Nuke", end, BERLIN)
        after = SeatPlan(TODAY, plan.lots, plan.reserved, out=(*plan.out, SeatsOut(project, quantity, held.last_on)))

        for day in SeatsWanted(project, quantity, TOMORROW, held.last_on).days():
            limit = capacity_on(plan.lots, day).limit
            assert limit is None or needed(after, day) <= max(limit, needed(plan, day))
        if held.cut_on is not None:
            limit = capacity_on(plan.lots, held.cut_on).limit
            more = SeatPlan(TODAY, plan.lots, plan.reserved, out=(*plan.out, SeatsOut(project, quantity, held.cut_on)))
            own = sum(one.quantity for one in plan.reserved if one.project_id == project and one.covers(held.cut_on))
            assert limit is not None
            assert needed(more, held.cut_on) > limit or own
            assert held.expires_at == start_of_day(held.cut_on, BERLIN)

    def test_the_note_says_until_when_and_why(self) -> None:
        """Who holds it is told the instant, in UTC, and what to do."""
        plan = SeatPlan(TODAY, [lot(10)], [booked(OURS, 10, TOMORROW)])
        held = hold(plan, SeatsWanted(THEIRS, 1, TOMORROW, TOMORROW), "Nuke", MORNING, BERLIN)

        assert held.note.startswith("On 2026-03-15 10 seats of Nuke are kept for others, so this checkout ends")
        assert "at 2026-03-14T23:00:00.000000Z. Return it by then" in held.note


class TestCheckOut:
    """A checkout in the evening that would reach into a day of others'."""

    def test_it_ends_as_the_day_of_others_begins(self, database: Database) -> None:
        """The seats are given, up to midnight; answer, table and trail say so."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, ours, 9, TOMORROW)
        lease = take(database, product_id, 2, project=theirs)
        fact = told(database, "licensing.seat.checked-out")

        assert (lease.expires_at, lease.last_on, lease.cut_on) == (MIDNIGHT, TODAY, TOMORROW)
        assert "9 seats of Nuke are kept for others" in lease.note
        assert (fact["expires_at"], fact["asked_until"]) == (
            "2026-03-14T23:00:00.000000Z",
            "2026-03-15T04:00:00.000000Z",
        )

    def test_what_the_next_day_carries_runs_on(self, database: Database) -> None:
        """Who reserved it, and who leaves others their seats, is not cut short."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, ours, 9, TOMORROW)

        assert take(database, product_id, 9, project=ours).expires_at == MORNING
        assert take(database, product_id, 1, project=theirs).cut_on is None

    def test_it_ends_with_the_lots(self, database: Database) -> None:
        """After the last day of a lot there is no seat to sit on."""
        product_id = product_with_lots(database, {"quantity": 10, "ends_on": TODAY})
        lease = take(database, product_id)

        assert lease.expires_at == MIDNIGHT
        assert "the lots of Nuke carry no more" in lease.note

    def test_a_reservation_counts_leases_that_reach_into_its_days(self, database: Database) -> None:
        """What is out until four in the morning cannot be reserved for that day, until it comes back."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        lease = take(database, product_id, 4)
        with pytest.raises(SeatsNotFree, match="short on 2026-03-15 by 3"):
            reserve(database, product_id, ours, 9, TOMORROW, now=EVENING)
        with database.transaction() as session:
            return_seat(session, SYSTEM, checkout_id=lease.id, now=EVENING)

        assert reserve(database, product_id, ours, 9, TOMORROW, now=EVENING).state == "held"

    def test_what_an_older_release_wrote_counts_a_day_too_long(self, database: Database) -> None:
        """Without its last day, a lease is taken to reach into the day after rather than to end before it does."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        lease = take(database, product_id, 4)
        with database.transaction() as session:
            session.execute(update(Checkout).where(Checkout.id == lease.id).values(last_on=None))
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        with pytest.raises(SeatsNotFree, match="2026-03-16 by 3"):
            reserve(database, product_id, ours, 9, TODAY + timedelta(days=2), now=EVENING)


class TestHeartbeat:
    """A heartbeat asks for the days that it reaches into anew, and for no others."""

    def test_it_puts_the_end_off_as_far_as_each_day_carries_it(self, database: Database) -> None:
        """Up to midnight, and once there it stays there and says why; what did not happen is not recorded."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        with database.transaction() as session:
            lease = check_out_seat(
                session,
                SYSTEM,
                product_id=product_id,
                quantity=2,
                holder="Kim",
                project_id=theirs,
                minutes=60,
                now=EVENING,
                on=TODAY,
                zone=BERLIN,
            )
        reserve(database, product_id, ours, 9, TOMORROW)
        cut, again = extend(database, lease), extend(database, lease, now=EVENING + timedelta(hours=1, minutes=-1))
        fact = told(database, "licensing.seat.extended")

        assert (cut.expires_at, cut.last_on, cut.cut_on, cut.version) == (MIDNIGHT, TODAY, TOMORROW, 2)
        assert (again.expires_at, again.cut_on, again.version) == (MIDNIGHT, TOMORROW, 2)
        assert "kept for others" in again.note
        assert (fact["new_expires_at"], fact["asked_until"]) == (
            "2026-03-14T23:00:00.000000Z",
            "2026-03-15T04:00:00.000000Z",
        )

    def test_its_own_seats_do_not_stand_in_its_way(self, database: Database) -> None:
        """Where all seats are one holder's, the holder keeps them day after day, and each day names itself."""
        product_id = product_with_lots(database, TEN)
        lease = extend(database, take(database, product_id, 10), minutes=3 * 1440)
        with database.reading() as session:
            last_on = session.scalar(select(Checkout.last_on).where(Checkout.id == lease.id))

        assert lease.cut_on is None
        assert last_on == lease.last_on == TODAY + timedelta(days=3)

    def test_a_day_that_it_covers_already_is_not_asked_again(self, database: Database) -> None:
        """Within a day the end is put off whatever became of the lots: that makes nothing worse."""
        product_id = product_with_lots(database, TEN)
        lease = take(database, product_id, 2)
        with database.transaction() as session:
            session.execute(update(Lot).where(Lot.product_id == product_id).values(quantity=1))
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        assert extend(database, lease, minutes=600).expires_at == EVENING + timedelta(minutes=600)
        assert extend(database, lease, minutes=3 * 1440).cut_on == TODAY + timedelta(days=2)

    def test_the_api_tells_it(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        """The answer names the day and the sentence; a later look at the checkout shows its end."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        reserve(database, product_id, ours, 10, TOMORROW)
        monkeypatch.setattr("answerprint.core.clock.now", lambda: EVENING)
        client = client_of(database, checkouts.blueprint)
        asked = {"product_id": str(product_id), "quantity": 1, "holder": "Kim Artist", "minutes": 60}
        made = client.post("/api/v1/licensing/checkouts", json=asked).json
        assert made is not None
        beaten = client.post(f"/api/v1/licensing/checkouts/{made['id']}/heartbeat", json={}).json
        shown = client.get(f"/api/v1/licensing/checkouts/{made['id']}").json

        assert (made["cut_on"], made["note"], made["last_on"]) == (None, "", "2026-03-14")
        assert beaten is not None
        assert (beaten["expires_at"], beaten["cut_on"]) == ("2026-03-14T23:00:00.000000Z", "2026-03-15")
        assert "so this checkout ends as that day begins" in beaten["note"]
        assert shown is not None
        assert shown["expires_at"] == beaten["expires_at"]
