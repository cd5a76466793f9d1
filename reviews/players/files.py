"""Files of the screening room: below its root or nowhere, and read in ranges (RFC 9110 section 14)."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reviews.rules.held_files import FileStamp

BLOCK = 1024 * 1024
"""Bytes that are read at a time; before each it is asked whether they may still be seen."""
PIECE = 8 * BLOCK
"""Bytes that an open range is answered with at most, so that no connection is held for a whole film."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes of a file, both ends included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Return how many bytes these are."""
        return self.last - self.first + 1


class UnsatisfiableRangeError(Exception):
    """A range that begins behind the end of the file."""


def media_file(root: Path, relative: str | None) -> Path | None:
    """Return a file below ``root``, or ``None``: whatever leads out of it, by dots or by links, is not there."""
    if not relative or "\x00" in relative:
        return None
    try:
        home = root.resolve()
        path = (home / relative).resolve()
        is_there = path.is_relative_to(home) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        return None
    return path if is_there else None


def stamp_of(path: Path) -> FileStamp:
    """Return what changes with a file; raises ``OSError``."""
    found = path.stat()
    return FileStamp(found.st_size, found.st_mtime_ns)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks; raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_range(header: str | None, size: int) -> ByteRange | None:
    """Return the range that is asked for; ``None`` for the whole file, as where several ranges or other units are.

    Raises ``UnsatisfiableRangeError``.
    """
    found = _RANGE.fullmatch(header.strip()) if header is not None else None
    if found is None or not any(found.groups()):
        return None
    first, last = found[1], found[2]
    if not first:
        length = min(int(last), size)
        wanted = ByteRange(size - length, size - 1)
    elif last:
        if int(last) < int(first):
            return None
        wanted = ByteRange(int(first), min(int(last), size - 1))
    else:
        wanted = ByteRange(int(first), min(int(first) + PIECE, size) - 1)
    if wanted.first >= size or wanted.length <= 0:
        raise UnsatisfiableRangeError
    return wanted


def read_blocks(path: Path, wanted: ByteRange) -> Iterator[bytes]:
    """Yield these bytes of a file block by block."""
    with path.open("rb") as file:
        file.seek(wanted.first)
        left = wanted.length
        while left > 0:
            block = file.read(min(BLOCK, left))
            if not block:
                return
            left -= len(block)
            yield block
