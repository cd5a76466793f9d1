"""Incidents: a clock from detection, steps that are never written over, and a freeze in one act."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.core.paging import PageRequest
from answerprint.core.problems import Invalid, NotAllowed, NotFound
from audit.models import Entry
from facility.roles import Role
from reviews.errors import NotInThisState
from reviews.models.incidents import Incident
from reviews.models.links import Freeze
from reviews.queries.incidents import incident_row, incidents_of, steps_of
from reviews.service.incidents import (
    IncidentEntry,
    close_incident,
    freeze_from_incident,
    mark_notified,
    open_incident,
    take_step,
)
from tests.facility.factories import actor_of, make_person
from tests.facility.trail import facts
from tests.reviews.attendance.rooms import asking
from tests.reviews.factories import NOW, House, make_house

TITLE = "Frame of reel 2 seen online by Ines"


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its people."""
    with database.transaction() as session:
        return make_house(session)


def opened(database: Database, house: House, *, detected_at: datetime = NOW, **options: Any) -> Incident:
    """Open an incident, in a transaction of its own."""
    entry = IncidentEntry(house.project_id, TITLE, detected_at)
    with database.transaction() as session:
        return open_incident(session, house.producer, entry=entry, now=NOW, **options)


class TestClock:
    """The client is to know so many hours after detection."""

    def test_clock_runs_from_detection(self, database: Database, house: House) -> None:
        """Not from when somebody got round to open it; the house chooses how many hours."""
        detected_at = NOW - timedelta(hours=5)
        usual = opened(database, house, detected_at=detected_at)
        chosen = opened(database, house, detected_at=detected_at, notify_hours=72)

        assert usual.notify_by == NOW + timedelta(hours=19)
        assert chosen.notify_by == NOW + timedelta(hours=67)

    def test_nothing_is_detected_tomorrow(self, database: Database, house: House) -> None:
        """The field at fault is named."""
        with pytest.raises(Invalid) as refusal:
            opened(database, house, detected_at=NOW + timedelta(minutes=1))

        assert list(refusal.value.fields) == ["detected_at"]

    def test_overdue_until_told(self, database: Database, house: House) -> None:
        """It is overdue once the clock ran out, and no more once the client was told; the log says that it was late."""
        incident, late = opened(database, house), NOW + timedelta(hours=25)
        assert [self.is_overdue(database, house, incident.id, at) for at in (NOW, late)] == [False, True]

        with database.transaction() as session:
            mark_notified(session, house.producer, incident_id=incident.id, text="Called them.", now=late)

        assert not self.is_overdue(database, house, incident.id, late)
        assert facts(database, "reviews.incident.notified")[0]["is_late"] == 1

    @staticmethod
    def is_overdue(database: Database, house: House, incident_id: UUID, now: datetime) -> bool:
        """Report whether the client should know by now."""
        with database.reading() as session:
            return incident_row(session, house.producer, incident_id, now=now).is_overdue


class TestSteps:
    """What was done stands in its order."""

    def test_steps_add_up(self, database: Database, house: House) -> None:
        """Detected, responded, notified, reported; nothing more once it is closed."""
        incident = opened(database, house)
        with database.transaction() as session:
            step: dict[str, Any] = {"incident_id": incident.id, "step_kind": "evidence", "evidence_sha256": "ab" * 32}
            take_step(session, house.producer, text="Saved the page.", now=NOW, **step)
        with database.transaction() as session:
            mark_notified(session, house.producer, incident_id=incident.id, text="Called them.", now=NOW)
        with database.transaction() as session:
            close_incident(session, house.producer, incident_id=incident.id, text="It was a trailer.", now=NOW)
        with database.reading() as session:
            kinds = [step.kind for step in steps_of(session, incident.id)]

        assert kinds == ["detected", "evidence", "notified", "reported"]
        assert facts(database, "reviews.incident.closed")[0]["steps"] == 4
        with database.transaction() as session, pytest.raises(NotInThisState):
            mark_notified(session, house.producer, incident_id=incident.id, text="Again.", now=NOW)

    def test_client_was_told_only_where_it_is_marked(self, database: Database, house: House) -> None:
        """A step cannot say that the client was told, and leave the clock running."""
        incident = opened(database, house)

        with database.transaction() as session, pytest.raises(Invalid):
            take_step(
                session, house.producer, incident_id=incident.id, step_kind="notified", text="Told them.", now=NOW
            )

    def test_log_holds_no_words(self, database: Database, house: House) -> None:
        """What somebody writes of an incident may name people: the log holds digests."""
        opened(database, house)
        with database.reading() as session:
            bodies = b"".join(session.scalars(select(Entry.body).where(Entry.kind.startswith("reviews.incident"))))

        assert b"step-taken" in bodies
        assert b"Ines" not in bodies
        assert b"reel 2" not in bodies


