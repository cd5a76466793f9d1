"""Searches the entries of all logs, newest first, each page in a bounded time however long the trail is.

Every column that is searched by has an index that goes on with the time, and a page walks one of them backwards: that
of the rarest filter. What the other filters then leave out is read for nothing, so a page examines a bounded number of
entries. Where fewer fit among them than a page holds, the page says how far back it has looked, and its cursor goes on
from there: two filters of which each is met everywhere and both together nowhere cost many quick pages, not a slow one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from answerprint.core.paging import Key, PageRequest, write_cursor
from answerprint.core.problems import Conflict, Invalid
from answerprint.core.sealing import seal_if_any
from answerprint.core.types import isoformat
from audit.facts.exports import TrailRead
from audit.models import Disclosure, Entry, Log
from audit.queries.entries import EntryRow

EXAMINED = 3_000
"""How many entries of the rarest filter a page looks at."""
RARE = 1_500
"""Up to how many entries with a personal value are looked up by that value; beyond, entries are asked whether they
have it."""

_INDEXED: dict[str, InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | InstrumentedAttribute[int]] = {
    "about": Entry.about,
    "project": Entry.project,
    "actor": Entry.actor,
    "kind": Entry.kind,
    "log": Entry.log_id,
}
"""The columns that a search walks by; that which is likely the rarest first."""

_Columns = tuple[int, int, str, datetime, str, str, str | None]
_Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What to search entries for; ``None`` is anything.

    ``value`` is a personal value, whatever its name, and ``address`` one that is a network address.
    """

    log: str | None = None
    kind: str | None = None
    actor: str | None = None
    about: str | None = None
    project: str | None = None
    address: str | None = None
    value: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_readings: bool = True


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """Some entries, newest first, and the cursor of the page that follows (``None``: these are the last).

    ``looked_back_to`` is set where the page is short though older entries may fit.
    """

    items: Sequence[EntryRow]
    next: str | None
    looked_back_to: datetime | None = None


class NoSealHere(Conflict):
    """A personal value was searched for, and this process has not the sealing key that finds it."""

    code = "no-sealing-key"


@dataclass(frozen=True, slots=True)
class _Window:
    """A time range and the place to go on from."""

    since: datetime | None
    until: datetime | None
    after: tuple[datetime, int, int] | None

    def conditions(self) -> list[_Condition]:
        """Return what holds for the instants of all entries in it, as an index can tell them."""
        found = []
        if self.since is not None:
            found.append(Entry.recorded_at >= self.since)
        if self.until is not None:
            found.append(Entry.recorded_at < self.until)
        if self.after is not None:
            found.append(Entry.recorded_at <= self.after[0])
        return found

    def beyond(self) -> list[_Condition]:
        """Return what tells apart the entries of the one instant at which the page before ended."""
        if self.after is None:
            return []
        moment, log_id, index = self.after
        is_earlier_there = (Entry.log_id < log_id) | ((Entry.log_id == log_id) & (Entry.index < index))
        return [(Entry.recorded_at < moment) | ((Entry.recorded_at == moment) & is_earlier_there)]


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """A search as the database is asked it. ``places`` finds the entries of a rare personal value."""

    indexed: dict[str, str | int]
    others: list[_Condition]
    places: Select[int, int] | None
    window: _Window


def find_entries(session: Session, sought: EntryFilter, page: PageRequest) -> FoundEntries:
    """Return the entries that fit, newest first; the page's key is (time, log, index).

    Raises ``Invalid`` for a cursor of another list and ``NoSealHere`` for a personal value without the sealing key.
    """
    window = _Window(sought.since, sought.until, _place(page.after))
    indexed = _indexed(session, sought)
    if indexed is None:
        return FoundEntries([], None)
    others, places = _values(session, sought)
    if not sought.with_readings:
        others.append(Entry.kind + "" != TrailRead.kind)
    narrowed = _Narrowed(indexed, others, places, window)
    if places is not None:
        return _cut(session, _by_places(session, narrowed), page, None)
    driver, boundary = _walk(session, narrowed)
    return _cut(session, _by_walk(session, narrowed, driver, boundary, page.limit + 1), page, boundary)


def _place(after: Key | None) -> tuple[datetime, int, int] | None:
    if after is None:
        return None
    at, log_id, index = after
    moment = _instant(str(at))
    if moment is None:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]})
    return moment, int(log_id), int(index)


