"""Whose cost a checkout is: the department that its holder worked in on the day it began.

A holder is text that a person or a pipeline wrote. It means somebody of the house only where it is their whole name or
their whole mail address, whatever the case; everybody else's use is of no department that is known.
"""

from collections.abc import Iterable
from datetime import date

from facility.public import Placed


class Departments:
    """The departments of holders, by day."""

    def __init__(self, people: Iterable[Placed]) -> None:
        self._people: dict[str, list[Placed]] = {}
        for person in people:
            for name in {_known_as(person.name), _known_as(person.email)}:
                self._people.setdefault(name, []).append(person)

    def of(self, holder: str, day: date) -> str:
        """Return the department of a holder on a day; empty where it is not known, or two of that name differ."""
        found = {person.department_on(day) for person in self._people.get(_known_as(holder), ())}
        return found.pop() if len(found) == 1 else ""


def _known_as(text: str) -> str:
    return " ".join(text.split()).casefold()
