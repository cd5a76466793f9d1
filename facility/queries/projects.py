"""Reads of clients and projects, as far as the reader may know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, true
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.errors import UnknownClient, UnknownProject
from facility.models import Client, Membership, Person, Project


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as lists show it."""

    id: UUID
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project as lists show it."""

    id: UUID
    code: str
    name: str
    client_id: UUID
    client_name: str
    is_open: bool
    version: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who works on a project."""

    person_id: UUID
    name: str
    is_active: bool


def visible_clients(session: Session, actor: Actor, page: PageRequest) -> Page[ClientRow]:
    """List by name the clients that ``actor`` may know of: all of them, or those of their own projects."""
    wanted = select(Client.id, Client.name, Client.version).order_by(Client.name).limit(page.limit + 1)
    if not actor.sees_all_projects:
        wanted = wanted.where(exists().where(Project.client_id == Client.id, _is_visible(actor)))
    if page.after is not None:
        wanted = wanted.where(Client.name > str(page.after[0]))
    found = [ClientRow(row.id, row.name, row.version) for row in session.execute(wanted)]
    return cut(found, page, lambda row: (row.name,))


def visible_projects(session: Session, actor: Actor, page: PageRequest) -> Page[ProjectRow]:
    """List by code the projects that ``actor`` may know of."""
    wanted = _projects(actor).order_by(Project.code).limit(page.limit + 1)
    if page.after is not None:
        wanted = wanted.where(Project.code > str(page.after[0]))
    return cut(_project_rows(session, wanted), page, lambda row: (row.code,))


def visible_project(session: Session, actor: Actor, project_id: UUID) -> ProjectRow:
    """Return one project; raises ``UnknownProject`` for one that ``actor`` may not know of, too."""
    found = _project_rows(session, _projects(actor).where(Project.id == project_id))
    if not found:
        raise unknown_project()
    return found[0]


def visible_client(session: Session, actor: Actor, client_id: UUID) -> ClientRow:
    """Return one client; raises ``UnknownClient`` for one that ``actor`` may not know of, too."""
    wanted = select(Client.id, Client.name, Client.version).where(Client.id == client_id)
    if not actor.sees_all_projects:
        wanted = wanted.where(exists().where(Project.client_id == Client.id, _is_visible(actor)))
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise unknown_client()
    return ClientRow(row.id, row.name, row.version)


def members_of(session: Session, actor: Actor, project_id: UUID) -> Sequence[MemberRow]:
    """List who works on a project, by name; raises ``UnknownProject``."""
    visible_project(session, actor, project_id)
    rows = session.execute(
        select(Person.id, Person.name, Person.is_active)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.project_id == project_id)
        .order_by(Person.name, Person.id)
    )
    return [MemberRow(row.id, row.name, row.is_active) for row in rows]


def project_by_id(session: Session, actor: Actor, project_id: UUID) -> Project:
    """Return the project itself; raises ``UnknownProject``."""
    project = session.scalar(select(Project).where(Project.id == project_id, _is_visible(actor)))
    if project is None:
        raise unknown_project()
    return project


def client_by_id(session: Session, client_id: UUID) -> Client:
    """Return the client itself; raises ``UnknownClient``."""
    client = session.get(Client, client_id)
    if client is None:
        raise unknown_client()
    return client


def unknown_project() -> UnknownProject:
    """Return the refusal of a project that is not there, or is not this reader's."""
    return UnknownProject("There is no such project among those that you work on.")


def unknown_client() -> UnknownClient:
    """Return the refusal of a client that is not there, or is not this reader's."""
    return UnknownClient("There is no such client among those that you work for.")


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all_projects:
        return true()
    return exists().where(Membership.project_id == Project.id, Membership.person_id == actor.person_id)


def _projects(actor: Actor) -> Select[Project, str]:
    return select(Project, Client.name).join(Client, Client.id == Project.client_id).where(_is_visible(actor))


def _project_rows(session: Session, wanted: Select[Project, str]) -> list[ProjectRow]:
    return [
        ProjectRow(
            id=project.id,
            code=project.code,
            name=project.name,
            client_id=project.client_id,
            client_name=client_name,
            is_open=project.is_open,
            version=project.version,
        )
        for project, client_name in session.execute(wanted)
    ]
