"""People work in departments, and seats are the cost of the one that their holder was in on that day."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import StaleVersion
from facility.models import Person
from facility.public import people_in_departments
from facility.queries.departments import departments_known
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.departments import change_department
from tests.facility.browser import Browser, Program
from tests.facility.factories import make_person
from tests.facility.trail import everything_stored, facts

MARCH, APRIL = date(2026, 3, 14), date(2026, 4, 1)


def place(database: Database, department: str, on: date) -> None:
    """Place Mara in a department from a day on."""
    with database.transaction() as session:
        person_id = make_person_once(session)
        version = person_row(session, person_id).version
        change_department(session, SYSTEM, person_id=person_id, version=version, department=department, on=on)


def make_person_once(session: Session) -> UUID:
    """Return Mara, who is added where she is not there yet."""
    found = session.scalar(select(Person.id).where(Person.email == "mara@post.example"))
    return found or make_person(session, Role.TECH).id


def test_each_day_keeps_its_department(database: Database) -> None:
    """A change counts from its day on; another of the same day takes its place, and the version moves on."""
    place(database, "edit", MARCH)
    place(database, "sound", APRIL)
    place(database, " VFX   ", APRIL)
    with database.reading() as session:
        (mara,) = people_in_departments(session)
        row = person_row(session, make_person_once(session))

    assert mara.stays == ((MARCH, "edit"), (APRIL, "VFX"))
    assert (row.department, row.version) == ("VFX", 5)


def test_change_is_a_fact_without_its_words(database: Database) -> None:
    """The trail has the day; what the departments are called may be erased, since it says who does what."""
    place(database, "edit", MARCH)
    [fact] = facts(database, "facility.department.changed")

    assert fact["since"] == "2026-03-14"
    assert "edit" not in str(fact)


def test_same_department_again_changes_nothing(database: Database) -> None:
    """Who saves the form as it was leaves no row and no fact."""
    place(database, "edit", MARCH)
    place(database, "edit", APRIL)
    with database.reading() as session:
        (mara,) = people_in_departments(session)

    assert mara.stays == ((MARCH, "edit"),)
    assert len(facts(database, "facility.department.changed")) == 1


def test_stale_version_is_refused(database: Database) -> None:
    """Who read an older state changes nothing."""
    with database.transaction() as session:
        person_id = make_person(session).id

    with pytest.raises(StaleVersion), database.transaction() as session:
        change_department(session, SYSTEM, person_id=person_id, version=99, department="edit", on=MARCH)


def test_none_again_is_none(database: Database) -> None:
    """Taken out of all departments somebody is in none, and the name is offered on."""
    place(database, "edit", MARCH)
    place(database, "", APRIL)
    with database.reading() as session:
        (mara,) = people_in_departments(session)
        known = departments_known(session)

    assert mara.department_on(date(2026, 3, 31)) == "edit"
    assert mara.department_on(APRIL) == ""
    assert list(known) == ["edit"]


def test_program_places_somebody(program: Program) -> None:
    """The API places from today on, shows it, and refuses more than one line."""
    new = program.call("POST", "/people", {"name": "Mara", "email": "mara@post.example", "roles": ["tech"]})
    path = f"/people/{new.json['person']['id']}/department"
    placed = program.call("PUT", path, {"department": "VFX"}, If_Match=new.headers["ETag"])
    broken = program.call("PUT", path, {"department": "V\nFX"}, If_Match=placed.headers["ETag"])

    assert (new.json["person"]["department"], placed.json["department"]) == ("", "VFX")
    assert broken.status_code == 422


def test_page_places_somebody(admin: Browser, database: Database) -> None:
    """The form leads back to the person, who shows the department; the form offers it for others."""
    with database.transaction() as session:
        person = make_person(session, Role.TECH, now=clock.now())
    done = admin.submit(f"/people/{person.id}/department", department="colour")
    shown = admin.client.get(f"/people/{person.id}").get_data(as_text=True)
    form = admin.client.get(f"/people/{person.id}/department").get_data(as_text=True)

    assert done.status_code == 303
    assert "colour" in shown
    assert '<option value="colour">' in form
    assert "colour" in everything_stored(database)