def _instant(text: str) -> datetime | None:
    """Return the instant that was written so, in canonical form only."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if isoformat(moment) == text else None
    except (ValueError, OverflowError):
        return None


def _indexed(session: Session, sought: EntryFilter) -> dict[str, str | int] | None:
    """Return the filters that have an index, or nothing where the log does not exist."""
    wanted: dict[str, str | int | None] = {
        "about": sought.about,
        "project": sought.project,
        "actor": sought.actor,
        "kind": sought.kind,
    }
    if sought.log is not None:
        log_id = session.scalar(select(Log.id).where(Log.name == sought.log))
        if log_id is None:
            return None
        wanted["log"] = log_id
    return {name: value for name, value in wanted.items() if value is not None}


def _values(session: Session, sought: EntryFilter) -> tuple[list[_Condition], Select[int, int] | None]:
    """Return what an entry must hold beside it, and the places of the first value that is rare."""
    conditions: list[_Condition] = []
    places: Select[int, int] | None = None
    for text, name in ((sought.value, None), (sought.address, "address")):
        if text is None:
            continue
        seal = seal_if_any(session)
        if seal is None:
            raise NoSealHere("Personal values are found with the sealing key, and this process was started without it.")
        tag = seal.tag(text)
        if places is None and _is_rare(session, tag):
            places = select(Disclosure.log_id, Disclosure.index).where(Disclosure.tag == tag)
            places = places.where(Disclosure.name == name) if name else places
        else:
            conditions.append(_holds(tag, name))
    return conditions, places


def _is_rare(session: Session, tag: str) -> bool:
    some = select(literal(1)).where(Disclosure.tag == tag).limit(RARE + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= RARE


def _holds(tag: str, name: str | None) -> _Condition:
    held = select(literal(1)).where(
        Disclosure.tag == tag, Disclosure.log_id == Entry.log_id, Disclosure.index == Entry.index
    )
    return (held.where(Disclosure.name == name) if name else held).correlate(Entry).exists()


def _walk(session: Session, narrowed: _Narrowed) -> tuple[str | None, datetime | None]:
    """Return the filter to walk by, and the instant to stop at: that of the rarest goes furthest back.

    ``None`` is to walk by time alone, and not to stop.
    """
    if len(narrowed.indexed) + len(narrowed.others) <= 1 and not (narrowed.others and not narrowed.indexed):
        return next(iter(narrowed.indexed), None), None
    found: list[tuple[datetime, str | None]] = []
    walkable: list[str | None] = [name for name in _INDEXED if name in narrowed.indexed]
    for name in walkable or [None]:
        boundary = session.scalar(_instants(narrowed, name).offset(EXAMINED - 1).limit(1))
        if boundary is None:
            return name, None
        found.append((boundary, name))
    furthest, driver = min(found, key=lambda one: one[0])
    return driver, furthest


def _instants(narrowed: _Narrowed, name: str | None) -> Select[datetime]:
    instants = select(Entry.recorded_at).where(*narrowed.window.conditions()).order_by(Entry.recorded_at.desc())
    return instants.where(_INDEXED[name] == narrowed.indexed[name]) if name else instants


def _by_walk(
    session: Session, narrowed: _Narrowed, driver: str | None, boundary: datetime | None, limit: int
) -> list[Row[*_Columns]]:
    statement = _columns().where(*narrowed.window.conditions(), *narrowed.window.beyond(), *_rest(narrowed, driver))
    if driver is not None:
        statement = statement.where(_INDEXED[driver] == narrowed.indexed[driver])
    if boundary is not None:
        statement = statement.where(Entry.recorded_at >= boundary)
    order = (Entry.recorded_at.desc(), Entry.log_id.desc(), Entry.index.desc())
    return list(session.execute(statement.order_by(*order).limit(limit)).all())


def _by_places(session: Session, narrowed: _Narrowed) -> list[Row[*_Columns]]:
    """Return all entries of the rare value that fit; they are sorted here, so that no other index is walked."""
    assert narrowed.places is not None  # noqa: S101 - narrows a type; the caller has looked
    at = tuple_(Entry.log_id, Entry.index).in_(narrowed.places)
    rows = session.execute(_columns().where(at, *narrowed.window.beyond(), *_rest(narrowed, None))).all()
    since, until = narrowed.window.since, narrowed.window.until
    fitting = [row for row in rows if (since is None or row[3] >= since) and (until is None or row[3] < until)]
    return sorted(fitting, key=lambda row: (row[3], row[0], row[1]), reverse=True)


def _columns() -> Select[*_Columns]:
    columns = (Entry.log_id, Entry.index, Entry.kind, Entry.recorded_at, Entry.actor, Entry.about, Entry.project)
    return select(*columns)


def _rest(narrowed: _Narrowed, driver: str | None) -> list[_Condition]:
    """Return the filters that are not walked by, written so that no index serves them."""
    rest = []
    for name, value in narrowed.indexed.items():
        if name != driver:
            column = _INDEXED[name]
            rest.append(column + 0 == value if isinstance(value, int) else column + "" == value)
    return rest + narrowed.others


def _cut(
    session: Session, rows: Sequence[Row[*_Columns]], page: PageRequest, boundary: datetime | None
) -> FoundEntries:
    shown = rows[: page.limit]
    items = _named(session, shown)
    if len(rows) > page.limit:
        log_id, index, _, moment, *_ = shown[-1]
        return FoundEntries(items, write_cursor((isoformat(moment), log_id, index)))
    if boundary is not None:
        # All of that instant was looked at.
        return FoundEntries(items, write_cursor((isoformat(boundary), -1, -1)), looked_back_to=boundary)
    return FoundEntries(items, None)


def _named(session: Session, rows: Sequence[Row[*_Columns]]) -> list[EntryRow]:
    named = select(Log.id, Log.name).where(Log.id.in_({row[0] for row in rows}))
    names = {one.id: one.name for one in session.execute(named)} if rows else {}
    return [
        EntryRow(names[log_id], index, kind, recorded_at, actor, about, project)
        for log_id, index, kind, recorded_at, actor, about, project in rows
    ]


def known_kinds(session: Session) -> Sequence[str]:
    """Return the kinds of fact that occur on the trail: each is found from the one before it, not among all entries."""
    kinds = select(func.min(Entry.kind).label("kind")).cte("kinds", recursive=True)
    following = select(func.min(Entry.kind)).where(Entry.kind > kinds.c.kind).correlate(kinds).scalar_subquery()
    kinds = kinds.union_all(select(following).where(kinds.c.kind.is_not(None)))
    return session.scalars(select(kinds.c.kind).where(kinds.c.kind.is_not(None))).all()
