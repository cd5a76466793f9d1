"""Facts that only tests record."""

from dataclasses import dataclass
from typing import ClassVar

from audit.record import Fact, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingHappened(Fact):
    """Something happened to a thing."""

    kind: ClassVar[str] = "test.thing.happened"
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeen(Fact):
    """Somebody was seen."""

    kind: ClassVar[str] = "test.person.seen"
    name: str = personal()
    place: str
