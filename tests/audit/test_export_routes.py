"""Exports by page and by API: ordered, watched, taken, and each of it recorded."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select, update

from answerprint.core.db import Database
from answerprint.web.jobs import work_all
from audit.models import ExportJob
from audit.queries.exports import ExportState
from audit.record import HOUSE
from facility.roles import Role
from tests.audit.exporting import BERLIN, facts, sign_a_person_seen
from tests.web.browsers import Browser, program


@pytest.fixture(name="signed")
def _signed(database: Database, log_key: Ed25519PrivateKey) -> None:
    """A house log with a personal value, signed."""
    sign_a_person_seen(database, log_key)


@pytest.mark.usefixtures("signed")
class TestRoutes:
    """An export by page and by API."""

    def test_bundle_is_ordered_watched_and_taken_by_page(self, app: Flask, database: Database) -> None:
        """The form leads to the bar, the bar to the file; who took it stands on the trail."""
        browser, folder = Browser(app, database, Role.AUDITOR), app.extensions["answerprint.exports"]
        status, place = browser.submit("/trail/exports", log=HOUSE, since="2026-01-01", without_values="true")
        waiting = browser.get(place)[1]
        too_early = browser.get(f"{place.partition('?')[0]}/bundle")
        work_all(database, folder, BERLIN)
        made = browser.get(place)[1]
        with browser.client.get(f"{place.partition('?')[0]}/bundle") as file:
            content = file.data
        fetched = facts(database, "audit.bundle.fetched")

        assert status == 303
        assert "<progress" in waiting
        assert '<meta http-equiv="refresh"' in waiting
        assert too_early[0] == 404
        assert "Download the bundle" in made
        assert "refresh" not in made
        assert (file.status_code, content[:2]) == (200, b"PK")
        assert file.headers["Content-Disposition"].startswith("attachment; filename=house-")
        assert "no-store" in file.headers["Cache-Control"]
        assert [(one["by"], one["sha256"]) for one in fetched] == [
            (str(browser.person_id), hashlib.sha256(content).hexdigest())
        ]

    def test_bundle_is_ordered_and_taken_by_api(self, app: Flask, database: Database) -> None:
        """202 with the place that tells how far it is; the list names it; the bundle is the file."""
        browser = Browser(app, database, Role.AUDITOR)
        client = program(app, database, browser.person_id)
        asked = client.post("/api/v1/audit/exports", json={"log": HOUSE}, headers={"Idempotency-Key": "once"})
        again = client.post("/api/v1/audit/exports", json={"log": HOUSE}, headers={"Idempotency-Key": "once"})
        place = asked.headers["Location"]
        work_all(database, app.extensions["answerprint.exports"], BERLIN)
        told = client.get(place).json
        listed = client.get("/api/v1/audit/exports").json
        with client.get(f"{place}/bundle", headers={"Idempotency-Key": "twice"}) as file:
            content = file.data

        assert (asked.status_code, again.status_code, again.json) == (202, 202, asked.json)
        assert told is not None
        assert (told["state"], told["sha256"]) == ("made", hashlib.sha256(content).hexdigest())
        assert listed is not None
        assert [one["id"] for one in listed["items"]] == [told["id"]]

    @pytest.mark.parametrize(
        ("payload", "field"),
        [
            ({}, "log"),
            ({"log": HOUSE, "since": "2026-03-01"}, "since"),
            ({"log": HOUSE, "since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "until"),
            ({"log": HOUSE, "project": "x"}, "project"),
            ({"log": HOUSE, "path": "/etc/passwd"}, "path"),
        ],
    )
    def test_order_that_says_nothing_is_refused(
        self, app: Flask, database: Database, payload: dict[str, str], field: str
    ) -> None:
        """The field at fault is named, and no job is made."""
        client = program(app, database, Browser(app, database, Role.AUDITOR).person_id)
        refused = client.post("/api/v1/audit/exports", json=payload)

        assert refused.status_code == 422
        assert refused.json is not None
        assert [one["field"] for one in refused.json["errors"]] == [field]
        with database.reading() as session:
            assert session.scalar(select(ExportJob.id)) is None

    def test_failed_job_says_why_and_what_to_do(self, app: Flask, database: Database) -> None:
        """Nobody has to guess: the reason stands on the page, and what was kept."""
        browser = Browser(app, database, Role.AUDITOR)
        _, place = browser.submit("/trail/exports", log=HOUSE)
        with database.transaction() as session:
            session.execute(update(ExportJob).values(state=ExportState.FAILED, failure="The disk is full. Make room."))
        page = browser.get(place)[1]

        assert "The disk is full. Make room." in page
        assert "Nothing was handed out" in page
