"""Who acts, as a value: services never look at a request."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from answerprint.core.permissions import Permission


class ActorKind(StrEnum):
    """Whether a person acted, a program in a person's name, the house by itself, or somebody from outside."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105
    SYSTEM = "system"
    STRANGER = "stranger"
    CLIENT = "client"
    """Somebody of a client's, identified at the gate; they have no account."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and what they may do. ``id`` is a pseudonym: names stand in ``facility`` only."""

    kind: ActorKind
    id: str
    permissions: frozenset[Permission] = field(default=frozenset())
    person_id: UUID | None = None
    token_id: UUID | None = None
    address: str | None = None
    sees_all_projects: bool = False
    contact_id: UUID | None = None

    @property
    def subject(self) -> str | None:
        """The subject of the trail whose personal values are this actor's, where they are anybody's."""
        if self.contact_id is not None:
            return f"contact:{self.contact_id}"
        return f"person:{self.person_id}" if self.person_id is not None else None

    def may(self, permission: Permission) -> bool:
        """Report whether this actor holds ``permission``."""
        return permission in self.permissions


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="answerprint", permissions=frozenset(Permission), sees_all_projects=True)
"""The house itself: timetable and command line."""


def client(contact_id: UUID, address: str | None) -> Actor:
    """Return a contact of a client's, who proved at the gate who they are."""
    return Actor(kind=ActorKind.CLIENT, id=f"contact:{contact_id}", contact_id=contact_id, address=address)


def stranger(address: str | None) -> Actor:
    """Return somebody of whom nothing is known but perhaps the address."""
    return Actor(kind=ActorKind.STRANGER, id="stranger", address=address)
