"""The entries of a bundle, 256 at a time: what of them is disclosed, and the personal values beside them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.entry import BundledEntry
from audit.bundle.gaps import Erasures, with_gaps
from audit.bundle.verdict import BundleFault, Word
from audit.errors import MalformedTile
from audit.note import decode_base64
from audit.tiles import WIDTH, decode_entry_bundle, entries_path

_ENTRY = re.compile(rb'\{"body":"([A-Za-z0-9+/]*={0,2})","index":(0|[1-9][0-9]{0,18})\}')
_DISCLOSURE = re.compile(rb'\{"disclosure":"([A-Za-z0-9_-]+)","index":(0|[1-9][0-9]{0,18}),"name":("[ -~]+")\}')


@dataclass(frozen=True, slots=True)
class Block:
    """The entries of one tile: where they begin, how many the log has there, and those that are disclosed."""

    first: int
    width: int
    indexes: range | list[int]
    bodies: tuple[bytes, ...] | list[bytes]
    disclosures: dict[int, dict[str, str]]


def blocks_of(archive: Archive, size: int, minimum: int = 0) -> Iterator[Block]:
    """Yield the blocks of a log of ``size`` in order; nothing is checked but their form.

    Those below ``minimum`` were pruned and have no entries.
    """
    is_bundled = layout.ENTRIES not in archive.names()
    single = chain(() if is_bundled else _entries(archive, size, minimum), [None])
    beside = chain(_disclosures(archive, size), [None])
    entry, disclosure = next(single), next(beside)
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        is_whole = is_bundled and first >= minimum
        indexes: range | list[int] = range(first, first + width)
        bodies: tuple[bytes, ...] | list[bytes] = _bundle(archive, first, width) if is_whole else []
        if not is_whole:
            indexes, bodies = [], []
            while entry is not None and entry[0] < first + width:
                indexes.append(entry[0])
                bodies.append(entry[1])
                entry = next(single)
        values: dict[int, dict[str, str]] = {}
        while disclosure is not None and disclosure[0] < first + width:
            values.setdefault(disclosure[0], {})[disclosure[1]] = disclosure[2]
            disclosure = next(beside)
        yield Block(first, width, indexes, bodies, values)


def entries_in(archive: Archive, size: int, minimum: int, erasures: Erasures) -> Iterator[BundledEntry]:
    """Yield the disclosed entries one by one."""
    for block in blocks_of(archive, size, minimum):
        for index, body in zip(block.indexes, block.bodies, strict=True):
            yield with_gaps(index, body, block.disclosures.get(index, {}), erasures)


def _bundle(archive: Archive, first: int, width: int) -> tuple[bytes, ...]:
    name = entries_path(first // WIDTH, width)
    try:
        bodies = decode_entry_bundle(archive.read(name))
    except MalformedTile as error:
        raise BundleFault(Word.ALTERED, name, f"or one after it: {error}", first) from error
    if len(bodies) != width:
        raise BundleFault(Word.ALTERED, name, f"holds {len(bodies)} entries, not {width}", first)
    return bodies


def _entries(archive: Archive, size: int, minimum: int) -> Iterator[tuple[int, bytes]]:
    last = minimum - 1
    for line in archive.lines(layout.ENTRIES):
        found = _ENTRY.fullmatch(line)
        if found is None or not last < int(found[2]) < size:
            raise malformed(f"has a line that is not the entry after {last}", layout.ENTRIES)
        try:
            last, body = int(found[2]), decode_base64(found[1].decode("ascii"))
        except ValueError as error:
            raise malformed(f"has a line that cannot be read: {error}", layout.ENTRIES) from error
        yield last, body


def _disclosures(archive: Archive, size: int) -> Iterator[tuple[int, str, str]]:
    last: tuple[int, str] = (-1, "")
    for line in archive.lines(layout.DISCLOSURES):
        found = _DISCLOSURE.fullmatch(line)
        try:
            place = (-1, "") if found is None else (int(found[2]), _name(found[3]))
        except ValueError:
            place = (-1, "")
        if found is None or place <= last or place[0] >= size:
            raise malformed(f"has a line that is not a value of an entry after {last[0]}", layout.DISCLOSURES)
        last = place
        yield *place, found[1].decode("ascii")


@lru_cache(maxsize=256)
def _name(written: bytes) -> str:
    return str(json.loads(written))
