"""What is recorded of a client's people, of how projects are called outside, and of undertakings.

Names, mails and companies stand in the log only as digests. An alias is what the world may hear; a real title is never
recorded, sealed or not.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAdded(Fact):
    """Somebody of a client's is known to the house."""

    kind: ClassVar[str] = "reviews.contact.added"
    client: UUID
    name: str = personal()
    email: str = personal()
    company: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Fact):
    """A contact has another name, mail address, company or language; what stayed is left out."""

    kind: ClassVar[str] = "reviews.contact.changed"
    fields: list[str]
    old_name: str | None = personal()
    new_name: str | None = personal()
    old_email: str | None = personal()
    new_email: str | None = personal()
    old_company: str | None = personal()
    new_company: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactForgotten(Fact):
    """By order, the house forgot what a contact is called; no link of theirs opens any more."""

    kind: ClassVar[str] = "reviews.contact.forgotten"
    order: UUID
    keys_closed: int
    visits_ended: int
    salts_forgotten: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceChanged(Fact):
    """A project is called otherwise outside, its real titles changed, or its names follow another template."""

    kind: ClassVar[str] = "reviews.face.changed"
    project: UUID
    changes: dict[str, dict[str, str | bool | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAllowed(Fact):
    """Links of a project may hand off to this host."""

    kind: ClassVar[str] = "reviews.host.allowed"
    project: UUID
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDropped(Fact):
    """Links of a project may hand off to this host no more."""

    kind: ClassVar[str] = "reviews.host.dropped"
    project: UUID
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndertakingAdded(Fact):
    """The text of a confidentiality undertaking, or its next version, is there to be accepted."""

    kind: ClassVar[str] = "reviews.undertaking.added"
    client: UUID
    title: str
    number: int
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndertakingAccepted(Fact):
    """A contact accepted the text of an undertaking."""

    kind: ClassVar[str] = "reviews.undertaking.accepted"
    contact: UUID
    text_sha256: str
    proof: str
