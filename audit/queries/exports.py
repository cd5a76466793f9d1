"""Reads of export jobs: bundles that were ordered, are being made, or lie ready."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import Invalid, NotFound
from audit.models import ExportJob


class ExportState(StrEnum):
    """How far a bundle is: the file of an ended one was deleted."""

    WAITING = "waiting"
    WORKING = "working"
    MADE = "made"
    FAILED = "failed"
    ENDED = "ended"


UNDONE = (ExportState.WAITING, ExportState.WORKING)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export job as it is told of. ``done`` of ``total`` steps are made; ``ends_at`` is when its file goes."""

    id: UUID
    log: str
    since: datetime | None
    until: datetime | None
    project: str | None
    has_values: bool
    asked_by: str
    asked_at: datetime
    state: str
    done: int
    total: int
    sha256: str | None
    file_bytes: int | None
    failure: str | None
    ends_at: datetime | None

    @property
    def is_undone(self) -> bool:
        """Report whether it is still to be made."""
        return self.state in UNDONE

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def file_name(self) -> str:
        """What the file is called where it is taken to."""
        log = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in self.log)
        return f"{log}-{self.asked_at:%Y%m%d-%H%M%S}-{self.id.hex[-6:]}.zip"


def list_exports(session: Session, page: PageRequest) -> Page[ExportRow]:
    """Return the jobs, the newest first; ids grow with the time."""
    statement = select(ExportJob).order_by(ExportJob.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(ExportJob.id < _uuid(str(page.after[0])))
    return cut([row_of(job) for job in session.scalars(statement)], page, lambda row: (str(row.id),))


def export_row(session: Session, job_id: UUID) -> ExportRow:
    """Return one job, or raise ``NotFound``."""
    job = session.get(ExportJob, job_id)
    if job is None:
        raise NotFound("There is no such export.")
    return row_of(job)


def row_of(job: ExportJob) -> ExportRow:
    """Return a job as it is told of."""
    return ExportRow(
        id=job.id,
        log=job.log,
        since=job.since,
        until=job.until,
        project=job.project,
        has_values=job.has_values,
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        state=job.state,
        done=job.done,
        total=job.total,
        sha256=job.sha256,
        file_bytes=job.file_bytes,
        failure=job.failure,
        ends_at=job.ends_at,
    )


def bundle_file(folder: Path, job_id: UUID) -> Path:
    """Return where the file of a job's bundle lies."""
    return folder / f"{job_id}.zip"


def can_be_worked_on(now: datetime) -> ColumnElement[bool]:
    """Return what holds for jobs that nobody works on: new ones, and those whose worker was not heard of again."""
    is_stuck = (ExportJob.state == ExportState.WORKING) & (ExportJob.worked_until <= now)
    return (ExportJob.state == ExportState.WAITING) | is_stuck


def is_work_waiting(session: Session, now: datetime) -> bool:
    """Report whether a job can be worked on, or a file's time is over."""
    is_over = (ExportJob.state == ExportState.MADE) & (ExportJob.ends_at <= now)
    return session.scalar(select(ExportJob.id).where(can_be_worked_on(now) | is_over).limit(1)) is not None


def count_undone(session: Session, asked_by: str) -> int:
    """Return how many jobs of somebody's are still to be made."""
    undone = select(func.count()).select_from(ExportJob).where(ExportJob.asked_by == asked_by)
    return session.scalar(undone.where(ExportJob.state.in_(UNDONE))) or 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error
