"""The routes of the catalogue and of seats, as a program with a token meets them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from audit.models import Entry
from facility.roles import PERMISSIONS, Role
from facility.service.tokens import make_token
from tests.facility.factories import actor_of, make_person

Ask = Callable[..., TestResponse]
LOT = {"metric": "concurrent-user", "quantity": 2, "starts_on": "2026-01-01"}


@pytest.fixture(name="ask")
def _ask(app: Flask, database: Database) -> Ask:
    """Ask the API as somebody of the technical staff."""
    with database.transaction() as session:
        actor = actor_of(session, make_person(session, Role.TECH).id)
        scopes, now = PERMISSIONS[Role.TECH], clock.now()
        token = make_token(session, actor, name="pipeline", scopes=scopes, expires_at=now + timedelta(days=1), now=now)
    client = app.test_client()

    def ask(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {token.secret}"
        return client.open(f"/api/v1/licensing{path}", method=method, json=body, headers=sent)

    return ask


@pytest.fixture(name="product_id")
def _product_id(ask: Ask) -> str:
    """A product with a lot of two seats without end."""
    vendor = made(ask("POST", "/vendors", {"name": "Foundry"}))
    product = made(ask("POST", "/products", {"vendor_id": vendor["id"], "name": "Nuke"}))
    contract = {"vendor_id": vendor["id"], "number": "F-1", "starts_on": "2026-01-01"}
    path = f"/contracts/{made(ask('POST', '/contracts', contract))['id']}/lots"
    made(ask("POST", path, LOT | {"product_id": product["id"], "price": "1200.00", "currency": "EUR"}))
    return str(product["id"])


def made(answer: TestResponse) -> dict[str, Any]:
    """Return what was made, having seen that it was."""
    assert answer.status_code == 201, answer.text
    assert answer.headers["Answerprint-Entry"]
    body: dict[str, Any] = answer.get_json()
    return body


def at_fault(answer: TestResponse) -> set[str]:
    """Return the fields that a refusal names."""
    return {error["field"] for error in answer.get_json().get("errors", [])}


class TestCatalogueRoutes:
    """What is entered reads back, with the version that a change must name."""

    def test_a_vendor_is_renamed_by_who_read_it(self, ask: Ask) -> None:
        """The ETag of the reading is the If-Match of the change."""
        vendor = made(ask("POST", "/vendors", {"name": "Foundry"}))
        path = f"/vendors/{vendor['id']}"
        tag = ask("GET", path).headers["ETag"]
        assert ask("PATCH", path, {"name": "The Foundry"}).status_code == 428
        assert ask("PATCH", path, {"name": "The Foundry"}, If_Match=tag).get_json()["version"] == 2

        assert ask("PATCH", path, {"name": "Late"}, If_Match=tag).status_code == 412
        assert [one["name"] for one in ask("GET", "/vendors").get_json()["items"]] == ["The Foundry"]

    def test_a_product_shows_its_features(self, ask: Ask, product_id: str) -> None:
        """A feature is linked under the product and shown with it until it is unlinked."""
        server = made(ask("POST", "/servers", {"name": "lic1", "kind": "flexnet", "zone": "Europe/Berlin"}))
        features = f"/products/{product_id}/features"
        feature = made(ask("POST", features, {"server_id": server["id"], "name": "nuke_i"}))
        assert [one["name"] for one in ask("GET", f"/products/{product_id}").get_json()["features"]] == ["nuke_i"]
        assert ask("DELETE", f"{features}/{feature['id']}").status_code == 204

        assert ask("GET", f"/products/{product_id}").get_json()["features"] == []

    def test_money_and_days_are_text(self, ask: Ask, product_id: str) -> None:
        """What was typed comes back as it was; a lot is changed field by field."""
        (contract,) = ask("GET", "/contracts").get_json()["items"]
        (lot,) = ask("GET", f"/contracts/{contract['id']}/lots").get_json()["items"]
        assert (lot["price"], lot["currency"], lot["ends_on"], lot["product_id"]) == (
            "1200.00",
            "EUR",
            None,
            product_id,
        )
        changed = ask("PATCH", f"/lots/{lot['id']}", {"ends_on": "2026-12-31"}, If_Match='"1"').get_json()

        assert (changed["ends_on"], changed["quantity"], changed["version"]) == ("2026-12-31", 2, 2)

    @pytest.mark.parametrize(
        ("lot", "field"),
        [
            ({"quantity": "5"}, "quantity"),
            ({"quantity": True}, "quantity"),
            ({"quantity": 0}, "quantity"),
            ({"price": "1200.00"}, "currency"),
            ({"overage_quantity": 1}, "overage_quantity"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_lot_names_its_field(self, ask: Ask, product_id: str, lot: dict[str, Any], field: str) -> None:
        """Of form or of rule, the answer is one: 422 and the field."""
        (contract,) = ask("GET", "/contracts").get_json()["items"]
        answer = ask("POST", f"/contracts/{contract['id']}/lots", LOT | {"product_id": product_id} | lot)

        assert (answer.status_code, at_fault(answer)) == (422, {field})

    @pytest.mark.parametrize("name", ["", "   ", "two\nlines", "nul\x00", "half\ud800", "x" * 121])
    def test_a_name_is_one_line_that_says_something(self, ask: Ask, name: str) -> None:
        """What no database stores and no log shows is refused at the door."""
        answer = ask("POST", "/vendors", {"name": name})

        assert (answer.status_code, at_fault(answer)) == (422, {"name"})

    def test_a_name_taken_is_a_conflict(self, ask: Ask, product_id: str) -> None:
        """The field is named, and the product that was there stays."""
        vendor_id = ask("GET", f"/products/{product_id}").get_json()["vendor_id"]
        answer = ask("POST", "/products", {"vendor_id": vendor_id, "name": "Nuke"})

        assert (answer.status_code, at_fault(answer)) == (409, {"name"})


class TestSeatRoutes:
    """Seats are checked out, kept and returned."""

    def test_the_life_of_a_checkout(self, ask: Ask, product_id: str) -> None:
        """Out, kept by a heartbeat, returned; afterwards it is over."""
        asked = {"product_id": product_id, "quantity": 2, "holder": "Kim Artist", "host": "ws-17", "minutes": 30}
        lease = made(ask("POST", "/checkouts", asked))
        path = f"/checkouts/{lease['id']}"
        assert (lease["state"], lease["product_name"], lease["started_at"][-1]) == ("open", "Nuke", "Z")
        kept = ask("POST", f"{path}/heartbeat", {"minutes": 60}).get_json()
        assert kept["expires_at"] > lease["expires_at"]
        assert ask("POST", f"{path}/return").get_json()["state"] == "returned"

        assert ask("POST", f"{path}/return").status_code == 409
        assert ask("POST", f"{path}/heartbeat", {}).get_json()["type"].endswith("checkout-ended")
        assert ask("GET", path).get_json()["state"] == "returned"

    def test_a_denied_seat_is_recorded(self, ask: Ask, product_id: str, database: Database) -> None:
        """The request rolls back, the denial stays on the vendor's log."""
        answer = ask("POST", "/checkouts", {"product_id": product_id, "quantity": 3, "holder": "Kim Artist"})
        assert (answer.status_code, at_fault(answer)) == (409, {"quantity"})

        with database.reading() as session:
            assert len(session.scalars(select(Entry).filter_by(kind="licensing.seat.denied")).all()) == 1

    def test_a_repeated_request_takes_one_seat(self, ask: Ask, product_id: str) -> None:
        """Under one Idempotency-Key the seat is taken once."""
        asked = {"product_id": product_id, "quantity": 1, "holder": "Kim Artist"}
        first, second = (ask("POST", "/checkouts", asked, Idempotency_Key="render-7") for _ in range(2))

        assert first.get_json() == second.get_json()
        assert len(ask("GET", "/checkouts").get_json()["items"]) == 1

    def test_lists_are_filtered(self, ask: Ask, product_id: str) -> None:
        """By product and by state; a state that is none of ours is refused."""
        asked = {"product_id": product_id, "quantity": 1, "holder": "Kim Artist"}
        first, second = (made(ask("POST", "/checkouts", asked)) for _ in range(2))
        ask("POST", f"/checkouts/{first['id']}/return")

        found = {state: ask("GET", f"/checkouts?state={state}").get_json()["items"] for state in ("open", "returned")}
        assert [one["id"] for one in found["open"]] == [second["id"]]
        assert [one["id"] for one in found["returned"]] == [first["id"]]
        assert ask("GET", f"/checkouts?product_id={new_id()}").get_json()["items"] == []
        assert ask("GET", "/checkouts?limit=1").get_json()["next"]
        assert ask("GET", "/checkouts?state=lost").status_code == 422

    def test_what_is_not_there_is_not_found(self, ask: Ask) -> None:
        """A checkout, a product: 404, and the field that led nowhere."""
        answer = ask("POST", "/checkouts", {"product_id": str(new_id()), "quantity": 1, "holder": "Kim"})

        assert (answer.status_code, at_fault(answer)) == (404, {"product_id"})
        assert ask("GET", f"/checkouts/{new_id()}").status_code == 404
