"""What other floors may ask the facility: functions and frozen values."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.models import Person, Project, RoleGrant
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


def mail_addresses(session: Session, roles: Iterable[Role]) -> tuple[str, ...]:
    """Return the mail addresses of the active people who hold one of these roles, each once, in order."""
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_([role.value for role in roles]))
    active = select(Person.email).where(Person.is_active, Person.id.in_(held))
    return tuple(session.scalars(active.order_by(Person.email)))


def project_codes(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of these projects, for readers who see all of them; who is not known is left out."""
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(set(ids))))
    return {row.id: row.code for row in rows}
