"""Whether the file in the screening room is the registered one: known to be, known not to be, or not known."""

from dataclasses import dataclass
from enum import StrEnum


class FileStanding(StrEnum):
    """How the file that would play stands to the one that was registered."""

    HELD = "held"
    """Hashed as it lies there, and it is the registered file."""
    DIFFERS = "differs"
    """Hashed as it lies there, and it is another file."""
    UNCHECKED = "unchecked"
    """Not hashed yet, or touched since."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What changes with a file: its size in bytes, and when it was last written, in nanoseconds of its system."""

    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What was found when a file was hashed."""

    stamp: FileStamp
    sha256: str

    def is_of(self, registered_sha256: str) -> bool:
        """Report whether what was hashed is the registered file."""
        return self.sha256 == registered_sha256


def file_standing(registered_sha256: str, stamp: FileStamp, check: FileCheck | None) -> FileStanding:
    """Return how a file with this stamp stands to the registered one; a check of another stamp says nothing."""
    if check is None or check.stamp != stamp:
        return FileStanding.UNCHECKED
    return FileStanding.HELD if check.is_of(registered_sha256) else FileStanding.DIFFERS
