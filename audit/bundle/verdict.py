"""What can be said of a bundle."""

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """The verdict in a word. Only the first two say that all holds."""

    INTACT = "intact"
    FILTERED = "intact-but-filtered"
    ALTERED = "altered"
    TRUNCATED = "truncated"
    FORKED = "forked"
    UNKNOWN_KEY = "unknown key"
    MALFORMED = "malformed"


class BundleFault(Exception):  # noqa: N818 - a verdict on what was sent, not a fault of ours
    """The first thing that does not hold: the word, the place, the reason, and the entry where one can be named."""

    def __init__(self, word: Word, place: str, reason: str, entry: int | None = None) -> None:
        super().__init__(f"{word}: {place} {reason}")
        self.word, self.place, self.reason, self.entry = word, place, reason, entry


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """What was found. ``is_pinned`` says whether the key came from outside the bundle.

    ``left_out`` are ranges of entries, both ends included, that are proved to stand there but are not disclosed.
    """

    word: Word
    is_pinned: bool
    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    left_out: tuple[tuple[int, int], ...] = ()
    disclosures: int = 0
    undisclosed: int = 0
    place: str = ""
    reason: str = ""
    entry: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Report whether all that is inside is as it was signed."""
        return self.word in (Word.INTACT, Word.FILTERED)

    def sentence(self) -> str:
        """Say the verdict in one line."""
        if self.holds:
            passed = self.size - self.entries
            left = f", {passed} of them left out and proved by their hashes only" if passed else ""
            return f"{self.word}: {self.origin}, {self.size} entries{left}, {self.disclosures} personal values"
        at = f" at entry {self.entry}" if self.entry is not None else ""
        return f"{self.word}{at}: {self.place} {self.reason}"
