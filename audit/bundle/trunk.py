"""The tree of a bundle, built again from its leaves up and held against tiles, entries, values and root."""

import base64
import binascii
import re
from collections.abc import Callable, Collection
from hashlib import sha256

from audit.bundle.archive import Archive
from audit.bundle.blocks import Block, blocks_of, entries_in
from audit.bundle.gaps import OPENS_WITH_DIGESTS, Erasures, digests_in, note_erasures, said_by_trail
from audit.bundle.verdict import BundleFault, Word
from audit.checkpoint import Checkpoint
from audit.disclosure import digest
from audit.errors import MalformedTile
from audit.facts.orders import LogPruned
from audit.tiles import WIDTH, decode_tile, tile_path
from audit.tree import Frontier

_NAMED = re.compile(rb'\["[A-Za-z0-9_-]{22}", "([^"\\\x00-\x1f\x7f-\xff]+)", ')


class Trunk:
    """One pass over a bundle's entries and tiles. What is counted holds once ``run`` has returned.

    ``missing`` counts the personal values that are not there, ``erased`` those of them that the log names as erased.
    ``statements`` are those on the log's keys that entries repeat; ``pruned_by`` is the entry that orders the pruning.
    """

    def __init__(
        self,
        archive: Archive,
        checkpoint: Checkpoint,
        minimum: int,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self.checkpoint, self.minimum = checkpoint, minimum
        self.roots: dict[int, bytes] = {}
        self.left_out: list[tuple[int, int]] = []
        self.disclosed = self.disclosures = self.missing = self.erased = 0
        self.erasures: Erasures = {}
        self.statements: list[bytes] = []
        self.pruned_by: int | None = None
        self._archive, self._progress = archive, progress
        self._upper = Frontier()
        self._pending: list[bytearray] = [bytearray()]
        self._done: list[int] = [0]

    def run(self, sizes: Collection[int]) -> None:
        """Check all; the roots at ``sizes`` are in ``roots`` then. Raises ``BundleFault`` at the first that fails."""
        size = self.checkpoint.size
        self._note_roots(0, (), {*sizes, size})
        for block in blocks_of(self._archive, size, self.minimum):
            name = tile_path(0, block.first // WIDTH, block.width)
            hashes = self._tile(name, block.width)
            self._check_bodies(block, hashes)
            self._check_values(block)
            self._note_roots(block.first, hashes, {*sizes, size})
            if block.width == WIDTH:
                self._grow(_root(hashes))
            if self._progress is not None:
                self._progress(self.checkpoint.origin, block.first + block.width, size)
        for level in range(1, len(self._pending)):
            if self._pending[level]:
                self._check_tile(level)
        if self.roots[size] != self.checkpoint.root:
            raise BundleFault(Word.ALTERED, "the tree", "is not the one that was signed")
        if self.erasures and self.missing:
            # What erases comes after what it erased, so the entries are gone through once more.
            found = entries_in(self._archive, size, self.minimum, self.erasures)
            self.erased = sum(len(entry.erased_by) for entry in found)

    def _tile(self, name: str, width: int) -> tuple[bytes, ...]:
        try:
            return decode_tile(self._archive.read(name), width)
        except MalformedTile as error:
            raise BundleFault(Word.ALTERED, name, str(error)) from error

    def _check_bodies(self, block: Block, hashes: tuple[bytes, ...]) -> None:
        # Written out for speed: everything in a bundle goes through this loop.
        leaves = [sha256(b"\x00" + body).digest() for body in block.bodies]
        places = block.indexes
        if isinstance(places, range) and tuple(leaves) == hashes:
            self.disclosed += len(leaves)
            return
        due = block.first
        for index, leaf in zip(places, leaves, strict=True):
            if hashes[index - block.first] != leaf:
                raise BundleFault(Word.ALTERED, f"entry {index}", "does not hash to its leaf", index)
            self._leave_out(due, index - 1)
            due = index + 1
        self._leave_out(due, block.first + block.width - 1)
        self.disclosed += len(leaves)

    def _leave_out(self, first: int, last: int) -> None:
        if last < first:
            return
        if self.left_out and self.left_out[-1][1] == first - 1:
            first = self.left_out.pop()[0]
        self.left_out.append((first, last))

    def _check_values(self, block: Block) -> None:
        unmet = set(block.disclosures)
        for index, body in zip(block.indexes, block.bodies, strict=True):
            self._hear(index, body)
            if not body.startswith(OPENS_WITH_DIGESTS):
                continue
            digests = digests_in(body)
            for name, text in block.disclosures.get(index, {}).items():
                seen = f'"{digest(text)}"'
                if seen not in digests or _name_in(text) != name:
                    reason = f"has a personal value {name!r} that is not the one it was recorded with"
                    raise BundleFault(Word.ALTERED, f"entry {index}", reason, index)
                digests.remove(seen)
                self.disclosures += 1
            unmet.discard(index)
            self.missing += len(digests)
        if unmet:
            index = min(unmet)
            raise BundleFault(Word.ALTERED, f"entry {index}", "has personal values, and digests of none", index)

    def _hear(self, index: int, body: bytes) -> None:
        """Note what an entry says of the trail itself: values that were erased, and keys that changed."""
        said = said_by_trail(body)
        if said is None:
            return
        note_erasures(said, index, self.erasures)
        statement = said["data"].get("statement")
        if said["fact"].startswith("audit.key.") and isinstance(statement, str):
            self.statements.append(statement.encode())
        this = (self.checkpoint.origin.rpartition("/")[2], self.minimum)
        if said["fact"] == LogPruned.kind and (said["data"].get("log"), said["data"].get("minimum")) == this:
            self.pruned_by = index

    def _note_roots(self, first: int, hashes: tuple[bytes, ...], sizes: Collection[int]) -> None:
        for size in [size for size in sizes if first < size <= first + len(hashes) or size == first == 0]:
            if size - first == WIDTH:
                whole = Frontier(self._upper.size, self._upper.peaks)
                whole.append(_root(hashes))
                self.roots[size] = whole.root()
            else:
                part = Frontier()
                part.extend(hashes[: size - first])
                self.roots[size] = Frontier(size, (*self._upper.peaks, *part.peaks)).root()

    def _grow(self, root: bytes) -> None:
        """Add the root of a full tile, and check each tile above that it completes."""
        self._upper.append(root)
        level = 1
        while True:
            if level == len(self._pending):
                self._pending.append(bytearray())
                self._done.append(0)
            self._pending[level] += root
            if len(self._pending[level]) < WIDTH * len(root):
                return
            root = _root(decode_tile(bytes(self._pending[level])))
            self._check_tile(level)
            level += 1

    def _check_tile(self, level: int) -> None:
        made = bytes(self._pending[level])
        name = tile_path(level, self._done[level], len(made) // 32)
        if self._archive.read(name) != made:
            raise BundleFault(Word.ALTERED, name, "is not what the tiles below it make")
        self._pending[level].clear()
        self._done[level] += 1


def _root(hashes: tuple[bytes, ...]) -> bytes:
    """Return the root of a full tile, pair by pair: every leaf of a bundle passes here."""
    level, sha = list(hashes), sha256
    while len(level) > 1:
        level = [sha(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _name_in(disclosure: str) -> str | None:
    """Return the name in a disclosure whose digest was found; it is in the form that we write, or in none."""
    try:
        found = _NAMED.match(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    except binascii.Error:
        return None
    return found[1].decode("ascii") if found else None
