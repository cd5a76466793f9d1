"""Costs, right-sizing and the outlook, from checkouts, captures, lots and reservations in the database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from facility.roles import Role
from facility.service.departments import change_department
from licensing.api.costs import blueprint
from licensing.models.catalogue import Lot, Product
from licensing.models.reservations import Reservation
from licensing.queries.costs import costs_by_month, right_sizing
from licensing.queries.outlook import outlook
from licensing.rules.cost import CostsBy
from licensing.rules.forecast import DayPeak
from licensing.rules.sightings import RestsOn
from licensing.service.captures import take_capture
from licensing.service.checkouts import check_out_seat
from licensing.service.leases import expire_leases
from licensing.service.products import link_feature
from tests.facility.factories import make_person, make_project
from tests.licensing.factories import make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat, lmstat_down
from tests.licensing.routes_alone import client_of
from tests.web.browsers import Browser

BERLIN = ZoneInfo("Europe/Berlin")
APRIL = datetime(2026, 4, 10, 8, 0, tzinfo=UTC)


def nuke(database: Database, *, quantity: int = 2) -> tuple[UUID, UUID]:
    """Two seats of Nuke for 2026 at 7,300 EUR, ten EUR a day and seat; returns product and project."""
    with database.transaction() as session:
        product = make_product(session)
        make_lot(session, product, quantity=quantity, price="7300.00", currency="EUR")
        return product.id, make_project(session, code="NB-204").id


def hold(
    database: Database,
    product_id: UUID,
    started: datetime,
    hours: int,
    project_id: UUID | None = None,
    *,
    holder: str = "Kim Artist",
) -> None:
    """Check a seat out for some hours, once what is over by then has ended."""
    with database.transaction() as session:
        expire_leases(session, SYSTEM, now=started)
        check_out_seat(
            session,
            SYSTEM,
            product_id=product_id,
            quantity=1,
            holder=holder,
            project_id=project_id,
            minutes=hours * 60,
            now=started,
            on=started.astimezone(BERLIN).date(),
        )


class TestCosts:
    """By project and month."""

    def test_a_project_pays_what_it_took(self, database: Database) -> None:
        """A seat for a day costs ten; what was taken for no project and what lay idle is said beside it."""
        product_id, project_id = nuke(database)
        hold(database, product_id, datetime(2026, 4, 2, 8, tzinfo=UTC), 24, project_id)
        hold(database, product_id, datetime(2026, 4, 3, 8, tzinfo=UTC), 12)
        with database.reading() as session:
            lines = costs_by_month(
                session, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30), zone=BERLIN, now=APRIL
            )
        shown = [(line.month, line.share.value, line.project, line.seat_hours, line.amount) for line in lines]

        assert shown == [
            ("2026-04", "project", "NB-204", "24.0", "10.00"),
            ("2026-04", "no-project", "", "12.0", "5.00"),
            ("2026-04", "idle", "", "444.0", "185.00"),
        ]

    def test_a_department_pays_what_its_people_took(self, database: Database) -> None:
        """A holder who is somebody of the house is their department's of that day; anybody else's is nobody's."""
        product_id, project_id = nuke(database)
        with database.transaction() as session:
            kim = make_person(session, name="kim artist", email="kim@p.example")
            placed = change_department(
                session, SYSTEM, person_id=kim.id, version=kim.version, department="VFX", on=date(2026, 4, 1)
            )
            change_department(
                session, SYSTEM, person_id=kim.id, version=placed.version, department="edit", on=date(2026, 4, 4)
            )
        for day, holder in ((2, "Kim Artist"), (3, "farm-07"), (4, "Kim@p.example")):
            hold(database, product_id, datetime(2026, 4, day, 8, tzinfo=UTC), 12, project_id, holder=holder)
        with database.reading() as session:
            lines = costs_by_month(
                session,
                starts_on=date(2026, 4, 1),
                ends_on=date(2026, 4, 30),
                zone=BERLIN,
                now=APRIL,
                by=CostsBy.DEPARTMENT,
            )

        assert [(line.share.value, line.department, line.project, line.amount) for line in lines] == [
            ("department", "VFX", "", "5.00"),
            ("department", "edit", "", "5.00"),
            ("no-department", "", "", "5.00"),
            ("idle", "", "", "185.00"),
        ]

    def test_a_checkout_over_the_end_of_a_month(self, database: Database) -> None:
        """Each month has its hours of it, by midnight of the facility."""
        product_id, project_id = nuke(database)
        hold(database, product_id, datetime(2026, 3, 31, 20, tzinfo=UTC), 10, project_id)
        with database.reading() as session:
            lines = costs_by_month(
                session, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 30), zone=BERLIN, now=APRIL
            )

        assert [(one.month, one.seat_hours) for one in lines if one.project] == [("2026-03", "2.0"), ("2026-04", "8.0")]

    def test_the_future_costs_nothing_yet(self, database: Database) -> None:
        """Months to come have no rows, and the present one goes to today."""
        nuke(database)
        with database.reading() as session:
            lines = costs_by_month(
                session, starts_on=date(2026, 4, 10), ends_on=date(2026, 12, 31), zone=BERLIN, now=APRIL
            )

        assert [(one.month, one.amount) for one in lines] == [("2026-04", "20.00")]

    def test_the_route(self, database: Database) -> None:
        """It answers decimal text, and refuses days that make no period by field."""
        nuke(database)
        client = client_of(database, blueprint)
        path = "/api/v1/licensing/costs"
        found = client.get(f"{path}?from=2026-01-01&to=2026-01-31").get_json()["items"]

        assert [(one["month"], one["share"], one["amount"], one["currency"]) for one in found] == [
            ("2026-01", "idle", "620.00", "EUR")
        ]
        by = client.get(f"{path}?from=2026-01-01&to=2026-01-31&by=department").get_json()["items"]
        assert [(one["share"], one["department"]) for one in by] == [("idle", "")]
        for asked in (
            "from=2026-02-01&to=2026-01-01",
            "from=2026-01-01&to=2026-01-31&by=person",
            "from=2024-01-01&to=2026-01-01",
            "to=2026-01-01",
            "from=x&to=y",
        ):
            assert client.get(f"{path}?{asked}").status_code == 422


