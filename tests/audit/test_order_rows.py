"""When an order or a hold was given and decided: the row says what the entry says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.types import isoformat
from audit.entrycheck import Said, read_body
from audit.models import Entry, Log
from audit.orderrows import HouseTold, order_faults
from audit.service.holds import lift_hold, set_hold
from audit.stretch import MEANT, Meant
from tests.audit.deciding import erase, everywhere, two_people

WORDS = ("asked_at", "decided_at", "set_at", "lifted_at")
LONG_AGO = timedelta(minutes=3)


@pytest.fixture(name="house")
def _house(database: Database) -> Database:
    """A house in which an erasure was ordered and carried out, and a hold set and lifted."""
    people = two_people(database)
    everywhere(database)
    erase(database, people)
    with database.transaction() as session:
        held = set_hold(session, people.asks, log_name="house", reason="dispute 7", now=clock.now())
    with database.transaction() as session:
        lift_hold(session, people.asks, hold_id=held.id, now=clock.now())
    return database


def faults(house: Database, change: Callable[[Said], Said]) -> set[str]:
    """Return what is found where the entries say something else than they do."""
    with house.reading() as session:
        rows = session.execute(select(Entry.index, Entry.body).where(Entry.log_id == 1, Entry.kind.in_(MEANT)))
        read = [(index, read_body(body)) for index, body in rows.all()]
        meant = [Meant(index, change(said)) for index, said in read if said is not None]
        logs = {log.id: log.name for log in session.scalars(select(Log))}
        return {place.split()[1] for place, _ in order_faults(session, HouseTold.read(logs, meant, is_whole=True))}


def moved(said: Said, word: str, by: timedelta) -> Said:
    """Return the entry with one of its times moved."""
    if word not in said.data:
        return said
    at = datetime.fromisoformat(said.data[word]) + by
    return said._replace(data=said.data | {word: isoformat(at)})


def wordless(said: Said, by: timedelta) -> Said:
    """Return the entry as it was before such entries said when, recorded so much later."""
    if said.kind == "audit.hold.lifted":
        data = {word: value for word, value in said.data.items() if word != "lifted_at"}
    else:
        data = {word: value for word, value in said.data.items() if word not in WORDS}
    return said._replace(at=isoformat(datetime.fromisoformat(said.at) + by), data=data)


class TestWhen:
    """To the microsecond, where the entry says when."""

    def test_rows_say_what_the_entries_say(self, house: Database) -> None:
        """However long after they were decided they were recorded."""
        late = lambda said: said._replace(at=isoformat(datetime.fromisoformat(said.at) + LONG_AGO))  # noqa: E731

        assert not faults(house, lambda said: said)
        assert not faults(house, late)

    @pytest.mark.parametrize(
        ("word", "found"), [("asked_at", "order"), ("decided_at", "order"), ("set_at", "hold"), ("lifted_at", "hold")]
    )
    def test_a_microsecond_is_found(self, house: Database, word: str, found: str) -> None:
        """An order or a hold whose time is another one than its entry's is named."""
        assert faults(house, lambda said: moved(said, word, timedelta(microseconds=1))) == {found}


class TestEntriesOfBefore:
    """Which say only when they were recorded."""

    def test_recorded_soon_after(self, house: Database) -> None:
        """Within a minute the two agree."""
        assert not faults(house, lambda said: wordless(said, timedelta(seconds=30)))

    def test_recorded_long_after(self, house: Database) -> None:
        """Later than a minute they do not."""
        assert faults(house, lambda said: wordless(said, LONG_AGO)) == {"order", "hold"}
