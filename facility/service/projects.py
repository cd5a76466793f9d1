"""Projects, and who works on them."""

from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import insert_if_absent
from answerprint.core.ids import new_id
from audit.record import record
from facility import rules
from facility.errors import AlreadyMember, PersonInactive, ProjectCodeTaken, UnknownMember
from facility.facts import MemberAdded, MemberRemoved, ProjectAdded, ProjectChanged
from facility.models import Membership, Project
from facility.queries.people import person_by_id
from facility.queries.projects import client_by_id, project_by_id


def add_project(session: Session, actor: Actor, *, client_id: UUID, code: str, name: str) -> Project:
    """Add an open project of a client; raises ``UnknownClient`` and ``ProjectCodeTaken``."""
    client = client_by_id(session, client_id)
    project_id = new_id()
    values = {"id": project_id, "client_id": client.id, "code": code, "name": name}
    if not insert_if_absent(session, cast("Table", Project.__table__), values):
        raise _code_taken()
    record(session, actor, ProjectAdded(about=f"project:{project_id}", client_id=client.id, code=code, name=name))
    return session.scalars(select(Project).where(Project.id == project_id)).one()


def change_project(
    session: Session,
    actor: Actor,
    *,
    project_id: UUID,
    version: int,
    code: str | None = None,
    name: str | None = None,
    is_open: bool | None = None,
) -> Project:
    """Change what is given and leave the rest; raises ``StaleVersion`` and ``ProjectCodeTaken``."""
    project = project_by_id(session, actor, project_id)
    rules.check_version(held=version, actual=project.version)
    asked = {"code": code, "name": name, "is_open": is_open}
    new = {key: value for key, value in asked.items() if value is not None and value != getattr(project, key)}
    if not new:
        return project
    if "code" in new and session.scalar(select(Project.id).where(Project.code == code)):
        raise _code_taken()
    old = {key: getattr(project, key) for key in new}
    for key, value in new.items():
        setattr(project, key, value)
    session.flush()  # the answer carries the new version
    fact = ProjectChanged(
        about=f"project:{project_id}",
        fields=sorted(new),
        old_code=old.get("code"),
        new_code=code if "code" in new else None,
        old_is_open=old.get("is_open"),
        new_is_open=is_open if "is_open" in new else None,
        old_name=old.get("name"),
        new_name=name if "name" in new else None,
    )
    record(session, actor, fact)
    return project


def add_member(session: Session, actor: Actor, *, project_id: UUID, person_id: UUID) -> None:
    """Let a person work on a project and see it; raises ``AlreadyMember`` and ``PersonInactive``."""
    project = project_by_id(session, actor, project_id)
    person = person_by_id(session, person_id)
    if not person.is_active:
        sentence = "This person was deactivated and joins nothing."
        raise PersonInactive(sentence, fields={"person_id": [sentence]})
    values = {"project_id": project.id, "person_id": person.id}
    if not insert_if_absent(session, cast("Table", Membership.__table__), values):
        sentence = "This person works on this project already."
        raise AlreadyMember(sentence, fields={"person_id": [sentence]})
    record(session, actor, MemberAdded(about=f"project:{project_id}", person_id=person_id))


def remove_member(session: Session, actor: Actor, *, project_id: UUID, person_id: UUID) -> None:
    """Take a person off a project; raises ``UnknownMember``."""
    project = project_by_id(session, actor, project_id)
    removed = session.execute(
        delete(Membership)
        .where(Membership.project_id == project.id, Membership.person_id == person_id)
        .returning(Membership.person_id)
    ).one_or_none()
    if removed is None:
        sentence = "This person does not work on this project."
        raise UnknownMember(sentence)
    record(session, actor, MemberRemoved(about=f"project:{project_id}", person_id=person_id))


def _code_taken() -> ProjectCodeTaken:
    sentence = "Another project has this code."
    return ProjectCodeTaken(sentence, fields={"code": [sentence]})
