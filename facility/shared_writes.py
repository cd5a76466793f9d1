"""What several use cases do to the tables. None of it records anything: the use case that does it says why."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from answerprint.core.db import insert_if_absent
from answerprint.core.ids import new_id
from facility import rules
from facility.errors import EmailTaken, LastAdmin
from facility.models import ApiToken, CalendarFeed, Person, RoleGrant, WebSession
from facility.roles import Role


def insert_person(session: Session, *, name: str, email: str, now: datetime) -> Person:
    """Bring a person into the table; raises ``EmailTaken``."""
    person_id = new_id()
    values = {"id": person_id, "name": name, "email": rules.normal_email(email), "created_at": now}
    if not insert_if_absent(session, cast("Table", Person.__table__), values):
        raise email_taken()
    return session.scalars(select(Person).where(Person.id == person_id)).one()


def email_taken() -> EmailTaken:
    """Return the refusal of a mail address that another person has."""
    sentence = "Another person has this mail address."
    return EmailTaken(sentence, fields={"email": [sentence]})


def end_open_sessions(session: Session, person_id: UUID, *, now: datetime) -> int:
    """End all sessions of a person, and return how many were open."""
    is_open = (WebSession.person_id == person_id, WebSession.ended_at.is_(None), WebSession.expires_at > now)
    found = session.scalar(select(func.count()).select_from(WebSession).where(*is_open)) or 0
    session.execute(update(WebSession).where(*is_open).values(ended_at=now))
    return found


def revoke_open_tokens(session: Session, person_id: UUID, *, now: datetime) -> int:
    """Revoke all tokens of a person, and return how many were good."""
    is_good = (ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    found = session.scalar(select(func.count()).select_from(ApiToken).where(*is_good)) or 0
    session.execute(update(ApiToken).where(*is_good).values(revoked_at=now))
    return found


def revoke_open_feeds(session: Session, person_id: UUID, *, now: datetime) -> int:
    """Revoke all calendar feeds of a person, and return how many were good."""
    is_good = (CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    found = session.scalar(select(func.count()).select_from(CalendarFeed).where(*is_good)) or 0
    session.execute(update(CalendarFeed).where(*is_good).values(revoked_at=now))
    return found


def check_admin_remains(session: Session, *, without: UUID) -> None:
    """Raise ``LastAdmin`` where nobody but this person could run the house."""
    # Every admin's row is held until the commit: two admins cannot remove each other in the same moment.
    admins = session.execute(
        select(Person.id, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMIN.value, Person.is_active, Person.password_hash.is_not(None))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if [admin.id for admin in admins] == [without]:
        sentence = "This is the only admin who can sign in. Make somebody else admin first."
        raise LastAdmin(sentence)
