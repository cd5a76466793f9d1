"""A client without an account: from the mail to the picture, and to the receipt of what they decided."""

from pathlib import Path

from playwright.sync_api import Page, expect

from facility.roles import Role
from tests.browser.chromium import Screen
from tests.browser.conftest import OpenPage
from tests.browser.gate import NOOR, Look, come_in, send_link
from tests.browser.inspection import faults_of
from tests.browser.people import sign_in
from tests.browser.pictures import Album
from tests.browser.served import House

_PLAYS = "() => { const one = document.querySelector('audio, video'); return one?.readyState > 0 && one.duration > 0; }"

_KEPT = ("door", "code", "ready", "watch", "decision", "receipts")


def test_client_watches_decides_and_has_the_receipt(
    house: House, open_page: OpenPage, album: Album, tmp_path: Path
) -> None:
    """The link alone opens nothing: the mailbox is proven; they watch, decide, and can prove to all that they did."""
    desk, page, faults = open_page(), open_page(Screen.DARK_DESK), list[str]()
    sign_in(desk, house, Role.PRODUCER)
    link = send_link(desk, "Noor Haddad")

    def look(name: str) -> None:
        if name in _KEPT:
            album.keep(page, f"gate-{name}", "dark")
        faults.extend(f"{name}: {fault}" for fault in faults_of(page))

    come_in(page, house, link, NOOR, look)
    look("ready")
    page.get_by_role("button", name="Watch", exact=True).click()
    page.wait_for_function(_PLAYS)
    look("watch")
    page.get_by_role("link", name="Back").click()
    decide(page, house, look)
    page.get_by_role("link", name="Your receipts").click()
    look("receipts")
    house.sign_what_waits()
    receipt = download(page, "You decided", tmp_path)
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="This visit is over")).to_be_visible()
    look("ended")

    assert receipt.startswith("c2sp.org/tlog-proof@v1\n")
    assert faults == []


def download(page: Page, link: str, folder: Path) -> str:
    """Take along what a link offers; return its text."""
    with page.expect_download() as taken:
        page.get_by_role("link", name=link).first.click()
    taken.value.save_as(folder / "taken")
    return (folder / "taken").read_text(encoding="utf-8")


def decide(page: Page, house: House, look: Look) -> None:
    """Sign with a fresh code that the version is approved."""
    page.get_by_role("link", name="Get a code to sign with").click()
    look("signing")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("The six digits").fill(house.code_for(NOOR))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("I decide").select_option("approved")
    page.get_by_label("I watched on").select_option(index=1)
    page.get_by_label("I watched in").select_option(index=1)
    page.get_by_label("Notes (optional)").fill("Thank you.")
    page.get_by_role("heading", name="Your decision").first.evaluate("one => one.scrollIntoView()")
    look("decision")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("recorded")
    look("decided")
