"""Orders through API and pages: each person with their own session or token."""

import html
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from answerprint.core.db import Database
from audit.queries.subjects import scope_of, subject_of
from facility.roles import Role
from tests.audit.deciding import GROUND, HOST, MAIL, NAME, everywhere
from tests.facility.trail import facts
from tests.web.browsers import Browser, program

ORDERS, HOLDS = "/api/v1/audit/orders", "/api/v1/audit/holds"


@pytest.fixture(name="person_id")
def _person_id(database: Database) -> UUID:
    """Somebody who stands everywhere."""
    return everywhere(database).id


@pytest.fixture(name="asks")
def _asks(app: Flask, database: Database) -> Browser:
    """An admin at a browser, who gives orders."""
    return Browser(app, database, Role.ADMIN)


@pytest.fixture(name="decides")
def _decides(app: Flask, database: Database) -> Browser:
    """An auditor at a browser, who decides them."""
    return Browser(app, database, Role.AUDITOR)


@pytest.fixture(name="asking")
def _asking(app: Flask, database: Database, asks: Browser) -> FlaskClient:
    """The admin's program."""
    return program(app, database, asks.person_id)


@pytest.fixture(name="deciding")
def _deciding(app: Flask, database: Database, decides: Browser) -> FlaskClient:
    """The auditor's program."""
    return program(app, database, decides.person_id)


def said(response: TestResponse) -> Any:
    """Return what an answer says."""
    return response.get_json()


def erasure(subject: str = MAIL) -> dict[str, str]:
    """Return an order to erase."""
    return {"kind": "erasure", "subject": subject, "ground": GROUND}


class TestApi:
    """The routes of orders, holds and retention."""

    def test_order_is_given_and_approved_by_another(
        self, database: Database, asking: FlaskClient, deciding: FlaskClient, person_id: UUID
    ) -> None:
        """An order waits; who gave it is refused; another's token carries it out; what it says names a pseudonym."""
        given = asking.post(ORDERS, json=erasure())
        place = f"{ORDERS}/{said(given)['id']}"
        shown = said(deciding.get(place))
        own = asking.post(f"{place}/approval")
        done = deciding.post(f"{place}/approval")
        with database.reading() as session:
            left = scope_of(session, subject_of(session, MAIL)).values

        assert (given.status_code, said(given)["state"]) == (201, "asked")
        assert said(given)["subject"] == f"person:{person_id}"
        assert {one["log"]: one["values"] for one in shown["logs"]}["licensor-vendor-of-nuke"] == 2
        assert (own.status_code, said(own)["type"].rpartition("/")[2]) == (403, "two-people-needed")
        assert (done.status_code, said(done)["state"]) == (200, "done")
        assert left == 0
        assert MAIL not in given.text + done.text

    @pytest.mark.usefixtures("person_id")
    def test_refusal_and_withdrawal(self, asking: FlaskClient, deciding: FlaskClient) -> None:
        """Both close the order; a closed one is not approved."""
        states = []
        for act, who, body in (("refusal", deciding, {"reason": "needed"}), ("withdrawal", asking, None)):
            place = f"{ORDERS}/{said(asking.post(ORDERS, json=erasure()))['id']}"
            states.append(said(who.post(f"{place}/{act}", json=body))["state"])
            closed = deciding.post(f"{place}/approval")
            assert closed.status_code == 409
        listed = said(asking.get(ORDERS))["items"]

        assert states == ["refused", "withdrawn"]
        assert [one["state"] for one in listed] == ["withdrawn", "refused"]
        assert len(said(asking.get(f"{ORDERS}?state=refused"))["items"]) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"kind": "erasure", "ground": "x"},
            {"kind": "erasure", "subject": "x", "log": "house", "ground": "x"},
            {"kind": "pruning", "log": "house", "ground": "x"},
            {"kind": "pruning", "log": "house", "minimum": "256", "ground": "x"},
            {"kind": "other", "subject": "x", "ground": "x"},
            {"kind": "erasure", "subject": "x"},
        ],
    )
    def test_order_names_what_its_kind_needs(self, asking: FlaskClient, body: dict[str, object]) -> None:
        """An order that cannot be read is refused, field by field."""
        response = asking.post(ORDERS, json=body)

        assert response.status_code == 422
        assert said(response)["errors"]

    def test_holds(self, asking: FlaskClient, deciding: FlaskClient, person_id: UUID) -> None:
        """A hold stops orders, and lifting it lets them go on."""
        held = asking.post(HOLDS, json={"subject": MAIL, "reason": "dispute 7"})
        refused = deciding.post(ORDERS, json=erasure())
        lifted = deciding.post(f"{HOLDS}/{said(held)['id']}/lifting")
        again = deciding.post(f"{HOLDS}/{said(held)['id']}/lifting")

        assert (held.status_code, said(held)["subject"]) == (201, f"person:{person_id}")
        assert (refused.status_code, said(refused)["type"].rpartition("/")[2]) == (409, "held")
        assert said(lifted)["lifted_at"]
        assert again.status_code == 409
        assert len(said(asking.get(HOLDS))["items"]) == 1

    def test_retention_needs_the_version_that_holds(self, asking: FlaskClient) -> None:
        """A change names the version it changes; nobody writes over what they have not seen."""
        place = "/api/v1/audit/logs/house/retention"
        held = asking.get(place)
        without = asking.put(place, json={"days": 90})
        changed = asking.put(place, json={"days": 90}, headers={"If-Match": held.headers["ETag"]})
        stale = asking.put(place, json={"days": 91}, headers={"If-Match": held.headers["ETag"]})

        assert (said(held)["days"], held.headers["ETag"]) == (365, '"0"')
        assert (without.status_code, changed.status_code, stale.status_code) == (428, 200, 412)
        assert (said(changed)["days"], changed.headers["ETag"]) == (90, '"1"')

    def test_pruning_without_a_checkpoint_says_what_to_do(self, asking: FlaskClient) -> None:
        """Nothing is signed here yet."""
        body = {"kind": "pruning", "log": "house", "minimum": 256, "ground": "old"}
        response = asking.post(ORDERS, json=body)

        assert (response.status_code, said(response)["type"].rpartition("/")[2]) == (409, "nothing-signed")

    def test_tech_staff_neither_order_nor_read_orders(self, app: Flask, database: Database) -> None:
        """The right is that of admins and auditors."""
        tech = program(app, database, Browser(app, database, Role.TECH).person_id)

        assert tech.post(ORDERS, json=erasure()).status_code == 403
        assert tech.get(ORDERS).status_code == 403


