"""Verifies a bundle: everything in it is held against the one thing that is signed, its checkpoint.

- the checkpoint is signed by the key that the reader trusts, or one it handed over to, or else by the one inside, and
  then that is said; the key was not revoked before; every statement on keys that the log repeats is inside;
- where the reader gives a policy, enough of its witnesses cosigned the checkpoint;
- every tile of that size is there, and each is what the tiles below it make; the root is the one that was signed;
- every entry hashes to its place; every personal value to a digest in its entry;
- a checkpoint that the reader kept is of this very log, and of no larger one;
- no member is missing or too many, and each is as the inventory and the manifest say;
- where asked, the reports are made anew from the entries and are the same.

A personal value that is not there was erased where a later entry of the log says so by its
digest; else it was withheld.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.inventory import check_inventory, check_manifest, check_reports, kit_notes, minimum_in, read_manifest
from audit.bundle.keyring import Keyring, read_keys
from audit.bundle.trunk import Trunk
from audit.bundle.verdict import BundleFault, BundleVerdict, Word
from audit.bundle.witnesses import policy_notes, require_quorum
from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.note import Verifier, encode_base64
from audit.policy import Policy, parse_policy
from audit.tiles import WIDTH, entries_path, parse_entries_path, parse_tile_path, tile_path

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader brings: the log's key, a checkpoint or receipt of it that was kept, a policy of witnesses."""

    vkey: str | None = None
    kept: bytes | None = None
    policy: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the reader asks for, read."""

    trust: Trust
    policy: Policy | None
    reports: str
    progress: Progress | None


def verify_bundle(
    path: Path, trust: Trust, *, reports: str = "as listed", progress: Progress | None = None
) -> BundleVerdict:
    """Return the verdict on a bundle. ``reports`` is ``as listed`` or ``anew``, see above.

    Raises ``MalformedKey`` and ``MalformedPolicy`` where the reader's own key or policy is none, and ``OSError`` where
    the file cannot be opened.
    """
    if trust.vkey is not None:
        Verifier.from_vkey(trust.vkey)
    asked = _Asked(trust, parse_policy(trust.policy) if trust.policy is not None else None, reports, progress)
    is_pinned = trust.vkey is not None
    with path.open("rb"):
        pass
    try:
        with Archive(path) as archive:
            return _verify(archive, asked)
    except BundleFault as fault:
        return BundleVerdict(fault.word, is_pinned, place=fault.place, reason=fault.reason, entry=fault.entry)


def _verify(archive: Archive, asked: _Asked) -> BundleVerdict:
    keyring = read_keys(archive, asked.trust.vkey)
    raw = archive.read(layout.CHECKPOINT)
    checkpoint = keyring.open(raw)
    older = keyring.open_kept(asked.trust.kept, checkpoint.size)
    signer = keyring.line.key_for(checkpoint.size)
    cosigners = require_quorum(raw, asked.policy, signer) if asked.policy is not None else None
    notes = policy_notes(archive, asked.trust.policy, raw, signer)
    manifest = read_manifest(archive)
    minimum = minimum_in(manifest, checkpoint.size)
    _check_names(archive, checkpoint.size, minimum)
    trunk = Trunk(archive, checkpoint, minimum, asked.progress)
    _run(archive, trunk, older)
    keyring.require_all(trunk.statements)
    check_manifest(archive, manifest, checkpoint, trunk)
    if asked.reports == "anew":
        check_reports(archive, trunk, manifest)
    check_inventory(archive)
    return _verdict(keyring, trunk, cosigners, (*notes, *kit_notes(archive)))


def _run(archive: Archive, trunk: Trunk, older: Checkpoint | None) -> None:
    with ThreadPoolExecutor(1) as beside:
        # The reports weigh more than the entries; hashing and unpacking leave the other thread its turn.
        digested = beside.submit(archive.digest, layout.REPORTS)
        trunk.run(set() if older is None else {older.size})
        digested.result()
    if older is not None and trunk.roots[older.size] != older.root:
        raise BundleFault(Word.FORKED, "the checkpoint", "is of another tree than the one that was kept")


def _verdict(
    keyring: Keyring, trunk: Trunk, cosigners: tuple[str, ...] | None, notes: tuple[str, ...]
) -> BundleVerdict:
    handed_over = keyring.handed_over(trunk.checkpoint.size)
    withheld = trunk.missing - trunk.erased
    word = Word.INTACT
    if handed_over is not None:
        word = Word.SUPERSEDED
    elif trunk.left_out or withheld:
        word = Word.FILTERED
    elif trunk.erased:
        word = Word.ERASED
    return BundleVerdict(
        word,
        keyring.pinned is not None,
        origin=trunk.checkpoint.origin,
        size=trunk.checkpoint.size,
        root=encode_base64(trunk.checkpoint.root),
        entries=trunk.disclosed,
        left_out=tuple(trunk.left_out),
        disclosures=trunk.disclosures,
        erased=trunk.erased,
        withheld=withheld,
        minimum=trunk.minimum,
        pruned_by=trunk.pruned_by,
        handed_over=handed_over,
        witnesses=cosigners,
        notes=notes,
    )


def _check_names(archive: Archive, size: int, minimum: int) -> None:
    """Refuse members that are missing or too many; say so where what is missing is the end."""
    names = archive.names()
    if size > WIDTH * len(names):
        raise BundleFault(Word.TRUNCATED, "the bundle", f"has {len(names)} members, which cannot hold {size} entries")
    tiles = [tile_path(one.level, one.index, one.width) for one in layout.tiles_of(size)]
    is_bundled = layout.ENTRIES not in names
    bodies = [entries_path(one.index, one.width) for one in layout.bundles_of(size, minimum)] if is_bundled else []
    _check_not_cut([name for name in tiles if name.startswith("tile/0/")], names, 0)
    _check_not_cut(bodies, names, minimum)
    listed = {layout.CHECKPOINT, layout.DISCLOSURES, layout.MANIFEST, layout.SUMS, *layout.REPORTS}
    listed |= {*tiles, *bodies, *(f"kit/{name}" for name in layout.KIT)}
    listed |= {name for name in names if name in (layout.ENTRIES, layout.POLICY) or name.startswith("keys/")}
    for name in sorted(listed - names):
        raise malformed("is missing", name)
    for name in sorted(names - listed):
        raise malformed("does not belong there", ascii(name[:120]))


def _check_not_cut(due: list[str], names: set[str], begin: int) -> None:
    missing = [place for place, name in enumerate(due) if name not in names]
    if missing and missing == list(range(missing[0], len(due))):
        first = begin + missing[0] * WIDTH
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
