"""A house in which nothing happens says that it lives, so that silence means something."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web import timetable
from answerprint.web.settings import read_settings
from audit.canonical import parse_canonical
from audit.keys import LogKeys
from audit.models import Entry
from audit.queries.silence import last_entry_at
from audit.record import HOUSE
from audit.second_place import SecondPlace
from audit.service.heartbeat import beat
from tests.audit.witness.watched_house import House, at_once
from tests.audit.witness.watchers import all_served

HOUR = timedelta(hours=1)


def beats(database: Database) -> list[dict[str, object]]:
    """Return the heartbeats on the house log."""
    with database.reading() as session:
        found = select(Entry.body).where(Entry.kind == "audit.house.alive").order_by(Entry.index)
        return [dict(parse_canonical(body)) for body in session.scalars(found)]


class TestHeartbeat:
    """When the house says that it lives."""

    def test_only_after_silence(self, database: Database) -> None:
        """Before the hour is over nothing is recorded; then the last entry's instant is, and the hour begins anew."""
        with database.reading() as session:
            last = last_entry_at(session, HOUSE)
        assert last is not None
        with database.transaction() as session:
            early = beat(session, SYSTEM, silence=HOUR, now=last + HOUR - timedelta(seconds=1))
        with database.transaction() as session:
            due = beat(session, SYSTEM, silence=HOUR, now=last + HOUR)
        with database.reading() as session:
            since = last_entry_at(session, HOUSE)

        assert (early, due) == (False, True)
        assert [one["data"] for one in beats(database)] == [{"since": last.isoformat().replace("+00:00", "Z")}]
        assert since is not None
        assert since > last

    def test_two_processes_at_once(self, database: Database) -> None:
        """However many find the house silent, one speaks."""
        later = clock.now() + HOUR

        def turn() -> None:
            with database.transaction() as session:
                beat(session, SYSTEM, silence=HOUR, now=later)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            at_once(*[turn] * 6)

        assert len(beats(database)) == 1


class TestTimetable:
    """The turns of the timetable."""

    def test_silence_of_never(self, database: Database) -> None:
        """Who sets no heartbeat gets none."""
        later = clock.now() + HOUR
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            timetable.show_life(database, None)
            before = beats(database)
            timetable.show_life(database, HOUR)

        assert before == []
        assert len(beats(database)) == 1

    def test_silent_house_is_signed_and_cosigned(
        self, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """The running timetable records the heartbeat, signs it, and has it cosigned."""
        house = House(database, log_key, tmp_path)
        a = house.watcher("a")
        second_place = SecondPlace(tmp_path / "second-place")
        second_place.set_up()
        with all_served(a.app) as (at_a,), pytest.MonkeyPatch.context() as patch:
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            patch.setattr(timetable, "PERIOD", timedelta(milliseconds=20))
            settings = replace(read_settings({"ANSWERPRINT_HOME": str(tmp_path)}), heartbeat=timedelta(seconds=1))
            ended = timetable.start(settings, database, LogKeys(log_key), second_place, policies=policies)
            for _ in range(400):
                if beats(database) and house.served() is not None:
                    break
                ended.wait(0.05)
            ended.set()
            for thread in threading.enumerate():
                if thread.name in ("timetable", "witnesses", "screening room"):
                    thread.join()

        assert beats(database)
        assert house.served() is not None
        assert a.submissions >= 1
