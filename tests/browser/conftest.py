"""Fixtures of the tests in a browser: the browser, a house that is served, windows, and the pictures that are kept."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import MISSING, Screen, find_chromium, is_required, launch, open_window
from tests.browser.pictures import Album
from tests.browser.served import House, furnish_house, served_house

_REFUSED = re.compile(r"status of (409|412|422)")
"""A form that is refused is shown again with such an answer, and the browser says so too."""


class OpenPage(Protocol):
    """Opens a window of somebody new."""

    def __call__(self, screen: Screen = Screen.DESK) -> Page:
        """Return its one page, on which nothing is shown yet."""


@pytest.fixture(scope="session", name="browser")
def _browser() -> Iterator[Browser]:
    """A Chromium. Where there is none the tests are skipped, or fail where they are required."""
    path = find_chromium()
    if path is None and is_required():
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="session", name="furnished")
def _furnished(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house that is furnished, to be copied."""
    assert browser.is_connected()
    home = tmp_path_factory.mktemp("furnished")
    furnish_house(home)
    return home


@pytest.fixture(scope="module", name="house")
def _house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The made-up house, served for the tests of one file: each leaves it fit for the next."""
    home = tmp_path_factory.mktemp("house")
    shutil.copytree(furnished, home, dirs_exist_ok=True)
    with served_house(home) as house:
        yield house


@pytest.fixture(scope="session", name="album")
def _album() -> Album:
    """The pictures that are kept, if any."""
    folder = os.environ.get("ANSWERPRINT_PICTURES")
    return Album(Path(folder).absolute() if folder else None)


@pytest.fixture(name="complaints")
def _complaints() -> Iterator[list[str]]:
    """What the browser complained of: scripts that fail, what the content policy refused, what was not found.

    A test that ends well had none of it.
    """
    complaints: list[str] = []
    yield complaints

    assert not complaints


@pytest.fixture(name="open_page")
def _open_page(browser: Browser, complaints: list[str]) -> Iterator[OpenPage]:
    """Open a window of somebody new."""
    windows = []

    def open_page(screen: Screen = Screen.DESK) -> Page:
        window = open_window(browser, screen)
        windows.append(window)
        page = window.new_page()

        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and not _REFUSED.search(message.text):
                complaints.append(f"{page.url}: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    yield open_page
    for window in windows:
        window.close()
