"""What of the house itself waits for an admin: links not taken up, tokens that end, and who left and is still named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from facility.models import ApiToken, Invitation, Membership, Person, Project

_MOST = 50


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """Somebody who has no password yet. ``expires_at`` is when their link ends; ``None``: none of theirs opens."""

    person_id: UUID
    name: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenEnding:
    """A token that ends soon, and whose it is."""

    token_id: UUID
    name: str
    person_id: UUID
    person_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LeaverOnProject:
    """Somebody who left and is still a member of an open project."""

    person_id: UUID
    name: str
    project_id: UUID
    code: str


def invited_people(session: Session, *, now: datetime) -> Sequence[InvitedPerson]:
    """Return who may come in and has not, those first whose link has ended."""
    is_open = (Invitation.person_id == Person.id, Invitation.used_at.is_(None), Invitation.expires_at > now)
    until = select(func.max(Invitation.expires_at)).where(*is_open).correlate(Person).scalar_subquery()
    wanted = select(Person.id, Person.name, until).where(Person.is_active, Person.password_hash.is_(None))
    rows = session.execute(wanted.order_by(Person.name, Person.id).limit(_MOST))
    found = [InvitedPerson(*row) for row in rows]
    return sorted(found, key=lambda one: (one.expires_at is not None, one.expires_at or now, one.name))


def tokens_ending(
    session: Session, *, now: datetime, before: datetime, person_id: UUID | None = None
) -> Sequence[TokenEnding]:
    """Return the tokens that open something now and end before ``before``, of one person or of all, the first first."""
    wanted = (
        select(ApiToken.id, ApiToken.name, Person.id, Person.name, ApiToken.expires_at)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > now, ApiToken.expires_at < before)
        .order_by(ApiToken.expires_at, ApiToken.id)
    )
    if person_id is not None:
        wanted = wanted.where(ApiToken.person_id == person_id)
    return [TokenEnding(*row) for row in session.execute(wanted.limit(_MOST))]


def leavers_on_projects(session: Session) -> Sequence[LeaverOnProject]:
    """Return who left and is still a member of an open project, by project and name."""
    wanted = (
        select(Person.id, Person.name, Project.id, Project.code)
        .join(Membership, Membership.person_id == Person.id)
        .join(Project, Project.id == Membership.project_id)
        .where(Person.is_active.is_(False), Project.is_open)
        .order_by(Project.code, Person.name, Person.id)
    )
    return [LeaverOnProject(*row) for row in session.execute(wanted.limit(_MOST))]
