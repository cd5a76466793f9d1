"""What other floors may ask the facility: functions and frozen values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.models import DepartmentStay, Person, Project, RoleGrant
from facility.queries.projects import client_by_id, visible_project
from facility.roles import Role


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """A project as other floors speak of it."""

    id: UUID
    code: str
    name: str
    client_id: UUID
    log: str
    """The client's log, where all that concerns the project is recorded."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What a person is called, and since when they work in which department, in order; an empty name is none.

    The first department counts for the days before it too.
    """

    name: str
    email: str
    stays: tuple[tuple[date, str], ...]

    def department_on(self, day: date) -> str:
        """Return the department of a day; empty where they have none."""
        begun = [department for since, department in self.stays if since <= day]
        return begun[-1] if begun else next((department for _, department in self.stays), "")


def project_for(session: Session, actor: Actor, project_id: UUID) -> ProjectRef:
    """Return a project that ``actor`` may know of; every other one raises ``UnknownProject``."""
    row = visible_project(session, actor, project_id)
    return ProjectRef(row.id, row.code, row.name, row.client_id, client_log(session, row.client_id))


def client_log(session: Session, client_id: UUID) -> str:
    """Return the name of a client's log; raises ``UnknownClient``."""
    log = client_by_id(session, client_id).log
    if log is None:
        message = "a client of an older release gets its log at the next start"
        raise RuntimeError(message)
    return log


def person_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these people; who is not known is left out."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def people_in_departments(session: Session) -> list[Placed]:
    """Return everybody of the house, who left too, with the departments they worked in."""
    stays: dict[UUID, list[tuple[date, str]]] = {}
    rows = session.execute(
        select(DepartmentStay.person_id, DepartmentStay.since, DepartmentStay.department).order_by(DepartmentStay.since)
    )
    for person_id, since, department in rows:
        stays.setdefault(person_id, []).append((since, department))
    people = session.execute(select(Person.id, Person.name, Person.email))
    return [Placed(name, email, tuple(stays.get(person_id, ()))) for person_id, name, email in people]


def mail_addresses(session: Session, roles: Iterable[Role]) -> tuple[str, ...]:
    """Return the mail addresses of the active people who hold one of these roles, each once, in order."""
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_([role.value for role in roles]))
    active = select(Person.email).where(Person.is_active, Person.id.in_(held))
    return tuple(session.scalars(active.order_by(Person.email)))


def project_codes(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of these projects, for readers who see all of them; who is not known is left out."""
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(set(ids))))
    return {row.id: row.code for row in rows}
