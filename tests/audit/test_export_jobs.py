"""Bundles made by a job: one worker makes it, a dead one's job goes on, and no bundle is handed out unrecorded."""

import hashlib
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import NotFound
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.source import Period, Selection
from audit.models import ExportJob
from audit.queries.exports import ExportState, bundle_file
from audit.queries.logs import log_named, vkey_of
from audit.record import HOUSE
from audit.service.export_jobs import KEPT, LEASE, UNDONE_MAX, TooManyExports, ask_export, end_bundles, work_one
from tests.audit.exporting import ANN, BERLIN, WHOLE, ask, facts, row, sign_a_person_seen, stop_at


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Where bundles are put: not there yet."""
    return tmp_path / "exports"


@pytest.fixture(name="signed")
def _signed(database: Database, log_key: Ed25519PrivateKey) -> None:
    """A house log with a personal value, signed."""
    sign_a_person_seen(database, log_key)


@pytest.mark.usefixtures("signed")
class TestWorker:
    """What the worker makes of a job."""

    def test_bundle_that_is_made_verifies(self, database: Database, folder: Path) -> None:
        """The file is the one whose hash the job tells, only its owner reads it, and it holds under the log's key."""
        job = ask(database)
        was_one = work_one(database, folder, BERLIN, clock.now())
        made, file = row(database, job), bundle_file(folder, job.id)
        with database.reading() as session:
            vkey = vkey_of(log_named(session, HOUSE))
        verdict = verify_bundle(file, Trust(vkey))

        assert was_one
        assert verdict.holds
        assert (made.state, made.done, made.total) == (ExportState.MADE, 1, 1)
        assert (made.sha256, made.file_bytes) == (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size)
        assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
        assert [path.name for path in folder.iterdir()] == [file.name]

    def test_order_making_and_job_stand_on_the_trail(self, database: Database, folder: Path) -> None:
        """Who ordered it, and that the house made it for that order, are two facts."""
        job = ask(database, Selection(Period(datetime(2026, 1, 1, tzinfo=UTC)), UUID(int=5), with_values=False))
        work_one(database, folder, BERLIN, clock.now())
        asked, made = facts(database, "audit.export.asked"), facts(database, "audit.log.exported")

        assert [(one["by"], one["about"], one["has_values"]) for one in asked] == [(ANN.id, f"export:{job.id}", 0)]
        assert [(one["by"], one["export"], one["project"]) for one in made] == [
            (SYSTEM.id, str(job.id), str(UUID(int=5)))
        ]

    @pytest.mark.parametrize("with_values", [True, False])
    def test_values_are_inside_only_where_they_were_asked_for(
        self, database: Database, folder: Path, *, with_values: bool
    ) -> None:
        """What was ordered without personal values has none."""
        job = ask(database, replace(WHOLE, with_values=with_values))
        work_one(database, folder, BERLIN, clock.now())
        with zipfile.ZipFile(bundle_file(folder, job.id)) as bundle:
            disclosed = bundle.read("disclosures.jsonl")

        assert bool(disclosed) == with_values

    def test_nothing_to_do_is_said(self, database: Database, folder: Path) -> None:
        """Without a job there is no work, and no folder is made."""
        assert not work_one(database, folder, BERLIN, clock.now())
        assert not folder.exists()

    def test_job_in_somebodys_hands_is_left_there(self, database: Database, folder: Path) -> None:
        """A worker that lives is not disturbed."""
        job, now = ask(database), clock.now()
        stop_at(database, job, state=ExportState.WORKING, worked_until=now + LEASE)

        assert not work_one(database, folder, BERLIN, now)

    def test_job_of_a_killed_worker_is_taken_over(self, database: Database, folder: Path) -> None:
        """Once its lease is over another worker makes it, and what the dead one left is swept away."""
        job, now = ask(database), clock.now()
        folder.mkdir()
        left = folder / f"{job.id}.1-1.part"
        left.write_bytes(b"half a bundle")
        stop_at(database, job, state=ExportState.WORKING, worked_until=now - timedelta(seconds=1), done=3, total=9)
        work_one(database, folder, BERLIN, now)
        end_bundles(database, folder, now)

        assert row(database, job).state == ExportState.MADE
        assert [path.name for path in folder.iterdir()] == [f"{job.id}.zip"]

    @pytest.mark.parametrize("name", ["{}.1-1.part", "{}.zip"])
    def test_bundle_that_was_recorded_is_not_made_again(self, database: Database, folder: Path, name: str) -> None:
        """Killed after the fact, before the file had its name or the job said so: that very file is handed out."""
        job, now = ask(database), clock.now()
        folder.mkdir()
        (folder / name.format(job.id)).write_bytes(b"made before")
        sha256 = hashlib.sha256(b"made before").hexdigest()
        stop_at(database, job, state=ExportState.WORKING, worked_until=now - timedelta(seconds=1), sha256=sha256)
        work_one(database, folder, BERLIN, now)

        assert bundle_file(folder, job.id).read_bytes() == b"made before"
        assert row(database, job).state == ExportState.MADE
        assert not facts(database, "audit.log.exported")

    def test_worker_that_lost_its_job_neither_records_nor_hands_out(self, database: Database, folder: Path) -> None:
        """Somebody else took the job over while it was made here: the file here is thrown away."""
        job, now = ask(database), clock.now()
        with database.reading() as session:
            before = session.get_one(ExportJob, job.id).worked_until

        class TakingOver(ZoneInfo):
            """A zone whose first use is the moment at which another worker takes the job."""

            @property
            def key(self) -> str:
                """Name the zone."""
                stop_at(database, job, worked_until=now + 2 * LEASE)
                return "Europe/Berlin"

        was_one = work_one(database, folder, TakingOver("Europe/Berlin"), now)

        assert before is None
        assert was_one
        assert not list(folder.iterdir())
        assert not facts(database, "audit.log.exported")
        assert row(database, job).state == ExportState.WORKING

    def test_many_workers_make_each_job_once(self, database: Database, folder: Path) -> None:
        """Four at once, three jobs: three bundles, three facts."""
        jobs = [ask(database) for _ in range(3)]
        workers = [threading.Thread(target=work_one, args=(database, folder, BERLIN, clock.now())) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert {row(database, job).state for job in jobs} == {ExportState.MADE}
        assert len(facts(database, "audit.log.exported")) == 3

    def test_full_disk_is_said(self, database: Database, tmp_path: Path) -> None:
        """A file that cannot be written fails the job with what to do, and records no export."""
        job, folder = ask(database), tmp_path / "exports"
        folder.write_text("not a folder")
        work_one(database, folder, BERLIN, clock.now())
        failed = row(database, job)

        assert failed.state == ExportState.FAILED
        assert "ask again" in (failed.failure or "")
        assert not facts(database, "audit.log.exported")


def test_log_without_a_checkpoint_fails_with_its_reason(database: Database, folder: Path) -> None:
    """What was never signed cannot be proved: the job says so, and leaves no file."""
    job = ask(database)
    work_one(database, folder, BERLIN, clock.now())
    failed = row(database, job)

    assert failed.state == ExportState.FAILED
    assert "no signed checkpoint" in (failed.failure or "")
    assert not list(folder.iterdir())


def test_log_that_does_not_exist_cannot_be_ordered(database: Database) -> None:
    """The order itself is refused."""
    with pytest.raises(NotFound), database.transaction() as session:
        ask_export(session, ANN, log_name="licensor-none", selection=WHOLE, now=clock.now())


def test_nobody_fills_the_queue(database: Database) -> None:
    """Somebody with as many bundles waiting as one may have is asked to wait."""
    for _ in range(UNDONE_MAX):
        ask(database)

    with pytest.raises(TooManyExports):
        ask(database)


@pytest.mark.usefixtures("signed")
def test_file_ends_after_a_week(database: Database, folder: Path) -> None:
    """Seven days later the file is gone, the job says so, and the end is a fact."""
    job, now = ask(database), clock.now()
    work_one(database, folder, BERLIN, now)
    end_bundles(database, folder, now + KEPT - timedelta(minutes=1))
    before = bundle_file(folder, job.id).exists()
    end_bundles(database, folder, now + KEPT + timedelta(minutes=1))

    assert before
    assert not bundle_file(folder, job.id).exists()
    assert row(database, job).state == ExportState.ENDED
    assert [one["about"] for one in facts(database, "audit.bundle.ended")] == [f"export:{job.id}"]