class TestRightSizing:
    """The last seats, and for how long they were needed."""

    def test_without_a_server_the_ledger_is_all(self, database: Database) -> None:
        """From the first checkout on all is known: of two seats the last was needed for the two hours of both."""
        product_id, _ = nuke(database)
        hold(database, product_id, APRIL - timedelta(days=2), 4)
        hold(database, product_id, APRIL - timedelta(days=2, hours=-2), 4)
        with database.reading() as session:
            found = right_sizing(session, on=date(2026, 4, 10), now=APRIL)[0]

        assert (found.capacity, found.peak, found.coverage) == (2, 2, "2.2")
        assert [(one.seats, one.minutes) for one in found.last] == [(1, 120), (2, 360)]

    def test_the_route(self, database: Database) -> None:
        """A seat for an hour: the last was never needed. Of what was never checked out here, nothing is known."""
        with database.transaction() as session:
            for name in ("Nuke", "Told nowhere"):
                make_lot(
                    session, make_product(session, name=name), quantity=2, starts_on=date(2020, 1, 1), ends_on=None
                )
            told = session.scalars(select(Product.id).where(Product.name == "Nuke")).one()
        hold(database, told, clock.now() - timedelta(hours=3), 1)
        found = client_of(database, blueprint).get("/api/v1/licensing/right-sizing").get_json()["items"]

        assert [(one["capacity"], one["peak"], one["coverage"]) for one in found] == [(2, 1, "0.1"), (2, None, "0.0")]
        assert [one["last"] for one in found] == [[{"seats": 1, "minutes": 0}, {"seats": 2, "minutes": 60}], []]


