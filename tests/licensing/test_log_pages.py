"""Pages of event logs: the door for a part, the parts that came, and denials by what they were."""

import io
from datetime import UTC, timedelta
from uuid import UUID

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from licensing.service.options import take_options
from licensing.service.products import link_feature
from tests.licensing.event_logs import LINES, text_of
from tests.licensing.factories import make_lot, make_product, make_server
from tests.web.browsers import Browser


@pytest.fixture(name="house")
def _house(database: Database) -> tuple[UUID, UUID]:
    """A product with a lot on a server; returns product and server."""
    with database.transaction() as session:
        product = make_product(session)
        make_lot(session, product)
        server = make_server(session, zone="UTC")
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="grade")
        return product.id, server.id


def recent() -> bytes:
    """Return the log as if it were of yesterday."""
    day = clock.now().astimezone(UTC) - timedelta(days=1)
    return text_of(*LINES).replace(b"3/13/2026", f"{day.month}/{day.day}/{day.year}".encode())


def upload(browser: Browser, server_id: UUID, raw: bytes) -> tuple[int, str]:
    """Send a file by the form."""
    fields = {"csrf": browser.csrf, "file": (io.BytesIO(raw), "debug.log")}
    answer = browser.client.post(f"/servers/{server_id}/logs/new", data=fields)
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def test_a_part_is_sent(app: Flask, database: Database, house: tuple[UUID, UUID]) -> None:
    """The server's page shows it with what was denied, and the product's page by what each denial was."""
    browser = Browser(app, database, Role.ADMIN)
    product_id, server_id = house
    status, place = upload(browser, server_id, recent())
    again = upload(browser, server_id, recent())[1]
    _, server = browser.get(f"/servers/{server_id}")
    _, product = browser.get(f"/seats/{product_id}")

    assert (status, "done=log-taken" in place, "done=log-known" in again) == (303, True, True)
    assert "Parts of the log, newest first" in server
    assert "retried" in server
    assert "Denied in the last 30 days" in product


def test_denials_that_are_not_recorded(app: Flask, database: Database, house: tuple[UUID, UUID]) -> None:
    """The page says so instead of a zero."""
    browser = Browser(app, database, Role.ADMIN)
    upload(browser, house[1], recent())
    with database.transaction() as session:
        take_options(session, SYSTEM, server_id=house[1], raw=b"NOLOG DENIED\n", now=clock.now())

    for path in (f"/servers/{house[1]}", f"/seats/{house[0]}"):
        assert "not recorded" in browser.get(path)[1]


@pytest.mark.parametrize("raw", [b"", b"dear sir or madam\n"])
def test_what_is_no_log(app: Flask, database: Database, house: tuple[UUID, UUID], raw: bytes) -> None:
    """The form is shown again with what to do."""
    browser = Browser(app, database, Role.ADMIN)
    status, page = upload(browser, house[1], raw)

    assert status == 422
    assert "Take it in" in page
