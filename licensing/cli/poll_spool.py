"""What is to be sent, on disk until the house has taken it: in order, each with the key that makes it count once."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

SPOOL_MAX = 1024 * 1024 * 1024
"""Bytes that may wait. Beyond them captures are let go, and logs are not read on."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text on its way: where it goes, and the ``Idempotency-Key`` that it keeps however often it is sent."""

    path: str
    key: str


class Spool:
    """A folder of letters."""

    def __init__(self, folder: Path, *, limit: int = SPOOL_MAX) -> None:
        self._folder = folder
        self._refused = folder / "refused"
        self._limit = limit
        self._refused.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._number = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder alone; raises ``BlockingIOError`` where another agent does."""
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def add(self, path: str, body: bytes) -> bool:
        """Keep a text to be sent; ``False`` where too much waits already."""
        if sum(one.stat().st_size for one in self.waiting()) + len(body) > self._limit:
            return False
        self._number += 1
        letter = Letter(path, secrets.token_hex(16))
        name = f"{time.time_ns():020}-{self._number:06}.letter"
        self.write(name, json.dumps(asdict(letter)).encode() + b"\n" + body)
        return True

    def waiting(self) -> list[Path]:
        """Return what waits, the first to be sent first."""
        return sorted(self._folder.glob("*.letter"))

    def read(self, place: Path) -> tuple[Letter, bytes]:
        """Return a letter and its text."""
        head, _, body = place.read_bytes().partition(b"\n")
        return Letter(**json.loads(head)), body

    def put_aside(self, place: Path) -> None:
        """Keep apart what the house will never take, so that somebody may look at it."""
        place.replace(self._refused / place.name)

    def write(self, name: str, text: bytes) -> None:
        """Write a file whole or not at all."""
        draft = self._folder / f"{name}.draft"
        with draft.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)

    def note(self, name: str) -> bytes:
        """Return a file that was written here, empty where there is none."""
        place = self._folder / name
        return place.read_bytes() if place.exists() else b""
