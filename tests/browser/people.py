"""Those who sit before the browser: they find things by what they are called, as anybody would."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from answerprint.web.demo import PASSWORD
from facility.roles import Role
from tests.browser.served import House


def sign_in(page: Page, house: House, role: Role) -> None:
    """Sign in as the one of the made-up house who has this role; Today is shown."""
    page.goto(f"{house.url}/sign-in")
    page.get_by_label("Mail address").fill(f"{role.value}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def go(page: Page, place: str) -> None:
    """Go to a place of the main navigation, until it says that this is where one is."""
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")


@dataclass
class Clicks:
    """Counts how often somebody clicks; a choice in a list is one more."""

    made: list[str] = field(default_factory=list)

    def on(self, what: Locator) -> None:
        """Click once."""
        self.made.append(what.inner_text())
        what.click()

    def choose(self, page: Page, label: str, words: str) -> None:
        """Choose in a list."""
        self.made.append(words)
        choose(page, label, words)


def choose(page: Page, label: str, words: str) -> None:
    """Choose in a list what has these words in it."""
    found = page.get_by_label(label, exact=True)
    option = found.get_by_role("option").filter(has_text=words).first
    found.select_option(value=option.get_attribute("value"))
