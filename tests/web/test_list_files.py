"""Every list of the house can be taken along whole: its file has what its pages have, and what it may show."""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.http import database as of_app
from answerprint.core.list_file import ListFile, every_row, exports, list_file
from answerprint.core.paging import Page, PageRequest, write_cursor
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotFound
from facility.roles import Role
from facility.service.clients import add_client
from licensing.models.entitlements import AssigneeKind
from licensing.service.assignments import assign_seat
from tests.facility.factories import make_project
from tests.licensing.factories import make_lot, make_product, make_vendor
from tests.reviews.pages.desk import Desk, furnish_desk
from tests.web.browsers import Browser
from tests.web.house import LONG_AGO, Furnished, furnish

LISTS = (
    ("/people", "/people.csv", "People", "name"),
    ("/clients", "/clients.csv", "Clients", "name"),
    ("/projects", "/projects.csv", "Projects", "code"),
    ("/trail?kind=facility.person.added", "/trail/entries.csv?kind=facility.person.added", "Entries, newest", "index"),
    ("/trail", "/trail/logs.csv", "Logs", "log"),
    ("/contracts", "/contracts.csv", "Contracts", "contract"),
    ("{contract}", "{contract}/lots.csv", "Lots of this contract", "product"),
    ("/catalogue", "/catalogue/products.csv", "Products", "product"),
    ("/catalogue", "/catalogue/vendors.csv", "Vendors", "vendor"),
    ("/catalogue", "/catalogue/servers.csv", "Licence servers", "server"),
    ("/seats", "/seats.csv", "Seats of each product", "product"),
    ("/seats?q=seen", "/seats.csv?q=seen", "Seats of each product", "product"),
    ("{product}", "{product}/checkouts.csv", "Open checkouts", "holder"),
    ("{product}", "{product}/named.csv", "Named seats", "assigned to"),
    ("/licensing/review", "/licensing/review.csv", "Features that count", "feature"),
    ("/reviews", "/reviews.csv", "Projects", "project"),
    ("{project}/agreements", "{project}/agreements.csv", "Agreements", "agreement"),
    ("{project}/materials", "{project}/materials.csv", "Material", "name"),
    ("{project}/links", "{project}/links.csv", "Links", "recipient"),
    ("{project}/links?state=ended", "{project}/links.csv?state=ended", "Links", "recipient"),
    ("{project}/shipments", "{project}/shipments.csv", "Shipments", "serial"),
    ("{project}/incidents", "{project}/incidents.csv", "Incidents", "what"),
    ("{project}/watched", "{project}/watched.csv", "Who watched when", "who"),
    ("{people}", "{people}.csv", "People of the client", "name"),
    ("{rounds}", "{rounds}/rounds.csv", "Rounds", "round"),
)
"""Each list: its page, its file, how its table is called, and the column that heads a row there."""


@dataclass(frozen=True, slots=True)
class House:
    """A house with something in each list, and where its pages lie."""

    desk: Desk
    licensing: Furnished

    def at(self, path: str) -> str:
        """Return a path of the table in this house."""
        at = {"contract": f"/contracts/{self.licensing.contract_id}", "product": f"/seats/{self.licensing.seen}"}
        return path.format(**self.desk.paths, **at)


@pytest.fixture(name="house")
def _house(app: Flask, database: Database, log_key: Ed25519PrivateKey) -> House:
    """The house whose lists are taken along."""
    desk, licensing = furnish_desk(app, database), furnish(database, log_key)
    with database.transaction() as session:
        make_project(session, "AA-1")
        add_client(session, SYSTEM, name="=cmd|' /C calc'!A0")
        other = make_product(session, make_vendor(session, "Zeta"), "Zenith")
        make_lot(session, other, starts_on=LONG_AGO, ends_on=None)
    desk.issue()
    return House(desk, licensing)


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    response = browser.client.get(path)
    sent = response.get_data(as_text=True)

    assert (response.status_code, response.mimetype) == (200, "text/csv"), path
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(sent)))


def heads_of(browser: Browser, path: str, caption: str) -> Iterator[str]:
    """Yield what heads each row of a table, on all pages of a list, one row a page."""
    path += ("&" if "?" in path else "?") + "limit=1"
    while path:
        status, page = browser.get(path)
        assert status == 200, path
        table = re.split(rf"<caption[^>]*>{caption}", page + "<caption>" + caption, maxsplit=1)[1].partition(
            "</table>"
        )[0]
        for head in re.findall(r'<th role="rowheader"[^>]*>(.*?)</th>', table, re.DOTALL):
            yield html.unescape(re.sub(r"<[^>]+>", " ", head)).strip()
        followed = re.search(r'href="([^"]*)" rel="next"', page)
        path = html.unescape(followed[1]) if followed else ""


def test_each_file_has_the_rows_of_all_pages(house: House) -> None:
    """A file has what the pages of its list have, in the same order, as it is filtered; none is empty but one."""
    browser = house.desk.browser(Role.ADMIN)
    empty = []
    for page, file, caption, column in LISTS:
        shown = list(heads_of(browser, house.at(page), caption))
        taken = [row[column].removeprefix("'") for row in rows_of(browser, house.at(file))]

        assert len(taken) == len(shown), file
        assert all(name in head for name, head in zip(taken, shown, strict=True)), (file, taken, shown)
        empty += [] if taken else [file]
    assert empty == ["{product}/named.csv", "{project}/links.csv?state=ended"]


def test_each_list_leads_to_its_file(house: House) -> None:
    """The way to the file stands under each list that has rows, with the filters of the list."""
    browser = house.desk.browser(Role.ADMIN)
    for page, file, _, _ in LISTS:
        if rows_of(browser, house.at(file)):
            links = re.findall(r'<p class="export small"><a href="([^"]*)" download>', browser.get(house.at(page))[1])

            assert house.at(file) in map(html.unescape, links), page


