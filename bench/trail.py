"""How fast the trail grows and how fast it is verified, on SQLite, without HTTP."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.web.house import prepare
from answerprint.web.settings import read_settings
from audit.queries.logs import public_text
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.verification import verify_database
from licensing.facts.seats import SeatCheckedOut

ENTRIES, BATCH = 100_000, 500


@dataclass(frozen=True, slots=True)
class Trail:
    """Entries a second: recorded in batches, signed under one checkpoint, and verified; each carries two names."""

    entries: int
    recorded: float
    signed: float
    verified: float
    findings: tuple[str, ...]


def run(home: Path) -> Trail:
    """Record, sign and verify; the better of two verifications counts."""
    settings = read_settings({"ANSWERPRINT_HOME": str(home), "ANSWERPRINT_ORIGIN": "bench.example/answerprint"})
    database, keys = prepare(settings)
    began = time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        _record_batch(database)
    recorded = time.perf_counter()
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=keys.signing)
    signed = time.perf_counter()
    rounds = [_verify(database, public_text(keys.signing.public_key())) for _ in range(2)]
    database.close()
    return Trail(
        entries=ENTRIES,
        recorded=ENTRIES / (recorded - began),
        signed=ENTRIES / (signed - recorded),
        verified=max(rate for rate, _ in rounds),
        findings=rounds[-1][1],
    )


def _record_batch(database: Database) -> None:
    now = clock.now()
    with database.transaction() as session:
        for number in range(BATCH):
            fact = SeatCheckedOut(
                about=f"checkout:{new_id()}",
                product=new_id(),
                quantity=1,
                holder=f"Artist {number}",
                host=f"bay-{number}",
                project=None,
                started_on=now.date(),
                expires_at=now + timedelta(hours=1),
                checked_out=number,
                capacity=BATCH,
                over_capacity=0,
            )
            record(session, SYSTEM, fact)


def _verify(database: Database, trusted_key: str) -> tuple[float, tuple[str, ...]]:
    began = time.perf_counter()
    with database.reading() as session:
        verification = verify_database(session, trusted_keys=[trusted_key])
    entries = sum(log.size for log in verification.logs)
    rate = entries / (time.perf_counter() - began)
    return rate, tuple(str(finding) for finding in verification.findings)
