"""Bundles that are made by a job: ordered by somebody, made by whichever process is free, kept for a week.

A worker takes a job for ``LEASE`` and says with each progress that it lives; a job whose worker is not heard of any
more is taken over. Two workers of one job write two files, and only who still holds the job puts his in its place.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.db import Database
from answerprint.core.problems import Refusal, TooMany
from audit.bundle.export import Exported, export_bundle
from audit.bundle.source import Period, Selection
from audit.errors import VerificationError
from audit.facts.exports import BundleEnded, BundleFetched, ExportAsked, LogExported
from audit.models import ExportJob
from audit.policies import NO_POLICIES, Policies
from audit.queries.exports import (
    UNDONE,
    ExportRow,
    ExportState,
    bundle_file,
    can_be_worked_on,
    count_undone,
    row_of,
)
from audit.queries.logs import log_named
from audit.record import record

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
UNDONE_MAX = 5
"""How many bundles somebody may have waiting."""
_TOLD_EVERY = 0.5
_CHUNK = 1 << 20


class TooManyExports(TooMany):
    """Somebody has as many bundles waiting as one may."""

    code = "too-many-exports"


class _TakenOverError(Exception):
    """Another worker has the job now."""


@dataclass(slots=True)
class _Claim:
    """A job in this worker's hands, until ``until``. Time goes on from ``now``, the moment at which it was taken."""

    database: Database
    job: ExportRow
    now: datetime
    until: datetime
    began: float = field(default_factory=time.monotonic)
    told: float = 0.0

    @property
    def moment(self) -> datetime:
        """What time it is."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def tell(self, done: int, total: int) -> None:
        """Keep how far it is, and that its worker lives; not more often than people look."""
        if time.monotonic() - self.told >= _TOLD_EVERY:
            with self.database.transaction() as session:
                self.hold(session, done=done, total=total)
            self.told = time.monotonic()

    def hold(self, session: Session, **values: object) -> None:
        """Change the job, and hold it further; raises ``_TakenOverError`` where it is another worker's now."""
        until = self.moment + LEASE
        mine = (ExportJob.id == self.job.id, ExportJob.state == ExportState.WORKING)
        held = update(ExportJob).where(*mine, ExportJob.worked_until == self.until)
        changed = session.execute(held.values(**{"worked_until": until, **values}).returning(ExportJob.id)).first()
        if changed is None:
            raise _TakenOverError
        self.until = until


def ask_export(
    session: Session,
    actor: Actor,
    *,
    log_name: str,
    selection: Selection,
    now: datetime,
) -> ExportRow:
    """Order a bundle of a log; raises ``NotFound`` for no such log and ``TooManyExports``."""
    log_named(session, log_name)
    if count_undone(session, actor.id) >= UNDONE_MAX:
        raise TooManyExports(f"You have {UNDONE_MAX} exports waiting. Wait until one of them is made.")
    period, project = selection.period, selection.project
    job = ExportJob(
        log=log_name,
        since=period.since,
        until=period.until,
        project=str(project) if project else None,
        has_values=selection.with_values,
        asked_by=actor.id,
        asked_at=now,
        state=ExportState.WAITING,
        done=0,
        total=0,
    )
    session.add(job)
    session.flush()
    fact = ExportAsked(
        about=f"export:{job.id}",
        log=log_name,
        since=period.since,
        until=period.until,
        project=project,
        has_values=selection.with_values,
    )
    record(session, actor, fact)
    return row_of(job)


def note_fetch(session: Session, actor: Actor, *, job: ExportRow) -> None:
    """Record that somebody takes the bundle of a job that is made; it goes out only after this."""
    about = f"export:{job.id}"
    fact = BundleFetched(about=about, log=job.log, sha256=job.sha256 or "", bytes=job.file_bytes or 0)
    record(session, actor, fact)


def work_one(
    database: Database, folder: Path, zone: ZoneInfo, now: datetime, *, policies: Policies = NO_POLICIES
) -> bool:
    """Make the bundle of the job that waits longest, or of one that a worker left; report whether there was one.

    A job that cannot be done says why, and is done with. Where the database itself fails, the job waits for its lease's
    end and another turn.
    """
    claim = _claim(database, now)
    if claim is None:
        return False
    # Who took it over makes it, and tells how it went.
    with suppress(_TakenOverError):
        _attempt(claim, folder, zone, policies)
    return True


