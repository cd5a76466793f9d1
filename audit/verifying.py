"""Verification as a job beside the requests: how far it is, and then its verdict, stand in a file for a week.

The file lies beside the bundles, and not in the database that is under suspicion. Every process of the house can tell
of it. Whoever asks while one is read is led to that one. A job that says nothing more for a while counts as stopped:
its process has ended, and nobody goes on with it.
"""

import json
import os
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from answerprint.core.actor import Actor
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import NotFound
from audit.errors import VerificationError
from audit.service.readings import Reading, note_reading
from audit.verdict import Erasure, Finding, LogVerdict
from audit.verification import Means, Verification, verify_database

KEPT = timedelta(days=7)
SILENT = timedelta(minutes=1)
"""Who says nothing for so long has stopped: what is told apart takes seconds."""
_TOLD_EVERY = 0.5


class VerifyState(StrEnum):
    """How far a verification is."""

    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class VerifyJob:
    """A verification that somebody asked for. ``done`` of ``total`` entries are read, as it said at ``told_at``."""

    id: UUID
    asked_by: str
    asked_at: datetime
    told_at: datetime
    done: int = 0
    total: int = 0
    verdict: Verification | None = None
    failure: str = ""

    def state(self, now: datetime) -> VerifyState:
        """Return how far it is at this moment."""
        if self.verdict is not None:
            return VerifyState.DONE
        is_silent = self.told_at + SILENT < now
        return VerifyState.STOPPED if self.failure or is_silent else VerifyState.WORKING

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(slots=True)
class _Work:
    """A verification in this process's hands. Time goes on from the moment at which it was asked for."""

    database: Database
    folder: Path
    actor: Actor
    trusted: Collection[str]
    means: Means
    job: VerifyJob
    began: float = field(default_factory=time.monotonic)
    told: float = 0.0

    def run(self) -> None:
        """Verify, and keep what came of it; that it was done is recorded before it is told."""
        try:
            with self.database.reading() as session:
                verdict = verify_database(session, trusted_keys=self.trusted, progress=self.tell, means=self.means)
            reading = Reading.of_verification(
                findings=len(verdict.findings), shown=sum(log.size for log in verdict.logs)
            )
            note_reading(self.database, self.actor, reading, now=self.moment)
            self._keep(verdict=verdict)
        except (SQLAlchemyError, VerificationError, OSError) as error:
            self._keep(failure=str(error).partition("\n")[0][:500])

    @property
    def moment(self) -> datetime:
        """What time it is."""
        return self.job.asked_at + timedelta(seconds=time.monotonic() - self.began)

    def tell(self, _log: str, done: int, total: int) -> None:
        """Keep how far it is, not more often than people look."""
        if time.monotonic() - self.told >= _TOLD_EVERY:
            self._keep(done=done, total=total)
            self.told = time.monotonic()

    def _keep(self, **changes: Any) -> None:
        self.job = replace(self.job, told_at=self.moment, **changes)
        keep_job(self.folder, self.job)


def start_verifying(
    database: Database,
    folder: Path,
    actor: Actor,
    *,
    trusted: Collection[str],
    means: Means,
    now: datetime,
    patience: float,
) -> UUID:
    """Begin a verification, or join the one that is read now; wait for its end no longer than ``patience`` seconds."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget(folder, now)
    running = next((job for job in _jobs(folder) if job.state(now) is VerifyState.WORKING), None)
    if running is not None:
        return running.id
    job = VerifyJob(new_id(), actor.id, now, now)
    keep_job(folder, job)
    work = threading.Thread(target=_Work(database, folder, actor, trusted, means, job).run, daemon=True)
    work.start()
    work.join(patience)
    return job.id


def job_of(folder: Path, job_id: UUID) -> VerifyJob:
    """Return a verification; raises ``NotFound`` for one that is not kept any more, or never was."""
    try:
        return _read(_file(folder, job_id))
    except (OSError, ValueError) as error:
        raise NotFound("There is no such verification: a verdict is kept for seven days. Verify again.") from error


def newest_verdict(folder: Path) -> VerifyJob | None:
    """Return the newest verification that came to a verdict, if one is kept."""
    return next((job for job in _jobs(folder) if job.verdict is not None), None)


def keep_job(folder: Path, job: VerifyJob) -> None:
    """Write a job down so that a reader finds the file before or after, and never half of it."""
    told = {"asked_at": job.asked_at.isoformat(), "told_at": job.told_at.isoformat(), "id": str(job.id)}
    part = folder / f"{job.id}.{threading.get_ident()}.part"
    # A finding may quote a row of the trail: nobody but this house's user reads it.
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as target:
        json.dump(asdict(job) | told, target)
    part.replace(_file(folder, job.id))


def _jobs(folder: Path) -> list[VerifyJob]:
    """Return what is kept, the newest first: ids sort by time. A file that cannot be read is passed over."""
    found = []
    for file in sorted(folder.glob("*.json"), reverse=True):
        with suppress(OSError, ValueError):
            found.append(_read(file))
    return found


def _forget(folder: Path, now: datetime) -> None:
    for job in _jobs(folder):
        if job.asked_at + KEPT < now:
            _file(folder, job.id).unlink(missing_ok=True)


def _file(folder: Path, job_id: UUID) -> Path:
    return folder / f"{job_id}.json"


def _read(file: Path) -> VerifyJob:
    """Read a file of a job; raises ``ValueError`` where it is none."""
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    try:
        times = {name: datetime.fromisoformat(kept[name]) for name in ("asked_at", "told_at")}
        verdict = _verdict(kept["verdict"]) if kept["verdict"] else None
        return VerifyJob(**(kept | times | {"id": UUID(kept["id"]), "verdict": verdict}))
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _verdict(kept: Mapping[str, Any]) -> Verification:
    logs = (one | {"erasures": tuple(Erasure(**erasure) for erasure in one["erasures"])} for one in kept["logs"])
    return Verification(
        logs=tuple(LogVerdict(**log) for log in logs),
        findings=tuple(Finding(**one) for one in kept["findings"]),
        is_pinned=kept["is_pinned"],
        notes=tuple(kept["notes"]),
    )
