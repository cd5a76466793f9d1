"""Never oversold on any day: leases and reservations of others stay within the lots and their agreed overage."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import Refusal
from licensing.errors import SeatLimitReached, SeatsNotFree
from licensing.models.reservations import Reservation
from licensing.models.seats import Checkout
from licensing.queries.checkouts import capacity_of
from licensing.rules.leases import Lease
from licensing.rules.lots import LotChanges
from licensing.rules.reservations import ReservationEntry
from licensing.service.checkouts import check_out_seat
from licensing.service.leases import extend_checkout, return_seat
from licensing.service.reservations import cancel_reservation, change_reservation, reserve_seats
from licensing.service.seat_queue import keep_reservations
from tests.licensing.factories import TODAY, TOMORROW, product_with_lots
from tests.licensing.reserving import projects

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
WEEK = [TODAY + timedelta(days=number) for number in range(8)]
SIX: LotChanges = {"quantity": 5, "overage_policy": "soft", "overage_quantity": 1, "ends_on": WEEK[3]}
THREE_MORE: LotChanges = {"quantity": 3, "starts_on": WEEK[2]}
THREADS = 24


@dataclass
class Facility:
    """A product and what became of it, at a moment that moves on."""

    database: Database
    product_id: UUID
    projects: list[UUID]
    now: datetime = EVENING
    leases: list[Lease] = field(default_factory=list)
    made: list[UUID] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in the facility's zone."""
        return self.now.astimezone(BERLIN).date()

    def project(self, number: int) -> UUID | None:
        """Return one of the projects, or none."""
        return [*self.projects, None][number % (len(self.projects) + 1)]

    def take(self, number: int, seats: int, hours: int) -> None:
        """Check seats out."""
        with self.database.transaction() as session:
            lease = check_out_seat(
                session,
                SYSTEM,
                product_id=self.product_id,
                quantity=seats,
                holder="Kim",
                project_id=self.project(number),
                minutes=60 * hours,
                borrowed_days=1 + hours // 24 if hours % 5 == 0 else None,
                now=self.now,
                on=self.today,
                zone=BERLIN,
            )
        self.leases.append(lease)

    def extend(self, number: int, _seats: int, hours: int) -> None:
        """Send a heartbeat."""
        lease = self.leases[number % len(self.leases)]
        with self.database.transaction() as session:
            extend_checkout(session, SYSTEM, checkout_id=lease.id, minutes=60 * hours, now=self.now, zone=BERLIN)

    def give_back(self, number: int, _seats: int, _hours: int) -> None:
        """Return a checkout."""
        with self.database.transaction() as session:
            return_seat(session, SYSTEM, checkout_id=self.leases[number % len(self.leases)].id, now=self.now)

    def reserve(self, number: int, seats: int, hours: int) -> None:
        """Reserve seats, or wait for them."""
        first = self.today + timedelta(days=number % 3)
        entry = ReservationEntry(
            product_id=self.product_id,
            project_id=self.projects[seats % len(self.projects)],
            quantity=seats,
            starts_on=first,
            ends_on=first + timedelta(days=hours // 20),
            wait=number % 2 == 0,
        )
        with self.database.transaction() as session:
            self.made.append(reserve_seats(session, SYSTEM, entry=entry, now=self.now, on=self.today).id)

    def change(self, number: int, seats: int, _hours: int) -> None:
        """Give a reservation other seats."""
        reservation_id = self.made[number % len(self.made)]
        with self.database.transaction() as session:
            version = session.get_one(Reservation, reservation_id).version
            change_reservation(
                session,
                SYSTEM,
                reservation_id=reservation_id,
                changes={"quantity": seats},
                version=version,
                now=self.now,
                on=self.today,
            )

    def cancel(self, number: int, _seats: int, _hours: int) -> None:
        """Cancel a reservation."""
        with self.database.transaction() as session:
            found = self.made[number % len(self.made)]
            cancel_reservation(session, SYSTEM, reservation_id=found, now=self.now, on=self.today)

    def wait(self, _number: int, _seats: int, hours: int) -> None:
        """Let time pass, and the timetable come by."""
        self.now += timedelta(hours=hours)
        with self.database.transaction() as session:
            keep_reservations(session, SYSTEM, now=self.now, on=self.today)

    def needed(self, day: date) -> int:
        """Return how many seats a day needs, from the rows alone: of each project what is out or what is reserved."""
        out: Counter[UUID | None] = Counter()
        held: Counter[UUID | None] = Counter()
        with self.database.reading() as session:
            for one in session.scalars(select(Checkout).where(Checkout.product_id == self.product_id)):
                ends = (one.expires_at - timedelta(microseconds=1)).astimezone(BERLIN).date()
                if one.ended_at is None and one.expires_at > self.now and day <= ends:
                    out[one.project_id] += one.quantity
            for kept in session.scalars(select(Reservation).where(Reservation.product_id == self.product_id)):
                stands = kept.state == "held" or (
                    kept.state == "offered" and kept.offered_until is not None and kept.offered_until > self.now
                )
                if stands and kept.starts_on <= day <= kept.ends_on:
                    held[kept.project_id] += kept.quantity
        return sum(max(out[one], held[one]) for one in out.keys() | held.keys())

    def oversold(self) -> Iterator[tuple[date, int]]:
        """Yield each day from today on that needs more than its lots and their overage give."""
        for day in (self.today + timedelta(days=number) for number in range(8)):
            with self.database.reading() as session:
                limit = capacity_of(session, self.product_id, day).limit
            if limit is not None and self.needed(day) > limit:
                yield day, self.needed(day)


VERBS = ("take", "take", "extend", "extend", "give_back", "reserve", "reserve", "change", "cancel", "wait")
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 8), st.integers(1, 4), st.integers(1, 70)), min_size=4, max_size=24
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(path=steps)
def test_no_day_is_oversold_whatever_came_before(database: Database, path: list[tuple[str, int, int, int]]) -> None:
    """After each step, on each day: what is out or reserved, project by project, is what lots and overage carry."""
    name = str(new_id())
    facility = Facility(
        database,
        product_with_lots(database, SIX, THREE_MORE, name=f"Nuke {name}"),
        projects(database, f"A{name}", f"B{name}"),
    )
    for verb, *numbers in path:
        # A refusal is an answer, and there may be nothing yet to extend, change or cancel.
        with suppress(Refusal, ZeroDivisionError):
            getattr(facility, verb)(*numbers)

        assert not list(facility.oversold()), verb


