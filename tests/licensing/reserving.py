"""Make what tests of reservations stand on: projects, and seats reserved for them through the use cases."""

from datetime import date, datetime
from uuid import UUID

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from facility.service.clients import add_client
from facility.service.projects import add_project
from licensing.models.reservations import Reservation
from licensing.rules.availability import Reserved, SeatPlan, SeatsWanted
from licensing.rules.capacity import LotTerms
from licensing.rules.leases import Lease
from licensing.rules.reservations import ReservationEntry
from licensing.service.checkouts import check_out_seat
from licensing.service.reservations import reserve_seats
from licensing.service.seat_queue import keep_reservations
from tests.licensing.factories import NOW, TODAY

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def projects(database: Database, *codes: str) -> list[UUID]:
    """Add a client with a project of each code; return the projects."""
    with database.transaction() as session:
        client = add_client(session, SYSTEM, name=f"Client of {' '.join(codes)}")
        return [add_project(session, SYSTEM, client_id=client.id, code=one, name=f"{one}!").id for one in codes]


def reserve(
    database: Database,
    product_id: UUID,
    project_id: UUID,
    quantity: int,
    first: date = TODAY,
    last: date | None = None,
    *,
    wait: bool = False,
    waits_until: date | None = None,
    now: datetime = NOW,
) -> Reservation:
    """Reserve seats, in a transaction of its own."""
    entry = ReservationEntry(
        product_id=product_id,
        project_id=project_id,
        quantity=quantity,
        starts_on=first,
        ends_on=last or first,
        wait=wait,
        waits_until=waits_until,
    )
    with database.transaction() as session:
        return reserve_seats(session, SYSTEM, entry=entry, now=now, on=now.date())


def take_for(
    database: Database, product_id: UUID, project_id: UUID | None, quantity: int = 1, *, days: int | None = None
) -> Lease:
    """Check seats out for a project, in a transaction of its own; with ``days`` they are borrowed."""
    with database.transaction() as session:
        return check_out_seat(
            session,
            SYSTEM,
            product_id=product_id,
            quantity=quantity,
            holder="Kim Artist",
            project_id=project_id,
            borrowed_days=days,
            now=NOW,
            on=TODAY,
        )


def turn(database: Database, *, now: datetime = NOW) -> int:
    """Let the timetable keep the reservations."""
    with database.transaction() as session:
        return keep_reservations(session, SYSTEM, now=now, on=now.date())


def state_of(database: Database, reservation_id: UUID) -> str:
    """Return what a reservation is now."""
    with database.reading() as session:
        return session.get_one(Reservation, reservation_id).state


def lot(quantity: int | None = 10, first: date = YEAR[0], last: date | None = YEAR[1], **terms: int | str) -> LotTerms:
    """Return a lot of ten seats for the year 2026, or of other terms."""
    return LotTerms("concurrent-user", quantity, first, last, **terms)  # type: ignore[arg-type]


def booked(project_id: UUID, quantity: int, first: date, last: date | None = None, *, state: str = "held") -> Reserved:
    """Return seats as a plan has them."""
    return Reserved(new_id(), project_id, quantity, first, last or first, state)


def plan_of(*lots: LotTerms, **parts: object) -> SeatPlan:
    """Return a plan of these lots from ``TODAY`` on."""
    return SeatPlan(today=TODAY, lots=lots or (lot(),), **parts)  # type: ignore[arg-type]


def wanted(project_id: UUID | None, quantity: int, first: date = TODAY, last: date | None = None) -> SeatsWanted:
    """Return a question."""
    return SeatsWanted(project_id, quantity, first, last or first)
