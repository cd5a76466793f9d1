"""Pages with pictures: each has its words, a table behind it, and acts that the reader may do."""

import re
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.factories import make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat
from tests.web.browsers import Browser
from tests.web.house import Furnished, furnish


@pytest.fixture(name="furnished")
def _furnished(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """A facility with a contract, a server and a checkout."""
    return furnish(database, log_key)


def pictures(page: str) -> list[str]:
    """Return the pictures of a page that stand for something by themselves."""
    return re.findall(r'<svg[^>]*role="img".*?</svg>', page, flags=re.DOTALL)


def test_the_board_has_a_line_beside_each_bar(app: Flask, database: Database, furnished: Furnished) -> None:
    """Its words say what it shows, and say unknown where nothing is known."""
    tech = Browser(app, database, Role.TECH)
    status, page = tech.get("/seats")
    rows = tech.get("/seats?part=rows")[1]

    assert status == 200
    assert page.count('class="spark"') == page.count("data-key=") == rows.count('class="spark"') > 0
    assert "Last 24 hours: unknown" in page
    assert f"/seats/{furnished.seen}#held" in page


def test_who_queues_stands_in_the_bar(app: Flask, database: Database) -> None:
    """Beyond the seats, as a part of its own, and in the bar's words."""
    now = clock.now()
    with database.transaction() as session:
        product, server = make_product(session), make_server(session)
        make_lot(session, product, starts_on=date(2020, 1, 1), ends_on=None)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke_i")
        raw = lmstat({"nuke_i": Use(10, ["ann"])}, printed=None).decode()
        raw += "    carla bay-09 /dev/tty (v2026.0) (lic-1/27000 400) queued for 3 licenses\n"
        take_capture(session, SYSTEM, server_id=server.id, raw=raw.encode(), taken_at=now, now=now)
    page = Browser(app, database, Role.TECH).get("/seats")[1]

    assert "1 in use of 10, 3 queued" in page
    assert re.search(r'class="bar-queue" fill="url\(#queue\)" x="76.923%"', page)


def test_the_last_24_hours_as_a_table(app: Flask, database: Database, furnished: Furnished) -> None:
    """A column an hour, and what is not known says so."""
    tech = Browser(app, database, Role.TECH)
    status, page = tech.get("/seats?part=day")

    assert status == 200
    assert str(furnished.seen) in page
    assert page.count('scope="col" class="n"') == 25
    assert '<span class="unseen">unknown</span>' in page
    assert "No product fits" in tech.get("/seats?part=day&q=nothing-like-it")[1]


def test_acts_are_for_those_who_may(app: Flask, database: Database, furnished: Furnished) -> None:
    """Tech staff check out and reserve from the line; an auditor sees who holds what."""
    tech = Browser(app, database, Role.TECH).get("/seats")[1]
    auditor = Browser(app, database, Role.AUDITOR).get("/seats")[1]
    place = f"/seats/{furnished.seen}"

    assert f"{place}#check-out" in tech
    assert f"{place}/reservations" in tech
    assert f"{place}#held" in auditor
    assert f"{place}#check-out" not in auditor
    assert f"{place}/reservations" not in auditor


def test_a_products_use_over_time(app: Flask, database: Database, furnished: Furnished) -> None:
    """Both pictures have words and a table; the product's page leads there, and fetches them where it can."""
    tech = Browser(app, database, Role.TECH)
    status, page = tech.get(f"/seats/{furnished.seen}?part=use")
    product = tech.get(f"/seats/{furnished.seen}")[1]

    assert status == 200
    assert len(pictures(page)) == 2
    assert all("aria-label=" in one and "<title>" in one for one in pictures(page))
    assert page.count("The same as a table") == 2
    assert page.count("unknown") > 100
    assert f'data-part="/seats/{furnished.seen}?part=use"' in product
    assert f'<a href="/seats/{furnished.seen}?part=use">' in product


def test_a_product_that_is_none(app: Flask, database: Database) -> None:
    """Its use is not there either."""
    unknown = "0192aaaa-0000-7000-8000-000000000001"

    assert Browser(app, database, Role.TECH).get(f"/seats/{unknown}?part=use")[0] == 404


@pytest.mark.parametrize("place", ["/contracts", "/licensing/outlook"])
def test_contracts_by_notice_date(app: Flask, database: Database, furnished: Furnished, place: str) -> None:
    """The picture stands above the list that says the same."""
    page = Browser(app, database, Role.ADMIN).get(place)[1]

    assert 'class="notice-picture"' in page
    assert page.index('class="notice-picture"') < page.index("<table")
    assert str(furnished.contract_id) in page


@pytest.mark.parametrize(
    "place", ["/seats", "/seats?part=day", "/contracts", "/licensing/outlook", "/seats/{}?part=use"]
)
def test_no_style_stands_in_the_page(app: Flask, database: Database, furnished: Furnished, place: str) -> None:
    """The policy of contents forbids it, and colours come from the sheet alone."""
    page = Browser(app, database, Role.ADMIN).get(place.format(furnished.seen))[1]
    drawn = "".join(pictures(page))

    assert "style=" not in page
    assert "currentColor" not in drawn
    assert "font-size" not in drawn
