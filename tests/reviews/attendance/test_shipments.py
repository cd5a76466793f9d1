"""Drives, DCPs and tablets leave as agreed, and are chased until they ended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Invalid
from reviews.errors import AgainstAgreement, NotInThisState
from reviews.models.attendance import Shipment
from reviews.models.incidents import Incident
from reviews.queries.shipments import overdue_shipments, shipment_row
from reviews.service.shipments import chase_overdue, confirm_receipt, end_shipment
from tests.facility.trail import facts
from tests.reviews.attendance.rooms import CERTIFICATE, TODAY, Suite, mails, suite
from tests.reviews.factories import NOW, make_house

DUE = TODAY + timedelta(days=14)
KEY: dict[str, Any] = {
    "carrier_kind": "dcp",
    "kdm_device": "SN 4711",
    "kdm_from": NOW,
    "kdm_until": NOW + timedelta(days=2),
}


def end(found: Suite, shipment: Shipment, ending: str, certificate: str | None = None, days: int = 0) -> Shipment:
    """Note what became of a shipment, so many days from today."""
    with found.database.transaction() as session:
        return end_shipment(
            session,
            found.house.producer,
            shipment_id=shipment.id,
            ending=ending,
            certificate_sha256=certificate,
            now=NOW + timedelta(days=days),
            on=TODAY + timedelta(days=days),
        )


def chase(found: Suite, days: int) -> int:
    """Let the timetable chase what is overdue, so many days after the day it was due."""
    with found.database.transaction() as session:
        on = DUE + timedelta(days=days)
        return chase_overdue(session, SYSTEM, now=NOW + timedelta(days=14 + days), on=on)


class TestLeaving:
    """What leaves is what was agreed."""

    def test_due_as_late_as_agreed(self, database: Database) -> None:
        """Where nobody says otherwise it is due when the agreed days are over; the log says what was agreed of it."""
        found = suite(database)
        shipment = found.ship(**KEY)
        (fact,) = facts(database, "reviews.shipment.sent")

        assert shipment.due_back_on == DUE
        assert (fact["agreed_ending"], fact["due_back_on"]) == ("return", DUE.isoformat())

    @pytest.mark.parametrize(
        ("others", "field"),
        [
            ({"method": "M1"}, "method"),
            ({"method": "M4"}, "method"),
            ({"carrier_kind": "tablet"}, "carrier_kind"),
            ({"due_back_on": DUE + timedelta(days=1)}, "security.retention_days"),
        ],
    )
    def test_what_was_not_agreed_stays(self, database: Database, others: dict[str, Any], field: str) -> None:
        """Another method, another carrier, or longer than agreed: the term at fault is named."""
        found = suite(database)

        with pytest.raises(AgainstAgreement) as refusal:
            found.ship(**others)

        assert list(refusal.value.fields) == [field]

    @pytest.mark.parametrize(
        ("others", "field"),
        [
            (KEY | {"carrier_kind": "drive"}, "kdm_device"),
            (KEY | {"kdm_until": None}, "kdm_device"),
            (KEY | {"kdm_until": NOW}, "kdm_device"),
            ({"due_back_on": TODAY - timedelta(days=1)}, "due_back_on"),
        ],
    )
    def test_what_cannot_be_is_refused(self, database: Database, others: dict[str, Any], field: str) -> None:
        """A KDM is for a DCP, whole, and has a window; nothing is due before it leaves."""
        found = suite(database)

        with pytest.raises(Invalid) as refusal:
            found.ship(**others)

        assert list(refusal.value.fields) == [field]

    def test_nothing_leaves_without_an_end_agreed(self, database: Database) -> None:
        """An agreement that says nothing of return or destruction lets no drive out."""
        found = suite(database, destruction="")

        with pytest.raises(AgainstAgreement) as refusal:
            found.ship()

        assert list(refusal.value.fields) == ["security.destruction"]

    def test_without_agreed_days_somebody_names_one(self, database: Database) -> None:
        """Where no days were agreed the sender says by when."""
        found = suite(database, retention_days=None)
        with pytest.raises(Invalid):
            found.ship()

        assert found.ship(due_back_on=DUE).due_back_on == DUE


class TestEnding:
    """Back, destroyed as a certificate says, or lost."""

    def test_receipt_is_confirmed_once(self, database: Database) -> None:
        """How that is known is kept beside the log, not in it."""
        found = suite(database)
        shipment = found.ship()
        with database.transaction() as session:
            confirm_receipt(session, found.house.producer, shipment_id=shipment.id, receipt_note="Ines signed", now=NOW)

        with database.transaction() as session, pytest.raises(NotInThisState):
            confirm_receipt(session, found.house.producer, shipment_id=shipment.id, now=NOW)

        assert set(facts(database, "reviews.shipment.received")[0]) == {
            *("about", "actor", "personal", "project", "contact")
        }

    def test_destruction_needs_its_certificate(self, database: Database) -> None:
        """Nobody's word is a certificate."""
        found = suite(database)
        shipment = found.ship()

        with pytest.raises(Invalid):
            end(found, shipment, "destroyed")
        end(found, shipment, "destroyed", CERTIFICATE, days=16)

        (fact,) = facts(database, "reviews.shipment.ended")
        assert (fact["agreed_ending"], fact["ending"], fact["days_late"]) == ("return", "destroyed", 2)
        assert fact["certificate_sha256"] == CERTIFICATE

    def test_it_ends_once(self, database: Database) -> None:
        """What came back is not lost afterwards."""
        found = suite(database)
        shipment = found.ship()
        end(found, shipment, "returned")

        with pytest.raises(NotInThisState):
            end(found, shipment, "lost")

    def test_lost_one_opens_an_incident(self, database: Database) -> None:
        """Its clock runs from the moment it was known, and names the version that was on it."""
        found = suite(database)
        end(found, found.ship(), "lost")
        with database.reading() as session:
            incident = session.scalars(select(Incident)).one()

        assert (incident.material_version_id, incident.detected_at) == (found.version_id, NOW)
        assert incident.notify_by == NOW + timedelta(hours=24)
        assert facts(database, "reviews.shipment.ended")[0]["incident"] == str(incident.id)


class TestChasing:
    """Who holds what is overdue is reminded once a week."""

    def test_one_mail_a_week_until_it_ended(self, database: Database) -> None:
        """Not on the day it is due; from the next on, each seventh day; never once it is back."""
        found = suite(database)
        shipment = found.ship()
        reminded = [chase(found, days) for days in (0, 1, 2, 7, 8)]
        end(found, shipment, "returned", days=23)

        assert reminded == [0, 1, 0, 0, 1]
        assert chase(found, 30) == 0
        assert [mail.recipient for mail in mails(database, "reviews.shipment.overdue")] == ["ines@okafor.example"] * 2
        assert [fact["days_late"] for fact in facts(database, "reviews.shipment.chased")] == [1, 8]

    def test_list_shows_own_projects(self, database: Database) -> None:
        """A producer is shown what is overdue in their projects, with how many days; others see none of it."""
        found = suite(database)
        shipment = found.ship()
        with database.transaction() as session:
            other = make_house(session, "NB-300").producer
        late = DUE + timedelta(days=3)
        with database.reading() as session:
            mine = overdue_shipments(session, found.house.producer, on=late)
            row = shipment_row(session, found.house.producer, shipment.id, on=late)

            assert overdue_shipments(session, other, on=late) == []
            assert overdue_shipments(session, SYSTEM, on=DUE) == []
        assert mine == [row]
        assert (row.days_overdue, row.contact_name) == (3, "Ines Okafor")
