"""A producer at night: what waits, a link that is sent in four clicks, and what the client will see of it."""

import re

from playwright.sync_api import Page, expect

from facility.roles import Role
from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults_of
from tests.browser.people import Clicks, choose, go, sign_in
from tests.browser.pictures import Album
from tests.browser.served import House


def test_from_today_to_a_sent_link_in_four_clicks(house: House, open_page: OpenPage, album: Album) -> None:
    """Today says what waits; from there each click is on something that says so, and the fourth sends the link."""
    page, clicks = open_page(), Clicks()
    sign_in(page, house, Role.PRODUCER)
    for waits in ("NOT WATCHED", "ENDING SOON", "DECISION DUE"):
        expect(page.get_by_text(waits, exact=True).first).to_be_visible()
    album.keep(page, "today", "light", "dark")
    clicks.on(page.get_by_role("navigation", name="Main").get_by_role("link", name="Reviews", exact=True))
    album.keep(page, "reviews")
    clicks.on(page.get_by_role("link", name="Send a link for HARB"))
    clicks.choose(page, "For", "Noor Haddad")
    clicks.on(page.get_by_role("button", name="Send the link"))
    address = page.get_by_label("Address", exact=True)

    expect(address).to_have_value(re.compile(f"^{house.url}/g#"))
    assert len(clicks.made) <= 4
    assert faults_of(page) == []


def test_address_is_shown_once(house: House, open_page: OpenPage) -> None:
    """After the page that made it, no page of the link has its address, nor has the way back."""
    page = open_page()
    sign_in(page, house, Role.PRODUCER)
    _choose_link(page, "Marek Dvorak")
    page.get_by_role("button", name="Send the link").click()
    address = page.get_by_label("Address", exact=True).input_value()
    page.get_by_role("link", name="Done").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Link of Marek Dvorak")
    assert address.partition("#")[2] not in page.content()


def test_page_is_seen_as_the_client_will_see_it(house: House, open_page: OpenPage, album: Album) -> None:
    """Before the link is sent its page is shown as it will be, where nothing can be pressed; from there it is sent."""
    page = open_page()
    sign_in(page, house, Role.PRODUCER)
    _choose_link(page, "Noor Haddad")
    album.keep(page, "link-form")
    page.get_by_role("button", name="See it as they will").click()
    expect(page.get_by_role("heading", name="This is what Noor Haddad will see")).to_be_visible()
    album.keep(page, "link-preview", "light", "dark")
    faults = faults_of(page)
    page.get_by_role("button", name="Send the link").click()

    expect(page.get_by_label("Address", exact=True)).to_have_value(re.compile("/g#"))
    assert faults == []


def _choose_link(page: Page, recipient: str) -> None:
    """Open the form of a link for the project with an agreement, and choose who it is for."""
    go(page, "Reviews")
    page.get_by_role("link", name="Send a link for HARB").click()
    choose(page, "For", recipient)
