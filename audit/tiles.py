"""Tiles and entry bundles, C2SP tlog-tiles (C2SP/C2SP commit 5ba5ee8): a log as static files.

    tile/<level>/<index>[.p/<width>]     hashes, 32 bytes each
    tile/entries/<index>[.p/<width>]     entries, each after its length as a big-endian uint16

A tile is 256 hashes wide and 8 levels of the tree high. The i-th hash of tile n at tile level l is the root of the
perfect subtree over the leaves from (n * 256 + i) * 256**l up to (n * 256 + i + 1) * 256**l. Only the rightmost tile of
a tile level may be partial, and then its path says how wide it is. An index is written in groups of three digits, all
but the last with an ``x`` before: 1234067 is ``x001/x234/067``. Entry bundle n holds the entries of tile n at level 0.

    >>> Tile(0, 1234067).path, Tile(1, 1, 17).path, entries_path(273, 112)
    ('tile/0/x001/x234/067', 'tile/1/001.p/17', 'tile/entries/273.p/112')
    >>> [partial_width(70_000, level) for level in range(3)]
    [112, 17, 1]
    >>> parse_tile_path("tile/1/001.p/17")
    Tile(level=1, index=1, width=17)
    >>> parse_tile_path("tile/1/1.p/17")
    Traceback (most recent call last):
    audit.errors.MalformedTile: 'tile/1/1.p/17' is not the path of a tile
    >>> decode_entry_bundle(encode_entry_bundle([b"contract", b"link"]))
    (b'contract', b'link')
    >>> tile_of_node(9, 3)
    TileSpan(level=1, index=0, position=6, span=2)
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audit.errors import MalformedTile
from audit.tree import HASH_SIZE, MAX_SIZE, Frontier

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_INDEX = MAX_SIZE >> HEIGHT
MAX_ENTRY = 0xFFFF

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its place in the tree: full, or as wide as it says."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level <= MAX_LEVEL and 0 <= self.index <= MAX_INDEX and 1 <= self.width <= WIDTH):
            raise ValueError(f"there is no tile {self.index} of width {self.width} at level {self.level}")

    @property
    def path(self) -> str:
        """The path that the tile is served at, below the log's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An entry bundle by its place: the entries of the tile of this index at level 0."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.index <= MAX_INDEX and 1 <= self.width <= WIDTH):
            raise ValueError(f"there is no entry bundle {self.index} of width {self.width}")

    @property
    def path(self) -> str:
        """The path that the bundle is served at, below the log's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class TileSpan:
    """Where a node of the tree is found: in the tile, the ``span`` hashes from ``position`` on, merged."""

    level: int
    index: int
    position: int
    span: int


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's prefix."""
    return Tile(level, index, width).path


def entries_path(index: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle below the log's prefix."""
    return Bundle(index, width).path


def parse_tile_path(path: str) -> Tile:
    """Return the tile that is served at ``path``, in canonical form only, or raise ``MalformedTile``."""
    level, index, width = _parse_path(path, "tile")
    try:
        tile = Tile(int(level), index, width)
    except ValueError as error:
        raise MalformedTile(f"{path[:80]!r} is not the path of a tile") from error
    if tile.path != path:
        raise MalformedTile(f"{path[:80]!r} is not the path of a tile")
    return tile


def parse_entries_path(path: str) -> Bundle:
    """Return the entry bundle that is served at ``path``, in canonical form only, or raise ``MalformedTile``."""
    _, index, width = _parse_path(path, "entry bundle")
    try:
        bundle = Bundle(index, width)
    except ValueError as error:
        raise MalformedTile(f"{path[:80]!r} is not the path of an entry bundle") from error
    if bundle.path != path:
        raise MalformedTile(f"{path[:80]!r} is not the path of an entry bundle")
    return bundle


def _place(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return place if width == WIDTH else f"{place}.p/{width}"


def _parse_path(path: str, kind: str) -> tuple[str, int, int]:
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedTile(f"{path[:80]!r} is not the path of a {kind}")
    level, index, width = match.groups(default=str(WIDTH))
    return level, int(re.sub("[x/]", "", index)), int(width)


def partial_width(size: int, level: int) -> int:
    """Return how many hashes the partial tile at this tile level has in a tree of ``size``; 0 if there is none."""
    return size >> HEIGHT * level & WIDTH - 1


def full_tiles(old_size: int, new_size: int) -> Iterator[tuple[int, int]]:
    """Yield level and index of each tile that became full while the tree grew, level by level."""
    if not 0 <= old_size <= new_size <= MAX_SIZE:
        raise ValueError(f"a tree does not grow from {old_size} to {new_size}")
    level = 0
    while new_size >> HEIGHT * (level + 1):
        for index in range(old_size >> HEIGHT * (level + 1), new_size >> HEIGHT * (level + 1)):
            yield level, index
        level += 1


def tile_of_node(level: int, index: int) -> TileSpan:
    """Return where to find the root of the perfect subtree of ``2**level`` leaves that has this index."""
    tile_level, height = divmod(level, HEIGHT)
    tile_index, position = divmod(index << height, WIDTH)
    return TileSpan(tile_level, tile_index, position, 1 << height)


def encode_entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of 1 to 256 entries of at most 65,535 bytes each."""
    if not 1 <= len(entries) <= WIDTH or any(len(entry) > MAX_ENTRY for entry in entries):
        raise ValueError(f"a bundle has 1 to {WIDTH} entries of at most {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entry_bundle(raw: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle, or raise ``MalformedTile``."""
    entries: list[bytes] = []
    at = 0
    while at < len(raw) and len(entries) < WIDTH:
        start = at + 2
        at = start + int.from_bytes(raw[at:start], "big")
        entries.append(raw[start:at])
    if at != len(raw) or not entries:
        raise MalformedTile("not an entry bundle: it is cut, empty, or too long")
    return tuple(entries)


def decode_tile(raw: bytes, width: int = WIDTH) -> tuple[bytes, ...]:
    """Return the hashes of a tile that is said to be ``width`` hashes wide, or raise ``MalformedTile``."""
    if len(raw) != width * HASH_SIZE:
        raise MalformedTile(f"a tile of {width} hashes has {width * HASH_SIZE} bytes, not {len(raw)}")
    return tuple(raw[start : start + HASH_SIZE] for start in range(0, len(raw), HASH_SIZE))


class TileReader:
    """The nodes of a tree of one size, read from its tiles: a ``HashReader`` for proofs out of static files."""

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        """Read tiles through ``fetch``, which is asked for a partial tile only where ``size`` calls for one."""
        self._size = size
        self._fetch = fetch

    def subtree_root(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree of ``2**level`` leaves, or raise ``MalformedTile``."""
        if (index + 1) << level > self._size:
            raise ValueError(f"a tree of size {self._size} has no node {index} at level {level}")
        place = tile_of_node(level, index)
        width = min(WIDTH, (self._size >> HEIGHT * place.level) - place.index * WIDTH)
        hashes = decode_tile(self._fetch(Tile(place.level, place.index, width)), width)
        subtree = Frontier()
        subtree.extend(hashes[place.position : place.position + place.span])
        return subtree.root()
