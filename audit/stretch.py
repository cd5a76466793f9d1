"""A stretch of one log, read row by row: what a walk of the log is made of, one after the other or several at once.

A stretch begins at a multiple of 256, so it is whole tiles but for the log's last. Of each tile it answers the root, of
each checkpoint within it the peaks of the tree that lies between: the walk puts them together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from answerprint.core.sealing import seal_if_any
from audit.entrycheck import COLUMNS, MISSING, EntryColumns, Said, checked, read_body, said_by
from audit.entryshape import Shapes
from audit.facts.keys import KeyAdded, KeyHandedOver, KeyReplaced, KeyRevoked
from audit.facts.logs import CheckpointPublished
from audit.facts.orders import REPEATED, LogPruned, ValuesErased
from audit.rowsource import RowSource
from audit.tiles import WIDTH
from audit.tree import HASH_SIZE, Frontier
from audit.valuecheck import COLUMNS as VALUE_COLUMNS
from audit.valuecheck import Keyring, Listing, ValueCount, value_fault

FINDINGS_MAX = 20
BLOCK = 4 * WIDTH
"""Entries that are asked for at once: of more, the first have left the processor's cache before they are read."""
_KEYS = (KeyAdded, KeyHandedOver, KeyReplaced, KeyRevoked)
MEANT = frozenset(fact.kind for fact in (CheckpointPublished, *_KEYS, *REPEATED))
"""Kinds of entries that other rows of the trail repeat."""
_ENTRIES = f"SELECT {COLUMNS} FROM audit_entries WHERE log_id = ? AND idx >= ? AND idx < ? ORDER BY idx"  # noqa: S608
_VALUES = f"SELECT {VALUE_COLUMNS} FROM audit_disclosures WHERE log_id = ? AND idx >= ? AND idx < ?"  # noqa: S608
_TILES = "SELECT idx, hashes FROM audit_tiles WHERE log_id = ? AND level = 0 AND idx >= ? AND idx < ?"
_OF_KIND = "SELECT idx, body FROM audit_entries WHERE log_id = ? AND kind = ?"
_SUBJECTS = "SELECT subject, sealed_key FROM audit_subjects"
_ENDED = "SELECT COUNT(*) FROM audit_entries WHERE kind IN (?, ?)"


@dataclass(frozen=True, slots=True)
class Meant:
    """An entry that other rows repeat."""

    index: int
    said: Said


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be read of a log: its entries from ``first`` up to ``last``; ``edges`` are checkpoints' sizes in it.

    Up to ``due`` each full tile must be stored. Of a pruned stretch the tiles stand for the entries.
    """

    log_id: int
    log: str
    first: int
    last: int
    edges: tuple[int, ...]
    due: int
    is_pruned: bool = False
    silence: timedelta | None = None


@dataclass(slots=True)
class StretchRead:
    """What was read: the roots of whole tiles, the peaks of what follows them, and at each edge the peaks before it."""

    roots: list[bytes] = field(default_factory=list)
    peaks: tuple[bytes, ...] = ()
    edges: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    findings: list[tuple[str, str]] = field(default_factory=list)
    meant: list[Meant] = field(default_factory=list)
    count: ValueCount = field(default_factory=ValueCount)
    began_at: datetime | None = None
    ended_at: datetime | None = None

    def find(self, place: str, reason: str) -> None:
        """Add a finding, unless there are enough."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append((place, reason))