class TestRace:
    """However many come at once, a later day is given once."""

    @pytest.fixture(name="facility")
    def _facility(self, database: Database) -> Facility:
        ten: LotChanges = {"quantity": 10}
        return Facility(database, product_with_lots(database, ten), projects(database, "HARB", "OSTR"))

    def reserve_one(self, facility: Facility) -> None:
        """Reserve a seat of tomorrow for the first project."""
        project_id = facility.projects[0]
        entry = ReservationEntry(
            product_id=facility.product_id, project_id=project_id, quantity=1, starts_on=TOMORROW, ends_on=TOMORROW
        )
        with suppress(SeatsNotFree), facility.database.transaction() as session:
            reserve_seats(session, SYSTEM, entry=entry, now=facility.now, on=TODAY)

    def test_threads_reserve_tomorrow_and_check_out_over_midnight(self, facility: Facility) -> None:
        """What is not reserved runs on, what is reserved ends the others at midnight; together it is ten."""

        def act(number: int) -> None:
            if number % 2:
                self.reserve_one(facility)
                return
            with suppress(SeatLimitReached):
                facility.take(1, 1, 8)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(act, range(THREADS)))

        assert len(facility.leases) == 10
        assert facility.needed(TOMORROW) == 10
        assert all(one.last_on == (TODAY if one.cut_on else TOMORROW) for one in facility.leases)

    def test_threads_reserve_tomorrow_and_extend_over_midnight(self, facility: Facility) -> None:
        """A heartbeat stands in the same line as a reservation."""
        for _ in range(10):
            facility.take(1, 1, 1)
        assert facility.needed(TOMORROW) == 0

        def act(number: int) -> None:
            if number % 2:
                self.reserve_one(facility)
                return
            facility.extend(number // 2, 1, 8)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(act, range(20)))

        assert not list(facility.oversold())
        assert facility.needed(TOMORROW) == 10
