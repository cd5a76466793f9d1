"""The pages of licensing, of the trail and of the day, as people use them."""

import html
import io
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core.db import Database
from facility.roles import Role
from tests.licensing.printed import Use, lmstat
from tests.web.browsers import Browser
from tests.web.house import Furnished, furnish

_LINK = re.compile(r'href="(/[^"#]*)')
_LABELLED = re.compile(r'<label for="([^"]+)"')
_ASKED = re.compile(r"<(?:input|select|textarea)(?![^>]*type=\"(?:hidden|submit|checkbox)\")[^>]*\bid=\"([^\"]+)\"")


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """The facility that the pages show."""
    return furnish(database, log_key)


def links_of(page: str) -> set[str]:
    """Return where a page leads within the house."""
    return {html.unescape(link) for link in _LINK.findall(page) if not link.startswith("/static/")}


def row_of(page: str, product: str) -> str:
    """Return the board's line of a product as words."""
    line = next(row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f">{product}</a>" in row)
    return " ".join(re.sub(r"<[^>]*>", " ", line).split())


class TestEveryPage:
    """What holds for each page that somebody can reach."""

    @pytest.mark.parametrize("role", Role)
    def test_no_link_leads_nowhere(self, app: Flask, database: Database, house: Furnished, role: Role) -> None:
        """Whatever a page offers this role is there, and this role may see it."""
        browser, seen, waiting = Browser(app, database, role), set[str](), [f"/seats/{house.seen}", "/"]
        while waiting:
            path = waiting.pop()
            status, page = browser.get(path)
            seen.add(path)
            if "<main" in page:
                waiting += links_of(page) - seen - set(waiting)

            assert status == 200, (role, path)

    def test_nothing_needs_an_exception_from_the_policy(self, app: Flask, database: Database, house: Furnished) -> None:
        """No page has a style or a script of its own, and each field has its label."""
        browser = Browser(app, database, Role.ADMIN)
        paths = ["/", "/seats", "/contracts", "/catalogue", "/trail", f"/trail/{house.vendor_log}/3"]
        paths += [f"/seats/{house.seen}", f"/servers/{house.server_id}", f"/servers/{house.server_id}/captures/new"]
        paths += [f"/contracts/{house.contract_id}/statement", f"/contracts/lots/{house.lot_id}/change"]
        for path in paths:
            page = browser.get(path)[1]

            assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)", page), path
            assert set(_ASKED.findall(page)) <= set(_LABELLED.findall(page)), path
            assert page.count("<h1") == 1, path

    def test_producer_is_offered_no_act_that_is_not_theirs(
        self, app: Flask, database: Database, house: Furnished
    ) -> None:
        """Who may only read sees no form and no button that would refuse them."""
        page = Browser(app, database, Role.PRODUCER).get(f"/seats/{house.seen}")[1]

        assert "Kim Artist" in page
        assert re.findall(r'<form[^>]*action="([^"]*)"', page) == ["/sign-out", f"/seats/{house.seen}/reservations"]


class TestBoard:
    """The seats board."""

    @pytest.mark.usefixtures("house")
    def test_unknown_and_uncounted_are_words(self, app: Flask, database: Database) -> None:
        """What is not known is never shown as a number, least of all 0."""
        page = Browser(app, database, Role.TECH).get("/seats")[1]

        assert "unknown unknown unknown" in row_of(page, "Unheard")
        assert row_of(page, "Uncounted").count("uncounted") >= 2

    @pytest.mark.usefixtures("house")
    def test_bar_says_in_words_what_it_draws(self, app: Flask, database: Database) -> None:
        """The picture has its equal in text; ana and ben were seen, one seat is out here, so two are in use."""
        page = Browser(app, database, Role.TECH).get("/seats")[1]

        assert 'aria-label="2 in use of 10, 8 free"' in page

    @pytest.mark.usefixtures("house")
    def test_lines_alone_are_sent_to_a_page_that_stays_open(self, app: Flask, database: Database) -> None:
        """What the script puts into the list is the lines that fit the filter, and nothing around them."""
        page = Browser(app, database, Role.TECH).get("/seats?part=rows&q=unh")[1]

        assert page.strip().startswith("<tr")
        assert page.count("<tr") == 1

    def test_empty_board_says_what_to_do_next(self, app: Flask, database: Database) -> None:
        """Tech staff are led to the first vendor; a producer is told who does it."""
        tech = Browser(app, database, Role.TECH).get("/seats")[1]
        producer = Browser(app, database, Role.PRODUCER).get("/seats")[1]

        assert 'href="/catalogue/vendors/new"' in tech
        assert "/catalogue/vendors/new" not in producer


