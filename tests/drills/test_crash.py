"""A crash between any two statements leaves a log that verifies, and no acknowledged change without its entry."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Entry, Head, Log, StoredCheckpoint
from audit.queries.logs import public_text
from audit.second_place import SecondPlace
from audit.service.logs import open_log
from audit.verification import verify_database
from facility.models import Client
from tests.drills.killed import LICENSOR

ROOT = Path(__file__).parents[2]
SIGKILL = 9
KILLS = 110
"""How many points of the work are tried on each engine, evenly spread over all of its steps."""


@dataclass(frozen=True, slots=True)
class End:
    """How a writer ended, and what it had acknowledged by then."""

    said: list[str]
    signal: int
    exit: int


@dataclass(frozen=True, slots=True)
class Victim:
    """The process that forks writers and lets them be killed."""

    process: subprocess.Popen[str]

    def end_at(self, step: int) -> End:
        """Let a writer work until it dies at this step; 0 lets it end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(step, file=self.process.stdin, flush=True)
        return End(**json.loads(self.process.stdout.readline()))


@pytest.fixture(name="victim")
def _victim(database: Database, database_url: str, log_key: Ed25519PrivateKey, tmp_path: Path) -> Iterator[Victim]:
    """A process that writes to the test's database, with a second place beside it."""
    with database.transaction() as session:
        open_log(session, SYSTEM, name=LICENSOR)
    SecondPlace(tmp_path / "second").set_up()
    key_file = tmp_path / "log.pem"
    key_file.write_bytes(log_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key_file.chmod(0o600)
    command = [sys.executable, "-m", "tests.drills.killed", database_url, str(key_file), str(tmp_path / "second")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Victim(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def hold(session: Session, said: list[str], trusted_key: str) -> None:
    """Hold what stands in the database against all that was ever acknowledged."""
    abouts = select(Entry.about, func.count()).where(Entry.about.startswith("client:")).group_by(Entry.about)
    entries = {row[0]: row[1] for row in session.execute(abouts)}
    clients = {f"client:{key}" for key in session.scalars(select(Client.id))}
    signed = select(Log.name, StoredCheckpoint.size).join(Log, Log.id == StoredCheckpoint.log_id)
    checkpoints = {f"checkpoint:{name}:{size}" for name, size in session.execute(signed)}
    heads = {(log, size) for log, size in session.execute(select(Head.log_id, Head.size))}
    counted = select(Entry.log_id, func.count(), func.max(Entry.index) + 1).group_by(Entry.log_id)

    assert not verify_database(session, trusted_keys=[trusted_key]).findings
    assert heads == {(log, size) for log, size, end in session.execute(counted) if size == end}
    assert clients == set(entries)
    assert set(entries.values()) <= {2}
    assert {one for one in said if one.startswith("client:")} <= clients
    assert {one for one in said if one.startswith("checkpoint:")} <= checkpoints


def test_killed_at_any_step_the_log_holds_and_keeps_what_was_acknowledged(
    database: Database, victim: Victim, log_key: Ed25519PrivateKey
) -> None:
    """A change and its two entries stand together or not at all, and the next writer goes on from there."""
    first = victim.end_at(0)
    trusted, said = public_text(log_key.public_key()), list(first.said)
    steps = int(first.said[-1].removeprefix("steps:"))
    silent = 0
    for step in sorted({1 + round(number * (steps - 1) / (KILLS - 1)) for number in range(KILLS)}):
        end = victim.end_at(step)
        said += end.said
        silent += not end.said
        with database.reading() as session:
            hold(session, said, trusted)

        assert (end.signal, end.exit) in ((SIGKILL, 0), (0, 0))
    last = victim.end_at(0)

    assert (last.signal, last.exit) == (0, 0)
    assert 0 < silent < KILLS
