"""Follow a log that a server writes: from where it was read last, over rotation and truncation, by whole lines."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

PART_BYTES = 1024 * 1024
_HEAD = 256

Take = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a log was read. ``inode`` and the hash of its first bytes, ``head`` of them, say which file it was."""

    inode: int = 0
    offset: int = 0
    head: int = 0
    sha256: str = ""

    def is_in(self, file: BinaryIO, inode: int, size: int) -> bool:
        """Report whether this file is the one that was read, and has only grown."""
        return self.inode == inode and size >= self.offset and _hash(file, self.head) == self.sha256


def follow(log: Path, place: Place, take: Take) -> Place:
    """Give ``take`` all that was written since, in parts of whole lines; return how far it got.

    Where the log was rotated, what was left of the old file comes first; it is found beside it by its inode. ``take``
    returns ``False`` where it can take no more: then nothing further is read, and nothing is lost.
    """
    if not log.exists():
        return place
    if place.inode and log.stat().st_ino != place.inode:
        old = next((one for one in log.parent.iterdir() if _is_of(place, one)), None)
        if old is not None:
            place = _read_on(old, place, take, is_over=True)
            if place.offset < old.stat().st_size:
                return place
    return _read_on(log, place, take)


def read_place(text: bytes) -> Place:
    """Read how far a log was read; nothing is its beginning."""
    return Place(**json.loads(text)) if text else Place()


def write_place(place: Place) -> bytes:
    """Write how far a log was read."""
    return json.dumps(asdict(place)).encode()


def _is_of(place: Place, beside: Path) -> bool:
    """Report whether a file is the rotated one; the inode alone may be another's by now."""
    found = beside.stat()
    if not beside.is_file() or found.st_ino != place.inode:
        return False
    with beside.open("rb") as file:
        return place.is_in(file, found.st_ino, found.st_size)


def _read_on(log: Path, place: Place, take: Take, *, is_over: bool = False) -> Place:
    with log.open("rb") as file:
        found = log.stat()
        if not place.is_in(file, found.st_ino, found.st_size):
            place = Place(inode=found.st_ino)
        offset = place.offset
        while part := _part(file, offset, is_over=is_over):
            if not take(part):
                break
            offset += len(part)
        head = min(_HEAD, offset)
        return Place(found.st_ino, offset, head, _hash(file, head))


def _part(file: BinaryIO, offset: int, *, is_over: bool) -> bytes:
    """Return the next lines; one that is still being written waits for its end, but not in a file that is over."""
    file.seek(offset)
    block = file.read(PART_BYTES)
    end = block.rfind(b"\n") + 1
    if end or not block:
        return block[:end] if not (is_over and len(block) < PART_BYTES) else block
    # A line longer than a part is cut: it would hold up the log for ever.
    return block if is_over or len(block) == PART_BYTES else b""


def _hash(file: BinaryIO, head: int) -> str:
    file.seek(0)
    return hashlib.sha256(file.read(head)).hexdigest()
