"""An auditor with a printer: search, an entry with its proof drawn, everything verified, a bundle, a print."""

import re
import zipfile
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import Page, expect

from answerprint.web.cli import main
from facility.roles import Role
from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults_of
from tests.browser.people import go, sign_in
from tests.browser.pictures import Album
from tests.browser.served import House


def test_entry_is_found_and_its_proof_is_drawn(house: House, open_page: OpenPage, album: Album) -> None:
    """The decision of the demo is found by its fact; its proof holds, as a picture and as a table."""
    page = open_page()
    sign_in(page, house, Role.AUDITOR)
    go(page, "Trail")
    album.keep(page, "trail")
    _find(page, "reviews.decision.made")

    expect(page.get_by_text("HOLDS", exact=True)).to_be_visible()
    picture = page.get_by_role("region", name="Picture of the proof")
    expect(picture.get_by_role("img")).to_be_visible()
    expect(page.get_by_role("region", name="The steps of the proof")).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.get_by_role("heading", name="Proof", exact=True).evaluate("one => one.scrollIntoView()")
    album.keep(page, "entry-proof", "light", "dark")


def test_everything_is_verified_at_once(house: House, open_page: OpenPage, album: Album) -> None:
    """From an entry, one button reads every row again and says that the trail holds."""
    page = open_page()
    sign_in(page, house, Role.AUDITOR)
    go(page, "Trail")
    page.get_by_role("button", name="Verify everything now").click()

    expect(page.get_by_role("heading", name="The trail holds")).to_be_visible()
    assert faults_of(page) == []
    album.keep(page, "verdict")


def test_bundle_is_made_downloaded_and_verified_outside(
    house: House, open_page: OpenPage, album: Album, tmp_path: Path
) -> None:
    """A bar shows that it is being made; the page then offers the file, and the program outside finds it intact."""
    page = open_page()
    sign_in(page, house, Role.AUDITOR)
    go(page, "Trail")
    page.get_by_role("link", name="Export a log").click()
    page.get_by_label("Log", exact=True).select_option("house")
    page.get_by_role("button", name="Make the bundle").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    album.keep(page, "export-progress")
    faults = faults_of(page)
    house.make_bundles()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the bundle").click()
    bundle = tmp_path / "house.zip"
    download.value.save_as(bundle)
    verified = CliRunner().invoke(main, ["audit", "verify", str(bundle), "--key", house.verifier_key()])

    assert zipfile.is_zipfile(bundle)
    assert verified.exit_code == 0, verified.output
    assert faults == []


def test_entry_prints_without_what_is_for_the_screen(house: House, open_page: OpenPage) -> None:
    """On paper there is the record and its proof, and nothing to press."""
    page = open_page()
    sign_in(page, house, Role.AUDITOR)
    go(page, "Trail")
    _find(page, "reviews.agreement.accepted-by-client")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("heading", name="Proof", exact=True)).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")


def test_statement_says_how_it_stands(house: House, open_page: OpenPage, album: Album) -> None:
    """From Today to the statement of a contract, by what things are called."""
    page = open_page()
    sign_in(page, house, Role.AUDITOR)
    go(page, "Contracts")
    page.get_by_role("link", name="SL-2026-114").first.click()
    page.get_by_role("link", name="Statement", exact=False).first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("tatement")
    album.keep(page, "statement", "light", "dark")


def _find(page: Page, fact: str) -> None:
    """Search for a fact, and open the oldest entry that is found."""
    page.get_by_label("Fact").select_option(fact)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile("kind="))
    found = page.get_by_role("table", name="Entries, newest first")
    found.get_by_role("rowheader").get_by_role("link").last.click()
