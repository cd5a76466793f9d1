"""What holds for every page that a role is led to, in the browser: nothing that keeps anybody out."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from facility.roles import Role
from tests.browser.conftest import OpenPage
from tests.browser.inspection import HTML_BYTES_MAX, faults_of
from tests.browser.people import sign_in
from tests.browser.served import House
from tests.browser.shapes import shape_of

_LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"
_BUILT = """() => [...new Set([...document.querySelectorAll("main *")].map(one =>
  `${one.parentElement.tagName} ${one.tagName}.${one.getAttribute("class")} ${one.getAttributeNames()}`))].join()"""
"""The kinds of elements in the order in which they first come: how many rows a table has makes no difference."""


@dataclass
class Looked:
    """How the pages were built that were looked at, by whatever role: one that is built the same is not again."""

    built: set[str] = field(default_factory=set)

    def is_new(self, page: Page) -> bool:
        """Report whether no page was built as this one, and remember it."""
        how = page.evaluate(_BUILT)
        is_new = how not in self.built
        self.built.add(how)
        return is_new


@pytest.fixture(scope="module", name="looked")
def _looked() -> Looked:
    """What was looked at in this file."""
    return Looked()


@pytest.mark.parametrize("role", Role)
def test_pages_keep_nobody_out(house: House, open_page: OpenPage, looked: Looked, role: Role) -> None:
    """A page of each shape has no fault that axe knows, in both schemes, fits a phone, and is under 100 KB."""
    page = open_page()
    sign_in(page, house, role)
    faults, seen = look_around(page, house, looked)

    assert faults == []
    assert len(seen) > 20


def test_door_keeps_nobody_out(house: House, open_page: OpenPage) -> None:
    """Nor have the pages that are shown before anybody has signed in."""
    page, faults = open_page(), list[str]()
    for path in ("/sign-in", "/g"):
        page.goto(house.url + path)
        faults += [f"{path}: {fault}" for fault in faults_of(page)]

    assert faults == []


def look_around(page: Page, house: House, looked: Looked) -> tuple[list[str], set[str]]:
    """Go from Today wherever links lead, to one page of each shape; return the faults, and the shapes."""
    faults, seen, waiting = list[str](), {"/"}, deque(["/"])
    while waiting:
        path = waiting.popleft()
        answer = page.request.get(house.url + path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        if len(answer.body()) > HTML_BYTES_MAX:
            faults.append(f"{path}: {len(answer.body())} bytes")
        page.goto(house.url + path)
        if looked.is_new(page):
            faults += [f"{path}: {fault}" for fault in faults_of(page, turn=len(looked.built))]
        for link in page.evaluate(_LINKS):
            if link.startswith("/") and (shape := shape_of(link)) not in seen:
                seen.add(shape)
                waiting.append(link.partition("#")[0])
    return faults, seen
