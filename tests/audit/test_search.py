"""The search of the trail: every filter, alone and with others, finds what fits, all of it, once, and in order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database, settle
from answerprint.core.paging import PageRequest, read_cursor
from answerprint.core.problems import Invalid
from audit.disclosure import read_disclosure
from audit.facts.exports import TrailRead
from audit.models import Entry, Head, Log
from audit.queries import search
from audit.queries.entries import EntryRow, values_beside
from audit.queries.logs import list_logs, log_named
from audit.queries.search import EntryFilter, FoundEntries, NoSealHere, find_entries, known_kinds
from audit.record import HOUSE, Fact, Whose, personal, record
from audit.service.logs import open_log
from audit.subjects import nonce_of
from tests.conftest import SEAL
from tests.facts import ThingHappened

PROJECTS = tuple(str(UUID(int=number)) for number in (1, 2))
ANN, BO = (
    Actor(ActorKind.PERSON, str(UUID(int=number)), person_id=UUID(int=number), address=f"198.51.100.{number}")
    for number in (11, 12)
)
READER = Actor(ActorKind.PERSON, str(UUID(int=13)), person_id=UUID(int=13))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingMoved(Fact):
    """A thing was carried somewhere."""

    kind: ClassVar[str] = "test.thing.moved"
    project: UUID | None
    holder: str = personal(Whose.VALUE)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and the personal values beside it, read one by one without any search."""

    row: EntryRow
    values: dict[str, str]


@pytest.fixture(name="trail")
def _trail(database: Database) -> list[Told]:
    """Two logs with ninety entries of every kind, by three actors, in which everything meets everything."""
    with database.transaction() as session:
        open_log(session, SYSTEM, name="licensor-reel")
    for number in range(30):
        actor, log = (ANN, BO, SYSTEM)[number % 3], (HOUSE, "licensor-reel")[number % 2]
        project = None if number % 5 == 0 else UUID(int=1 + number % 2)
        with database.transaction() as session:
            record(session, actor, ThingHappened(about=f"thing:{number % 4}", number=number), log=log)
            holder = ("Kim Artist", "Jo", ANN.address or "")[number % 3]
            record(session, actor, ThingMoved(about=f"thing:{number % 7}", project=project, holder=holder), log=log)
            record(session, READER, _reading(number))
    return _everything(database)


def _reading(shown: int) -> TrailRead:
    return TrailRead(about="trail:all", sought={}, shown=shown, sought_value=None, sought_address=None)


def _everything(database: Database) -> list[Told]:
    found = []
    with database.reading() as session:
        for summary in list_logs(session):
            log = log_named(session, summary.name)
            entries = session.scalars(select(Entry).where(Entry.log_id == log.id)).all()
            beside = values_beside(session, log, {one.index: nonce_of(one.body) for one in entries})
            for entry in entries:
                texts = beside[entry.index].disclosures.values() if entry.index in beside else ()
                values = [read_disclosure(text)[1:] for text in texts]
                said = json.loads(entry.body)
                row = EntryRow(
                    *(log.name, entry.index, said["fact"], entry.recorded_at),
                    *(said["actor"]["id"], said["about"], said["data"].get("project")),
                )
                found.append(Told(row, {str(name): str(value) for name, value in values}))
    return found


def _fits(told: Told, sought: EntryFilter) -> bool:
    row, values = told.row, told.values
    asked = {"log": row.log, "kind": row.kind, "actor": row.actor, "about": row.about, "project": row.project}
    return (
        all(getattr(sought, name) in (None, value) for name, value in asked.items())
        and (sought.since is None or row.recorded_at >= sought.since)
        and (sought.until is None or row.recorded_at < sought.until)
        and (sought.value is None or sought.value.casefold() in {one.casefold() for one in values.values()})
        and (sought.address is None or values.get("address") == sought.address)
        and (sought.with_readings or row.kind != TrailRead.kind)
    )


def _pages(session: Session, sought: EntryFilter, limit: int) -> Iterator[FoundEntries]:
    page: PageRequest | None = PageRequest(limit=limit)
    while page is not None:
        found = find_entries(session, sought, page)
        yield found
        page = PageRequest(read_cursor(found.next, shape=(str, int, int)), limit) if found.next else None


def _found(database: Database, sought: EntryFilter, limit: int = 7) -> tuple[list[EntryRow], int]:
    """Return all that is found, page by page, and how many pages that took."""
    with database.reading() as session:
        pages = list(_pages(session, sought, limit))
    return [row for page in pages for row in page.items], len(pages)


