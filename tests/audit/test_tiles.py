"""Tiles: every node of the tree has one place in static files, and proofs can be made from those alone."""

import doctest
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import tiles
from audit.errors import BadProof, MalformedTile
from audit.tiles import (
    WIDTH,
    Bundle,
    Tile,
    TileReader,
    decode_entry_bundle,
    decode_tile,
    encode_entry_bundle,
    entries_path,
    full_tiles,
    parse_entries_path,
    parse_tile_path,
    partial_width,
    tile_of_node,
    tile_path,
)
from audit.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    roots_of,
    verify_consistency,
    verify_inclusion,
)

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/000.p/1": Tile(0, 0, 1),
    "tile/0/999.p/255": Tile(0, 999, 255),
    "tile/0/x001/000": Tile(0, 1000),
    "tile/0/x001/x234/067": Tile(0, 1234067),
    "tile/63/x001/x234/067.p/10": Tile(63, 1234067, 10),
}


def hashes_of(size: int) -> list[bytes]:
    """Return as many leaf hashes, all different."""
    return [leaf_hash(b"entry %d" % index) for index in range(size)]


def written_tiles(leaves: list[bytes]) -> dict[Tile, bytes]:
    """Return all tiles of the tree over these leaves, as a log would write them."""
    written: dict[Tile, bytes] = {}
    for level, index, root in Frontier().grow(leaves):
        if level % 8 == 0:
            full = Tile(level // 8, index // WIDTH)
            written[full] = written.get(full, b"") + root
    return {Tile(tile.level, tile.index, len(raw) // 32): raw for tile, raw in written.items()}


class TestPaths:
    """Where tiles are served."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(tiles)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    @pytest.mark.parametrize(("path", "tile"), PATHS.items())
    def test_path_and_tile_say_the_same(self, path: str, tile: Tile) -> None:
        """Groups of three digits, all but the last with an x; a full tile without a width."""
        assert tile_path(tile.level, tile.index, tile.width) == path
        assert parse_tile_path(path) == tile

    @given(st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256))
    def test_every_path_is_read_again(self, level: int, index: int, width: int) -> None:
        """What is written is read, for tiles and for bundles."""
        assert parse_tile_path(tile_path(level, index, width)) == Tile(level, index, width)
        assert parse_entries_path(entries_path(index, width)) == Bundle(index, width)

    @given(st.sampled_from(sorted(PATHS)), st.data())
    def test_mutated_path_is_refused_or_is_another_in_canonical_form(self, path: str, data: st.DataObject) -> None:
        """No two paths lead to one tile."""
        place = data.draw(st.integers(0, len(path)))
        middle = data.draw(st.text("0123456789x/.p٣", max_size=2))
        wrong = path[:place] + middle + path[place + data.draw(st.integers(0, 2)) :]
        try:
            read = parse_tile_path(wrong)
        except MalformedTile:
            return

        assert read.path == wrong

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/01/000",
            "tile/64/000",
            "tile/-1/000",
            "tile//000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/X001/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000/",
            "/tile/0/000",
            "tile/0/000\n",
            "tile/0/../000",
            "tile/0/٠٠٠",
            "tile/entries/000",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/0/" + "x001/" * 5000 + "000",
        ],
    )
    def test_hostile_paths(self, path: str) -> None:
        """A path in any other form is refused: it would be a second name, or leave the folder."""
        with pytest.raises(MalformedTile):
            parse_tile_path(path)

    @pytest.mark.parametrize(
        "path",
        ["tile/0/000", "tile/entries/0", "tile/entries/x000/001", "tile/entries/000.p/256", "tile/entries/000.p/0"],
    )
    def test_hostile_bundle_paths(self, path: str) -> None:
        """Bundles have the same strictness, and a tile's path is not a bundle's."""
        with pytest.raises(MalformedTile):
            parse_entries_path(path)

    @pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
    def test_what_is_no_tile(self, level: int, index: int, width: int) -> None:
        """Asking for a place that no tree has is the caller's fault."""
        with pytest.raises(ValueError, match="there is no tile"):
            tile_path(level, index, width)
        with pytest.raises(ValueError, match="there is no entry bundle"):
            entries_path(-1, min(width, 1))


class TestShape:
    """Which tiles a tree of some size has."""

    def test_example_of_the_specification(self) -> None:
        """A tree of 70,000: 273 full tiles and one of 112, one full and one of 17, one of 1 (C2SP tlog-tiles)."""
        full = list(full_tiles(0, 70_000))

        assert [sum(level == of for of, _ in full) for level in range(3)] == [273, 1, 0]
        assert [partial_width(70_000, level) for level in range(4)] == [112, 17, 1, 0]
        assert [partial_width(256, level) for level in range(3)] == [0, 1, 0]

    @given(st.lists(st.integers(0, 200_000), min_size=2, max_size=6))
    def test_each_tile_becomes_full_once(self, sizes: list[int]) -> None:
        """However a tree grows, in one step or in many, the same tiles become full, each in one of the steps."""
        steps = sorted({0, *sizes})
        in_steps = [tile for old, new in itertools.pairwise(steps) for tile in full_tiles(old, new)]

        assert len(in_steps) == len(set(in_steps))
        assert sorted(in_steps) == sorted(full_tiles(0, steps[-1]))

    def test_tree_does_not_shrink(self) -> None:
        """Asking what filled while the tree shrank is the caller's fault."""
        with pytest.raises(ValueError, match="does not grow"):
            list(full_tiles(2, 1))

    def test_written_tiles_have_the_widths_of_the_size(self) -> None:
        """Subtrees that the frontier completes fill just the tiles that the formulas name."""
        size = 66_000
        written = written_tiles(hashes_of(size))
        full = {Tile(level, index) for level, index in full_tiles(0, size)}
        partial = {
            Tile(level, size >> 8 * (level + 1), partial_width(size, level))
            for level in range(3)
            if partial_width(size, level)
        }

        assert set(written) == full | partial


class TestReader:
    """Nodes and proofs out of tiles."""

    def test_each_node_is_one_span_of_one_tile(self) -> None:
        """A node at level 8l + h is 2**h neighbours in a tile of level l, and never crosses into the next."""
        for level in range(40):
            for index in (0, 1, 2, 255, 256, 257, 70_000):
                place = tile_of_node(level, index)

                assert place.position + place.span <= WIDTH
                assert place.level * 8 + place.span.bit_length() - 1 == level
                assert (place.index * WIDTH + place.position) << 8 * place.level == index << level

    @pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 300, 511, 512, 600, 65_535, 65_536, 66_000])
    def test_proofs_from_tiles_verify(self, size: int) -> None:
        """Static files are enough to prove inclusion and consistency."""
        leaves = hashes_of(size)
        reader = TileReader(size, written_tiles(leaves).__getitem__)
        olds = {1, size // 3, size // 2, size - 1, size} - {0}
        roots = roots_of(leaves, {*olds, size})
        for index in {0, size // 3, size // 2, size - 1}:
            verify_inclusion(leaves[index], index, size, roots[size], inclusion_proof(index, size, reader))
        for old in olds:
            verify_consistency(old, size, roots[old], roots[size], consistency_proof(old, size, reader))

    def test_flipped_tile_makes_no_proof(self) -> None:
        """A bit that turned in storage does not get past the root."""
        leaves = hashes_of(300)
        written = written_tiles(leaves)
        written[Tile(0, 0)] = bytes([written[Tile(0, 0)][0] ^ 1]) + written[Tile(0, 0)][1:]
        proof = inclusion_proof(1, 300, TileReader(300, written.__getitem__))

        with pytest.raises(BadProof):
            verify_inclusion(leaves[1], 1, 300, roots_of(leaves, [300])[300], proof)

    def test_tile_of_another_length_is_malformed(self) -> None:
        """A tile that is cut or too wide is not read."""
        for raw in (b"", bytes(31), bytes(33), bytes(64)):
            with pytest.raises(MalformedTile):
                decode_tile(raw, 1)
        with pytest.raises(MalformedTile):
            TileReader(2, lambda tile: bytes(tile.width * 32 - 1)).subtree_root(0, 0)

    def test_node_beyond_the_tree(self) -> None:
        """A subtree that is not full has no stored root, and asking for it is the caller's fault."""
        with pytest.raises(ValueError, match="has no node"):
            TileReader(3, lambda tile: bytes(tile.width * 32)).subtree_root(1, 1)


class TestBundles:
    """Entries in files."""

    @given(st.lists(st.binary(max_size=40), min_size=1, max_size=WIDTH))
    def test_what_is_written_is_read(self, entries: list[bytes]) -> None:
        """The bytes of each entry come back, empty ones included."""
        assert decode_entry_bundle(encode_entry_bundle(entries)) == tuple(entries)

    def test_lengths_are_big_endian(self) -> None:
        """Two bytes of length, the larger first, then the entry."""
        assert encode_entry_bundle([b"a" * 258, b""])[:3] == b"\x01\x02a"
        assert encode_entry_bundle([b""]) == b"\x00\x00"

    @given(st.lists(st.binary(max_size=10), min_size=1, max_size=5), st.data())
    def test_mutated_bundle_is_refused_or_is_another(self, entries: list[bytes], data: st.DataObject) -> None:
        """No two byte strings are read as the same entries."""
        raw = encode_entry_bundle(entries)
        place = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:place] + data.draw(st.binary(max_size=2)) + raw[place + data.draw(st.integers(0, 2)) :]
        try:
            read = decode_entry_bundle(wrong)
        except MalformedTile:
            return

        assert encode_entry_bundle(read) == wrong

    @pytest.mark.parametrize("raw", [b"", b"\x00", b"\x00\x02a", b"\x00\x01ab", b"\x00\x01a\x00", b"\x00\x00" * 257])
    def test_hostile_bundles(self, raw: bytes) -> None:
        """Cut in a length, cut in an entry, empty, or with an entry too many: refused."""
        with pytest.raises(MalformedTile):
            decode_entry_bundle(raw)

    def test_limits_of_the_format(self) -> None:
        """An entry has at most 65,535 bytes, a bundle 1 to 256 entries."""
        assert decode_entry_bundle(encode_entry_bundle([bytes(65_535)] * 2)) == (bytes(65_535),) * 2
        for entries in ([], [b""] * 257, [bytes(65_536)]):
            with pytest.raises(ValueError, match="a bundle has"):
                encode_entry_bundle(entries)
