"""Reading the trail is a fact: who sought what, by page and by API, once for each time and never endlessly."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from audit.disclosure import read_disclosure
from audit.facts.exports import TrailRead
from audit.models import Entry
from audit.queries.entries import values_beside
from audit.queries.logs import log_named
from audit.queries.search import EntryFilter
from audit.record import HOUSE
from audit.service.readings import AGAIN, FOLLOWS, Reading, note_reading
from audit.subjects import nonce_of
from facility.roles import Role
from tests.audit.exporting import ANN
from tests.web.browsers import Browser, program
from tests.web.house import Furnished, furnish


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """The facility whose trail is read."""
    return furnish(database, log_key)


def readings(database: Database) -> list[dict[str, Any]]:
    """Return what the trail says of readings: who, about what, sought, shown, and the values sought in clear."""
    found = []
    with database.reading() as session:
        log = log_named(session, HOUSE)
        entries = session.scalars(select(Entry).where(Entry.kind == TrailRead.kind).order_by(Entry.index)).all()
        beside = values_beside(session, log, {one.index: nonce_of(one.body) for one in entries})
    for entry in entries:
        said = json.loads(entry.body)
        texts = beside[entry.index].disclosures.values() if entry.index in beside else ()
        values = dict(read_disclosure(text)[1:] for text in texts)
        found.append({"by": entry.actor, "about": entry.about, "body": entry.body, "values": values} | said["data"])
    return found


class TestSearches:
    """Searches, by page and by API."""

    def test_search_is_told_with_what_was_sought(self, app: Flask, database: Database, house: Furnished) -> None:
        """Who, which filters, and how many entries were shown."""
        browser = Browser(app, database, Role.AUDITOR)
        browser.get(f"/trail?log={house.vendor_log}&kind=licensing.lot.added&since=2026-01-01")
        told = readings(database)[-1]

        assert told["by"] == str(browser.person_id)
        assert told["about"] == f"log:{house.vendor_log}"
        assert told["sought"]["kind"] == "licensing.lot.added"
        assert told["sought"]["since"] == "2025-12-31T23:00:00.000000Z"
        assert told["shown"] == 3

    @pytest.mark.usefixtures("house")
    def test_value_sought_is_personal_itself(self, app: Flask, database: Database) -> None:
        """Whom somebody looked for stands beside the log, sealed, and can be erased; the entry holds a digest."""
        page = Browser(app, database, Role.AUDITOR).get("/trail?value=Kim+Artist")[1]
        told = readings(database)[-1]

        assert "licensing.seat.checked-out" in page
        assert told["values"]["sought_value"] == "Kim Artist"
        assert b"Kim" not in told["body"]

    @pytest.mark.usefixtures("house")
    def test_program_is_told_as_its_person(self, app: Flask, database: Database) -> None:
        """A search by API is told with the person and the token."""
        browser = Browser(app, database, Role.AUDITOR)
        client = program(app, database, browser.person_id, Permission.AUDIT_READ)
        found = client.get("/api/v1/audit/entries?address=127.0.0.1&limit=2").json
        told = readings(database)[-1]

        assert found is not None
        assert (told["by"], told["shown"]) == (str(browser.person_id), len(found["items"]))
        assert "token" in json.loads(told["body"])["actor"]
        assert told["values"]["sought_address"] == "127.0.0.1"

    @pytest.mark.usefixtures("house")
    def test_reload_and_older_pages_are_the_same_reading(self, app: Flask, database: Database) -> None:
        """Only the first page of a search is a fact, and only once a minute."""
        browser = Browser(app, database, Role.AUDITOR)
        page = browser.get("/trail?limit=3")[1]
        address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
        browser.get("/trail?limit=3")
        browser.get(address)
        Browser(app, database, Role.ADMIN).get(address)

        assert "cursor=" in address
        assert [one["by"] for one in readings(database)] == [str(browser.person_id)]

    @pytest.mark.parametrize("other", ["/trail?kind=audit.log.opened", "/trail?value=Jo", "/trail/entries.csv"])
    @pytest.mark.usefixtures("house")
    def test_another_search_is_another_reading(self, app: Flask, database: Database, other: str) -> None:
        """Something else that is sought, or the same taken along, is told too."""
        browser = Browser(app, database, Role.AUDITOR)
        for path in ("/trail", "/trail?value=Kim", other):
            browser.get(path)

        assert len(readings(database)) == 3

    @pytest.mark.usefixtures("house")
    def test_readings_are_left_out_until_asked_for(self, app: Flask, database: Database) -> None:
        """Who looks at the trail sees what happened, and the readings where they want them."""
        browser = Browser(app, database, Role.AUDITOR)
        browser.get("/trail")
        page = browser.get("/trail?log=house")[1]
        shown = browser.get("/trail?log=house&readings=true")[1]
        asked_for = browser.get("/trail?kind=audit.trail.read&readings=true")[1]

        assert f">{TrailRead.kind}</td>" not in page
        assert "Readings are left out here" in page
        assert f">{TrailRead.kind}</td>" in shown
        assert f">{TrailRead.kind}</td>" in asked_for

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("about=Kim+Artist", "about"),
            ("actor=kim@post.example", "actor"),
            ("project=x", "project"),
            ("since=1", "since"),
        ],
    )
    @pytest.mark.usefixtures("house")
    def test_name_in_the_wrong_field_is_not_recorded(
        self, app: Flask, database: Database, query: str, field: str
    ) -> None:
        """What is sought stands in the log for ever, so a field for ids takes no name; the form says where it goes."""
        status, page = Browser(app, database, Role.AUDITOR).get(f"/trail?{query}")

        assert status == 422
        assert f'id="s-{field}-wrong"' in page
        assert not readings(database)


class TestEntries:
    """Entries that are opened, and bodies that are fetched."""

    def test_entry_with_personal_values_is_told(self, app: Flask, database: Database, house: Furnished) -> None:
        """Whoever opens it sees a name: by page and by API that is a fact, and a reload is not another."""
        browser = Browser(app, database, Role.AUDITOR)
        client = program(app, database, browser.person_id, Permission.AUDIT_READ)
        index = _checkout(database, house)
        for _ in range(2):
            browser.get(f"/trail/{house.vendor_log}/{index}")
        by_page = readings(database)
        answer = client.get(f"/api/v1/audit/logs/{house.vendor_log}/entries/{index}").json
        by_api = readings(database)[len(by_page) :]

        assert [(one["about"], one["shown"]) for one in by_page] == [(f"entry:{house.vendor_log}/{index}", 2)]
        assert answer is not None
        assert set(answer["disclosures"]) == {"holder", "host"}
        assert [(one["about"], one["shown"]) for one in by_api] == [(f"entry:{house.vendor_log}/{index}", 2)]

    def test_entry_without_personal_values_is_not(self, app: Flask, database: Database, house: Furnished) -> None:
        """Where nothing personal was shown there is nothing to tell."""
        Browser(app, database, Role.AUDITOR).get(f"/trail/{house.vendor_log}/0")

        assert not readings(database)

    def test_bodies_are_told_and_hashes_are_not(self, app: Flask, database: Database, house: Furnished) -> None:
        """Tiles of hashes, checkpoints and receipts are for everybody who verifies; bodies are read."""
        browser = Browser(app, database, Role.AUDITOR)
        client = program(app, database, browser.person_id, Permission.AUDIT_READ)
        base = f"/api/v1/audit/logs/{house.vendor_log}"
        note = client.get(f"{base}/checkpoint").get_data(as_text=True)
        width = note.split("\n")[1]
        hashes = client.get(f"{base}/tile/0/000.p/{width}")
        client.get(f"{base}/entries/0/receipt")
        before = readings(database)
        bodies = [client.get(f"{base}/tile/entries/000.p/{width}").status_code for _ in range(2)]
        told = readings(database)

        assert hashes.status_code == 200
        assert not before
        assert bodies == [200, 200]
        assert [(one["about"], one["shown"]) for one in told] == [(f"bundle:{house.vendor_log}/0", int(width))]


@pytest.mark.parametrize(
    ("reading", "again"),
    [(Reading.of_search(EntryFilter(value="Kim"), shown=1), AGAIN), (Reading.of_bundle(HOUSE, 0, shown=3), FOLLOWS)],
)
def test_later_the_same_is_read_again(database: Database, reading: Reading, again: Any) -> None:
    """Within its time the same reading is one fact, and after that another."""
    now = clock.now()
    for moment in (now, now + again / 2, now + again * 1.01):
        note_reading(database, ANN, reading, now=moment)

    assert len(readings(database)) == 2


def _checkout(database: Database, house: Furnished) -> int:
    with database.reading() as session:
        log = log_named(session, house.vendor_log)
        found = select(Entry.index).where(Entry.log_id == log.id, Entry.kind == "licensing.seat.checked-out")
        return session.scalars(found.order_by(Entry.index.desc()).limit(1)).one()
