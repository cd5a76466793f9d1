"""Pages of frozen statements, costs and the outlook: who may see them, what they show, and what they send."""

import hashlib
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from licensing.service.notices import give_notices
from tests.licensing.factories import take
from tests.web.browsers import Browser
from tests.web.house import BERLIN, Furnished, furnish


@pytest.fixture(name="furnished")
def _furnished(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """A facility with a contract, a server and a checkout."""
    return furnish(database, log_key)


def freeze(browser: Browser, contract_id: object) -> str:
    """Freeze today's statement from its page; return the address of the frozen one."""
    today = clock.now().astimezone(BERLIN).date().isoformat()
    status, place = browser.submit(f"/contracts/{contract_id}/statement", **{"from": today, "to": today})
    assert status == 303, place
    return place.partition("?")[0]


def test_freezing_from_the_page(app: Flask, database: Database, furnished: Furnished) -> None:
    """The statement's page offers it; the frozen one is listed with its entry, and its JSON hashes to what is shown."""
    browser = Browser(app, database, Role.ADMIN)
    _, page = browser.get(f"/contracts/{furnished.contract_id}/statement")
    place = freeze(browser, furnished.contract_id)
    status, shown = browser.get(place)
    content = browser.client.get(f"{place}/file?form=json").data
    _, contract = browser.get(f"/contracts/{furnished.contract_id}")
    _, listed = browser.get(f"/contracts/{furnished.contract_id}/statements")

    assert "Freeze this statement" in page
    assert status == 200
    assert hashlib.sha256(content).hexdigest() in shown
    assert f"/trail/{furnished.vendor_log}/" in shown
    assert "/proof" in shown
    assert place in contract
    assert place in listed


@pytest.mark.parametrize("form", ["json", "csv", "pdf"])
@pytest.mark.parametrize("names", ["pseudonyms", "full"])
def test_its_files(app: Flask, database: Database, furnished: Furnished, form: str, names: str) -> None:
    """Each form is sent as a file, and holds a name only where names are asked for."""
    browser = Browser(app, database, Role.TECH)
    answer = browser.client.get(f"{freeze(browser, furnished.contract_id)}/file?form={form}&names={names}")

    assert answer.status_code == 200
    assert f".{form}" in answer.headers["Content-Disposition"]
    if form != "pdf":
        assert bool(re.search(rb"\bana\b", answer.data)) == (names == "full")


def test_a_form_that_is_none(app: Flask, database: Database, furnished: Furnished) -> None:
    """It is refused, and so are days that make no period."""
    browser = Browser(app, database, Role.ADMIN)
    status, _ = browser.get(f"{freeze(browser, furnished.contract_id)}/file?form=xls")
    days = {"from": "2026-03-02", "to": "2026-03-01"}
    refused, _ = browser.submit(f"/contracts/{furnished.contract_id}/statement", **days)

    assert status == 422
    assert refused == 422


def test_who_may(app: Flask, database: Database, furnished: Furnished) -> None:
    """An auditor reads and does not freeze; a producer sees neither statements nor costs."""
    auditor, producer = Browser(app, database, Role.AUDITOR), Browser(app, database, Role.PRODUCER)
    today = clock.now().date().isoformat()
    paths = (f"/contracts/{furnished.contract_id}/statements", "/licensing/costs", "/licensing/outlook")

    assert [auditor.get(path)[0] for path in paths] == [200, 200, 200]
    assert [producer.get(path)[0] for path in paths] == [403, 403, 403]
    assert auditor.submit(f"/contracts/{furnished.contract_id}/statement", **{"from": today, "to": today})[0] == 403


def test_costs_and_their_table(app: Flask, database: Database, furnished: Furnished) -> None:
    """What has no price is unknown, never none; the CSV says the same."""
    browser = Browser(app, database, Role.TECH)
    status, page = browser.get("/licensing/costs")
    table = browser.client.get("/licensing/costs.csv").get_data(as_text=True)

    assert status == 200
    assert str(furnished.seen) in page
    assert "unknown" in page
    assert "the lot has no price" in page
    assert table.startswith("month,product,share,project")
    assert ",unknown,," in table
    assert browser.get("/licensing/costs?from=2026-02-01&to=2026-01-01")[0] == 422


def test_the_outlook(app: Flask, database: Database, furnished: Furnished) -> None:
    """Each product has a picture with a table behind it, or why there is none; notices are counted with their mails."""
    browser = Browser(app, database, Role.ADMIN)
    now = clock.now()
    long_ago = now - timedelta(days=40)
    take(database, furnished.uncounted, now=long_ago, on=long_ago.astimezone(BERLIN).date())
    with database.transaction() as session:
        give_notices(session, SYSTEM, now=now, on=now.astimezone(BERLIN).date())
    status, page = browser.get("/licensing/outlook")

    assert status == 200
    assert str(furnished.contract_id) in page
    assert "No forecast: not enough history" in page
    assert "<svg" in page
    assert "The same as a table" in page
    assert "style=" not in page