def end_bundles(database: Database, folder: Path, now: datetime) -> None:
    """Delete the files whose time is over, and what workers left of jobs that nobody works on."""
    with database.transaction() as session:
        over = select(ExportJob).where(ExportJob.state == ExportState.MADE, ExportJob.ends_at <= now)
        for job in session.scalars(over.with_for_update(skip_locked=True)):
            bundle_file(folder, job.id).unlink(missing_ok=True)
            job.state = ExportState.ENDED
            record(session, SYSTEM, BundleEnded(about=f"export:{job.id}", log=job.log, sha256=job.sha256 or ""))
        undone = set(session.scalars(select(ExportJob.id).where(ExportJob.state.in_(UNDONE))))
    for part in folder.glob("*.part"):
        if not any(part.name.startswith(str(job_id)) for job_id in undone):
            part.unlink(missing_ok=True)


def _claim(database: Database, now: datetime) -> _Claim | None:
    with database.transaction() as session:
        next_one = select(ExportJob.id).where(can_be_worked_on(now)).order_by(ExportJob.id).limit(1)
        job_id = session.scalar(next_one.with_for_update(skip_locked=True))
        if job_id is None:
            return None
        until = now + LEASE
        taken = update(ExportJob).where(ExportJob.id == job_id)
        session.execute(taken.values(state=ExportState.WORKING, worked_until=until, done=0))
        return _Claim(database, row_of(session.get_one(ExportJob, job_id)), now, until)


def _attempt(claim: _Claim, folder: Path, zone: ZoneInfo, policies: Policies) -> None:
    try:
        _make(claim, folder, zone, policies)
    except (Refusal, VerificationError) as error:
        _fail(claim, str(error))
    except OSError as error:
        _fail(claim, f"The file could not be written: {error.strerror}. Make room in the folder of exports; ask again.")


def _make(claim: _Claim, folder: Path, zone: ZoneInfo, policies: Policies) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _finished_part(claim.job, folder)
    if part is None:
        with _new_part(claim, folder) as part:
            _write(claim, part, zone, policies)
            part.replace(bundle_file(folder, claim.job.id))
    else:
        part.replace(bundle_file(folder, claim.job.id))
    with claim.database.transaction() as session:
        claim.hold(session, state=ExportState.MADE, worked_until=None, ends_at=claim.moment + KEPT)


def _finished_part(job: ExportRow, folder: Path) -> Path | None:
    """Return the file that a worker had recorded and not put in its place, or not said so."""
    if job.sha256 is None:
        return None
    files = (bundle_file(folder, job.id), *folder.glob(f"{job.id}.*.part"))
    return next((file for file in files if file.exists() and _sha256(file) == job.sha256), None)


@contextmanager
def _new_part(claim: _Claim, folder: Path) -> Iterator[Path]:
    """Give a file of this worker's own; what is left of it is taken away where the work fails."""
    part = folder / f"{claim.job.id}.{os.getpid()}-{time.monotonic_ns()}.part"
    try:
        # Personal values are inside: nobody but this house's user reads it before it is handed on.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write(claim: _Claim, part: Path, zone: ZoneInfo, policies: Policies) -> None:
    job = claim.job
    selection = Selection(
        Period(job.since, job.until), UUID(job.project) if job.project else None, with_values=job.has_values
    )
    with part.open("r+b") as target, claim.database.reading() as session:
        done = export_bundle(
            session,
            log_name=job.log,
            target=target,
            selection=selection,
            zone=zone,
            now=claim.now,
            policies=policies,
            progress=claim.tell,
        )
        target.flush()
        os.fsync(target.fileno())
    with claim.database.transaction() as session:
        claim.hold(session, sha256=_sha256(part), file_bytes=part.stat().st_size, done=1, total=1)
        record(session, SYSTEM, _exported(job, done, selection))


def _exported(job: ExportRow, done: Exported, selection: Selection) -> LogExported:
    return LogExported(
        about=f"log:{job.log}",
        log=job.log,
        size=done.size,
        disclosed=done.disclosed,
        since=selection.period.since,
        until=selection.period.until,
        project=selection.project,
        export=job.id,
    )


def _fail(claim: _Claim, why: str) -> None:
    with claim.database.transaction() as session:
        claim.hold(session, state=ExportState.FAILED, worked_until=None, failure=why[:500])


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
