"""Writes a bundle, member by member, in memory that grows with what was erased or skipped, not with the log."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from answerprint.core.sealing import NotSealedHereError
from answerprint.core.types import isoformat
from audit.bundle import layout, standing
from audit.bundle.entry import BundledEntry
from audit.bundle.members import Members
from audit.bundle.ocsf import ocsf_events
from audit.bundle.report import csv_report, html_report
from audit.bundle.source import Passed, Selection, Source, source_of
from audit.checkpoint import Checkpoint
from audit.models import Log
from audit.note import encode_base64
from audit.policies import NO_POLICIES, Policies
from audit.queries import keys, logs, tree
from audit.queries.cosignatures import NotWitnessedYet, cosigned_note, newest_served
from audit.tiles import entries_path, tile_path

Progress = Callable[[int, int], None]
_PASSES = 5
"""How often the entries are gone through: bodies, values, and three reports."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle holds of its log. ``newer`` entries have no signed checkpoint yet and are not inside.

    ``erased`` and ``withheld`` count the personal values that are not inside, of those entries that are.
    """

    log: str
    size: int
    disclosed: int
    newer: int
    minimum: int
    disclosures: int
    erased: int
    withheld: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What to export: a log as its checkpoint has it."""

    source: Source
    checkpoint: Checkpoint
    note: bytes
    policy: bytes | None
    minimum: int
    zone: ZoneInfo
    progress: Progress | None

    def entries(self, turn: int) -> Iterator[BundledEntry]:
        return self.source.entries(self.passing(turn))

    def passing(self, turn: int) -> Passed:
        """Return what hears of one of the passes."""
        progress, size = self.progress, self.source.size

        def passed(index: int) -> None:
            if progress is not None:
                progress(turn * size + index, _PASSES * size)

        return passed


@dataclass(slots=True)
class _Counts:
    """What was met while the entries were written."""

    disclosed: int = 0
    disclosures: int = 0
    erased: int = 0
    withheld: int = 0
    due: int = 0
    left_out: list[list[int]] = field(default_factory=list)

    def meet(self, entry: BundledEntry) -> None:
        """Count an entry, its values, and what was passed over before it."""
        self.pass_to(entry.index)
        self.disclosed, self.due = self.disclosed + 1, entry.index + 1
        self.disclosures += len(entry.disclosures)
        self.erased += len(entry.erased_by)
        self.withheld += entry.withheld

    def pass_to(self, index: int) -> None:
        """Note as left out all from where the last entry ended up to ``index``."""
        if index > self.due:
            self.left_out.append([self.due, index - 1])


def export_bundle(
    session: Session,
    *,
    log_name: str,
    target: IO[bytes],
    selection: Selection,
    zone: ZoneInfo,
    now: datetime,
    policies: Policies = NO_POLICIES,
    progress: Progress | None = None,
) -> Exported:
    """Write the bundle of a log, as its newest checkpoint that may be served has it, to ``target``.

    A session without the sealing key opens no personal values: they are withheld. ``progress`` hears how much of how
    much is done. Raises ``NotFound`` for a log that does not exist, and ``Conflict`` for one that has no checkpoint, or
    one that does not hold.
    """
    log = logs.log_named(session, log_name)
    newest = newest_served(session, log, policies.on_failure(log_name, now))
    if newest is None:
        _refuse_unsigned(session, log)
    checkpoint, signer = standing.opened(session, log, newest)
    source = source_of(session, log, checkpoint.size, selection)
    policy = policies.policy_for(log_name, now)
    note = cosigned_note(session, log, newest)
    if policy is not None:
        standing.require_cosignatures(session, log, note, policy, signer)
    minimum = min(standing.minimum_handed_on(session, log), checkpoint.size)
    order = _Order(source, checkpoint, note, policy.raw if policy else None, minimum, zone, progress)
    newer = logs.log_size(session, log) - checkpoint.size
    try:
        counts = _write(order, target, newer, now)
    except NotSealedHereError as error:
        message = (
            f"A personal value of the log {log_name} does not open: it was altered, or the sealing key is another "
            "house's. Run: answerprint audit verify"
        )
        raise Conflict(message) from error
    found = (counts.disclosures, counts.erased, counts.withheld)
    return Exported(log_name, checkpoint.size, counts.disclosed, newer, minimum, *found)


