"""The last checkpoint of each log in a second place, outside the database, so that an older backup cannot pass for new.

It is a folder with one file a log, best on another disk or machine than the database. A checkpoint goes there before it
is committed, and only where the one that is there is the one that is expected (compare-and-swap under a file lock,
written aside, synced and renamed). So the second place is never behind what was signed; where a crash came between, it
is ahead of the database by one checkpoint that the database's own entries still make, and that one is taken over.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.errors import VerificationError


class SecondPlaceMovedError(VerificationError):
    """The second place does not hold what was expected: somebody else signs, or something was put back."""


class SecondPlace:
    """A folder that holds each log's last checkpoint, as it was signed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def exists(self) -> bool:
        """Report whether the place was ever set up."""
        return self._folder.is_dir()

    def set_up(self) -> None:
        """Make the folder; what is in it stays."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def last(self, log: str) -> bytes | None:
        """Return the last checkpoint of a log, or ``None`` where it has none here."""
        try:
            return self._file(log).read_bytes()
        except FileNotFoundError:
            return None

    def swap(self, log: str, *, expected: bytes | None, new: bytes) -> None:
        """Put ``new`` in the place of ``expected``; raises ``SecondPlaceMovedError`` where something else is there."""
        with self._turn(log):
            if self.last(log) != expected:
                raise SecondPlaceMovedError(f"the second place holds another checkpoint of {log} than expected")
            aside = self._file(log).with_suffix(".new")
            with aside.open("wb") as file:
                file.write(new)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._file(log))
            self._sync_folder()

    def _file(self, log: str) -> Path:
        return self._folder / f"{log}.checkpoint"

    @contextmanager
    def _turn(self, log: str) -> Iterator[None]:
        with (self._folder / f"{log}.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sync_folder(self) -> None:
        opened = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
