"""Reads a log for a bundle, a few thousand entries at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from answerprint.core.sealing import seal_if_any
from answerprint.core.types import isoformat
from audit.bundle.entry import BundledEntry
from audit.bundle.gaps import Erasures, note_erasures, said_by_trail, with_gaps
from audit.facts.keys import KeyAdded, KeyHandedOver, KeyReplaced, KeyRevoked
from audit.facts.orders import ValuesErased
from audit.models import Entry, Log
from audit.queries.entries import ValuesBeside, values_beside
from audit.subjects import nonce_of

BATCH = 4096
ALWAYS_DISCLOSED = (ValuesErased.kind, KeyHandedOver.kind, KeyReplaced.kind, KeyRevoked.kind, KeyAdded.kind)
"""Kinds of entries that no selection leaves out: they explain gaps, and keys. Their personal values are left out."""

_NO_VALUES = ValuesBeside({}, {}, [])

Passed = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant up to another, the end left out; ``None`` is without bound."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Report whether nothing falls outside."""
        return self.since is None and self.until is None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are disclosed, and whether their personal values are."""

    period: Period
    project: UUID | None = None
    with_values: bool = True

    @property
    def is_whole(self) -> bool:
        """Report whether every entry is disclosed."""
        return self.period.is_whole and self.project is None

    def narrow(self, columns: Select[int, bytes, datetime, str | None]) -> Select[int, bytes, datetime, str | None]:
        """Return the statement over those entries only that are disclosed."""
        chosen = []
        if self.period.since is not None:
            chosen.append(Entry.recorded_at >= self.period.since)
        if self.period.until is not None:
            chosen.append(Entry.recorded_at < self.period.until)
        if self.project is not None:
            chosen.append(Entry.project == str(self.project))
        if not chosen:
            return columns
        both = chosen[0]
        for one in chosen[1:]:
            both &= one
        return columns.where(or_(both, Entry.kind.in_(ALWAYS_DISCLOSED)))

    def covers(self, recorded_at: datetime, project: str | None) -> bool:
        """Report whether an entry was selected itself, and is not there for what it explains only."""
        since, until = self.period.since, self.period.until
        is_in_period = (since is None or recorded_at >= since) and (until is None or recorded_at < until)
        return is_in_period and (self.project is None or project == str(self.project))


class ValueLost(Conflict):
    """A personal value is gone from the database, or its subject's key, and no order erased it."""

    code = "value-lost"


class ErasureNotSigned(Conflict):
    """A personal value is gone, and only an entry that no checkpoint covers yet says that an order erased it."""

    code = "erasure-not-signed"


@dataclass(frozen=True, slots=True)
class Source:
    """A log up to a size, as a bundle shows it. ``later`` are erasures that the checkpoint does not cover yet."""

    session: Session
    log: Log
    size: int
    selection: Selection
    erasures: Erasures
    later: Erasures

    def entries(self, passed: Passed | None = None) -> Iterator[BundledEntry]:
        """Yield the entries that are disclosed, in the log's order; ``passed`` hears how far it has come."""
        columns = select(Entry.index, Entry.body, Entry.recorded_at, Entry.project)
        columns = self.selection.narrow(columns.where(Entry.log_id == self.log.id, Entry.index < self.size))
        last = -1
        while True:
            following = columns.where(Entry.index > last).order_by(Entry.index).limit(BATCH)
            rows = self.session.execute(following).all()
            if passed is not None:
                passed(rows[-1][0] + 1 if rows else self.size)
            if not rows:
                return
            last = rows[-1][0]
            # Entries of one project lie far apart: what lies beside them is read stretch by stretch.
            for _, stretch in groupby(rows, lambda row: row[0] // BATCH):
                yield from self._with_values(list(stretch))

    def _with_values(self, rows: list[Row[int, bytes, datetime, str | None]]) -> Iterator[BundledEntry]:
        chosen = {index: nonce_of(body) for index, body, at, project in rows if self.selection.covers(at, project)}
        beside: dict[int, ValuesBeside] = {}
        if self.selection.with_values:
            beside = values_beside(self.session, self.log, chosen)
        for index, body, _, _ in rows:
            values = beside.get(index, _NO_VALUES)
            entry = with_gaps(index, body, dict(sorted(values.disclosures.items())), self.erasures)
            if entry.withheld and self.selection.with_values and index in chosen:
                self._require_known(entry, len(values.sealed))
            yield entry

    def _require_known(self, entry: BundledEntry, sealed: int) -> None:
        """Refuse to hand on as withheld what was lost: who lacks the sealing key withholds, and nobody else."""
        withheld = sealed if seal_if_any(self.session) is None else 0
        if entry.withheld == withheld:
            return
        if with_gaps(entry.index, entry.body, entry.disclosures, self.erasures | self.later).withheld == withheld:
            # Who can empty a value can write an entry behind the head: until it is signed it explains nothing.
            raise ErasureNotSigned(
                f"A personal value of entry {entry.index} of the log {self.log.name} was erased, and the entry that "
                "says so is not signed yet. Export again after the log's next checkpoint."
            )
        raise ValueLost(
            f"A personal value of entry {entry.index} of the log {self.log.name} is lost, and no order erased it. "
            "Run: answerprint audit verify"
        )

    def claims(self) -> dict[str, object]:
        """Return what the manifest says of the selection."""
        since, until, project = self.selection.period.since, self.selection.period.until, self.selection.project
        return {
            "period": {"from": since and isoformat(since), "to": until and isoformat(until)},
            "project": project and str(project),
        }


def source_of(session: Session, log: Log, size: int, selection: Selection) -> Source:
    """Return a log up to ``size`` as a bundle shows it; holds as many digests as were ever erased."""
    columns = select(Entry.index, Entry.body).where(Entry.log_id == log.id, Entry.kind == ValuesErased.kind)
    erasures: Erasures = {}
    later: Erasures = {}
    for index, body in session.execute(columns.order_by(Entry.index)):
        said = said_by_trail(body)
        if said is not None:
            note_erasures(said, index, erasures if index < size else later)
    return Source(session, log, size, selection, erasures, later)
