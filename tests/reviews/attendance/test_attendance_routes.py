"""The routes of screenings and shipments, as a producer's program meets them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from tests.reviews.attendance.rooms import CERTIFICATE, Ask, Suite, asking, at_fault, suite
from tests.reviews.factories import make_house


class Desk:
    """A producer's program in a project with a suite."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.found: Suite = suite(database)
        self.ask: Ask = asking(app, database, self.found.house.producer)
        contact = str(self.found.house.contact_id)
        self.read = {"contact_id": contact, "undertaking_sha256": self.found.undertaking_sha256}
        starts_at = clock.now() + timedelta(hours=1)
        self.screening: dict[str, Any] = {
            "agreement_version_id": str(self.found.agreement_version_id),
            "method": "M1",
            "material_version_id": str(self.found.version_id),
            "host_id": str(self.found.house.producer.person_id),
            "room": "Suite 3",
            "display": "X300",
            "display_serial": "7001234",
            "calibrated_on": "2026-03-01",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
            "zone": "Europe/Berlin",
        }
        self.shipment: dict[str, Any] = {
            "agreement_version_id": str(self.found.agreement_version_id),
            "method": "M2",
            "material_version_id": str(self.found.version_id),
            "contact_id": contact,
            "carrier_kind": "drive",
            "serial": "CRU-0815",
            "courier": "Kurier Nord",
            "tracking": "KN 4711",
        }


@pytest.fixture(name="desk")
def _desk(app: Flask, database: Database) -> Desk:
    """A producer's program."""
    return Desk(app, database)


class TestScreenings:
    """From the plan to the decision in the room."""

    def test_planned_invited_changed_attended(self, desk: Desk) -> None:
        """Each answer shows how it stands; an older version changes nothing, and an unread undertaking binds nobody."""
        ask, contact = desk.ask, str(desk.found.house.contact_id)
        planned = ask("POST", "/screenings", desk.screening)
        place = f"/screenings/{planned.get_json()['id']}"
        invited = ask("POST", f"{place}/invitations", {"contact_ids": [contact]})
        changed = ask("PATCH", place, {"room": "Suite 4"}, If_Match=invited.headers["ETag"])
        stale = ask("PATCH", place, {"room": "Suite 5"}, If_Match='"1"')
        unread = ask("POST", f"{place}/sign-ins", {"contact_id": contact})
        signed = ask("POST", f"{place}/sign-ins", desk.read)
        listed = ask("GET", f"/screenings?project_id={desk.found.house.project_id}")

        assert (planned.status_code, invited.status_code, changed.status_code) == (201, 200, 200)
        assert (planned.get_json()["state"], changed.get_json()["sequence"]) == ("planned", 1)
        assert (stale.status_code, unread.status_code, at_fault(unread)) == (412, 412, {"undertaking_sha256"})
        assert signed.get_json()["attendances"][0]["nda_sha256"] == desk.found.undertaking_sha256
        assert [row["room"] for row in listed.get_json()["items"]] == ["Suite 4"]

    def test_decided_in_the_room(self, desk: Desk) -> None:
        """The host is offered the text and who may sign it, and takes the decision down; it is not held before time."""
        ask, contact = desk.ask, str(desk.found.house.contact_id)
        place = f"/screenings/{ask('POST', '/screenings', desk.screening).get_json()['id']}"
        ask("POST", f"{place}/sign-ins", desk.read)
        opened = desk.found.round()
        offered = ask("GET", f"{place}/rounds").get_json()["items"][0]
        said = {
            "round_id": str(opened.id),
            "contact_id": contact,
            "label": offered["approvers"][0]["label"],
            "value": "approved-with-notes",
            "display": "reference",
            "room": "grading-suite",
            "statement_sha256": offered["statement_sha256"],
        }
        decided = ask("POST", f"{place}/decisions", said)
        early = ask("POST", f"{place}/holding")
        shown = ask("GET", place).get_json()

        assert (decided.status_code, decided.get_json()["items"][0]["proof"]) == (201, "seen by the host")
        assert early.status_code == 409
        assert (shown["invited"], shown["signed_in"]) == (0, 1)

    def test_cancelled(self, desk: Desk) -> None:
        """What was called off says so, once."""
        place = f"/screenings/{desk.ask('POST', '/screenings', desk.screening).get_json()['id']}"
        answers = [desk.ask("POST", f"{place}/cancellation") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[0].get_json()["state"] == "cancelled"

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"room": 7}, {"room"}),
            ({"calibration_sha256": "x"}, {"calibration_sha256"}),
            ({"starts_at": "2026-03-14T10:00:00"}, {"starts_at"}),
            ({"more": 1}, {"more"}),
        ],
    )
    def test_wrong_form_is_named(self, desk: Desk, change: dict[str, Any], fields: set[str]) -> None:
        """Each field that cannot be read is named."""
        answer = desk.ask("POST", "/screenings", desk.screening | change)

        assert (answer.status_code, at_fault(answer)) == (422, fields)


class TestShipments:
    """From the door to the certificate."""

    def test_whole_way(self, desk: Desk) -> None:
        """Shipped, received, destroyed: each answer shows how it stands."""
        ask = desk.ask
        sent = ask("POST", "/shipments", desk.shipment)
        place = f"/shipments/{sent.get_json()['id']}"
        received = ask("POST", f"{place}/receipt", {"receipt_note": "signed for at the desk"})
        bare = ask("POST", f"{place}/ending", {"ending": "destroyed"})
        ended = ask("POST", f"{place}/ending", {"ending": "destroyed", "certificate_sha256": CERTIFICATE})
        listed = ask("GET", f"/shipments?project_id={desk.found.house.project_id}").get_json()["items"]
        overdue = ask("GET", "/shipments/overdue")

        assert (sent.status_code, received.status_code, bare.status_code, ended.status_code) == (201, 200, 422, 200)
        assert received.get_json()["receipt_note"] == "signed for at the desk"
        assert at_fault(bare) == {"certificate_sha256"}
        assert listed == [ended.get_json()]
        assert overdue.get_json() == {"items": []}

    def test_lost_one_is_an_incident(self, desk: Desk) -> None:
        """Who says that it is lost finds an incident open."""
        sent = desk.ask("POST", "/shipments", desk.shipment).get_json()
        desk.ask("POST", f"/shipments/{sent['id']}/ending", {"ending": "lost"})
        (incident,) = desk.ask("GET", "/incidents").get_json()["items"]

        assert (incident["title"], incident["closed_at"]) == ("Lost: drive CRU-0815", None)


def test_others_see_nothing(desk: Desk, app: Flask, database: Database) -> None:
    """A producer of another project is told that nothing is there."""
    planned = desk.ask("POST", "/screenings", desk.screening).get_json()["id"]
    sent = desk.ask("POST", "/shipments", desk.shipment).get_json()["id"]
    with database.transaction() as session:
        other = make_house(session, "NB-300").producer
    ask, project = asking(app, database, other), desk.found.house.project_id
    paths = (f"/screenings/{planned}", f"/screenings/{planned}/rounds", f"/shipments/{sent}")
    lists = (f"/screenings?project_id={project}", f"/shipments?project_id={project}")

    assert {ask("GET", path).status_code for path in (*paths, *lists)} == {404}