def _keys(rows: list[EntryRow]) -> list[tuple[datetime, bool, int]]:
    # The house log was opened first, and comes before the other where the instant is the same.
    return [(row.recorded_at, row.log != HOUSE, row.index) for row in rows]


def test_each_combination_of_filters_finds_what_fits(database: Database, trail: list[Told]) -> None:
    """Alone, in pairs and three together: what is found is what fits, newest first, nothing twice."""
    middle = sorted(one.row.recorded_at for one in trail)[len(trail) // 2]
    parts: tuple[dict[str, object], ...] = (
        {"log": "licensor-reel"},
        {"kind": ThingMoved.kind},
        {"actor": ANN.id},
        {"about": "thing:3"},
        {"project": PROJECTS[0]},
        {"address": ANN.address},
        {"value": "kim ARTIST"},
        {"value": ANN.address},
        {"since": middle},
        {"until": middle},
        {"with_readings": False},
    )
    for some in (*combinations(parts, 1), *combinations(parts, 2), *combinations(parts[:6], 3), ({},)):
        sought = EntryFilter(**{name: value for part in some for name, value in part.items()})  # type: ignore[arg-type]
        rows, _ = _found(database, sought)

        assert sorted(_keys(rows), reverse=True) == _keys(rows), sought
        assert len(set(_keys(rows))) == len(rows), sought
        assert set(rows) == {told.row for told in trail if _fits(told, sought)}, sought


def test_entries_of_one_instant_are_parted_by_pages(database: Database) -> None:
    """A page may end in the middle of an instant: the next one goes on there, and leaves nothing out."""
    now = clock.now()
    with pytest.raises(_Undone), database.transaction() as session:
        open_log(session, SYSTEM, name="licensor-reel")
        settle(session)
        places = [(log_id, index) for log_id in session.scalars(select(Log.id)) for index in range(1, 5)]
        same = {"kind": "k", "recorded_at": now, "actor": "a", "about": "b:1", "body": b"", "leaf_hash": b""}
        session.execute(
            insert(Entry), [{"log_id": log, "index": index} | same for log, index in _free(session, places)]
        )
        for limit in (1, 2, 3, 20):
            found = list(_pages(session, EntryFilter(kind="k"), limit))
            keys = [(row.log != HOUSE, row.index) for page in found for row in page.items]

            assert keys == sorted(keys, reverse=True), limit
            assert len(keys) == len(places), limit
            assert len(set(keys)) == len(places), limit
        raise _Undone


class _Undone(Exception):  # noqa: N818 - what is tried is taken back, since these entries are in no tree
    """Nothing of it happened."""


def _free(session: Session, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move places behind the entries that the logs have."""
    sizes = {head.log_id: head.size - 1 for head in session.scalars(select(Head))}
    return [(log, index + sizes[log]) for log, index in places]


@pytest.mark.usefixtures("trail")
def test_log_that_does_not_exist_has_no_entries(database: Database) -> None:
    """An unknown name finds nothing, whatever else is sought."""
    assert _found(database, EntryFilter(log="licensor-none", actor=ANN.id)) == ([], 1)


@pytest.mark.usefixtures("trail")
def test_kinds_are_those_that_occur(database: Database) -> None:
    """Each kind of fact is named once, in order."""
    with database.reading() as session:
        kinds = list(known_kinds(session))
        wanted = sorted(set(session.scalars(select(Entry.kind))))

    assert kinds == wanted


@pytest.mark.usefixtures("database")
def test_value_is_not_found_without_the_sealing_key(database_url: str) -> None:
    """Who has not the key is told so, and not that nothing fits."""
    blind = Database(database_url)
    with blind.reading() as session, pytest.raises(NoSealHere):
        find_entries(session, EntryFilter(value="Kim"), PageRequest())
    blind.close()


@pytest.mark.parametrize("after", [("soon", 1, 1), ("2026-03-14T09:26:53", 1, 1), ("", 0, 0)])
def test_cursor_that_is_none_of_ours_is_refused(database: Database, after: tuple[str, int, int]) -> None:
    """Text that is no instant is a fault of the request, not of the house."""
    with database.reading() as session, pytest.raises(Invalid) as refused:
        find_entries(session, EntryFilter(), PageRequest(after))

    assert set(refused.value.fields) == {"cursor"}


class TestWorst:
    """Two filters of which each is met everywhere, and both together hardly: pages stay short, and say so."""

    @pytest.fixture(name="crowd")
    def _crowd(self, database: Database) -> datetime:
        """As many entries of two kinds as a page looks at, each kind by another actor; below them one by both."""
        with database.transaction() as session:
            record(session, ANN, ThingMoved(about="thing:0", project=None, holder="Kim Artist"))
        with database.transaction() as session:
            for number in range(search.EXAMINED + 100):
                record(session, ANN, ThingHappened(about=f"thing:{number}", number=number))
                record(session, replace(BO, address=None), _reading(number))
        with database.transaction() as session:
            record(session, BO, ThingHappened(about="thing:1", number=-1))
            # At places of another log at which the house log has an address.
            open_log(session, SYSTEM, name="licensor-reel")
            for _ in range(4):
                record(session, SYSTEM, ThingMoved(about="thing:0", project=None, holder="Jo"), log="licensor-reel")
        with database.reading() as session:
            return session.scalars(select(Entry.recorded_at).order_by(Entry.recorded_at).limit(3)).all()[-1]

    def test_search_goes_on_where_it_stopped(self, database: Database, crowd: datetime) -> None:
        """What a page did not look at, a later one does: nothing is lost, and the end is reached."""
        cases = {
            "two columns": (EntryFilter(kind=TrailRead.kind, actor=ANN.id), 0),
            "column and common address": (EntryFilter(kind=TrailRead.kind, address=ANN.address), 0),
            "common address": (EntryFilter(address=ANN.address, until=crowd + timedelta(seconds=0.5)), None),
            "column and rare address": (EntryFilter(kind=ThingHappened.kind, address=BO.address), 1),
            "common address and rare holder": (EntryFilter(address=ANN.address, value="Kim Artist"), 1),
            "common address and rare kind": (EntryFilter(address=ANN.address, kind=ThingMoved.kind), 1),
        }
        everything = _everything(database)
        for name, (sought, count) in cases.items():
            rows, _ = _found(database, sought, limit=500)
            wanted = [told.row for told in everything if _fits(told, sought)]

            assert set(rows) == set(wanted), name
            assert len(rows) == len(wanted), name
            assert count is None or len(rows) == count, name

    @pytest.mark.usefixtures("crowd")
    def test_short_page_says_how_far_it_looked(self, database: Database) -> None:
        """No entry, and a cursor: older ones were not looked at yet, and the instant is said."""
        with database.reading() as session:
            found = find_entries(session, EntryFilter(kind=TrailRead.kind, actor=ANN.id), PageRequest())
            # Of the two it walks by the one that is met more seldom, and comes further back with it.
            instants = select(Entry.recorded_at).where(Entry.actor == ANN.id)
            newest = instants.order_by(Entry.recorded_at.desc()).limit(search.EXAMINED)
            looked_at = session.scalars(newest).all()

        assert not found.items
        assert found.next is not None
        assert found.looked_back_to == looked_at[-1]

    @pytest.mark.usefixtures("crowd")
    def test_entry_at_the_edge_is_shown_once(self, database: Database) -> None:
        """The last entry that a page looked at may fit: the page that follows begins below it."""
        sought = EntryFilter(kind=ThingHappened.kind, actor=ANN.id)
        rows, pages = _found(database, sought, limit=search.EXAMINED + 50)

        assert pages == 2
        assert len(rows) == len(set(rows)) == search.EXAMINED + 100

    @pytest.mark.usefixtures("crowd")
    def test_rare_filter_needs_one_page(self, database: Database) -> None:
        """Where one filter is rare the search walks by that one, and is through at once."""
        sought = EntryFilter(log=HOUSE, actor=ANN.id, kind=ThingMoved.kind, with_readings=False)
        rows, pages = _found(database, sought)

        assert (len(rows), pages) == (1, 1)


def test_sealing_key_of_tests_is_that_of_the_database(database: Database) -> None:
    """A value is found whatever its case and the space around it, by the tag that the key gives."""
    with database.transaction() as session:
        record(session, SYSTEM, ThingMoved(about="thing:1", project=None, holder="Zoë  Öhler"))

    assert SEAL.tag(" zoë  öhler ") == SEAL.tag("Zoë  Öhler")
    assert len(_found(database, EntryFilter(value=" zoë  öhler "))[0]) == 1
