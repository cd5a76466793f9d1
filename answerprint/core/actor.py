"""Who acts, as a value: services never look at a request."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from answerprint.core.permissions import Permission


class ActorKind(StrEnum):
    """Whether a person acted, a program in a person's name, or the house by itself."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105
    SYSTEM = "system"
    STRANGER = "stranger"


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

    def may(self, permission: Permission) -> bool:
        """Report whether this actor holds ``permission``."""
        return permission in self.permissions


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="answerprint", permissions=frozenset(Permission), sees_all_projects=True)
"""The house itself: timetable and command line."""


def stranger(address: str | None) -> Actor:
    """Return somebody of whom nothing is known but perhaps the address."""
    return Actor(kind=ActorKind.STRANGER, id="stranger", address=address)
