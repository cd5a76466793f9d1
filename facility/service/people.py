"""People come, change, and leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from answerprint.core.actor import Actor
from audit.record import record
from facility import rules
from facility.facts import PersonAdded, PersonChanged, PersonDeactivated, PersonReactivated, PersonRolesChanged
from facility.models import Person, RoleGrant
from facility.queries.access import in_order
from facility.queries.people import person_by_id, roles_of
from facility.roles import Role
from facility.service.invitations import NewInvitation, invite_person
from facility.shared_writes import (
    check_admin_remains,
    email_taken,
    end_open_sessions,
    insert_person,
    revoke_open_feeds,
    revoke_open_tokens,
)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who was just added, and the one-time link to hand to them."""

    person: Person
    invitation: NewInvitation


def add_person(
    session: Session, actor: Actor, *, name: str, email: str, roles: Iterable[Role], now: datetime
) -> NewPerson:
    """Add a person with their roles and invite them; raises ``EmailTaken`` and ``RolesRefused``."""
    granted = in_order(roles)
    rules.check_roles(granted)
    person = insert_person(session, name=name, email=email, now=now)
    session.add_all(RoleGrant(person_id=person.id, role=role.value) for role in granted)
    fact = PersonAdded(
        about=f"person:{person.id}", name=person.name, email=person.email, roles=[role.value for role in granted]
    )
    record(session, actor, fact)
    return NewPerson(person=person, invitation=invite_person(session, actor, person_id=person.id, now=now))


def change_person(
    session: Session,
    actor: Actor,
    *,
    person_id: UUID,
    version: int,
    name: str | None = None,
    email: str | None = None,
) -> Person:
    """Give a person another name or mail; what is ``None`` stays. Raises ``StaleVersion`` and ``EmailTaken``."""
    person = person_by_id(session, person_id)
    rules.check_version(held=version, actual=person.version)
    new_name = name if name is not None and name != person.name else None
    new_email = rules.normal_email(email) if email is not None else None
    new_email = new_email if new_email != person.email else None
    if new_name is None and new_email is None:
        return person
    if new_email is not None and session.scalar(select(Person.id).where(Person.email == new_email)):
        raise email_taken()
    fact = PersonChanged(
        about=f"person:{person.id}",
        fields=[key for key, value in (("name", new_name), ("email", new_email)) if value is not None],
        old_name=person.name if new_name is not None else None,
        new_name=new_name,
        old_email=person.email if new_email is not None else None,
        new_email=new_email,
    )
    person.name = new_name or person.name
    person.email = new_email or person.email
    session.flush()  # the answer carries the new version
    record(session, actor, fact)
    return person


def change_roles(session: Session, actor: Actor, *, person_id: UUID, version: int, roles: Iterable[Role]) -> Person:
    """Let a person hold exactly these roles, from this moment on.

    Raises ``StaleVersion``, ``RolesRefused``, and ``LastAdmin`` where nobody would be left to run the house.
    """
    granted = in_order(roles)
    rules.check_roles(granted)
    if Role.ADMIN not in granted:
        check_admin_remains(session, without=person_id)
    person = person_by_id(session, person_id)
    rules.check_version(held=version, actual=person.version)
    held = roles_of(session, [person_id])[person_id]
    if held == granted:
        return person
    session.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id))
    session.add_all(RoleGrant(person_id=person_id, role=role.value) for role in granted)
    # Roles are part of what a reader sees of a person, so the version moves on with them.
    flag_modified(person, "name")
    session.flush()
    fact = PersonRolesChanged(
        about=f"person:{person_id}",
        old_roles=[role.value for role in held],
        new_roles=[role.value for role in granted],
    )
    record(session, actor, fact)
    return person


def deactivate_person(session: Session, actor: Actor, *, person_id: UUID, version: int, now: datetime) -> Person:
    """Let nobody act as this person any more: sessions end, tokens and calendars are revoked, links open nothing.

    Raises ``StaleVersion`` and ``LastAdmin``.
    """
    check_admin_remains(session, without=person_id)
    person = person_by_id(session, person_id)
    rules.check_version(held=version, actual=person.version)
    if not person.is_active:
        return person
    person.is_active = False
    session.flush()
    fact = PersonDeactivated(
        about=f"person:{person_id}",
        sessions_ended=end_open_sessions(session, person_id, now=now),
        tokens_revoked=revoke_open_tokens(session, person_id, now=now),
        feeds_revoked=revoke_open_feeds(session, person_id, now=now),
    )
    record(session, actor, fact)
    return person


def reactivate_person(session: Session, actor: Actor, *, person_id: UUID, version: int) -> Person:
    """Take somebody back with the roles they had; they sign in once an invitation has set a new password."""
    person = person_by_id(session, person_id)
    rules.check_version(held=version, actual=person.version)
    if person.is_active:
        return person
    person.is_active = True
    person.password_hash = None
    session.flush()
    record(session, actor, PersonReactivated(about=f"person:{person_id}"))
    return person
