"""The bytes of a frozen statement, and the pseudonyms that stand in it for people and machines."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"
FORM = "answerprint-statement/1"


class NotForFreezingError(TypeError):
    """A value that has no one way to be written, such as a number with a point."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A pseudonym and what it stands for; the statement holds SHA-256 of salt and name."""

    pseudonym: str
    name: str
    salt: str

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of the canonical JSON array of salt and name."""
        return hashlib.sha256(canonical([self.salt, self.name])).hexdigest()


class Aliases:
    """Gives each person and machine of one statement a pseudonym, numbered in the order of first appearance."""

    def __init__(self, new_salt: Callable[[], str]) -> None:
        self._new_salt = new_salt
        self._given: dict[tuple[str, str], Alias] = {}

    def person(self, name: str) -> str:
        """Return the pseudonym of somebody."""
        return self._of("person", name)

    def host(self, name: str) -> str:
        """Return the pseudonym of a machine."""
        return self._of("host", name)

    @property
    def given(self) -> tuple[Alias, ...]:
        """All pseudonyms given, in order."""
        return tuple(self._given.values())

    def _of(self, kind: str, name: str) -> str:
        if not name:
            return ""
        known = self._given.get((kind, name))
        if known is None:
            number = 1 + sum(1 for other, _ in self._given if other == kind)
            known = self._given[kind, name] = Alias(f"{kind} {number}", name, self._new_salt())
        return known.pseudonym


def canonical(value: Json) -> bytes:
    """Write JSON in the one way it is hashed: sorted keys, ASCII, no blanks, integers and no other numbers."""
    _refuse_fractions(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def with_names(content: Json, aliases: Iterable[Alias]) -> Json:
    """Return a frozen statement with names in the place of those pseudonyms whose names are at hand."""
    names = {one.pseudonym: one.name for one in aliases}
    return _renamed(content, names)


def _renamed(value: Json, names: dict[str, str]) -> Json:
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if isinstance(value, dict):
        return {
            key: names.get(part, part) if key in ("who", "host") and isinstance(part, str) else _renamed(part, names)
            for key, part in value.items()
        }
    return value


def _refuse_fractions(value: Json) -> None:
    if isinstance(value, list):
        for part in value:
            _refuse_fractions(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            _refuse_fractions(key)
            _refuse_fractions(part)
    elif isinstance(value, bool) or not (value is None or isinstance(value, str | int)):
        message = f"{type(value).__name__} has no place in a frozen statement"
        raise NotForFreezingError(message)
