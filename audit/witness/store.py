"""What a witness has seen: a SQLite file of its own, with the signed checkpoint that it cosigned last of each log.

The file is made once, for one key. A witness whose file is gone would cosign any history, so a missing file is an
error and never a new beginning. To go back to an older copy of it is the one thing that must not be done.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_WAIT_SECONDS = 20.0

_SCHEMA = """
CREATE TABLE witness (one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL) STRICT;
CREATE TABLE seen (
    origin TEXT PRIMARY KEY, vkey TEXT NOT NULL, size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL
) STRICT;
CREATE TRIGGER seen_only_grows BEFORE UPDATE ON seen
WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root != OLD.root) OR NEW.origin != OLD.origin
BEGIN SELECT RAISE(ABORT, 'a witness does not go back'); END;
CREATE TRIGGER seen_is_not_forgotten BEFORE DELETE ON seen BEGIN SELECT RAISE(ABORT, 'a witness does not forget'); END;
"""


class UnusableStoreError(Exception):
    """The store cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of a log that was cosigned: the key that signed it, and the note as it came."""

    origin: str
    vkey: str
    size: int
    root: bytes
    note: bytes


def make_store(path: Path, vkey: str) -> None:
    """Make the file for the witness with this key; one that exists is never written over."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO witness VALUES (1, ?)", (vkey,))


class Store:
    """The file of one witness, made for its key ``vkey``. Each call opens it anew; threads and processes may share."""

    def __init__(self, path: Path) -> None:
        """Open the store, or raise ``UnusableStoreError``."""
        self._path = path
        try:
            with self._opened() as connection:
                row = connection.execute("SELECT vkey FROM witness").fetchone()
        except sqlite3.Error as error:
            raise UnusableStoreError(
                f"The store {path} cannot be used: {error}. If it was lost, restore its newest copy; "
                "a new store is for a new witness with a new key."
            ) from error
        if row is None:
            raise UnusableStoreError(f"The store {path} was made only half. Remove it, and make it again.")
        self.vkey: str = row[0]

    def latest(self, origin: str) -> Seen | None:
        """Return the last checkpoint that was cosigned of a log, or ``None``."""
        with self._opened() as connection:
            return _read(connection, origin)

    def advance(self, origin: str, decide: Callable[[Seen | None], Seen]) -> Seen:
        """Put what ``decide`` makes of the last checkpoint in its place, and return it when the disk has it.

        Between reading and writing nobody else writes. Where ``decide`` raises, nothing changes.
        """
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            seen = decide(_read(connection, origin))
            connection.execute(
                "INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET "
                "vkey = excluded.vkey, size = excluded.size, root = excluded.root, note = excluded.note",
                (origin, seen.vkey, seen.size, seen.root, seen.note),
            )
            connection.execute("COMMIT")
            return seen

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        # Closing a connection in the middle of a transaction rolls it back.
        with closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
            # FULL syncs the data; EXTRA also the folder, without which a power cut can bring the journal back.
            connection.execute("PRAGMA synchronous = EXTRA")
            yield connection


def _read(connection: sqlite3.Connection, origin: str) -> Seen | None:
    row = connection.execute("SELECT origin, vkey, size, root, note FROM seen WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else Seen(*row)