def _refuse_unsigned(session: Session, log: Log) -> NoReturn:
    if logs.newest_checkpoint(session, log) is not None:
        raise NotWitnessedYet(f"The witnesses of the log {log.name} have cosigned no checkpoint yet. Try again later.")
    raise Conflict(f"The log {log.name} has no signed checkpoint yet. Ask for a receipt of an entry first.")


def _write(order: _Order, target: IO[bytes], newer: int, now: datetime) -> _Counts:
    counts = _Counts()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        members = Members(archive, now)
        _write_keys(members, order)
        _write_tree(members, order, counts)
        _write_reports(members, order)
        manifest = _manifest(order, counts, newer, now) | {"members": members.sizes}
        members.add(layout.MANIFEST, [json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"], ZIP_DEFLATED)
        sums = [f"{digest}  {name}\n" for name, digest in sorted(members.sums.items())]
        members.add(layout.SUMS, ["".join(sums).encode()], ZIP_DEFLATED)
    if order.progress is not None:
        order.progress(_PASSES * order.source.size, _PASSES * order.source.size)
    return counts


def _write_keys(members: Members, order: _Order) -> None:
    session, log = order.source.session, order.source.log
    members.add(layout.CHECKPOINT, [order.note])
    if order.policy is not None:
        members.add(layout.POLICY, [order.policy])
    members.add(layout.key_name(log.name), [f"{keys.opening_vkey(log)}\n".encode()])
    beside = keys.mldsa_vkey(session, log)
    if beside is not None:
        members.add(layout.mldsa_key_name(log.name), [f"{beside}\n".encode()])
    for number, statement in enumerate(standing.statements_of(session, log)):
        members.add(layout.history_name(number), [statement])


def _write_tree(members: Members, order: _Order, counts: _Counts) -> None:
    session, log, size = order.source.session, order.source.log, order.source.size
    for tile in layout.tiles_of(size):
        members.add(tile_path(tile.level, tile.index, tile.width), [tree.tile_bytes(session, log, tile)])
    if order.source.selection.is_whole:
        for bundle in layout.bundles_of(size, order.minimum):
            members.add(entries_path(bundle.index, bundle.width), [tree.entry_bundle(session, log, bundle)])
    else:
        members.add_lines(layout.ENTRIES, _entry_lines(order.entries(0)))
    members.add_lines(layout.DISCLOSURES, _disclosure_lines(order.entries(1), counts))
    counts.pass_to(size)


def _write_reports(members: Members, order: _Order) -> None:
    origin, size = order.checkpoint.origin, order.checkpoint.size
    members.add_lines(layout.CSV, csv_report(order.entries(2), order.zone))
    members.add_lines(layout.HTML, html_report(order.entries(3), order.zone, origin, size))
    members.add_lines(layout.OCSF, ocsf_events(order.entries(4), order.zone, origin))
    for name in layout.KIT:
        members.add(f"kit/{name}", [layout.kit_file(name)], ZIP_DEFLATED)


def _manifest(order: _Order, counts: _Counts, newer: int, now: datetime) -> dict[str, object]:
    return order.source.claims() | {
        "format": layout.FORMAT,
        "log": order.source.log.name,
        "origin": order.checkpoint.origin,
        "size": order.checkpoint.size,
        "root": encode_base64(order.checkpoint.root),
        "made_at": isoformat(now),
        "zone": order.zone.key,
        "entries": counts.disclosed,
        "left_out": counts.left_out,
        "minimum": order.minimum,
        "disclosures": counts.disclosures,
        "erased": counts.erased,
        "withheld": counts.withheld,
        "newer_entries": newer,
    }


def _entry_lines(entries: Iterable[BundledEntry]) -> Iterator[str]:
    for entry in entries:
        yield f'{{"body":"{b64encode(entry.body).decode()}","index":{entry.index}}}\n'


def _disclosure_lines(entries: Iterable[BundledEntry], counts: _Counts) -> Iterator[str]:
    for entry in entries:
        counts.meet(entry)
        for name, text in sorted(entry.disclosures.items()):
            line = {"disclosure": text, "index": entry.index, "name": name}
            yield json.dumps(line, separators=(",", ":")) + "\n"
