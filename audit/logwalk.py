"""One walk over one log: every row read once, in order, and held against the others."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entrycheck import EntryColumns, entry_fault, opening_fault, parse_body
from audit.errors import VerificationError
from audit.facts import CheckpointPublished
from audit.models import Disclosure, Entry, Head, Log, StoredCheckpoint, Tile
from audit.note import ED25519, Verifier, VerifierKey, decode_base64, encode_base64
from audit.tiles import HEIGHT, WIDTH
from audit.tree import EMPTY_ROOT, Frontier

BATCH = 64 * WIDTH
FINDINGS_MAX = 20
_NONE: dict[str, str] = {}
UNREADABLE = (DBAPIError, VerificationError, ValueError, TypeError, KeyError, AttributeError)
"""What reading a row may raise where somebody has written into it."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: in which log, where in it, and what is wrong."""

    log: str
    place: str
    reason: str

    def __str__(self) -> str:
        """Write the finding as one line."""
        return f"{self.log or 'database'}: {self.place} {self.reason}"


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """What was read of one log. ``signed_size`` entries stand under a checkpoint that holds."""

    name: str
    origin: str
    size: int
    signed_size: int
    root: str
    holds: bool


class LogWalk:
    """Reads one log from its first entry to its last. ``findings``, ``signed`` and ``published`` are its outcome."""

    def __init__(
        self, session: Session, log: Log, trusted_keys: Collection[str] | None, progress: Progress | None = None
    ) -> None:
        self.log = log
        self.findings: list[Finding] = []
        self.signed: dict[int, str] = {}
        self.published: dict[tuple[str, int], str] = {}
        self._session = session
        self._trusted_keys = trusted_keys
        self._progress = progress
        self._frontier = Frontier()
        self._pending: list[list[bytes]] = [[]]
        self._tiles_seen: set[tuple[int, int]] = set()
        self._checkpoints: dict[int, Checkpoint] = {}

    def run(self) -> None:
        """Walk; whatever is wrong becomes a finding, in the order met."""
        try:
            self._check_key()
            self._open_checkpoints()
            total = self._session.scalar(select(func.count()).where(Entry.log_id == self.log.id)) or 0
            for rows in self._batches():
                self._check_batch(rows)
                if self._progress is not None:
                    self._progress(self.log.name, self._frontier.size, total)
            self._check_end()
        except UNREADABLE as error:
            self._find("the log", f"cannot be read: {_first_line(error)}")

    def verdict(self) -> LogVerdict:
        """Return what the walk has read."""
        return LogVerdict(
            name=self.log.name,
            origin=self.log.origin,
            size=self._frontier.size,
            signed_size=max(self.signed, default=0),
            root=encode_base64(self._frontier.root() if self._frontier.size else EMPTY_ROOT),
            holds=not self.findings,
        )

    def _find(self, place: str, reason: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(self.log.name, place, reason))

    def _check_key(self) -> None:
        if self._trusted_keys is not None and self.log.public_key not in self._trusted_keys:
            self._find("the key", "is none of the keys that were given")

    def _open_checkpoints(self) -> None:
        verifier = Verifier.from_vkey(VerifierKey(self.log.origin, ED25519, decode_base64(self.log.public_key)).vkey)
        columns = select(StoredCheckpoint.size, StoredCheckpoint.note).where(StoredCheckpoint.log_id == self.log.id)
        for size, note in self._session.execute(columns.order_by(StoredCheckpoint.size)):
            try:
                checkpoint = open_checkpoint(note, verifier, self.log.origin)
            except UNREADABLE as error:
                self._find(f"checkpoint {size}", f"does not hold: {_first_line(error)}")
                continue
            if checkpoint.size != size:
                self._find(f"checkpoint {size}", f"signs {checkpoint.size} entries")
            else:
                self._checkpoints[size] = checkpoint

    def _batches(self) -> Iterator[Sequence[EntryColumns]]:
        last, limit = -(2**63), BATCH
        recorded_at = type_coerce(Entry.recorded_at, String)
        columns = (Entry.index, Entry.kind, recorded_at, Entry.actor, Entry.about, Entry.body, Entry.leaf_hash)
        while True:
            following = select(*columns).where(Entry.log_id == self.log.id, Entry.index > last)
            try:
                rows = self._session.execute(following.order_by(Entry.index).limit(limit)).all()
            except UNREADABLE:
                if limit == 1:
                    self._find(f"entry {self._frontier.size}", "cannot be read")
                    return
                limit = 1  # go on row by row, so that the one at fault can be named
                continue
            if not rows:
                return
            last = rows[-1][0]
            yield rows

    def _check_batch(self, rows: Sequence[EntryColumns]) -> None:
        disclosures = self._disclosures(rows[0][0], rows[-1][0])
        leaves: list[bytes] = []
        place = self._frontier.size
        for row in rows:
            if row[0] != place:
                self._find(f"entry {place}", f"is missing: entry {row[0]} follows")
                place = row[0]
            body = row[5] if isinstance(row[5], bytes) else b""
            leaf = sha256(b"\x00" + body).digest()
            fault = entry_fault(row, leaf, disclosures.get(place, _NONE)) or self._fault_of_meaning(
                row[0], row[1], body
            )
            if fault:
                self._find(f"entry {place}", fault)
            leaves.append(leaf)
            place += 1
        self._grow(leaves)

    def _fault_of_meaning(self, index: int, kind: str, body: bytes) -> str | None:
        if index == 0:
            return opening_fault(self.log, body)
        if kind == CheckpointPublished.kind:
            told = parse_body(body)["data"]
            self.published[told["log"], told["size"]] = told["root"]
        return None

    def _disclosures(self, first: int, last: int) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        places = (Disclosure.log_id == self.log.id, Disclosure.index >= first, Disclosure.index <= last)
        for index, name, text in self._session.execute(
            select(Disclosure.index, Disclosure.name, Disclosure.disclosure).where(*places)
        ):
            found.setdefault(index, {})[name] = text
        return found

    def _grow(self, leaves: list[bytes]) -> None:
        start, end = self._frontier.size, self._frontier.size + len(leaves)
        done = start
        for size in [size for size in self._checkpoints if start < size <= end]:
            self._frontier.extend(leaves[done - start : size - start])
            done = size
            if self._frontier.root() == self._checkpoints[size].root:
                self.signed[size] = encode_base64(self._checkpoints[size].root)
            else:
                self._find(f"checkpoint {size}", "signs other entries than these")
        self._frontier.extend(leaves[done - start :])
        self._pending[0] += leaves
        self._fill_tiles(0)

    def _fill_tiles(self, level: int) -> None:
        pending = self._pending[level]
        completed = (self._frontier.size >> HEIGHT * (level + 1)) - len(pending) // WIDTH
        while len(pending) >= WIDTH:
            hashes, pending[:] = pending[:WIDTH], pending[WIDTH:]
            self._check_tile(level, completed, b"".join(hashes))
            completed += 1
            if level + 1 == len(self._pending):
                self._pending.append([])
            root = Frontier()
            root.extend(hashes)
            self._pending[level + 1].append(root.root())
        if level + 1 < len(self._pending):
            self._fill_tiles(level + 1)

    def _check_tile(self, level: int, index: int, hashes: bytes) -> None:
        stored = self._session.scalar(
            select(Tile.hashes).where(Tile.log_id == self.log.id, Tile.level == level, Tile.index == index)
        )
        if stored is not None:
            self._tiles_seen.add((level, index))
        is_due = (index + 1) << HEIGHT * (level + 1) <= max(self._checkpoints, default=0)
        if stored is None and is_due:
            self._find(f"tile {level}/{index}", "is missing")
        elif stored is not None and stored != hashes:
            self._find(f"tile {level}/{index}", "is not what the entries make")

    def _check_end(self) -> None:
        size = self._frontier.size
        for beyond in [one for one in self._checkpoints if one > size]:
            self._find(f"checkpoint {beyond}", f"signs more entries than the {size} there are: the log was cut")
        head = self._session.scalar(select(Head.size).where(Head.log_id == self.log.id))
        if head != size:
            self._find("the head", f"counts {head} entries where there are {size}")
        if size == 0:
            self._find("entry 0", "is missing: a log begins with its own opening")
        keys = select(Tile.level, Tile.index).where(Tile.log_id == self.log.id)
        for level, index in self._session.execute(keys.order_by(Tile.level, Tile.index)):
            if (level, index) not in self._tiles_seen:
                self._find(f"tile {level}/{index}", "is of no entries")
        strays = select(Disclosure.index).where(
            Disclosure.log_id == self.log.id, (Disclosure.index >= size) | (Disclosure.index < 0)
        )
        for index in self._session.scalars(strays.distinct()):
            self._find(f"entry {index}", "does not exist, but has personal values")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
