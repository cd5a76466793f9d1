"""A writer that is killed: ``python -m tests.drills.killed ADDRESS KEY-FILE SECOND-PLACE``.

It reads numbers from standard input, one a line. For each it forks; the child records a change, acknowledges it, and
publishes both logs. At its N-th step, counted over the lines of recorder, publisher, second place and transaction and
over each statement sent to the database, it kills itself with SIGKILL; 0 lets it end. What the child acknowledged, the
signal that ended it and its exit code are answered as one line of JSON.
"""

import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event, insert

import answerprint.core.db
import audit.record
import audit.rollback
import audit.second_place
import audit.service.checkpoints
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.keys import load_key
from audit.record import HOUSE, record
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from facility.models import Client
from tests.conftest import SEAL
from tests.facts import PersonSeen, ThingHappened

LICENSOR = "licensor-acme"
_MODULES = (answerprint.core.db, audit.record, audit.rollback, audit.second_place, audit.service.checkpoints)
WATCHED = {module.__file__ for module in _MODULES}


@dataclass(slots=True)
class Executioner:
    """Counts steps, and ends the process without a word at the one that was asked for."""

    kill_at: int
    steps: int = field(default=0)

    def step(self, *_: object) -> None:
        """Count one; at the one asked for, die."""
        self.steps += 1
        if self.steps == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(self, frame: FrameType, what: str, _: object) -> Any:
        """Count lines in the watched modules, as ``sys.settrace`` calls for it."""
        if frame.f_code.co_filename not in WATCHED:
            return None
        if what == "line":
            self.step()
        return self.trace


def acknowledge(pipe: int, what: str) -> None:
    """Tell somebody outside this process that ``what`` is done; that cannot be taken back."""
    os.write(pipe, f"{what}\n".encode())


def work(database: Database, key: Ed25519PrivateKey, place: SecondPlace, pipe: int) -> None:
    """Change a table with its facts on two logs, then sign both logs; acknowledge each after its commit."""
    client = uuid4()
    with database.transaction() as session:
        session.execute(insert(Client), [{"id": client, "name": f"Client {client}", "version": 1}])
        record(session, SYSTEM, PersonSeen(about=f"client:{client}", name="Ann Example", place="suite"), log=LICENSOR)
        record(session, SYSTEM, ThingHappened(about=f"client:{client}"))
    acknowledge(pipe, f"client:{client}")
    for name in (LICENSOR, HOUSE):
        with database.transaction() as session:
            stored = publish_checkpoint(session, SYSTEM, log_name=name, key=key, second_place=place)
        acknowledge(pipe, f"checkpoint:{name}:{stored.size}")


def live(address: str, key: Ed25519PrivateKey, place: SecondPlace, kill_at: int, pipe: int) -> None:
    """Be the child: open the database and work until killed."""
    database = Database(address, seal=SEAL)
    with database.reading() as session:
        session.connection()
    executioner = Executioner(kill_at)
    event.listen(database.engine, "before_cursor_execute", executioner.step)
    event.listen(database.engine, "after_cursor_execute", executioner.step)
    sys.settrace(executioner.trace)
    work(database, key, place, pipe)
    sys.settrace(None)
    acknowledge(pipe, f"steps:{executioner.steps}")


def answer(address: str, key: Ed25519PrivateKey, place: SecondPlace, kill_at: int) -> dict[str, object]:
    """Let one child live and die, and say what became of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        live(address, key, place, kill_at, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read().split()
    _, status = os.waitpid(child, 0)
    return {"said": said, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "exit": status >> 8}


def main(address: str, key_file: str, folder: str) -> None:
    """Answer number after number until standard input ends."""
    key, place = load_key(Path(key_file)), SecondPlace(Path(folder))
    for line in sys.stdin:
        print(json.dumps(answer(address, key, place, int(line))), flush=True)  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
