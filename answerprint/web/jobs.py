"""The worker of export jobs: a thread in each process, beside the timetable, which a long bundle must not hold up."""

import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core import clock
from answerprint.core.db import Database
from audit.policies import NO_POLICIES, Policies
from audit.queries.exports import is_work_waiting
from audit.service.export_jobs import end_bundles, work_one

PERIOD = 2.0
"""Seconds between two looks for work."""

log = structlog.get_logger()


def start(database: Database, folder: Path, zone: ZoneInfo, *, policies: Policies = NO_POLICIES) -> threading.Event:
    """Work on export jobs, whose files go into ``folder``, until the returned event is set."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(PERIOD):
            try:
                work_all(database, folder, zone, policies)
            except (SQLAlchemyError, OSError):
                # Said aloud and tried again at the next turn; the job's lease ends, and whoever is free takes it over.
                log.exception("export jobs")

    threading.Thread(target=run, name="export jobs", daemon=True).start()
    return ended


def work_all(database: Database, folder: Path, zone: ZoneInfo, policies: Policies = NO_POLICIES) -> None:
    """Make all bundles that wait, and delete the files whose time is over."""
    with database.reading() as session:
        if not is_work_waiting(session, clock.now()):
            return
    while work_one(database, folder, zone, clock.now(), policies=policies):
        pass
    end_bundles(database, folder, clock.now())
