"""From an entry to what it is about, and back: every detail page leads to its entries, and its entries to it."""

import html
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, g

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.db import Database
from answerprint.web.objects import OBJECTS, object_link
from facility.roles import Role
from tests.facility.factories import make_project
from tests.web.browsers import Browser
from tests.web.house import Furnished, furnish
from tests.web.test_gate import NOBODYS

_TRAIL = re.compile(r'href="(/trail\?[^"]+)"')


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """The facility whose things are looked at."""
    return furnish(database, log_key)


@pytest.fixture(name="things")
def _things(app: Flask, database: Database, house: Furnished) -> dict[str, str]:
    """One thing of each noun that has a page of its own, and what it is called on the trail."""
    browser = Browser(app, database, Role.ADMIN)
    with database.transaction() as session:
        project = make_project(session)
    return {
        f"client:{project.client_id}": f"/clients/{project.client_id}/change",
        f"contract:{house.contract_id}": f"/contracts/{house.contract_id}",
        f"lot:{house.lot_id}": f"/contracts/lots/{house.lot_id}/change",
        f"person:{browser.person_id}": f"/people/{browser.person_id}",
        f"product:{house.seen}": f"/seats/{house.seen}",
        f"project:{project.id}": f"/projects/{project.id}",
        f"server:{house.server_id}": f"/servers/{house.server_id}",
    }


def test_each_detail_page_leads_to_its_entries_and_back(app: Flask, database: Database, things: dict[str, str]) -> None:
    """The page links to what the trail has of it; there an entry is found, which links to the page."""
    browser = Browser(app, database, Role.ADMIN)
    for about, place in things.items():
        ways = {html.unescape(way) for way in _TRAIL.findall(browser.get(place)[1])}
        found = browser.get(f"/trail?about={about}")[1]
        entry = re.search(r'<th[^>]*><a href="(/trail/[^"/]+/[0-9]+)"', found)

        assert f"/trail?about={about}" in ways, place
        assert entry is not None, about
        assert f'href="{place}"' in found, about
        assert f'href="{place}"' in browser.get(entry[1])[1], about


def test_who_may_not_read_the_trail_is_not_led_there(app: Flask, database: Database, things: dict[str, str]) -> None:
    """A page offers no way that would refuse its reader."""
    browser = Browser(app, database, Role.TECH)
    pages = [browser.get(place) for place in things.values()]

    assert any(status == 200 for status, _ in pages)
    assert not [page for _, page in pages if "/trail" in page]


def test_entry_of_a_seat_leads_to_its_product(app: Flask, database: Database, house: Furnished) -> None:
    """A checkout has no page of its own; the product that it names has."""
    browser = Browser(app, database, Role.AUDITOR)
    found = browser.get(f"/trail?log={house.vendor_log}&kind=licensing.seat.checked-out")[1]
    entry = re.search(r'<th[^>]*><a href="(/trail/[^"/]+/[0-9]+)"', found)

    assert entry is not None
    assert f'href="/seats/{house.seen}"' in browser.get(entry[1])[1]


def test_every_noun_leads_to_a_page_that_is_there(app: Flask) -> None:
    """Each page that the table names exists and takes what the table gives it."""
    shapes = {"log_name": "house", "index": "0"}
    with app.test_request_context():
        g.actor = SYSTEM
        for noun, (_, names) in OBJECTS.items():
            identity = "/".join(shapes.get(name, NOBODYS) for name in names)

            assert object_link(f"{noun}:{identity}"), noun


@pytest.mark.parametrize(
    "about",
    [
        "",
        "product",
        "product:",
        "product:1",
        "product:../people",
        "log:../house",
        "entry:house",
        "entry:house/x",
        "x:1",
    ],
)
def test_what_names_nothing_leads_nowhere(app: Flask, about: str) -> None:
    """Text of an entry never becomes an address of its own making."""
    with app.test_request_context():
        g.actor = SYSTEM

        assert object_link(about) == ""


def test_page_that_the_reader_may_not_see_is_not_offered(app: Flask) -> None:
    """Somebody without the right to a page is not led there."""
    with app.test_request_context():
        g.actor = Actor(SYSTEM.kind, "nobody")

        assert object_link(f"product:{NOBODYS}") == ""
