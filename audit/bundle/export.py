"""Writes a bundle, member by member, in memory that does not grow with the log."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from answerprint.core.types import isoformat
from audit import queries
from audit.bundle import layout
from audit.bundle.entry import BundledEntry
from audit.bundle.ocsf import ocsf_events
from audit.bundle.report import csv_report, html_report
from audit.bundle.source import Period, entries_of
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.models import Log
from audit.note import Verifier, encode_base64
from audit.tiles import entries_path, tile_path

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle holds of its log. ``newer`` entries have no signed checkpoint yet and are not inside."""

    log: str
    size: int
    disclosed: int
    newer: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What to export: a log as its checkpoint has it, and for how long."""

    session: Session
    log: Log
    checkpoint: Checkpoint
    note: bytes
    period: Period
    zone: ZoneInfo

    def entries(self) -> Iterator[BundledEntry]:
        return entries_of(self.session, self.log, self.checkpoint.size, self.period)


@dataclass(slots=True)
class _Members:
    """The members as they are written, with what the inventory will say of them."""

    archive: ZipFile
    made_at: datetime
    sizes: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, parts: Iterable[bytes], compression: int = ZIP_STORED) -> None:
        """Write one member from its parts."""
        place = ZipInfo(name, self.made_at.astimezone(UTC).timetuple()[:6])
        place.compress_type = compression
        size, digest = 0, hashlib.sha256()
        with self.archive.open(place, "w", force_zip64=compression == ZIP_DEFLATED) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
        self.sizes[name], self.sums[name] = size, digest.hexdigest()

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write one member from lines of text, compressed."""
        self.add(name, _chunks(lines), ZIP_DEFLATED)


@dataclass(slots=True)
class _Counts:
    """What was met while the entries were written."""

    disclosed: int = 0
    disclosures: int = 0
    due: int = 0
    left_out: list[list[int]] = field(default_factory=list)

    def meet(self, index: int) -> None:
        """Count an entry, and what was passed over before it."""
        self.pass_to(index)
        self.disclosed, self.due = self.disclosed + 1, index + 1

    def pass_to(self, index: int) -> None:
        """Note as left out all from where the last entry ended up to ``index``."""
        if index > self.due:
            self.left_out.append([self.due, index - 1])


def export_bundle(
    session: Session, *, log_name: str, target: IO[bytes], period: Period, zone: ZoneInfo, now: datetime
) -> Exported:
    """Write the bundle of a log, as its newest checkpoint has it, to ``target``.

    Raises ``NotFound`` for a log that does not exist and ``Conflict`` for one that has no checkpoint.
    """
    log = queries.log_named(session, log_name)
    newest = queries.newest_checkpoint(session, log)
    if newest is None:
        raise Conflict(f"The log {log_name} has no signed checkpoint yet. Ask for a receipt of an entry first.")
    checkpoint = open_checkpoint(newest.note, Verifier.from_vkey(queries.vkey_of(log)), log.origin)
    order = _Order(session, log, checkpoint, newest.note, period, zone)
    newer = queries.log_size(session, log) - checkpoint.size
    with ZipFile(target, "w", ZIP_STORED) as archive:
        members, counts = _Members(archive, now), _Counts()
        _write_tree(members, order, counts)
        _write_reports(members, order)
        manifest = _manifest(order, counts, newer, now) | {"members": members.sizes}
        members.add(layout.MANIFEST, [json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"], ZIP_DEFLATED)
        sums = [f"{digest}  {name}\n" for name, digest in sorted(members.sums.items())]
        members.add(layout.SUMS, ["".join(sums).encode()], ZIP_DEFLATED)
    return Exported(log_name, checkpoint.size, counts.disclosed, newer)


def _write_tree(members: _Members, order: _Order, counts: _Counts) -> None:
    session, log, size = order.session, order.log, order.checkpoint.size
    members.add(layout.CHECKPOINT, [order.note])
    members.add(layout.key_name(log.name), [f"{queries.vkey_of(log)}\n".encode()])
    for tile in layout.tiles_of(size):
        members.add(tile_path(tile.level, tile.index, tile.width), [queries.tile_bytes(session, log, tile)])
    if order.period.is_whole:
        for bundle in layout.bundles_of(size):
            members.add(entries_path(bundle.index, bundle.width), [queries.entry_bundle(session, log, bundle)])
        counts.disclosed = size
    else:
        members.add_lines(layout.ENTRIES, _entry_lines(order, counts))
        counts.pass_to(size)
    members.add_lines(layout.DISCLOSURES, _disclosure_lines(order, counts))


def _write_reports(members: _Members, order: _Order) -> None:
    origin, size = order.checkpoint.origin, order.checkpoint.size
    members.add_lines(layout.CSV, csv_report(order.entries(), order.zone))
    members.add_lines(layout.HTML, html_report(order.entries(), order.zone, origin, size))
    members.add_lines(layout.OCSF, ocsf_events(order.entries(), order.zone, origin))
    for name in layout.KIT:
        members.add(f"kit/{name}", [layout.kit_file(name)], ZIP_DEFLATED)


def _manifest(order: _Order, counts: _Counts, newer: int, now: datetime) -> dict[str, object]:
    since, until = order.period.since, order.period.until
    return {
        "format": layout.FORMAT,
        "log": order.log.name,
        "origin": order.checkpoint.origin,
        "size": order.checkpoint.size,
        "root": encode_base64(order.checkpoint.root),
        "made_at": isoformat(now),
        "zone": order.zone.key,
        "period": {"from": since and isoformat(since), "to": until and isoformat(until)},
        "entries": counts.disclosed,
        "left_out": counts.left_out,
        "disclosures": counts.disclosures,
        "newer_entries": newer,
    }


def _entry_lines(order: _Order, counts: _Counts) -> Iterator[str]:
    for entry in order.entries():
        counts.meet(entry.index)
        yield f'{{"body":"{b64encode(entry.body).decode()}","index":{entry.index}}}\n'


def _disclosure_lines(order: _Order, counts: _Counts) -> Iterator[str]:
    for entry in order.entries():
        for name, text in sorted(entry.disclosures.items()):
            counts.disclosures += 1
            line = {"disclosure": text, "index": entry.index, "name": name}
            yield json.dumps(line, separators=(",", ":")) + "\n"


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
