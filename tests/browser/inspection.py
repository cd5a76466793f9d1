"""What is wrong with a page as it stands in the browser: axe on a desk and a phone, and nothing wider than a phone."""

from importlib.resources import files

from playwright.sync_api import Page

from tests.browser.chromium import Screen

STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
HTML_BYTES_MAX = 100_000
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RUN = """async only => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: only});
  return found.violations.map(one => ({rule: one.id, help: one.help, nodes: one.nodes.map(node => node.html)}));
}"""
_BY_STANDARDS = {"type": "tag", "values": list(STANDARDS)}
_TURNS = ((Screen.DESK, Screen.DARK_PHONE), (Screen.DARK_DESK, Screen.PHONE))


def faults_of(page: Page, *, turn: int = 0) -> list[str]:
    """Return what is wrong with the page on a desk and on a phone, one of them dark: which one, by turns.

    The page is left as its window was opened. The rules run through the browser's own door for tools, which no policy
    of the page shuts: the policy itself stays as it is.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    was = page.viewport_size
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = []
    for screen in _TURNS[turn % len(_TURNS)]:
        _look_through(page, screen)
        found += [f"{screen.name.lower()}: {fault}" for fault in _broken_rules(page)]
    found += _width_fault(page)
    if was is not None:
        page.set_viewport_size(was)
    page.emulate_media(color_scheme="dark" if was_dark else "light")
    return found


def _look_through(page: Page, screen: Screen) -> None:
    width, height = screen.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=screen.scheme)


def _broken_rules(page: Page) -> list[str]:
    violations = page.evaluate(_RUN, _BY_STANDARDS)
    return [f"{one['rule']} ({one['help']}), {len(one['nodes'])} times: {one['nodes'][0][:300]}" for one in violations]


def _width_fault(page: Page) -> list[str]:
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return [f"phone: the page is {wide} pixels wide, the window {window}"] if wide > window else []
