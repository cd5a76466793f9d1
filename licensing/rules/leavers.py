"""The list of those who leave: a line each, with all by which they may be known."""

import csv
import io
from dataclasses import dataclass

from licensing.errors import BadAssignment, naming

LEAVERS_MAX, NAMES_MAX = 1_000, 8


@dataclass(frozen=True, slots=True)
class LeaverFound:
    """What somebody on the list held, and gave back."""

    names: tuple[str, ...]
    assignments: int
    checkouts: int
    products: tuple[str, ...]


def read_leavers(text: str) -> list[tuple[str, ...]]:
    """Read a list of leavers: a person a line, mail, name or account in its cells. Raises ``BadAssignment``."""
    delimiter = max(",;\t", key=text.count)
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise naming(BadAssignment, "leavers", f"This list is no CSV ({error}): see to its quotes.") from error
    return checked_leavers([tuple(cell.strip() for cell in row if cell.strip()) for row in rows])


def checked_leavers(leavers: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return those who are named at all; raises ``BadAssignment`` for a list of nobody, or too long a one."""
    named = [names for names in leavers if names]
    if not 1 <= len(named) <= LEAVERS_MAX or any(len(names) > NAMES_MAX for names in named):
        sentence = f"Name 1 to {LEAVERS_MAX} people, a line each, each by at most {NAMES_MAX} names."
        raise naming(BadAssignment, "leavers", sentence)
    return named


def leavers_of(leavers: list[tuple[str, ...]]) -> dict[str, int]:
    """Return whose each name is: the place in the list of the first who bears it."""
    found: dict[str, int] = {}
    for place, names in enumerate(leavers):
        for name in names:
            found.setdefault(name.strip().casefold(), place)
    return found