class TestSeat:
    """A seat out and back, by the pages."""

    def test_seat_goes_out_and_comes_back(self, app: Flask, database: Database, house: Furnished) -> None:
        """Both acts lead back to the product, and stand on the vendor's log."""
        browser, place = Browser(app, database, Role.TECH), f"/seats/{house.seen}"
        out = browser.submit(place, holder="Jo", quantity="2", minutes="60")
        held = browser.get(place)[1]
        back = browser.submit(f"/seats/checkouts/{house.checkout_id}/return")
        trail = Browser(app, database, Role.AUDITOR).get(f"/trail?log={house.vendor_log}")[1]

        assert out == (303, f"{place}?done=seat-checked-out")
        assert ">Jo</th>" in held
        assert back == (303, f"{place}?done=seat-returned")
        assert "licensing.seat.returned" in trail

    def test_refused_form_keeps_what_was_typed(self, app: Flask, database: Database, house: Furnished) -> None:
        """A seat too many: the sentence stands by the field, the field names it, and nothing typed is lost."""
        browser = Browser(app, database, Role.TECH)
        status, page = browser.submit(f"/seats/{house.seen}", holder="Jo <b>", quantity="99", minutes="60")

        assert status == 409
        assert 'value="Jo &lt;b&gt;"' in page
        assert 'href="#f-quantity"' in page
        assert re.search(r'name="quantity"[^>]*aria-describedby="f-quantity-wrong"[^>]*aria-invalid="true"', page)

    @pytest.mark.parametrize("typed", ["1_0", "-1", "+1", "1.0", "٣", "9999999999"])
    def test_number_is_plain_digits(self, app: Flask, database: Database, house: Furnished, typed: str) -> None:
        """What only a programming language reads as a number is none."""
        status, page = Browser(app, database, Role.TECH).submit(
            f"/seats/{house.seen}", holder="Jo", quantity=typed, minutes="60"
        )

        assert status == 422
        assert "Write a whole number in digits" in page


class TestContract:
    """Contracts, lots and statements, by the pages."""

    def test_contract_with_its_lot_is_entered(self, app: Flask, database: Database, house: Furnished) -> None:
        """From nothing to seats in two forms."""
        browser = Browser(app, database, Role.TECH)
        fields = {"vendor_id": str(house.vendor_id), "number": "N-1", "starts_on": "2026-01-01"}
        status, place = browser.submit("/contracts/new", **fields)
        contract = place.partition("?")[0]
        terms = {"metric": "concurrent-user", "quantity": "4", "starts_on": "2026-01-01", "overage_policy": "hard"}
        lot = browser.submit(f"{contract}/lots/new", product_id=str(house.seen), **terms)

        assert status == 303
        assert lot == (303, f"{contract}?done=lot-added")

    def test_older_version_of_a_lot_is_refused(self, app: Flask, database: Database, house: Furnished) -> None:
        """Two who change the same lot: the second is told, and keeps what they typed."""
        browser, place = Browser(app, database, Role.TECH), f"/contracts/lots/{house.lot_id}/change"
        terms = {"metric": "concurrent-user", "starts_on": "2020-01-01", "overage_policy": "hard", "version": "1"}
        first = browser.submit(place, quantity="11", **terms)
        status, page = browser.submit(place, quantity="12", **terms)

        assert first[0] == 303
        assert status == 412
        assert 'value="12"' in page

    def test_statement_states_each_product(self, app: Flask, database: Database, house: Furnished) -> None:
        """Peak, entitlement and verdict stand in one table, and the capture that bears them below."""
        page = Browser(app, database, Role.AUDITOR).get(f"/contracts/{house.contract_id}/statement")[1]

        assert "Captures that the peaks rest on" in page
        assert "WITHIN" in page

    def test_period_that_ends_before_it_starts_is_refused(
        self, app: Flask, database: Database, house: Furnished
    ) -> None:
        """The field at fault is named."""
        address = f"/contracts/{house.contract_id}/statement?from=2026-03-02&to=2026-03-01"
        status, page = Browser(app, database, Role.TECH).get(address)

        assert status == 422
        assert "to: The last day is not before the first." in page


class TestServer:
    """What licence servers printed, by the pages."""

    def test_file_and_pasted_text_are_the_same_capture(self, app: Flask, database: Database, house: Furnished) -> None:
        """A browser sends CR and LF; what is kept has the lines as the command printed them."""
        browser, place = Browser(app, database, Role.TECH), f"/servers/{house.server_id}/captures/new"
        printed = lmstat({"seen": Use(issued=10)}, printed=None).strip() + b"\n"
        when = {"taken_at": "2026-03-14T10:00"}
        file = {"csrf": browser.csrf, "file": (io.BytesIO(printed), "out.txt")} | when
        sent = browser.client.post(place, data=file)
        pasted = browser.submit(place, text=printed.decode().replace("\n", "\r\n"), **when)

        assert sent.headers["Location"].endswith("done=capture-taken")
        assert pasted[1].endswith("done=capture-known")

    def test_text_of_another_kind_is_refused_and_kept_in_the_form(
        self, app: Flask, database: Database, house: Furnished
    ) -> None:
        """Nothing is concluded from text that is no capture, and nobody has to paste it twice."""
        status, page = Browser(app, database, Role.TECH).submit(
            f"/servers/{house.server_id}/captures/new", text="good morning"
        )

        assert status == 422
        assert "good morning</textarea>" in page


class TestToday:
    """The first page."""

    @pytest.mark.usefixtures("house")
    def test_silent_server_waits_for_somebody(self, app: Flask, database: Database) -> None:
        """What needs a look is named, with the reason and the way to it."""
        page = Browser(app, database, Role.TECH).get("/")[1]

        assert ">lic-2</a>" in page
        assert ">lic-1</a>" not in page

    def test_empty_facility_names_the_first_steps(self, app: Flask, database: Database) -> None:
        """A new house begins with a vendor."""
        assert 'href="/catalogue/vendors/new"' in Browser(app, database, Role.ADMIN).get("/")[1]
