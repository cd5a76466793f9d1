"""One walk over one log: its stretches put together, and held against its keys, checkpoints, tiles and head."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from audit.checkpoint import Checkpoint
from audit.entrycheck import opening_fault
from audit.errors import VerificationError
from audit.facts.logs import CheckpointPublished
from audit.keyrows import KeyLine, key_row_faults, open_checkpoints, read_keys
from audit.models import Disclosure, Entry, Head, Log, Pruning, Tile
from audit.note import encode_base64
from audit.rowsource import UnreadableRowsError
from audit.stretch import FINDINGS_MAX, Meant, Stretch, StretchRead, silence_told, tile_root
from audit.succession import KeyState
from audit.tiles import HEIGHT, WIDTH
from audit.tree import EMPTY_ROOT, Frontier
from audit.valuecheck import ValueCount
from audit.verdict import Erasure, Finding, LogVerdict

STRETCH = 32 * WIDTH
"""Entries of a stretch."""
UNREADABLE = (DBAPIError, UnreadableRowsError, VerificationError, ValueError, TypeError, KeyError, AttributeError)
"""What reading a row may raise where somebody has written into it."""


class LogWalk:
    """Puts the stretches of one log together, first to last. ``findings``, ``signed`` and ``meant`` are its outcome."""

    def __init__(self, session: Session, log: Log, trusted_keys: Collection[str] | None) -> None:
        self.log = log
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self.signed: dict[int, str] = {}
        self.meant: list[Meant] = []
        self.pruned_below = 0
        self.size = 0
        self._session = session
        self._trusted_keys = trusted_keys
        self._keys: KeyLine | None = None
        self._key_state: KeyState | None = None
        self._checkpoints: dict[int, Checkpoint] = {}
        self._tiles = Frontier()
        self._tail: tuple[bytes, ...] = ()
        self._pending: list[list[bytes]] = [[]]
        self._count = ValueCount()
        self._last_at: datetime | None = None

    def find(self, place: str, reason: str) -> None:
        """Add a finding, unless there are enough of this log."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(self.log.name, place, reason))

    # ------------------------------------------------------------------------------------------------- before

    def stretches(self, silence: timedelta | None = None) -> list[Stretch]:
        """Read what stands beside the entries, and return the stretches that are to be read of them."""
        try:
            self._read_keys()
            self._measure()
        except UNREADABLE as error:
            self.find("the log", f"cannot be read: {_first_line(error)}")
            return []
        return [*self._cut(0, self.pruned_below, silence), *self._cut(self.pruned_below, self.size, silence)]

    def _read_keys(self) -> None:
        self._keys, found = read_keys(self._session, self.log)
        self._key_state, sentence = self._keys.state(self._trusted_keys)
        if self._key_state in (KeyState.UNKNOWN, KeyState.REVOKED, KeyState.REPLACED):
            self.find("the key", sentence)
        elif sentence:
            self.notes.append(f"{self.log.name}: the key {sentence}")
        self._checkpoints, wrong = open_checkpoints(self._session, self.log, self._keys)
        for place, reason in (*found, *wrong):
            self.find(place, reason)

    def _measure(self) -> None:
        """Count the rows: without gap they end there, and where there is a gap it lies before."""
        minimum = self._session.scalar(select(func.max(Pruning.minimum)).where(Pruning.log_id == self.log.id)) or 0
        counted = select(func.count()).where(Entry.log_id == self.log.id)
        before = self._session.scalar(counted.where(Entry.index < minimum)) or 0
        behind = self._session.scalar(counted.where(Entry.index >= minimum)) or 0
        if minimum % WIDTH or minimum < 0 or minimum > max(self._checkpoints, default=0):
            self.find(f"the minimum {minimum}", "is none that this log can have: whole tiles, all of them signed")
            minimum, before, behind = 0, 0, before + behind
        if before:
            self.find(f"entries below {minimum}", "were pruned, and some are here")
        self.pruned_below, self.size = minimum, minimum + behind

    def _cut(self, start: int, end: int, silence: timedelta | None) -> Iterator[Stretch]:
        due = max(self._checkpoints, default=0)
        for first in range(start, end, STRETCH):
            last = min(first + STRETCH, end)
            edges = tuple(size for size in sorted(self._checkpoints) if first < size <= last)
            is_pruned = end <= self.pruned_below
            yield Stretch(self.log.id, self.log.name, first, last, edges, due, is_pruned, silence)

    # ------------------------------------------------------------------------------------------------- during

    def take(self, stretch: Stretch, read: StretchRead) -> None:
        """Take in the next stretch, as it was read."""
        of_tiles = [found for found in read.findings if found[0].startswith("tile")]
        for place, reason in (found for found in read.findings if found not in of_tiles):
            self.find(place, reason)
        self.meant += read.meant
        self._count.add(read.count)
        self._listen(stretch, read)
        self._sign(stretch, read)
        # After the checkpoints: what is signed says more than what is stored beside it.
        for place, reason in of_tiles:
            self.find(place, reason)
        self._tail = read.peaks
        self._pending[0] += read.roots
        self._fill_tiles(0)

    def _sign(self, stretch: Stretch, read: StretchRead) -> None:
        """Grow the tree, and hold each checkpoint of the stretch against it."""
        done = 0
        for size in stretch.edges:
            tiles = (size >> HEIGHT) - (stretch.first >> HEIGHT)
            self._tiles.extend(read.roots[done:tiles])
            done = tiles
            tree = Frontier(size, (*self._tiles.peaks, *read.edges.get(size, ())))
            if tree.root() == self._checkpoints[size].root:
                self.signed[size] = encode_base64(tree.root())
            else:
                self.find(f"checkpoint {size}", "signs other entries than these")
        self._tiles.extend(read.roots[done:])

    def _listen(self, stretch: Stretch, read: StretchRead) -> None:
        if stretch.silence is None or read.began_at is None:
            return
        if self._last_at is not None and read.began_at - self._last_at > stretch.silence:
            self.find(f"entry {stretch.first}", silence_told(read.began_at - self._last_at))
        self._last_at = read.ended_at

    def _fill_tiles(self, below: int) -> None:
        """Check the tiles above what is pending: hashes of the level ``below``'s own tiles."""
        pending = self._pending[below]
        completed = (self._tiles.size >> HEIGHT * (below + 1)) - len(pending) // WIDTH
        while len(pending) >= WIDTH:
            hashes, pending[:] = b"".join(pending[:WIDTH]), pending[WIDTH:]
            self._check_tile(below + 1, completed, hashes)
            completed += 1
            if below + 1 == len(self._pending):
                self._pending.append([])
            self._pending[below + 1].append(tile_root(hashes))
        if below + 1 < len(self._pending):
            self._fill_tiles(below + 1)

    def _check_tile(self, level: int, index: int, hashes: bytes) -> None:
        this = (Tile.log_id == self.log.id, Tile.level == level, Tile.index == index)
        stored = self._session.scalar(select(Tile.hashes).where(*this))
        is_due = (index + 1) << HEIGHT * (level + 1) <= max(self._checkpoints, default=0)
        if stored is None and is_due:
            self.find(f"tile {level}/{index}", "is missing")
        elif stored is not None and stored != hashes:
            self.find(f"tile {level}/{index}", "is not what the entries make")

    # -------------------------------------------------------------------------------------------------- after

    def finish(self, silence: timedelta | None = None, now: datetime | None = None) -> None:
        """Check what can be known only at the end."""
        try:
            self._check_end()
            self._check_opening()
            for place, reason in key_row_faults(self._session, self.log, self.meant, pruned_below=self.pruned_below):
                self.find(place, reason)
        except UNREADABLE as error:
            self.find("the log", f"cannot be read: {_first_line(error)}")
        if silence is not None and now is not None and self._last_at is not None and now - self._last_at > silence:
            minutes = (now - self._last_at).total_seconds() / 60
            self.find(f"entry {self.size - 1}", f"is the last, and {minutes:.0f} minutes of silence follow it")

    def _check_end(self) -> None:
        size = self.size
        for beyond in [one for one in self._checkpoints if one > size]:
            self.find(f"checkpoint {beyond}", f"signs more entries than the {size} there are: the log was cut")
        head = self._session.scalar(select(Head.size).where(Head.log_id == self.log.id))
        if head != size:
            self.find("the head", f"counts {head} entries where there are {size}")
        if size == 0:
            self.find("entry 0", "is missing: a log begins with its own opening")
        keys = select(Tile.level, Tile.index).where(Tile.log_id == self.log.id).order_by(Tile.level, Tile.index)
        for level, index in self._session.execute(keys):
            if level < 0 or not 0 <= index < size >> HEIGHT * (level + 1):
                self.find(f"tile {level}/{index}", "is of no entries")
        beside = (Disclosure.index >= size) | (Disclosure.index < self.pruned_below)
        strays = select(Disclosure.index).where(Disclosure.log_id == self.log.id, beside)
        for index in self._session.scalars(strays.distinct()):
            self.find(f"entry {index}", "does not exist, but has personal values")

    def _check_opening(self) -> None:
        opening = next((one for one in self.meant if one.index == 0), None)
        if opening is not None and (fault := opening_fault(self.log, opening.said)):
            self.find("entry 0", fault)

    def published(self) -> dict[tuple[str, int], str]:
        """Return which checkpoints of other logs this one names, each with its root."""
        told = [one.said.data for one in self.meant if one.said.kind == CheckpointPublished.kind]
        return {(str(one.get("log")), one.get("size", -1)): str(one.get("root")) for one in told}

    def verdict(self, cosigned: int, unchecked: int) -> LogVerdict:
        """Return what the walk has read, with how many cosignatures were checked, and how many were not."""
        believed = [size for size in self.signed if self._keys and self._keys.believes(self._trusted_keys, size)]
        size = (self._tiles.size << HEIGHT) + (self.size - (self.size >> HEIGHT << HEIGHT))
        whole = Frontier(size, (*self._tiles.peaks, *self._tail)) if size == self.size else Frontier()
        erased = sorted(self._count.erased.items(), key=lambda one: one[0].entry)
        return LogVerdict(
            name=self.log.name,
            origin=self.log.origin,
            size=self.size,
            signed_size=max(believed, default=0),
            root=encode_base64(whole.root() if whole.size else EMPTY_ROOT),
            holds=not self.findings,
            key=self._key_state.value if self._key_state is not None else "believed",
            pruned_below=self.pruned_below,
            values=self._count.values,
            unopened=self._count.unopened,
            erasures=tuple(Erasure(one.entry, one.order, values) for one, values in erased),
            cosigned=cosigned,
            cosignatures_unchecked=unchecked,
        )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
