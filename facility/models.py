"""The tables of the facility: who is in the house, what they may do, for whom it works, and how people come in."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from answerprint.core.db import Base
from answerprint.core.ids import new_id

NAME_LENGTH_MAX = 120
EMAIL_LENGTH_MAX = 254
CODE_LENGTH_MAX = 40
DEPARTMENT_LENGTH_MAX = 60
_SHA256 = String(64)


class Person(Base):
    """Somebody of the house. ``email`` is in lower case; without ``password_hash`` nobody signs in as them."""

    __tablename__ = "facility_people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH_MAX), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class RoleGrant(Base):
    """A person holds a role."""

    __tablename__ = "facility_role_grants"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class DepartmentStay(Base):
    """From a day on a person works in this department; an empty name is none. Days before the first count as its own.

    Nobody leaves a department for the past: a change makes a row of its day, and what was paid stays where it was.
    """

    __tablename__ = "facility_department_stays"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(String(DEPARTMENT_LENGTH_MAX))


class Client(Base):
    """A company that the house works for. What concerns it stands in a log of its own."""

    __tablename__ = "facility_clients"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX), unique=True)
    log: Mapped[str | None] = mapped_column(String(120), unique=True)
    """``None`` only for a client of an older release, until the next start."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Project(Base):
    """A piece of work for a client. ``code`` is what people and pipelines call it."""

    __tablename__ = "facility_projects"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("facility_clients.id"), index=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH_MAX), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX))
    is_open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    client: Mapped[Client] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Membership(Base):
    """A person works on a project, and so may see it."""

    __tablename__ = "facility_memberships"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), primary_key=True, index=True)


class WebSession(Base):
    """A browser that is signed in. The cookie holds the secret, the table only its digest."""

    __tablename__ = "facility_sessions"

    secret_sha256: Mapped[str] = mapped_column(_SHA256, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link that sets a password. Without ``person_id`` it makes a person with ``roles`` (first set-up)."""

    __tablename__ = "facility_invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    secret_sha256: Mapped[str] = mapped_column(_SHA256, unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"), index=True)
    roles: Mapped[str] = mapped_column(String(200), default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A program's way in, in a person's name. ``scopes`` are permissions, in order, with a blank between them."""

    __tablename__ = "facility_tokens"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_after_made"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX))
    secret_sha256: Mapped[str] = mapped_column(_SHA256, unique=True)
    scopes: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class TokenUse(Base):
    """When a token was last used."""

    __tablename__ = "facility_token_uses"
    __table_args__ = ({"info": {"unrecorded": "when a token was last used, to the minute"}},)

    token_id: Mapped[UUID] = mapped_column(ForeignKey("facility_tokens.id"), primary_key=True)
    last_used_at: Mapped[datetime]


class FeedTopic(StrEnum):
    """What a calendar feed is of. Its first word is the domain that serves it."""

    CONTRACTS = "licensing.contracts"
    RESERVATIONS = "licensing.reservations"


class CalendarFeed(Base):
    """An address that calendar programs read without signing in, as far as its person may see at that moment."""

    __tablename__ = "facility_calendar_feeds"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_projects.id"))
    """The project whose feed it is; ``None`` where its topic has none."""
    secret_sha256: Mapped[str] = mapped_column(_SHA256, unique=True)
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInCounter(Base):
    """How often a sign-in failed since its window began, for one mail, one address, or one mail from one address."""

    __tablename__ = "facility_sign_in_counters"
    __table_args__ = ({"info": {"unrecorded": "a count of failures, each of which is recorded itself"}},)

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    window_started_at: Mapped[datetime]
