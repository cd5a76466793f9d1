"""The way of a client's people to the gate: what the producer does for them, and how they come in."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import choose, go
from tests.browser.served import House

NOOR, VERA = "noor@northlight.example", "vera@northlight.example"

Look = Callable[[str], None]
"""Looks at what the page shows, by the name of the step."""


def add_contact(page: Page, name: str, address: str) -> None:
    """Add somebody of the client's, as the producer does."""
    go(page, "Reviews")
    page.get_by_role("rowheader", name="HARB").get_by_role("link").click()
    page.get_by_role("link", name="The client's people").click()
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mail", exact=True).fill(address)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def send_link(page: Page, recipient: str) -> str:
    """Send somebody a link, as the producer who is signed in does; return its address."""
    go(page, "Reviews")
    page.get_by_role("link", name="Send a link for HARB").click()
    choose(page, "For", recipient)
    page.get_by_role("button", name="Send the link").click()
    return page.get_by_label("Address", exact=True).input_value()


def come_in(page: Page, house: House, link: str, address: str, look: Look = lambda _: None) -> None:
    """Open the link, ask for the code, read it in the mailbox, and give it."""
    page.goto(link)
    look("door")
    page.get_by_role("button", name="Go on").click()
    look("code")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("The six digits").fill(house.code_for(address))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_label("The six digits")).to_have_count(0)