class TestFreezing:
    """A freeze from an incident is one act."""

    def test_project_is_frozen_and_written_down(self, database: Database, house: House) -> None:
        """The freeze stands, the step says so, and the log ties both to the incident."""
        incident = opened(database, house)
        with database.transaction() as session:
            freeze_from_incident(
                session, house.producer, incident_id=incident.id, scope="project", subject_id=None, now=NOW
            )
        with database.reading() as session:
            freeze = session.scalars(select(Freeze)).one()
            last = steps_of(session, incident.id)[-1]

        assert (freeze.scope, freeze.subject_id) == ("project", house.project_id)
        assert (last.kind, str(house.project_id) in last.text) == ("responded", True)
        assert facts(database, "reviews.incident.froze")[0]["freeze"] == str(freeze.id)

    def test_refused_freeze_leaves_nothing(self, database: Database, house: House) -> None:
        """A producer cannot freeze all: neither freeze nor step is there."""
        incident = opened(database, house)
        with pytest.raises(NotAllowed), database.transaction() as session:
            freeze_from_incident(
                session, house.producer, incident_id=incident.id, scope="all", subject_id=None, now=NOW
            )

        assert facts(database, "reviews.freeze.set") == []
        assert len(facts(database, "reviews.incident.step-taken")) == 1


def test_list_shows_own_projects(database: Database, house: House) -> None:
    """A producer is shown the incidents of their projects, and of no other."""
    incident = opened(database, house)
    with database.transaction() as session:
        other = make_house(session, "NB-300").producer
    with database.reading() as session:
        mine = incidents_of(session, house.producer, PageRequest(), now=NOW)

        assert [row.id for row in mine.items] == [incident.id]
        assert incidents_of(session, other, PageRequest(), now=NOW).items == []
        with pytest.raises(NotFound):
            incident_row(session, other, incident.id, now=NOW)


def test_api_from_opening_to_closing(app: Flask, database: Database, house: House) -> None:
    """Each answer shows the incident with all that was done; an auditor reads and changes nothing."""
    with database.transaction() as session:
        auditor = actor_of(session, make_person(session, Role.AUDITOR, email="otto@post.example").id)
    ask, read = asking(app, database, house.producer), asking(app, database, auditor)
    body = {"project_id": str(house.project_id), "title": TITLE, "detected_at": NOW.isoformat()}
    place = f"/incidents/{ask('POST', '/incidents', body).get_json()['id']}"
    answers = [
        ask("POST", f"{place}/steps", {"step_kind": "responded", "text": "Took all links back."}),
        ask("POST", f"{place}/freezes", {"scope": "project"}),
        ask("POST", f"{place}/notification", {"text": "Called them."}),
        ask("POST", f"{place}/closing", {"text": "It was a trailer."}),
    ]
    shown = read("GET", place)

    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert [step["kind"] for step in shown.get_json()["steps"]] == [
        *("detected", "responded", "responded", "notified", "reported")
    ]
    assert ask("POST", f"{place}/closing", {"text": "Again."}).status_code == 409
    assert read("POST", "/incidents", body).status_code == 403
