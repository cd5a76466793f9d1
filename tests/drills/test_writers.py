"""Fifty writers at once, a publisher and a verifier beside them: no gap, no fork, no deadlock, no false alarm."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Entry, Head
from audit.queries.logs import public_text
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from audit.verification import verify_database
from tests.facts import PersonSeen, ThingHappened

WRITERS = 50
ROUNDS = 6
LOGS = (HOUSE, "licensor-acme", "licensor-borealis", "licensor-cobalt")


@pytest.fixture(name="busy")
def _busy(database: Database) -> Database:
    """A database with a log for each of three licensors."""
    with database.transaction() as session:
        for name in LOGS[1:]:
            open_log(session, SYSTEM, name=name)
    return database


def write(database: Database, number: int) -> None:
    """Record for several logs in each transaction, naming them in an order of this writer's own."""
    turned = LOGS[number % len(LOGS) :] + LOGS[: number % len(LOGS)]
    for turn in range(ROUNDS):
        with database.transaction() as session:
            for log in turned if number % 2 else reversed(turned):
                record(session, SYSTEM, ThingHappened(about=f"thing:{number}", number=turn), log=log)
            record(session, SYSTEM, PersonSeen(about="person:1", name=f"Ann {number}", place="suite"), log=turned[0])


def repeated(act: Callable[[], None], done: threading.Event) -> int:
    """Do it again and again until the writers are done, and once more; return how often."""
    times = 0
    while not done.is_set():
        act()
        times += 1
    act()
    return times + 1


def run(database: Database, beside: list[Callable[[], None]]) -> list[int]:
    """Let all writers write, with ``beside`` going on meanwhile; raise the first failure of anyone."""
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS) as writing, ThreadPoolExecutor(len(beside)) as watching:
        watchers = [watching.submit(repeated, act, done) for act in beside]
        writers = [writing.submit(write, database, number) for number in range(WRITERS)]
        wait(writers, timeout=60)
        done.set()
        for writer in writers:
            writer.result(timeout=1)
        return [watcher.result(timeout=60) for watcher in watchers]


def test_fifty_writers_a_publisher_and_a_verifier_agree(busy: Database, log_key: Ed25519PrivateKey) -> None:
    """Each log counts from 0 without gap, each signature holds, and nobody who verified meanwhile was alarmed."""
    alarms: list[str] = []

    def publish() -> None:
        for name in (*LOGS[1:], HOUSE):
            with busy.transaction() as session:
                publish_checkpoint(session, SYSTEM, log_name=name, key=log_key)

    def verify() -> None:
        with busy.reading() as session:
            found = verify_database(session, trusted_keys=[public_text(log_key.public_key())])
        alarms.extend(str(finding) for finding in found.findings)

    published, verified = run(busy, [publish, verify])
    with busy.reading() as session:
        heads = session.execute(select(Head.log_id, Head.size).order_by(Head.log_id)).all()
        counted = (func.count(), func.min(Entry.index), func.max(Entry.index))
        rows = session.execute(select(Entry.log_id, *counted).group_by(Entry.log_id).order_by(Entry.log_id)).all()

    assert not alarms
    assert published > 1
    assert verified > 1
    assert [(log_id, size, 0, size - 1) for log_id, size in heads] == [tuple(row) for row in rows]
    assert sum(size for _, size in heads if size) >= len(LOGS) * (WRITERS * ROUNDS + 1) + WRITERS * ROUNDS


def test_reading_session_sees_one_state(busy: Database) -> None:
    """What is committed after a reading session's first statement is not seen by its later ones."""
    with busy.reading() as session:
        before = session.scalar(select(func.count()).select_from(Entry))
        with busy.transaction() as other:
            record(other, SYSTEM, ThingHappened(about="thing:1"))
        after = session.scalar(select(func.count()).select_from(Entry))
    with busy.reading() as session:
        later = session.scalar(select(func.count()).select_from(Entry))

    assert before == after
    assert later == (before or 0) + 1
