"""What a bundle says about itself, held against what was found in it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.blocks import entries_in
from audit.bundle.entry import BundledEntry
from audit.bundle.ocsf import ocsf_events
from audit.bundle.report import csv_report, html_report
from audit.bundle.trunk import Trunk
from audit.bundle.verdict import BundleFault, Word
from audit.checkpoint import Checkpoint
from audit.note import encode_base64
from audit.tiles import WIDTH

_CLAIMS = frozenset({"made_at", "minimum", "newer_entries", "period", "project", "zone"})
"""What a manifest says that nothing in the bundle can prove."""


def read_manifest(archive: Archive) -> dict[str, Any]:
    """Return what the manifest says, which is in the form that we write."""
    raw = archive.read(layout.MANIFEST)
    try:
        said = json.loads(raw)
        again = json.dumps(said, indent=1, sort_keys=True).encode() + b"\n"
    except (ValueError, RecursionError) as error:
        raise malformed(f"cannot be read: {error}", layout.MANIFEST) from error
    if again != raw or not isinstance(said, dict):
        raise malformed("is not in the form that we write", layout.MANIFEST)
    return said


def minimum_in(said: dict[str, Any], size: int) -> int:
    """Return the index below which the manifest says that entries were pruned: whole tiles, or all."""
    minimum = said.get("minimum")
    if type(minimum) is not int or not 0 <= minimum <= size or (minimum % WIDTH and minimum != size):
        raise malformed("names no minimum index", layout.MANIFEST)
    return minimum


def check_manifest(archive: Archive, said: dict[str, Any], checkpoint: Checkpoint, trunk: Trunk) -> None:
    """Hold every statement of the manifest but the claims against what was found."""
    inventory = {layout.MANIFEST, layout.SUMS}
    found = {
        "format": layout.FORMAT,
        "log": checkpoint.origin.rpartition("/")[2],
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": encode_base64(checkpoint.root),
        "entries": trunk.disclosed,
        "left_out": [list(span) for span in trunk.left_out],
        "disclosures": trunk.disclosures,
        "erased": trunk.erased,
        "withheld": trunk.missing - trunk.erased,
        "members": {name: archive.size(name) for name in archive.names() - inventory},
    }
    if said.keys() != found.keys() | _CLAIMS:
        raise malformed("is not in the form that we write", layout.MANIFEST)
    for name, value in found.items():
        if said[name] != value:
            raise malformed(f"says something else of {name!r} than was found", layout.MANIFEST)


def check_inventory(archive: Archive) -> None:
    """Hold each member against SHA256SUMS. What was read already is not read again."""
    listed = archive.read(layout.SUMS)
    archive.digest(sorted(archive.names() - archive.sums.keys()))
    found = {name: digest for name, digest in archive.sums.items() if name != layout.SUMS}
    if listed == "".join(f"{digest}  {name}\n" for name, digest in sorted(found.items())).encode():
        return
    lines = set(listed.split(b"\n"))
    for name, digest in sorted(found.items()):
        if f"{digest}  {name}".encode() not in lines:
            raise malformed("is not as SHA256SUMS lists it", name)
    raise malformed("lists more than there is, or in another form", layout.SUMS)


def check_reports(archive: Archive, trunk: Trunk, manifest: dict[str, Any]) -> None:
    """Make the reports anew from the entries and hold them against those in the bundle."""
    origin, size = trunk.checkpoint.origin, trunk.checkpoint.size
    try:
        zone = ZoneInfo(manifest["zone"])
    except (ValueError, TypeError, OSError, ZoneInfoNotFoundError) as error:
        raise malformed("names no time zone that is known here", layout.MANIFEST) from error

    def entries() -> Iterator[BundledEntry]:
        return entries_in(archive, size, trunk.minimum, trunk.erasures)

    made = {
        layout.CSV: csv_report(entries(), zone),
        layout.HTML: html_report(entries(), zone, origin, size),
        layout.OCSF: ocsf_events(entries(), zone, origin),
    }
    for name, lines in made.items():
        if archive.sums[name] != _digest_of(lines):
            raise BundleFault(Word.ALTERED, name, "does not say what the entries say")


def _digest_of(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    try:
        for line in lines:
            digest.update(line.encode())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise malformed(f"holds an entry that is none of ours: {error}") from error
    return digest.hexdigest()


def kit_notes(archive: Archive) -> tuple[str, ...]:
    """Say which programs of the kit are not those of this version."""
    return tuple(
        f"kit/{name} is not the one of this version: take the kit from a place that you trust."
        for name in layout.KIT
        if archive.sums[f"kit/{name}"] != hashlib.sha256(layout.kit_file(name)).hexdigest()
    )
