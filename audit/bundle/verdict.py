"""What can be said of a bundle."""

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """The verdict in a word. Only the first four say that all holds."""

    INTACT = "intact"
    FILTERED = "intact-but-filtered"
    ERASED = "intact-but-erased"
    SUPERSEDED = "superseded key"
    REPLACED = "replaced key"
    REVOKED = "revoked key"
    UNWITNESSED = "quorum not met"
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

    ``left_out`` are ranges of entries, both ends included, that are proved to stand there but are not disclosed. Those
    below ``minimum`` were pruned, by order of entry ``pruned_by`` where that is in this bundle. Of the personal values
    that are not there, ``erased`` are named by an order on the log, ``withheld`` not. ``handed_over`` is the size at
    which the key that was given handed over to another. ``witnesses`` are those of the reader's policy that cosigned.
    """

    word: Word
    is_pinned: bool
    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    left_out: tuple[tuple[int, int], ...] = ()
    disclosures: int = 0
    erased: int = 0
    withheld: int = 0
    minimum: int = 0
    pruned_by: int | None = None
    handed_over: int | None = None
    witnesses: tuple[str, ...] | None = None
    place: str = ""
    reason: str = ""
    entry: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Report whether all that is inside is as it was signed."""
        return self.word in _HOLDING

    def sentence(self) -> str:
        """Say the verdict in one line."""
        if not self.holds:
            at = f" at entry {self.entry}" if self.entry is not None else ""
            return f"{self.word}{at}: {self.place} {self.reason}"
        said = [f"{self.size} entries"]
        if self.handed_over is not None:
            said.append(f"signed by the key that the one given handed over to at {self.handed_over} entries")
        if self.entries < self.size:
            said.append(f"{self.size - self.entries} of them left out and proved by their hashes only")
        if self.minimum:
            order = f"by order of entry {self.pruned_by}" if self.pruned_by is not None else "as the bundle says"
            said.append(f"those below {self.minimum} pruned {order}")
        said.append(f"{self.disclosures} personal values")
        absent = ((self.erased, "erased by order"), (self.withheld, "withheld"))
        said += [f"{count} {why}" for count, why in absent if count]
        if self.witnesses is not None:
            said.append(f"cosigned by {', '.join(self.witnesses) or 'nobody'}")
        return f"{self.word}: {self.origin}, {', '.join(said)}"


_HOLDING = frozenset({Word.INTACT, Word.FILTERED, Word.ERASED, Word.SUPERSEDED})
