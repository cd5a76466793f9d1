"""Verifying everything is a job: it holds nobody up, says how far it is, and its verdict says what it means."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import NotFound
from audit.queries.verifications import last_verification
from audit.verification import Means, Verification, verify_database
from audit.verifying import KEPT, SILENT, VerifyJob, VerifyState, job_of, keep_job, newest_verdict, start_verifying
from facility.roles import Role
from tests.audit.deciding import erase, everywhere, two_people
from tests.audit.exporting import ANN
from tests.web.browsers import Browser

NOW = clock.now()
HOLDS = Verification((), (), is_pinned=True)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """An empty folder of verifications."""
    folder = tmp_path / "verifications"
    folder.mkdir()
    return folder


def asked(folder: Path, **otherwise: object) -> VerifyJob:
    """Keep a job that was asked for now, and return it."""
    job = replace(VerifyJob(new_id(), "ann", NOW, NOW), **otherwise)  # type: ignore[arg-type]
    keep_job(folder, job)
    return job


class TestJobs:
    """The files in which a verification tells how far it is."""

    def test_verdict_is_kept_as_it_was(self, database: Database, folder: Path) -> None:
        """What is read back is what was found: logs, findings, erasures and notes."""
        everywhere(database)
        erase(database, two_people(database))
        with database.reading() as session:
            verdict = verify_database(session, trusted_keys=None)
        job = asked(folder, verdict=verdict)

        assert any(log.erasures for log in verdict.logs)
        assert job_of(folder, job.id) == job

    def test_silent_job_has_stopped(self, folder: Path) -> None:
        """Whose process says nothing any more is not waited for; until then it works."""
        job = asked(folder)

        assert job.state(NOW + SILENT) is VerifyState.WORKING
        assert job.state(NOW + SILENT + timedelta(seconds=1)) is VerifyState.STOPPED
        assert replace(job, verdict=HOLDS).state(NOW + KEPT) is VerifyState.DONE
        assert replace(job, failure="no room").state(NOW) is VerifyState.STOPPED

    def test_who_asks_meanwhile_joins(self, database: Database, folder: Path) -> None:
        """One verification at a time: the second to ask is led to the one that is read."""
        running = asked(folder)
        joined = start_verifying(database, folder, ANN, trusted=[], means=Means(), now=NOW, patience=0)

        assert joined == running.id

    def test_old_verdicts_are_forgotten_and_half_files_passed_over(self, database: Database, folder: Path) -> None:
        """After a week the file goes; a file that is no job is no verdict, and nothing breaks on it."""
        old = asked(folder, asked_at=NOW - KEPT - timedelta(hours=1), verdict=HOLDS)
        (folder / f"{UUID(int=1)}.json").write_text('{"id": 7}')
        newest = start_verifying(database, folder, ANN, trusted=[], means=Means(), now=NOW, patience=20)
        told = newest_verdict(folder)

        assert told is not None
        assert told.id == newest
        with pytest.raises(NotFound):
            job_of(folder, old.id)
        with pytest.raises(NotFound):
            job_of(folder, UUID(int=1))

    @pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
    def test_file_is_for_the_house_alone(self, folder: Path) -> None:
        """Findings may quote rows: nobody else on the machine reads them."""
        job = asked(folder)

        assert (folder / f"{job.id}.json").stat().st_mode & 0o077 == 0


class TestPages:
    """The bar and the verdict."""

    def test_verdict_says_what_was_erased_and_what_is_not_proved(self, app: Flask, database: Database) -> None:
        """The page has the state in a word, leads from erased values to their order, and bounds its own claim."""
        everywhere(database)
        order = erase(database, two_people(database)).order_id
        browser = Browser(app, database, Role.AUDITOR)
        page = browser.get(browser.submit("/trail/verify")[1])[1]
        trail = browser.get("/trail")[1]

        assert ">ALL HOLDS<" in page.replace("</svg>", ">")
        assert "What it does not prove" in page
        assert re.search(r'by order of <a href="/trail/[a-z0-9-]+/\d+">entry', page)
        assert f'href="/trail/orders/{order}"' in page
        assert "the verdict</a>" in trail
        assert 'href="/trail/orders"' in trail

    def test_what_does_not_hold_is_said_loudly(self, app: Flask, database: Database) -> None:
        """What does not hold is the first thing said, and the trail leads to it."""
        browser = Browser(app, database, Role.AUDITOR)
        job = verdict_of(app, database, trusted=["AAAA"])
        page = browser.get(f"/trail/verdicts/{job}")[1]

        assert "The trail does not hold" in page
        assert ">FAILS<" in page.replace("</svg>", ">")
        assert ">FAILS<" in browser.get("/trail")[1].replace("</svg>", ">")

    def test_bar_says_how_far_it_is(self, app: Flask, database: Database) -> None:
        """While it is read the page has a bar and its script; the script is told the same figures."""
        browser, place = Browser(app, database, Role.AUDITOR), app.extensions["answerprint.exports"] / "verifications"
        place.mkdir(parents=True)
        now = clock.now()
        job = replace(VerifyJob(new_id(), "ann", now, now), done=30, total=120)
        keep_job(place, job)
        page = browser.get(f"/trail/verdicts/{job.id}")[1]
        told = browser.client.get(f"/trail/verdicts/{job.id}/progress").json

        assert 'value="30" max="120"' in page
        assert "progress.js" in page
        assert f'data-ask="/trail/verdicts/{job.id}/progress"' in page
        assert told == {"state": "working", "done": 30, "total": 120}
        assert browser.get(f"/trail/verdicts/{new_id()}")[0] == 404

    def test_verification_is_recorded_once_it_is_done(self, app: Flask, database: Database) -> None:
        """That everything was read stands on the trail, with how much was wrong."""
        browser = Browser(app, database, Role.AUDITOR)
        before = clock.now()
        browser.submit("/trail/verify")
        with database.reading() as session:
            last = last_verification(session)

        assert last is not None
        assert (last.by, last.findings) == (str(browser.person_id), 0)
        assert last.at >= before

    def test_producer_verifies_nothing(self, app: Flask, database: Database) -> None:
        """Neither the act nor the verdict is for who may not read the trail."""
        producer = Browser(app, database, Role.PRODUCER)

        assert producer.submit("/trail/verify")[0] == 403
        assert producer.get(f"/trail/verdicts/{new_id()}")[0] == 403


def verdict_of(app: Flask, database: Database, *, trusted: list[str]) -> UUID:
    """Verify against these keys, and return the job."""
    folder = app.extensions["answerprint.exports"] / "verifications"
    return start_verifying(database, folder, ANN, trusted=trusted, means=Means(), now=clock.now(), patience=30)
