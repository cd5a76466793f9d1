"""Tech staff on the phone: the board, who holds what, a seat that is freed, one that is reserved."""

from playwright.sync_api import expect
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from facility.roles import Role
from licensing.models.catalogue import Product
from licensing.service.checkouts import check_out_seat
from tests.browser.chromium import Screen
from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults_of
from tests.browser.people import go, sign_in
from tests.browser.pictures import Album
from tests.browser.served import House


def test_seat_is_freed_on_the_phone(house: House, open_page: OpenPage, album: Album) -> None:
    """From the board to who holds what, and there a seat is given back."""
    check_out(house, "Lumen Scopes", holder="mira")
    page = open_page(Screen.PHONE)
    sign_in(page, house, Role.TECH)
    go(page, "Seats")
    album.keep(page, "seats-board-phone", "light", "dark")
    page.get_by_role("row").get_by_role("link", name="Lumen Scopes", exact=True).click()
    held = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="mira"))
    expect(held).to_have_count(1)
    page.get_by_role("button", name="Return of mira").click()

    expect(page.get_by_role("status").filter(has_text="returned")).to_be_visible()
    expect(held).to_have_count(0)


def test_seats_are_reserved_on_the_phone(house: House, open_page: OpenPage, album: Album) -> None:
    """Asked whether there are seats, the house says yes; then they are reserved, and the reservation is shown."""
    page = open_page(Screen.PHONE)
    sign_in(page, house, Role.TECH)
    go(page, "Seats")
    page.get_by_role("row").get_by_role("link", name="Lumen Scopes", exact=True).click()
    page.get_by_label("Project").first.select_option(index=1)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="Yes")).to_be_visible()
    album.keep(page, "reserve-phone")
    faults = faults_of(page)
    page.get_by_role("button", name="Reserve", exact=True).click()

    expect(page.get_by_role("status").filter(has_text="reserved")).to_be_visible()
    assert faults == []


def test_board_reads_itself_again(house: House, open_page: OpenPage, album: Album) -> None:
    """What another checks out shows after half a minute, in the page as it stands: it is not loaded anew."""
    page = open_page()
    sign_in(page, house, Role.TECH)
    page.clock.install()
    go(page, "Seats")
    album.keep(page, "seats-board", "light", "dark")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Lumen Grading Suite", exact=True))
    before = row.inner_text()
    page.evaluate("window.wasHere = true")
    check_out(house, "Lumen Grading Suite", holder="robin")
    page.clock.run_for(31_000)

    expect(row).not_to_have_text(before, use_inner_text=True)
    assert page.evaluate("window.wasHere")


def test_slash_goes_to_the_search_and_question_mark_shows_the_keys(house: House, open_page: OpenPage) -> None:
    """The board is searched without a mouse."""
    page = open_page()
    sign_in(page, house, Role.TECH)
    go(page, "Seats")
    search = page.get_by_role("searchbox")
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.fill("Lumen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Nightjar Paint", exact=True)).to_have_count(0)
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_refused_form_keeps_what_was_typed(house: House, open_page: OpenPage) -> None:
    """What is wrong stands at its field, the rest need not be typed again, and the problem has the focus."""
    page = open_page()
    sign_in(page, house, Role.TECH)
    go(page, "Seats")
    page.get_by_role("row").get_by_role("link", name="Lumen Scopes", exact=True).click()
    form = page.get_by_role("region", name="Check out a seat")
    form.get_by_label("Holder").fill("pim")
    form.get_by_label("Seats").fill("0")
    form.get_by_role("button", name="Check out").click()

    expect(form.get_by_label("Seats")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Holder")).to_have_value("pim")
    expect(page.get_by_role("group", name="Nothing was changed")).to_be_focused()
    assert faults_of(page) == []


def check_out(house: House, product: str, *, holder: str) -> None:
    """Check a seat out, as another program would."""
    now = clock.now()
    on = now.astimezone(house.settings.zone).date()
    with house.database.transaction() as session:
        product_id = session.scalars(select(Product.id).where(Product.name == product)).one()
        check_out_seat(session, SYSTEM, product_id=product_id, quantity=1, holder=holder, now=now, on=on)
