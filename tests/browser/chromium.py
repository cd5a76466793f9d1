"""The browser that these tests drive: which one is there, what to do where there is none, and what it looks through."""

import os
import shutil
from collections.abc import Mapping
from enum import Enum
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "No Chromium was found, so no page was looked at in a browser: apt-get install chromium (Debian), "
    "or name one in ANSWERPRINT_CHROMIUM."
)
PATIENCE = 30_000
"""Milliseconds that a page may take to show what it should, on a machine that does much else."""
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


class Screen(Enum):
    """What somebody looks at the pages through: width and height in CSS pixels, and how it is lit."""

    DESK = (1280, 900, "light")
    DARK_DESK = (1280, 900, "dark")
    PHONE = (390, 844, "light")
    DARK_PHONE = (390, 844, "dark")

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        return self.value[0], self.value[1]

    @property
    def scheme(self) -> Literal["light", "dark"]:
        """Return the scheme that its owner prefers."""
        return "dark" if self in (Screen.DARK_DESK, Screen.DARK_PHONE) else "light"


def find_chromium(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the path of a Chromium: the one that the environment names, or else the first on the path."""
    named = environment.get("ANSWERPRINT_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def is_required(environment: Mapping[str, str] = os.environ) -> bool:
    """Report whether a missing browser is a failure, as it is where changes are let in."""
    return bool(environment.get("CI")) or environment.get("ANSWERPRINT_BROWSER") == "required"


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser. It fetches nothing by itself."""
    return playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))


def open_window(browser: Browser, screen: Screen) -> BrowserContext:
    """Open a window of somebody who was never here: no cookie, no memory."""
    width, height = screen.size
    window = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=screen.scheme,
        has_touch=screen in (Screen.PHONE, Screen.DARK_PHONE),
        reduced_motion="reduce",
        locale="en-GB",
    )
    window.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return window
