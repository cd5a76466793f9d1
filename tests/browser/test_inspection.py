"""The inspection can fail: a page that has a fault is not let through."""

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import OpenPage
from tests.browser.inspection import faults_of
from tests.browser.served import House


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('<input name="nameless">', "label"),
        ('<p><font color="#8a8a8a">pale on light and on dark</font></p>', "color-contrast"),
        ('<svg width="900" height="9" aria-hidden="true"></svg>', "pixels wide"),
        ('<h5 id="main">out of order</h5>', "heading-order"),
        ('<p><a href="/"><img src="/static/mark.svg"></a></p>', "image-alt"),
    ],
)
def test_fault_is_told(house: House, open_page: OpenPage, written: str, told: str) -> None:
    """What is written into a page that has no fault is found there."""
    page = open_page()
    write_into(page, written)
    page.goto(f"{house.url}/sign-in")

    assert told in " ".join(faults_of(page))


@pytest.mark.parametrize(
    "written", ['<p style="margin: 9px">styled here</p>', '<img alt="" src="data:,">', "<script>1</script>"]
)
def test_content_policy_is_in_force_and_heard(
    house: House, open_page: OpenPage, complaints: list[str], written: str
) -> None:
    """What the policy refuses is complained of, and each test that opens a page fails by such a complaint."""
    page = open_page()
    write_into(page, written)
    page.goto(f"{house.url}/sign-in")
    page.wait_for_load_state("load")
    heard = " ".join(complaints)
    complaints.clear()

    assert "Content Security Policy" in heard


def write_into(page: Page, written: str) -> None:
    """Have something more stand in the main part of the sign-in page; its headers stay what they are."""

    def answer(route: Route) -> None:
        found = route.fetch()
        route.fulfill(response=found, body=found.text().replace("</main>", f"{written}</main>"))

    page.route("**/sign-in", answer)
