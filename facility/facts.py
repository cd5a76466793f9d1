"""The facts of the facility.

Names and mails of people stand in the log only as digests, and so do the names of clients and projects: a title may
be under embargo. In a change, what stayed as it was is left out.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Fact):
    """Somebody new is in the house, with these roles."""

    kind: ClassVar[str] = "facility.person.added"
    name: str = personal()
    email: str = personal()
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Fact):
    """A person has another name or mail address."""

    kind: ClassVar[str] = "facility.person.changed"
    fields: list[str]
    old_name: str | None = personal()
    new_name: str | None = personal()
    old_email: str | None = personal()
    new_email: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRolesChanged(Fact):
    """A person may do something else than before."""

    kind: ClassVar[str] = "facility.person.roles-changed"
    old_roles: list[str]
    new_roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentChanged(Fact):
    """From this day on a person's seats are the cost of another department; an empty name is none."""

    kind: ClassVar[str] = "facility.department.changed"
    since: date
    old_department: str = personal()
    new_department: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDeactivated(Fact):
    """A person left: their sessions ended and their tokens were revoked in the same moment."""

    kind: ClassVar[str] = "facility.person.deactivated"
    sessions_ended: int
    tokens_revoked: int
    feeds_revoked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReactivated(Fact):
    """A person came back, and needs an invitation to sign in."""

    kind: ClassVar[str] = "facility.person.reactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForgotten(Fact):
    """By order, the house forgot what a person is called; nobody acts as them any more."""

    kind: ClassVar[str] = "facility.person.forgotten"
    order: UUID
    sessions_ended: int
    tokens_revoked: int
    invitations_closed: int
    feeds_revoked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAdded(Fact):
    """The house works for somebody new."""

    kind: ClassVar[str] = "facility.client.added"
    name: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLogOpened(Fact):
    """A client of an older release got the log of its own."""

    kind: ClassVar[str] = "facility.client.log-opened"
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRenamed(Fact):
    """A client has another name."""

    kind: ClassVar[str] = "facility.client.renamed"
    old_name: str = personal()
    new_name: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAdded(Fact):
    """The house has a new project."""

    kind: ClassVar[str] = "facility.project.added"
    client_id: UUID
    code: str
    name: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged(Fact):
    """A project has another name or code, was closed or opened again."""

    kind: ClassVar[str] = "facility.project.changed"
    fields: list[str]
    old_code: str | None
    new_code: str | None
    old_is_open: bool | None
    new_is_open: bool | None
    old_name: str | None = personal()
    new_name: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(Fact):
    """A person works on a project and may see it."""

    kind: ClassVar[str] = "facility.member.added"
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(Fact):
    """A person works on a project no more."""

    kind: ClassVar[str] = "facility.member.removed"
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMade(Fact):
    """A one-time link was made; links made before for the same person open nothing any more."""

    kind: ClassVar[str] = "facility.invitation.made"
    invitation_id: UUID
    roles: list[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused(Fact):
    """Somebody tried to set a password by a link that opens nothing any more."""

    kind: ClassVar[str] = "facility.invitation.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAccepted(Fact):
    """Somebody set a password by a one-time link; every session the person had ended."""

    kind: ClassVar[str] = "facility.invitation.accepted"
    invitation_id: UUID
    roles: list[str]
    sessions_ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSucceeded(Fact):
    """A person signed in."""

    kind: ClassVar[str] = "facility.sign-in.succeeded"
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Fact):
    """Somebody tried to sign in and was wrong."""

    kind: ClassVar[str] = "facility.sign-in.failed"
    email: str = personal(Whose.VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInsHeldOff(Fact):
    """So many sign-ins failed that no more are heard until then, for a mail, an address, or the pair of them."""

    kind: ClassVar[str] = "facility.sign-in.held-off"
    scope: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(Fact):
    """A person signed out, or all of a person's sessions were ended."""

    kind: ClassVar[str] = "facility.session.ended"
    sessions_ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMade(Fact):
    """A program may act in a person's name."""

    kind: ClassVar[str] = "facility.token.made"
    person_id: UUID
    name: str = personal(Whose.ACTOR)
    scopes: list[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Fact):
    """A program may act in a person's name no more."""

    kind: ClassVar[str] = "facility.token.revoked"
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMade(Fact):
    """A calendar feed has an address that opens without signing in, as far as its person may see."""

    kind: ClassVar[str] = "facility.feed.made"
    person_id: UUID
    topic: str
    project: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRotated(Fact):
    """A calendar feed has another address, and the one before opens nothing any more."""

    kind: ClassVar[str] = "facility.feed.rotated"
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRevoked(Fact):
    """A calendar feed's address opens nothing any more."""

    kind: ClassVar[str] = "facility.feed.revoked"
    person_id: UUID
