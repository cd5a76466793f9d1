"""People work in departments, whose costs their seats are."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from answerprint.core.actor import Actor
from audit.record import record
from facility import rules
from facility.facts import DepartmentChanged
from facility.models import DepartmentStay, Person
from facility.queries.departments import departments_now
from facility.queries.people import person_by_id


def change_department(
    session: Session, actor: Actor, *, person_id: UUID, version: int, department: str, on: date
) -> Person:
    """Let a person work in this department from a day on; an empty name is none. Raises ``StaleVersion``."""
    person = person_by_id(session, person_id)
    rules.check_version(held=version, actual=person.version)
    old, new = departments_now(session, [person_id])[person_id], " ".join(department.split())
    if new == old:
        return person
    session.merge(DepartmentStay(person_id=person_id, since=on, department=new))
    # The department is part of what a reader sees of a person, so the version moves on with it.
    flag_modified(person, "name")
    session.flush()
    fact = DepartmentChanged(about=f"person:{person_id}", since=on, old_department=old, new_department=new)
    record(session, actor, fact)
    return person
