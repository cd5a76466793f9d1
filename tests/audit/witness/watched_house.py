"""A house whose log is signed, and whose witnesses are asked, when a test says so."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Entry
from audit.note import Signer
from audit.policies import OnFailure, Policies
from audit.queries.cosignatures import cosigned_note, logs_to_ask, newest_served
from audit.queries.logs import log_named, newest_checkpoint
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.witnessing import WitnessingOutcome, ask_witnesses
from tests.audit.witness.watchers import NOON, Watcher, write_policy
from tests.conftest import ORIGIN
from tests.facts import ThingHappened


class House:
    """A house whose log is signed when it is told to be, and whose witnesses are asked when they are told to be."""

    def __init__(self, database: Database, key: Ed25519PrivateKey, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.key = key
        self.signer = Signer(f"{ORIGIN}/{HOUSE}", key)

    def sign(self, facts: int = 1) -> int:
        """Record so many facts, sign the log, and return its size."""
        for number in range(facts):
            with self.database.transaction() as session:
                record(session, SYSTEM, ThingHappened(about="thing:1", number=number))
        with self.database.transaction() as session:
            return publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=self.key).size

    def policy(self, witnesses: dict[str, tuple[str, str]], rule: str, fail: str = "closed") -> Policies:
        """Write the house log's policy."""
        return write_policy(self.folder / "policies", HOUSE, self.signer.vkey, witnesses, rule, fail=fail)

    def watcher(self, name: str, vkey: str | None = None) -> Watcher:
        """Return a new witness of the house log, or of a log with that key."""
        return Watcher(self.folder, name, [vkey or self.signer.vkey])

    def ask(self, policies: Policies, minutes: int = 0, seconds: float = 10.0) -> WitnessingOutcome:
        """Ask the witnesses, so many minutes after noon, and give each so many seconds."""
        outcome = ask_witnesses(
            self.database,
            log_name=HOUSE,
            policies=policies,
            now=NOON + timedelta(minutes=minutes),
            evidence=self.folder / "evidence",
            seconds=seconds,
        )
        assert outcome is not None
        return outcome

    def served(self, on_failure: OnFailure | None = OnFailure.CLOSED) -> int | None:
        """Return the size that is served."""
        with self.database.reading() as session:
            newest = newest_served(session, log_named(session, HOUSE), on_failure)
        return newest.size if newest is not None else None

    def note(self) -> bytes:
        """Return the newest checkpoint as it is served."""
        with self.database.reading() as session:
            log = log_named(session, HOUSE)
            newest = newest_checkpoint(session, log)
            assert newest is not None
            return cosigned_note(session, log, newest)

    def told(self) -> list[str]:
        """Return what the house log says of quorums and split views, in its order."""
        kinds = ("audit.quorum.missed", "audit.quorum.met", "audit.split-view.found")
        with self.database.reading() as session:
            return list(session.scalars(select(Entry.kind).where(Entry.kind.in_(kinds)).order_by(Entry.index)))

    def due(self, policies: Policies, minutes: int = 0) -> list[str]:
        """Return the logs whose witnesses are to be asked."""
        with self.database.reading() as session:
            return logs_to_ask(session, policies, NOON + timedelta(minutes=minutes))


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of these at the same time, and raise what any of them raises."""
    faults: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except BaseException as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
