"""What needs somebody: a state, what it is about, why, when, and the one act; and the groups that it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from answerprint.core.actor import Actor
from answerprint.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks, when, and in which zone their days are counted."""

    actor: Actor
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The day in the facility's zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def person_id(self) -> UUID | None:
        """The person, or ``None`` where nobody's."""
        return self.actor.person_id

    def may(self, permission: Permission) -> bool:
        """Report whether they hold ``permission``."""
        return self.actor.may(permission)


@dataclass(frozen=True, slots=True)
class Act:
    """What to do about it: a page that does it, or where it is done."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs somebody. ``when`` says what falls on ``day`` or at ``moment``: due, ends, since."""

    state: str
    name: str
    href: str
    sentence: str
    act: Act
    when: str = ""
    day: date | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Matters of one kind. ``would`` says what would stand here, for when nothing does."""

    key: str
    title: str
    would: str
    matters: tuple[Matter, ...] = ()


def group(key: str, title: str, would: str, matters: Iterable[Matter]) -> Group:
    """Return a group of what waits, as it was yielded."""
    return Group(key, title, would, tuple(matters))
