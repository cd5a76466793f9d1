"""One-time links: somebody sets a password, and with the very first one becomes the first admin."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from answerprint.core.problems import Invalid
from answerprint.core.shown_once import new_secret, sha256_of
from audit.record import record
from facility import rules
from facility.errors import AlreadySetUp, PersonInactive
from facility.facts import InvitationAccepted, InvitationMade, PersonAdded
from facility.models import Invitation, Person, RoleGrant
from facility.queries.access import dead_invitation, somebody_can_sign_in
from facility.queries.people import person_by_id
from facility.roles import Role
from facility.shared_writes import end_open_sessions, insert_person


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A link that was just made. The secret is shown now and never again."""

    id: UUID
    person_id: UUID | None
    expires_at: datetime
    secret: str = field(repr=False)


def invite_person(session: Session, actor: Actor, *, person_id: UUID, now: datetime) -> NewInvitation:
    """Make a one-time link by which a person sets a password; it replaces every link made for them before."""
    person = person_by_id(session, person_id)
    if not person.is_active:
        sentence = "This person was deactivated. Reactivate them first, then invite them."
        raise PersonInactive(sentence)
    made = _make(session, person_id=person.id, roles="", now=now)
    fact = InvitationMade(about=f"person:{person.id}", invitation_id=made.id, roles=[], expires_at=made.expires_at)
    record(session, actor, fact)
    return made


def invite_first_admin(session: Session, actor: Actor, *, now: datetime) -> NewInvitation:
    """Make the one-time link of the first set-up; raises ``AlreadySetUp`` once somebody can sign in."""
    if somebody_can_sign_in(session):
        sentence = "Somebody can sign in already. Have an admin add you."
        raise AlreadySetUp(sentence)
    made = _make(session, person_id=None, roles=Role.ADMIN.value, now=now)
    fact = InvitationMade(
        about=f"invitation:{made.id}",
        invitation_id=made.id,
        roles=[Role.ADMIN.value],
        expires_at=made.expires_at,
    )
    record(session, actor, fact)
    return made


def accept_invitation(
    session: Session,
    actor: Actor,
    *,
    secret: str,
    password_hash: str,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
) -> Person:
    """Use a link, once: set the person's password and end their sessions. ``name`` and ``email`` are the first admin's.

    Raises ``DeadInvitation`` for every link that opens nothing.
    """
    used = session.execute(
        update(Invitation)
        .where(Invitation.secret_sha256 == sha256_of(secret))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.id, Invitation.person_id, Invitation.roles)
    ).one_or_none()
    if used is None or (used.person_id is None and somebody_can_sign_in(session)):
        raise dead_invitation(session, secret)
    roles = used.roles.split()
    if used.person_id is None:
        person = _first_person(session, name, email, now)
        session.add_all(RoleGrant(person_id=person.id, role=role) for role in roles)
        added = PersonAdded(about=f"person:{person.id}", name=person.name, email=person.email, roles=roles)
        record(session, actor, added)
    else:
        person = person_by_id(session, used.person_id)
    if not person.is_active:
        raise dead_invitation(session, secret)
    person.password_hash = password_hash
    ended = end_open_sessions(session, person.id, now=now)
    fact = InvitationAccepted(about=f"person:{person.id}", invitation_id=used.id, roles=roles, sessions_ended=ended)
    record(session, actor, fact)
    return person


def _make(session: Session, *, person_id: UUID | None, roles: str, now: datetime) -> NewInvitation:
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person_id if person_id is not None else Invitation.person_id.is_(None))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(expires_at=now)
    )
    secret = new_secret()
    expires_at = now + rules.INVITATION_LASTS
    row = Invitation(
        id=new_id(), secret_sha256=sha256_of(secret), person_id=person_id, roles=roles, expires_at=expires_at
    )
    session.add(row)
    return NewInvitation(id=row.id, person_id=person_id, expires_at=expires_at, secret=secret)


def _first_person(session: Session, name: str | None, email: str | None, now: datetime) -> Person:
    if not name or not email:
        sentence = "Fill this in: you become the first admin of the house."
        missing = {key: [sentence] for key, value in (("name", name), ("email", email)) if not value}
        raise Invalid("Some fields need another look.", fields=missing)
    return insert_person(session, name=name, email=email, now=now)