class TestOutlook:
    """When seats will not suffice."""

    def test_reservations_and_lots_that_end(self, database: Database) -> None:
        """One seat a day against two: it runs out where three were reserved, and one of them was taken from the lot."""
        product_id, project_id = nuke(database, quantity=3)
        for days in range(40, 0, -1):
            hold(database, product_id, APRIL - timedelta(days=days), 2)
        first = date(2026, 4, 20)
        with database.transaction() as session:
            kept = {
                "id": new_id(),
                "product_id": product_id,
                "project_id": project_id,
                "quantity": 3,
                "starts_on": first,
                "ends_on": first,
                "state": "held",
                "place": 1,
                "asked_at": APRIL,
                "offer_hours": 24,
                "version": 1,
            }
            hold_seats = insert(Reservation).values(**kept)
            session.execute(hold_seats)
            session.execute(update(Lot).where(Lot.product_id == product_id).values(quantity=2))
            make_lot(session, make_product(session, name="Other"))
        with database.reading() as session:
            found = outlook(session, zone=BERLIN, now=APRIL)

        assert [(one.product, one.forecast.exhausted_on) for one in found] == [("Nuke", first), ("Other", None)]
        assert [one.coverage for one in found] == ["44.2", "0.0"]
        assert found[1].forecast.reason == "not enough history: 0 of 28 days with known use"

    def test_days_before_anybody_checked_a_seat_out(self, database: Database) -> None:
        """They are not known, and no days without use: one seat out since yesterday is a history of one day."""
        product_id, _ = nuke(database)
        hold(database, product_id, APRIL - timedelta(days=1), 48)
        with database.reading() as session:
            (found,) = outlook(session, zone=BERLIN, now=APRIL)

        assert found.history == (DayPeak(date(2026, 4, 9), 1),)
        assert (found.coverage, found.forecast.days) == ("1.1", ())

    @pytest.mark.parametrize("answers", [True, False])
    def test_a_seat_that_was_out_while_the_server_was_silent(self, database: Database, *, answers: bool) -> None:
        """It raises the peak of a day of which something was seen; a day of which nothing was seen stays unknown."""
        product_id, _ = nuke(database)
        eight = datetime(2026, 4, 9, 6, 0, tzinfo=UTC)
        with database.transaction() as session:
            server = make_server(session, stale=3600)
            link_feature(session, SYSTEM, product_id=product_id, server_id=server.id, name="nuke_i")
            raw = lmstat({"nuke_i": Use(2)}, printed=None) if answers else lmstat_down(printed=None)
            take_capture(session, SYSTEM, server_id=server.id, raw=raw, taken_at=eight, now=eight)
        hold(database, product_id, eight + timedelta(hours=4), 2)
        with database.reading() as session:
            (found,) = outlook(session, zone=BERLIN, now=APRIL)

        assert found.history == ((DayPeak(date(2026, 4, 9), 1, RestsOn.POLLS),) if answers else ())

    @pytest.mark.parametrize(("days", "ahead"), [(5, 0), (40, 90)])
    def test_the_route(self, database: Database, days: int, ahead: int) -> None:
        """It answers each product with its days, or with why there are none."""
        with database.transaction() as session:
            product = make_product(session)
            make_lot(session, product, quantity=1, starts_on=date(2020, 1, 1), ends_on=None)
        hold(database, product.id, clock.now() - timedelta(days=days), 1)
        found = client_of(database, blueprint).get("/api/v1/licensing/outlook").get_json()["items"]

        assert len(found) == 1
        assert found[0]["exhausted_on"] is None
        assert len(found[0]["days"]) == ahead
        assert all(
            date.fromisoformat(one["day"]) > (clock.now() - timedelta(days=1)).date() for one in found[0]["days"]
        )


class TestPage:
    """The page of costs and its table as CSV."""

    def test_page_and_table_by_department(self, app: Flask, database: Database) -> None:
        """Both say by what they tell, and another choice is refused by name."""
        nuke(database)
        tech = Browser(app, database, Role.TECH)
        days = "from=2026-01-01&to=2026-01-31"
        page = tech.get(f"/licensing/costs?{days}&by=department")[1]
        table = tech.get(f"/licensing/costs.csv?{days}&by=department")[1]

        assert "By month, product and department" in page
        assert "by=department" in page
        assert table.splitlines()[0] == "month,product,share,department,seat_hours,amount,currency,reason"
        assert tech.get(f"/licensing/costs.csv?{days}")[1].startswith("month,product,share,project,")
        assert tech.get(f"/licensing/costs?{days}&by=person")[0] == 422