@pytest.mark.usefixtures("person_id")
class TestPages:
    """The same at a browser."""

    def order(self, asks: Browser, typed: str = MAIL) -> str:
        """Go the way of somebody who orders an erasure, and return the place of the order."""
        status, page = asks.submit("/trail/orders/found", subject=typed)
        assert status == 200
        subject = re.findall(r'name="subject" value="([^"]+)"', page)[0]
        status, place = asks.submit("/trail/orders/erasure", subject=subject, ground=GROUND)
        assert status == 303, place
        return place.partition("?")[0]

    def test_two_people_at_two_browsers(self, database: Database, asks: Browser, decides: Browser) -> None:
        """One finds and orders, the other reads what it means and approves."""
        found = asks.submit("/trail/orders/found", subject=MAIL)[1]
        place = self.order(asks)
        own, others = asks.get(place)[1], decides.get(place)[1]
        status, _ = decides.submit(f"{place}/approve")
        after = decides.get(place)[1]

        assert "licensor-vendor-of-nuke" in found
        assert "somebody else has to approve" in own
        assert "gone for ever when you approve" in others
        assert status == 303
        assert "DONE" in after
        assert not any(text in html.unescape(after + decides.get("/trail/orders")[1]) for text in (NAME, MAIL))
        assert len(facts(database, "audit.erasure.carried-out")) == 1

    def test_own_order_is_refused_on_its_page(self, asks: Browser) -> None:
        """Who posts the approval all the same sees why not, and the order waits on."""
        place = self.order(asks)
        status, page = asks.submit(f"{place}/approve")

        assert (status, "ASKED" in page) == (403, False)
        assert "ASKED" in asks.get(place)[1]

    def test_text_that_nobody_left_says_so(self, asks: Browser) -> None:
        """A mistyped text finds nothing, and no order is offered."""
        page = asks.submit("/trail/orders/found", subject="nobody")[1]

        assert "Nothing stands under this" in page
        assert 'name="ground"' not in page

    def test_ground_that_names_somebody_is_shown_again(self, asks: Browser) -> None:
        """The form comes back with what was typed and what is wrong, on the same subject."""
        status, page = asks.submit("/trail/orders/erasure", subject=MAIL, ground=f"{NAME} asked")

        assert status == 422
        assert "without the name" in page
        assert 'name="ground"' in page

    def test_holds_are_set_and_lifted(self, asks: Browser, decides: Browser) -> None:
        """A hold stands on the page of orders until somebody lifts it."""
        asks.submit("/trail/orders/hold", subject=HOST, reason="dispute 7")
        shown = decides.get("/trail/orders")[1]
        hold = re.findall(r'name="hold" value="([^"]+)"', shown)[0]
        decides.submit("/trail/orders/lift", hold=hold)

        assert "dispute 7" in shown
        assert "LIFTED" in decides.get("/trail/orders")[1]
        assert "HOLDS" not in decides.get("/trail/orders")[1]

    def test_retention_is_chosen(self, asks: Browser) -> None:
        """The days of a log are chosen on the page of all logs; a stale form is refused."""
        changed = asks.submit("/trail/orders/retention", log="house", days="90", version="0")
        stale = asks.submit("/trail/orders/retention", log="house", days="91", version="0")
        page = asks.get("/trail/orders/retention")[1]

        assert (changed[0], stale[0]) == (303, 412)
        assert 'value="90"' in page

    def test_pruning_that_may_not_be_is_shown_with_its_reason(self, asks: Browser) -> None:
        """The page says what to do instead."""
        status, page = asks.submit("/trail/orders/pruning", log="house", minimum="256", ground="old")

        assert status == 409
        assert "Have one signed" in page
        assert asks.get("/trail/orders/hold")[0] == 200
