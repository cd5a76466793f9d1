"""What verification answers: findings, and what was read of each log."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]
"""Told now and then: which log is read, and how many entries of all logs are done, of how many."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: in which log, where in it, and what is wrong."""

    log: str
    place: str
    reason: str

    def __str__(self) -> str:
        """Write the finding as one line."""
        return f"{self.log or 'database'}: {self.place} {self.reason}"


@dataclass(frozen=True, slots=True)
class Erasure:
    """So many values of a log were erased by an order, as that entry of the same log says."""

    entry: int
    order: str
    values: int


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """What was read of one log. ``signed_size`` entries stand under a checkpoint that holds.

    ``key`` says what the key given is to the log: current, superseded, replaced, revoked or unknown; ``believed`` where
    none was given. Entries below ``pruned_below`` are gone, and their hashes stand for them.
    """

    name: str
    origin: str
    size: int
    signed_size: int
    root: str
    holds: bool
    key: str = "believed"
    pruned_below: int = 0
    values: int = 0
    unopened: int = 0
    erasures: tuple[Erasure, ...] = ()
    cosigned: int = 0
    cosignatures_unchecked: int = 0

    @property
    def erased(self) -> int:
        """How many personal values were erased by order."""
        return sum(one.values for one in self.erasures)
