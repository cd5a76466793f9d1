"""An agreement from its draft to both acceptances, and what it then asks of somebody who was never here."""

from playwright.sync_api import Page, expect

from facility.roles import Role
from tests.browser.chromium import Screen
from tests.browser.conftest import OpenPage
from tests.browser.gate import NOOR, VERA, add_contact, come_in, send_link
from tests.browser.inspection import faults_of
from tests.browser.people import choose, go, sign_in
from tests.browser.pictures import Album
from tests.browser.served import House


def test_agreement_is_accepted_by_both_sides_and_then_binds(house: House, open_page: OpenPage, album: Album) -> None:
    """The client accepts at the gate, then the house; and whom it names must accept its undertaking before they see."""
    desk, signatory, newcomer = open_page(), open_page(), open_page(Screen.DARK_PHONE)
    sign_in(desk, house, Role.PRODUCER)
    add_contact(desk, "Vera Lind", VERA)
    send_agreement_with(desk, "Vera Lind")
    faults = accept_at_gate(signatory, house, album)
    desk.reload()
    expect(desk.get_by_text("Accepted for the client", exact=True)).to_be_visible()
    desk.get_by_role("button", name="accept it for the house").click()
    expect(desk.get_by_text("ACCEPTED", exact=True)).to_be_visible()
    faults += promise_first(newcomer, house, send_link(desk, "Vera Lind"), album)

    expect(newcomer.get_by_text("reel2", exact=False)).to_be_visible()
    assert faults == []


def send_agreement_with(page: Page, observer: str) -> None:
    """Begin a new version of the agreement in force, let somebody more observe, and send it."""
    go(page, "Reviews")
    page.get_by_role("rowheader", name="HARB").get_by_role("link").click()
    page.get_by_role("link", name="HARB-1", exact=False).first.click()
    page.get_by_role("button", name="Begin a new version").click()
    choose(page, "P5 is", "observer")
    choose(page, "P5 of the client", observer)
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Freeze the text and send it").click()
    expect(page.get_by_text("SENT", exact=True)).to_be_visible()


def accept_at_gate(page: Page, house: House, album: Album) -> list[str]:
    """Read the agreement as the one who may sign it, and accept it; return what is wrong with the pages."""
    faults: list[str] = []

    def look(name: str) -> None:
        faults.extend(f"{name}: {fault}" for fault in faults_of(page))

    come_in(page, house, house.link_for(NOOR), NOOR)
    look("agreement")
    album.keep(page, "gate-agreement", "light", "dark")
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_role("button", name="I accept this agreement for the client").click()
    expect(page.get_by_text("You accepted this", exact=False)).to_be_visible()
    look("accepted")
    return faults


def promise_first(page: Page, house: House, link: str, album: Album) -> list[str]:
    """Come in for the first time, told nothing before the undertaking is accepted; return what is wrong."""
    faults: list[str] = []

    def look(name: str) -> None:
        faults.extend(f"{name}: {fault}" for fault in faults_of(page))

    come_in(page, house, link, VERA)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confidentiality undertaking")
    expect(page.get_by_text("reel2", exact=False)).to_have_count(0)
    look("undertaking")
    album.keep(page, "gate-undertaking-phone", "dark")
    page.get_by_role("button", name="I accept this text").click()
    return faults
