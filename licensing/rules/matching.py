"""Which product a feature of a licence server is: proposed only where all that is known names one product.

What is known is learnt: each feature that somebody mapped, on whatever server, each lot that names its feature, and
each product that somebody refused for a name.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_NO_LETTERS = re.compile(r"[\W_]+")


class Evidence(StrEnum):
    """Why a product may be meant, the strongest first."""

    MAPPED = "mapped on another server"
    FILED = "named by a lot's licence file"
    NAMED = "bears the product's name"


@dataclass(frozen=True, slots=True)
class Clue:
    """A name that points at a product."""

    name: str
    product_id: UUID
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of a feature. ``proposal`` is ``None`` where nothing, or more than one product, is pointed at."""

    proposal: UUID | None
    evidence: Evidence | None
    choices: tuple[UUID, ...]


class Clues:
    """All clues, by what they point from."""

    def __init__(self, clues: Iterable[Clue], refused: Collection[tuple[str, UUID]]) -> None:
        self._exact: dict[str, list[Clue]] = {}
        self._alike: dict[str, list[Clue]] = {}
        for clue in clues:
            if clue.evidence is Evidence.NAMED:
                self._alike.setdefault(likeness(clue.name), []).append(clue)
            else:
                self._exact.setdefault(clue.name.casefold(), []).append(clue)
        self._refused = {(name.casefold(), product_id) for name, product_id in refused}

    def match(self, feature: str) -> Match:
        """Return which product a feature is, as far as that is beyond doubt."""
        pointing = self._exact.get(feature.casefold(), []) + self._alike.get(likeness(feature), [])
        left = [clue for clue in pointing if (feature.casefold(), clue.product_id) not in self._refused]
        choices = tuple(dict.fromkeys(clue.product_id for clue in left))
        if len(choices) != 1:
            return Match(proposal=None, evidence=None, choices=choices)
        strongest = min((clue.evidence for clue in left), key=list(Evidence).index)
        return Match(proposal=choices[0], evidence=strongest, choices=choices)


def likeness(name: str) -> str:
    """Return a name as far as case, spaces and marks do not make it another."""
    return _NO_LETTERS.sub("", name).casefold()