class Reader:
    """Reads stretches through one session, all from one state of the database."""

    def __init__(self, session: Session) -> None:
        self._rows = RowSource(session)
        self._keyring = Keyring(seal_if_any(session), dict(self._rows.read(_SUBJECTS)))
        self._listings: dict[int, dict[str, Listing]] = {}
        self._shapes = Shapes()

    def ended(self) -> int:
        """Count the entries by which values and entries ended: two states that agree in it agree in what is gone."""
        return int(self._rows.read(_ENDED, ValuesErased.kind, LogPruned.kind)[0][0])

    def listed(self, log_id: int) -> dict[str, Listing]:
        """Return the digests of a log whose values were erased, as its entries list them."""
        if log_id not in self._listings:
            self._listings[log_id] = dict(self._list(log_id))
        return self._listings[log_id]

    def _list(self, log_id: int) -> Iterator[tuple[str, Listing]]:
        for index, body in self._rows.read(_OF_KIND, log_id, ValuesErased.kind):
            said = read_body(body)
            if said is not None and isinstance(said.data.get("digests"), list):
                listing = Listing(str(said.data.get("order")), index)
                yield from ((digest, listing) for digest in said.data["digests"] if isinstance(digest, str))

    def read(self, stretch: Stretch) -> StretchRead:
        """Read a stretch; whatever is wrong in it comes back as findings."""
        read = StretchRead()
        for first in range(stretch.first, stretch.last, BLOCK):
            last = min(first + BLOCK, stretch.last)
            stored = self._tiles(read, stretch, first, last)
            leaves = (
                b"".join(stored.get(index, bytes(HASH_SIZE * WIDTH)) for index in range(first // WIDTH, last // WIDTH))
                if stretch.is_pruned
                else self._leaves(read, stretch, first, last)
            )
            for start in range(first, last, WIDTH):
                hashes = leaves[(start - first) * HASH_SIZE : (start - first + WIDTH) * HASH_SIZE]
                _grow(read, stretch, start // WIDTH, hashes, stored.get(start // WIDTH))
        return read

    def _tiles(self, read: StretchRead, stretch: Stretch, first: int, last: int) -> dict[int, bytes]:
        rows, unreadable = self._rows.read_places(_TILES, stretch.log_id, first // WIDTH, -(-last // WIDTH))
        for index in unreadable:
            read.find(f"tile 0/{index}", "cannot be read")
        stored = dict(rows)
        if stretch.is_pruned:
            for index in range(first // WIDTH, last // WIDTH):
                if not isinstance(stored.get(index), bytes) or len(stored[index]) != WIDTH * HASH_SIZE:
                    read.find(f"tile 0/{index}", "is missing, and its entries were pruned")
                    stored[index] = bytes(WIDTH * HASH_SIZE)
        return stored

    def _leaves(self, read: StretchRead, stretch: Stretch, first: int, last: int) -> bytes:
        """Check the entries of some places, and return their leaf hashes, made anew from their bodies."""
        rows, unreadable = self._rows.read_places(_ENTRIES, stretch.log_id, first, last)
        values = self._values(read, stretch, first, last)
        leaves: list[bytes] = []
        place = first
        for row, leaf in zip(rows, self._shapes.leaves(rows), strict=True):
            if row[0] != place:
                place = _gap(read, leaves, place, row[0], unreadable)
            if leaf is not None and place > 0 and place not in values and stretch.silence is None:
                leaves.append(leaf)
            else:
                leaves.append(self._entry(read, stretch, place, row, values.get(place, _NO_ROWS)))
            place += 1
        if place < last:
            _gap(read, leaves, place, last, unreadable)
        return b"".join(leaves)

    def _entry(
        self, read: StretchRead, stretch: Stretch, place: int, row: EntryColumns, values: list[tuple[Any, ...]]
    ) -> bytes:
        """Read an entry whole, with the values beside it; what is wrong is found, and its leaf hash returned."""
        leaf, fault, said = checked(row)
        if said is not None:
            if "_sd" in said or values or row[1] in MEANT or place == 0 or stretch.silence is not None:
                _keep(read, stretch, place, said)
                fault = self._value_fault(read, stretch, said, values)
            else:
                self._shapes.learn(row[1], row[6])
        if fault is not None:
            read.find(f"entry {place}", fault)
        return leaf

    def _value_fault(
        self, read: StretchRead, stretch: Stretch, said: dict[str, Any], rows: list[tuple[Any, ...]]
    ) -> str | None:
        digests, nonce = said.get("_sd", _NO_ROWS), said.get("nonce")
        if type(digests) is not list or type(nonce) is not str:
            return "is not an entry in the form that is recorded here"
        try:
            return value_fault(digests, nonce, rows, self._keyring, self.listed(stretch.log_id), read.count)
        except TypeError:
            return "has personal values of another type than is recorded here"

    def _values(self, read: StretchRead, stretch: Stretch, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
        rows, unreadable = self._rows.read_places(_VALUES, stretch.log_id, first, last)
        for index in unreadable:
            read.find(f"entry {index}", "has personal values that cannot be read")
        values: dict[int, list[tuple[Any, ...]]] = {}
        for row in rows:
            values.setdefault(row[0], []).append(row)
        return values


def _gap(read: StretchRead, leaves: list[bytes], place: int, following: object, unreadable: Sequence[int]) -> int:
    """Tell a gap, and return the place behind it."""
    if not isinstance(following, int):
        read.find(f"entry {following!r}", "has a place that no entry has")
        return place
    if place in unreadable:
        read.find(f"entry {place}", "cannot be read")
    else:
        read.find(f"entry {place}", f"is missing: entry {following} follows")
    # What stands behind a gap keeps its place in the tree.
    leaves.extend([MISSING] * (following - place))
    return following


_NO_ROWS: list[Any] = []


def _keep(read: StretchRead, stretch: Stretch, index: int, body: dict[str, Any]) -> None:
    """Keep what other rows repeat, and listen for silence."""
    try:
        said = said_by(body)
        if index == 0 or said.kind in MEANT:
            read.meant.append(Meant(index, said))
        if stretch.silence is None:
            return
        at = datetime.fromisoformat(said.at).astimezone(UTC)
    except (ValueError, TypeError, KeyError):
        read.find(f"entry {index}", "is not an entry in the form that is recorded here")
        return
    if read.ended_at is not None and at - read.ended_at > stretch.silence:
        read.find(f"entry {index}", silence_told(at - read.ended_at))
    read.began_at, read.ended_at = read.began_at or at, at


def silence_told(gap: timedelta) -> str:
    """Say how long nothing was recorded."""
    return f"comes after a silence of {gap.total_seconds() / 60:.0f} minutes"


def _grow(read: StretchRead, stretch: Stretch, index: int, hashes: bytes, stored: object) -> None:
    """Take one tile's leaf hashes into what was read, and hold the tile that is stored against them."""
    start, is_full = index * WIDTH, len(hashes) == WIDTH * HASH_SIZE
    if stored is not None and is_full and stored != hashes:
        read.find(f"tile 0/{index}", "is not what the entries make")
    elif stored is None and is_full and start + WIDTH <= stretch.due:
        read.find(f"tile 0/{index}", "is missing")
    edges = [size for size in stretch.edges if start < size <= start + len(hashes) // HASH_SIZE]
    if is_full:
        read.roots.append(tile_root(hashes))
    if not is_full or edges not in ([], [start + WIDTH]):
        tree, done = Frontier(), 0
        leaves = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
        for size in edges:
            tree.extend(leaves[done : size - start])
            done = size - start
            if done < WIDTH:
                read.edges[size] = tree.peaks
        tree.extend(leaves[done:])
        read.peaks = tree.peaks if not is_full else ()


def tile_root(hashes: bytes) -> bytes:
    """Return the root over the hashes of a full tile, RFC 6962 section 2.1, level by level."""
    while len(hashes) > HASH_SIZE:
        pairs = range(0, len(hashes), 2 * HASH_SIZE)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs])
    return hashes
