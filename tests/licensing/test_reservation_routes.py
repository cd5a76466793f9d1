"""The routes of reservations and availability, as programs with a token meet them: tech, and a producer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Entry
from facility.roles import PERMISSIONS, Role
from facility.service.projects import add_member
from facility.service.tokens import make_token
from licensing.rules.lots import LotChanges
from tests.facility.factories import actor_of, make_person
from tests.licensing.factories import product_with_lots
from tests.licensing.reserving import projects

Ask = Callable[..., TestResponse]
TODAY = clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()
FIRST, LAST = TODAY + timedelta(days=30), TODAY + timedelta(days=39)
LOT: LotChanges = {
    "quantity": 10,
    "starts_on": TODAY,
    "ends_on": TODAY + timedelta(days=99),
    "price": "1000.00",
    "currency": "EUR",
}


def asking(app: Flask, database: Database, role: Role, *members: UUID) -> Ask:
    """Return what asks the API as somebody of this role, a member of these projects."""
    with database.transaction() as session:
        person = make_person(session, role, email=f"{role}@post.example")
        actor, now = actor_of(session, person.id), clock.now()
        for project_id in members:
            add_member(session, SYSTEM, project_id=project_id, person_id=person.id)
        token = make_token(
            session, actor, name=role, scopes=PERMISSIONS[role], expires_at=now + timedelta(days=1), now=now
        )
    client = app.test_client()

    def ask(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {token.secret}"
        return client.open(f"/api/v1/licensing{path}", method=method, json=body, headers=sent)

    return ask


def at_fault(answer: TestResponse) -> set[str]:
    """Return the fields that a refusal names."""
    return {error["field"] for error in answer.get_json().get("errors", [])}


class House:
    """A product of ten seats, a project that the producer works on, one that they do not, and both who ask."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.product = str(product_with_lots(database, LOT))
        ours, theirs = projects(database, "HARB", "OSTR")
        self.ours, self.theirs = str(ours), str(theirs)
        self.tech = asking(app, database, Role.TECH)
        self.producer = asking(app, database, Role.PRODUCER, ours)

    def wish(self, project_id: str, quantity: int, **more: object) -> dict[str, Any]:
        """Return the body that asks for seats."""
        days = {"starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat()}
        return {"product_id": self.product, "project_id": project_id, "quantity": quantity} | days | more

    def question(self, quantity: object, project_id: str | None = None) -> str:
        """Return the address that asks whether so many seats can be had."""
        project = f"&project={project_id or self.ours}"
        return f"/products/{self.product}/availability?from={FIRST}&to={LAST}&quantity={quantity}{project}"


@pytest.fixture(name="house")
def _house(app: Flask, database: Database) -> House:
    """A house with who asks in it."""
    return House(app, database)


class TestReservationRoutes:
    """Reserved, changed, offered, taken, cancelled; and nobody sees another's projects."""

    def test_the_life_of_a_reservation(self, house: House) -> None:
        """What waits is offered when seats come free, and is taken once."""
        first = house.producer("POST", "/reservations", house.wish(house.ours, 8))
        assert (first.status_code, first.get_json()["state"]) == (201, "held")
        path = f"/reservations/{first.get_json()['id']}"
        refused = house.tech("POST", "/reservations", house.wish(house.theirs, 4))
        assert (refused.status_code, at_fault(refused)) == (409, {"quantity"})
        waiting = house.tech("POST", "/reservations", house.wish(house.theirs, 4, wait=True)).get_json()
        assert (waiting["state"], waiting["waits_until"]) == ("waiting", FIRST.isoformat())
        assert house.producer("PATCH", path, {"quantity": 6}).status_code == 428
        changed = house.producer("PATCH", path, {"quantity": 6}, If_Match=first.headers["ETag"])
        assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
        taken = house.tech("POST", f"/reservations/{waiting['id']}/acceptance")
        assert taken.get_json()["state"] == "held"

        assert house.tech("POST", f"/reservations/{waiting['id']}/acceptance").status_code == 409
        assert house.producer("DELETE", path).get_json()["state"] == "cancelled"
        assert house.producer("DELETE", path).status_code == 409
        assert house.tech("GET", path).get_json()["state"] == "cancelled"

    def test_a_producer_sees_and_makes_those_of_own_projects(self, house: House) -> None:
        """Another's project is not there, by whatever way it is named."""
        theirs = house.tech("POST", "/reservations", house.wish(house.theirs, 8)).get_json()
        house.producer("POST", "/reservations", house.wish(house.ours, 2))
        refused = house.producer("POST", "/reservations", house.wish(house.theirs, 1))

        assert (refused.status_code, at_fault(refused)) == (404, {"project_id"})
        assert [one["project_id"] for one in house.producer("GET", "/reservations").get_json()["items"]] == [house.ours]
        assert len(house.tech("GET", "/reservations").get_json()["items"]) == 2
        for method in ("GET", "DELETE"):
            assert house.producer(method, f"/reservations/{theirs['id']}").status_code == 404

    def test_a_repeated_request_reserves_once(self, house: House) -> None:
        """Under one Idempotency-Key the seats are reserved once."""
        wish = house.wish(house.ours, 2)
        first, second = (house.producer("POST", "/reservations", wish, Idempotency_Key="plan-7") for _ in range(2))

        assert first.get_json() == second.get_json()
        assert len(house.producer("GET", f"/reservations?project_id={house.ours}&state=held").get_json()["items"]) == 1

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"quantity": "5"}, "quantity"),
            ({"ends_on": "2020-01-01"}, "ends_on"),
            ({"starts_on": "2020-01-01"}, "starts_on"),
            ({"waits_until": FIRST.isoformat()}, "waits_until"),
            ({"offer_hours": 169}, "offer_hours"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_wish_names_its_field(self, house: House, more: dict[str, Any], field: str) -> None:
        """Of form or of rule, the answer is one: 422 and the field."""
        answer = house.producer("POST", "/reservations", house.wish(house.ours, 1) | more)

        assert (answer.status_code, at_fault(answer)) == (422, {field})


class TestAvailabilityRoute:
    """The producer's question, answered without changing anything."""

    def test_short_says_when_why_and_what_it_costs(self, house: House) -> None:
        """10 seats of 100 days for 1000 EUR: 4 more for 10 days are 40; whose seats they are is not said."""
        house.tech("POST", "/reservations", house.wish(house.theirs, 8))
        found = house.producer("GET", house.question(6)).get_json()

        assert (found["verdict"], found["short_by"], found["short_days"][0]) == ("short", 4, FIRST.isoformat())
        assert (len(found["days"]), found["days"][0]["free"]) == (10, 2)
        assert (found["top_up"]["amount"], found["top_up"]["currency"]) == ("40.00", "EUR")
        (item,) = found["would_free"]["items"]
        assert (item["kind"], item["quantity"], item["project_id"], item["about"]) == ("reservation", 8, None, None)
        (item,) = house.tech("GET", house.question(6)).get_json()["would_free"]["items"]
        assert item["project_id"] == house.theirs

    def test_yes_is_a_pure_read(self, house: House, database: Database) -> None:
        """Nothing stands on the trail for a question."""
        with database.reading() as session:
            before = session.scalar(select(func.count()).select_from(Entry))
        found = house.producer("GET", house.question(10))
        with database.reading() as session:
            after = session.scalar(select(func.count()).select_from(Entry))

        assert (found.get_json()["verdict"], found.get_json()["top_up"]) == ("yes", None)
        assert "Answerprint-Entry" not in found.headers
        assert before == after

    @pytest.mark.parametrize("quantity", ["0", "-1", "1_0", "+5", "5.0", "", "1000001"])
    def test_a_bad_number_is_refused(self, house: House, quantity: str) -> None:
        """Plain digits or nothing."""
        answer = house.producer("GET", house.question(quantity))

        assert (answer.status_code, at_fault(answer)) == (422, {"quantity"})

    def test_anothers_project_is_not_there(self, house: House) -> None:
        """A question tells nothing of projects either."""
        answer = house.producer("GET", house.question(1, house.theirs))

        assert (answer.status_code, at_fault(answer)) == (404, {"project"})


def test_the_life_of_a_blackout(house: House) -> None:
    """Added by tech, seen by all, named in the answer, lifted again; a producer adds none."""
    days = {"starts_on": FIRST.isoformat(), "ends_on": FIRST.isoformat(), "reason": "server moves"}
    assert house.producer("POST", "/blackouts", days).status_code == 403
    made = house.tech("POST", "/blackouts", days).get_json()
    assert house.tech("POST", "/blackouts", days | {"product_id": house.product}).status_code == 201
    assert len(house.producer("GET", f"/blackouts?product_id={house.product}").get_json()["items"]) == 2
    assert house.producer("GET", house.question(1)).get_json()["days"][0]["blackouts"] == ["server moves"] * 2
    assert house.tech("DELETE", f"/blackouts/{made['id']}").status_code == 204

    assert house.tech("DELETE", f"/blackouts/{made['id']}").status_code == 404


def test_a_seat_is_borrowed_for_days(house: House) -> None:
    """In place of minutes: 1 to 30 days."""
    asked = {"product_id": house.product, "quantity": 1, "holder": "Kim Artist"}
    lease = house.tech("POST", "/checkouts", asked | {"borrowed_days": 5}).get_json()
    refused = house.tech("POST", "/checkouts", asked | {"borrowed_days": 31})

    assert lease["is_borrowed"]
    assert (refused.status_code, at_fault(refused)) == (422, {"borrowed_days"})