def test_next_page_keeps_the_filters(house: House) -> None:
    """What a list was narrowed to stands in the address of its next page, of its first and of its file."""
    browser = house.desk.browser()
    page = browser.get(f"{house.at('{project}')}/links?state=open&limit=1")[1]
    following = html.unescape(re.findall(r'href="([^"]*)" rel="next"', page)[0])
    second = browser.get(following)[1]

    assert "state=open" in following
    assert "limit=1" in following
    assert re.search(r'href="[^"]*links\?state=open&amp;limit=1">First page', second)
    assert "links.csv?state=open&#34;" in second or 'links.csv?state=open"' in second
    assert browser.get(f"{house.at('{project}')}/links?state=odd")[0] == 422
    assert browser.client.get(f"{house.at('{project}')}/links.csv?state=odd").status_code == 422


def test_no_cell_is_run_by_a_spreadsheet(house: House) -> None:
    """A client's name that begins a formula is text in the file."""
    rows = rows_of(house.desk.browser(Role.ADMIN), "/clients.csv")

    assert "'=cmd|' /C calc'!A0" in [row["name"] for row in rows]


def test_times_are_in_utc_and_say_so(house: House) -> None:
    """Where a cell is an instant, its head says UTC, and the cell ends in Z."""
    browser, found = house.desk.browser(Role.ADMIN), 0
    for _, file, _, _ in LISTS:
        for row in rows_of(browser, house.at(file)):
            for head, cell in row.items():
                nothing = cell in ("", "unknown", "not yet")
                is_instant = bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", cell))
                found += is_instant

                assert head.endswith("(UTC)") or not is_instant, (file, head)
                assert is_instant or nothing or not head.endswith("(UTC)"), (file, head, cell)
    assert found > 20


def test_producer_takes_along_their_own_projects_only(house: House) -> None:
    """A producer's files have no row of another's project, and the files of another's project are not found."""
    files = [house.at(file) for _, file, _, _ in LISTS if file.startswith(("{project}", "{rounds}", "{people}"))]
    outsider = house.desk.outsider()
    before = {outsider.get(file)[0] for file in files}
    own = [rows_of(outsider, path) for path in ("/projects.csv", "/reviews.csv", "/clients.csv")]
    producer = house.desk.browser()

    assert before == {404}
    assert [row["code"] for row in own[0]] == ["XX-1"]
    assert [row["project"] for row in own[1]] == ["XX-1"]
    assert len(own[2]) == 1
    assert {producer.get(file)[0] for file in files} == {200}
    assert {row["code"] for row in rows_of(producer, "/projects.csv")} == {"NB-204", "XX-1"}
    assert {producer.get(path)[0] for path in ("/people.csv", "/trail/entries.csv")} == {403}


def test_refusal_is_answered_as_on_the_page(house: House) -> None:
    """A file of what is not there is not found, and begins no download."""
    browser = house.desk.browser(Role.ADMIN)
    nobody = UUID(int=7)

    for path in ("/contracts/{}/lots.csv", "/seats/{}/checkouts.csv", "/reviews/projects/{}/links.csv"):
        response = browser.client.get(path.format(nobody))
        assert (response.status_code, response.mimetype) == (404, "text/html"), path


class TestLongLists:
    """Lists that are longer than one part of an answer."""

    def test_rows_leave_as_they_are_read(self, app: Flask) -> None:
        """The answer begins before the list was read to its end, and the session ends with the answer."""
        read: list[int] = []

        def page_of(page: PageRequest) -> Page[int]:
            start = int(page.after[0]) if page.after else 0
            read.append(start)
            rows = range(start, min(start + page.limit, 2000))
            return Page(rows, write_cursor((rows[-1] + 1,)) if rows[-1] < 1999 else None)

        def view(session: Session) -> ListFile:
            session.execute(text("SELECT 1"))
            return list_file("numbers", (("number", lambda one: one),), every_row(page_of, int))

        with app.test_request_context("/"):
            pool = of_app().engine.pool
            response = exports(Permission.SELF)(view)()
            begun, held = list(read), pool.checkedout()  # type: ignore[attr-defined]
            sent = response.get_data(as_text=True)
            response.close()

        assert len(begun) < len(read) == 4
        assert held == 1
        assert sent.splitlines()[1:] == [str(number) for number in range(2000)]
        assert pool.checkedout() == 0  # type: ignore[attr-defined]

    def test_what_is_refused_first_is_raised(self, app: Flask) -> None:
        """A list that refuses its first page refuses the file, before any byte of it is sent."""

        def page_of(page: PageRequest) -> Page[int]:
            raise NotFound(f"nothing of {page.limit}")

        with app.test_request_context("/"), pytest.raises(NotFound):
            exports(Permission.SELF)(lambda _: list_file("x", (("n", int),), every_row(page_of, int)))()


def test_named_seats_are_listed(house: House) -> None:
    """Who has a named seat stands in the product's file."""
    browser = house.desk.browser(Role.ADMIN)
    with house.desk.database.transaction() as session:
        product = make_product(session, make_vendor(session, "Named"), "Name")
        make_lot(session, product, starts_on=LONG_AGO, ends_on=None, metric="named-user", quantity=5)
        on = clock.now().date()
        assign_seat(
            session, SYSTEM, product_id=product.id, kind=AssigneeKind.PERSON, assignee="kim@post.example", on=on
        )
        at = f"/seats/{product.id}"
    rows = rows_of(browser, f"{at}/named.csv")

    assert [row["assigned to"] for row in rows] == ["kim@post.example"]
    assert f'href="{at}/named.csv"' in browser.get(at)[1]
