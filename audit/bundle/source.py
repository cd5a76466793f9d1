"""Reads a log for a bundle, a few thousand entries at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.bundle.entry import BundledEntry
from audit.models import Disclosure, Entry, Log

BATCH = 4096


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant up to another, the end left out; ``None`` is without bound."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Report whether nothing falls outside."""
        return self.since is None and self.until is None


def entries_of(session: Session, log: Log, size: int, period: Period) -> Iterator[BundledEntry]:
    """Yield the entries below ``size`` that fall in the period, in the log's order."""
    columns = select(Entry.index, Entry.body).where(Entry.log_id == log.id, Entry.index < size)
    if period.since is not None:
        columns = columns.where(Entry.recorded_at >= period.since)
    if period.until is not None:
        columns = columns.where(Entry.recorded_at < period.until)
    last = -1
    while True:
        following = columns.where(Entry.index > last).order_by(Entry.index).limit(BATCH)
        rows = session.execute(following).all()
        if not rows:
            return
        first, last = rows[0][0], rows[-1][0]
        beside = _disclosures(session, log, first, last)
        for index, body in rows:
            yield BundledEntry(index, body, beside.get(index, {}))


def _disclosures(session: Session, log: Log, first: int, last: int) -> dict[int, dict[str, str]]:
    columns = (Disclosure.index, Disclosure.name, Disclosure.disclosure)
    places = (Disclosure.log_id == log.id, Disclosure.index >= first, Disclosure.index <= last)
    found: dict[int, dict[str, str]] = {}
    for index, name, text in session.execute(
        select(*columns).where(*places).order_by(Disclosure.index, Disclosure.name)
    ):
        found.setdefault(index, {})[name] = text
    return found
