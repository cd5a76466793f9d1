"""Verifies a bundle: everything in it is held against the one thing that is signed, its checkpoint.

- the checkpoint is signed by the key that the reader trusts, or else by the one inside, and then that is said;
- every tile of that size is there, and each is what the tiles below it make; the root is the one that was signed;
- every entry hashes to its place; every personal value to a digest in its entry;
- a checkpoint that the reader kept is of this very log, and of no larger one;
- no member is missing or too many, and each is as the inventory and the manifest say;
- where asked, the reports are made anew from the entries and are the same.

A personal value that is not there proves nothing: it may have been erased, or kept back. The verdict counts them.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.inventory import check_inventory, check_manifest, check_reports, kit_notes
from audit.bundle.trunk import Trunk
from audit.bundle.verdict import BundleFault, BundleVerdict, Word
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import BadSignature, Malformed, UnknownKey, VerificationError
from audit.note import Verifier, encode_base64
from audit.proof import HEADER, parse_proof
from audit.tiles import WIDTH, entries_path, parse_entries_path, parse_tile_path, tile_path

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader brings: the log's key, and a checkpoint or receipt of it that was kept elsewhere."""

    vkey: str | None = None
    kept: bytes | None = None


def verify_bundle(
    path: Path, trust: Trust, *, reports: str = "as listed", progress: Progress | None = None
) -> BundleVerdict:
    """Return the verdict on a bundle. ``reports`` is ``as listed`` or ``anew``, see above.

    Raises ``MalformedKey`` where the reader's own key is none, and ``OSError`` where the file cannot be opened.
    """
    pinned = Verifier.from_vkey(trust.vkey) if trust.vkey is not None else None
    with path.open("rb"):
        pass
    try:
        with Archive(path) as archive:
            return _verify(archive, pinned, trust.kept, reports, progress)
    except BundleFault as fault:
        return BundleVerdict(fault.word, pinned is not None, place=fault.place, reason=fault.reason, entry=fault.entry)


def _verify(
    archive: Archive, pinned: Verifier | None, kept: bytes | None, reports: str, progress: Progress | None
) -> BundleVerdict:
    own = _own_key(archive)
    checkpoint = _open(archive, pinned or own)
    older = _open_kept(kept, pinned or own, checkpoint.size)
    _check_names(archive, checkpoint.size)
    trunk = Trunk(archive, checkpoint, progress)
    with ThreadPoolExecutor(1) as beside:
        # The reports weigh more than the entries; hashing and unpacking leave the other thread its turn.
        digested = beside.submit(archive.digest, layout.REPORTS)
        trunk.run(set() if older is None else {older.size})
        digested.result()
    if older is not None and trunk.roots[older.size] != older.root:
        raise BundleFault(Word.FORKED, "the checkpoint", "is of another tree than the one that was kept")
    if pinned is not None and own.key != pinned.key:
        raise malformed("is not the key that signed the checkpoint", "keys/")
    manifest = check_manifest(archive, checkpoint, trunk)
    if reports == "anew":
        check_reports(archive, trunk, manifest)
    check_inventory(archive)
    return BundleVerdict(
        Word.FILTERED if trunk.left_out else Word.INTACT,
        pinned is not None,
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=encode_base64(checkpoint.root),
        entries=trunk.disclosed,
        left_out=tuple(trunk.left_out),
        disclosures=trunk.disclosures,
        undisclosed=trunk.undisclosed,
        notes=kit_notes(archive),
    )


def _own_key(archive: Archive) -> Verifier:
    names = [name for name in archive.names() if name.startswith("keys/")]
    if len(names) != 1:
        raise malformed("holds not one key", "keys/")
    try:
        text = archive.read(names[0]).decode("ascii")
        verifier = Verifier.from_vkey(text.removesuffix("\n"))
    except (Malformed, ValueError) as error:
        raise malformed(f"is not a key: {error}", names[0]) from error
    if names[0] != layout.key_name(verifier.key.name.rpartition("/")[2]) or not text.endswith("\n"):
        raise malformed("is not named as its log", names[0][:120])
    return verifier


def _open(archive: Archive, verifier: Verifier) -> Checkpoint:
    return _opened(archive.read(layout.CHECKPOINT), verifier, "the checkpoint")


def _opened(raw: bytes, verifier: Verifier, place: str) -> Checkpoint:
    try:
        return open_checkpoint(raw, verifier, verifier.key.name)
    except UnknownKey as error:
        raise BundleFault(Word.UNKNOWN_KEY, place, f"is not signed by {verifier.key.vkey}") from error
    except BadSignature as error:
        raise BundleFault(Word.ALTERED, place, f"is not what was signed: {error}") from error
    except VerificationError as error:
        raise malformed(str(error), place) from error


def _open_kept(kept: bytes | None, verifier: Verifier, size: int) -> Checkpoint | None:
    """Return the checkpoint that the reader kept, which must not be of a larger log than this."""
    if kept is None:
        return None
    try:
        raw = parse_proof(kept).checkpoint_raw if kept.startswith(HEADER.encode()) else kept
    except Malformed as error:
        raise malformed(str(error), "the checkpoint that was kept") from error
    older = _opened(raw, verifier, "the checkpoint that was kept")
    if older.size > size:
        reason = f"signs {older.size} entries, and the bundle has {size}"
        raise BundleFault(Word.TRUNCATED, "the checkpoint that was kept", reason, size)
    return older


def _check_names(archive: Archive, size: int) -> None:
    """Refuse members that are missing or too many; say so where what is missing is the end."""
    names = archive.names()
    if size > WIDTH * len(names):
        raise BundleFault(Word.TRUNCATED, "the bundle", f"has {len(names)} members, which cannot hold {size} entries")
    tiles = [tile_path(one.level, one.index, one.width) for one in layout.tiles_of(size)]
    bodies = [] if layout.ENTRIES in names else [entries_path(one.index, one.width) for one in layout.bundles_of(size)]
    leaves = [name for name in tiles if name.startswith("tile/0/")]
    for due in (leaves, bodies):
        _check_not_cut(due, names)
    listed = {layout.CHECKPOINT, layout.DISCLOSURES, layout.MANIFEST, layout.SUMS, *layout.REPORTS}
    listed |= {*tiles, *bodies, *(f"kit/{name}" for name in layout.KIT)}
    listed |= {name for name in names if name == layout.ENTRIES or name.startswith("keys/")}
    for name in sorted(listed - names):
        raise malformed("is missing", name)
    for name in sorted(names - listed):
        raise malformed("does not belong there", ascii(name[:120]))


def _check_not_cut(due: list[str], names: set[str]) -> None:
    missing = [place for place, name in enumerate(due) if name not in names]
    if missing and missing == list(range(missing[0], len(due))):
        first = missing[0] * WIDTH
        at = max((width for width in _widths(due[missing[0]], names)), default=0)
        raise BundleFault(Word.TRUNCATED, due[missing[0]], "is missing, and all after it: the log was cut", first + at)


def _widths(path: str, names: set[str]) -> Iterator[int]:
    """Yield how wide the tiles are that stand where ``path`` should."""
    stem = path.partition(".p/")[0]
    parse = parse_entries_path if path.startswith("tile/entries/") else parse_tile_path
    for name in names:
        if name.startswith(stem + ".p/"):
            try:
                yield parse(name).width
            except Malformed:
                continue
