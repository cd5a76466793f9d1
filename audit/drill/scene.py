"""Where an attack takes place: a copy of the trail, in a transaction that is never committed."""

import json
from dataclasses import dataclass
from typing import TypeVar, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from audit.canonical import canonical
from audit.drill.copy import Copy
from audit.models import Disclosure, Entry, Head, Log, StoredCheckpoint, Tile
from audit.record import HOUSE
from audit.tree import leaf_hash
from audit.witnessrows import GivenPolicy

LOGS, HEADS = cast("Table", Log.__table__), cast("Table", Head.__table__)
ENTRIES, DISCLOSURES = cast("Table", Entry.__table__), cast("Table", Disclosure.__table__)
TILES, CHECKPOINTS = cast("Table", Tile.__table__), cast("Table", StoredCheckpoint.__table__)

Row = RowMapping
T = TypeVar("T")


class NothingToAttackError(LookupError):
    """The copy does not hold what this attack is made on; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The copy under attack. ``kept`` are checkpoints that somebody outside the house has."""

    copy: Copy
    connection: Connection
    key: Ed25519PrivateKey | None
    trusted: frozenset[str] | None
    rehearsal: str | None
    kept: list[bytes]
    policies: tuple[GivenPolicy, ...] = ()

    def session(self) -> Session:
        """Open a session on the copy as it stands; see ``Copy.session``."""
        return self.copy.session(self.connection)

    @property
    def house(self) -> int:
        """The number of the house log."""
        return self._log(HOUSE)

    @property
    def other(self) -> int:
        """The number of a counterparty's log that is signed."""
        if self.rehearsal is not None:
            return self._log(self.rehearsal)
        signed = select(CHECKPOINTS.c.log_id).where(CHECKPOINTS.c.log_id != self.house).limit(1)
        log: int | None = self.connection.scalar(signed)
        return found(log, "a signed log of a counterparty")

    def held_key(self) -> Ed25519PrivateKey:
        """Return the key that signs the logs."""
        return found(self.key, "the key file")

    def _log(self, name: str) -> int:
        log: int | None = self.connection.scalar(select(LOGS.c.id).where(LOGS.c.name == name))
        return found(log, f"a log {name}")

    def size(self, log: int) -> int:
        """How many entries a log has."""
        last = select(func.max(ENTRIES.c.idx)).where(ENTRIES.c.log_id == log)
        index: int | None = self.connection.scalar(last)
        return 0 if index is None else index + 1

    def signed(self, log: int) -> int:
        """How many entries of a log its newest checkpoint covers."""
        newest = select(func.max(CHECKPOINTS.c.size)).where(CHECKPOINTS.c.log_id == log)
        size: int | None = self.connection.scalar(newest)
        return found(size, "a signed log")

    def middle(self, log: int) -> int:
        """Name a signed entry with signed ones before and behind it."""
        size = self.signed(log)
        first: int = self.connection.scalar(select(func.min(ENTRIES.c.idx)).where(ENTRIES.c.log_id == log)) or 0
        return found((first + size) // 2 if size - first >= 4 else None, "a log with four signed entries")

    def waiting(self, log: int) -> int:
        """Name the last entry of a log, which nobody has signed yet."""
        last = self.size(log) - 1
        return found(last if last >= self.signed(log) else None, "an entry that waits for its signature")

    def entry(self, log: int, index: int) -> Row:
        """One row of the entries."""
        this = select(ENTRIES).where(ENTRIES.c.log_id == log, ENTRIES.c.idx == index)
        return found(self.connection.execute(this).mappings().first(), "such an entry")

    def put(self, row: Row, **changes: object) -> None:
        """Add a row like ``row`` to the entries."""
        self.connection.execute(insert(ENTRIES).values({column.key: row[column.key] for column in ENTRIES.c} | changes))

    def forge(self, row: Row, index: int, said: dict[str, object], **columns: object) -> None:
        """Add an entry like ``row`` whose body says something else and hashes to its leaf, without personal values."""
        body = rewritten(row["body"], **{"_sd": [], "nonce": "0" * 32} | said)
        self.put(row, idx=index, body=body, leaf_hash=leaf_hash(body), **columns)

    def edit(self, log: int, index: int, **changes: object) -> None:
        """Change columns of one entry."""
        this = (ENTRIES.c.log_id == log, ENTRIES.c.idx == index)
        self.connection.execute(update(ENTRIES).where(*this).values(**changes))

    def rewrite(self, log: int, index: int, **changes: object) -> None:
        """Change members of one entry's body, and its leaf hash with it."""
        body = rewritten(self.entry(log, index)["body"], **changes)
        self.edit(log, index, body=body, leaf_hash=leaf_hash(body))

    def move(self, log: int, first: int, by: int) -> None:
        """Move all entries from ``first`` on, and what lies beside them, by some places."""
        for table in (ENTRIES, DISCLOSURES):
            behind = update(table).where(table.c.log_id == log, table.c.idx >= first)
            self.connection.execute(behind.values(idx=-table.c.idx))
            self.connection.execute(
                update(table).where(table.c.log_id == log, table.c.idx < 0).values(idx=by - table.c.idx)
            )

    def remove(self, log: int, first: int, last: int) -> None:
        """Delete entries, and what lies beside them."""
        for table in (DISCLOSURES, ENTRIES):
            these = (table.c.log_id == log, table.c.idx >= first, table.c.idx <= last)
            self.connection.execute(delete(table).where(*these))

    def set_head(self, log: int, size: int) -> None:
        """Have the head count otherwise."""
        self.connection.execute(update(HEADS).where(HEADS.c.log_id == log).values(size=size))


def rewritten(body: bytes, **changes: object) -> bytes:
    """Return a body that says something else, in the same form."""
    return canonical(json.loads(body) | changes)


def found(value: T | None, what: str) -> T:
    """Return the value, or raise ``NothingToAttackError``."""
    if value is None:
        raise NothingToAttackError(f"there is not {what}")
    return value
