"""A walk over every link as every role: each leads somewhere, and to what this role may see."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from answerprint.core.db import Database
from answerprint.web import demo
from facility.roles import Role
from tests.browser.shapes import shape_of

HTML_BYTES_MAX = 100_000
SAME_SHAPE_MAX = 4
"""So many addresses of one shape, asked for the same things, are opened: the trail alone has thousands."""
OPEN = {"/api/v1/docs", "/api/v1/openapi.json"}
"""What nobody in particular may read too."""
_ADDRESSES = {"a": "href", "link": "href", "script": "src", "img": "src", "audio": "src", "video": "src"}
_ASKED_BY_SCRIPT = ("data-refresh", "data-ask")
Attributes = list[tuple[str, str | None]]


@pytest.fixture(name="demo_app")
def _demo_app(app: Flask, database: Database, tmp_path: Path) -> Flask:
    """The app on the made-up house."""
    media = tmp_path / "media"
    demo.furnish(database, ZoneInfo("Europe/Berlin"), media=media)
    app.extensions["answerprint.media"] = media
    return app


class TestWalk:
    """From the first page wherever links and the forms that only ask lead, to some pages of each shape."""

    def test_every_link_leads_to_what_its_reader_may_see(self, demo_app: Flask) -> None:
        """No role is shown a link to what is not there, to what it may not see, or to what breaks."""
        walks = {role.value: walk(signed_in(demo_app, role)) for role in Role}
        faults = {name: found.faults for name, found in walks.items() if found.faults}
        nobodys = demo_app.test_client()
        shown = {path for found in walks.values() for path in found.pages if is_shown(nobodys, path)}

        assert faults == {}
        assert min(len(found.pages) for found in walks.values()) > 40
        assert {shape_of(path) for path in shown} <= OPEN

    def test_nobody_is_led_to_the_door(self, client: FlaskClient) -> None:
        """Who is not signed in comes from the first page to the sign-in, and from there nowhere else."""
        found = walk(client)

        assert found.faults == []
        assert [path for path in found.pages if not path.startswith("/static/")] == ["/sign-in"]


@dataclass
class Walk:
    """Where somebody came, and what was wrong there."""

    pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class LinkReader(HTMLParser):
    """Reads where a page leads: links, what it is made of, what its scripts ask for, and forms that only ask."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._action: str | None = None
        self._asked: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Take what a tag leads to, and note what a form would send."""
        said = {name: value or "" for name, value in attrs}
        self.found += [said[name] for name in (_ADDRESSES.get(tag, ""), *_ASKED_BY_SCRIPT) if said.get(name)]
        if tag == "form" and said.get("method", "get") == "get":
            self._action, self._asked = said.get("action", ""), {}
        elif tag == "input" and said.get("name") and (said.get("type") != "checkbox" or "checked" in said):
            self._asked[said["name"]] = said.get("value", "")
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "option" and ("selected" in said or self._select not in self._asked):
            self._asked[self._select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Take where a form that only asks leads, as it stands."""
        if tag == "form" and self._action is not None:
            self.found.append(f"{self._action}?{urlencode(self._asked)}")
            self._action = None


def signed_in(app: Flask, role: Role) -> FlaskClient:
    """Return the browser of the one of the made-up house who has this role."""
    client = app.test_client()
    typed = {"email": f"{role.value}@demo.example", "password": demo.PASSWORD}
    assert client.post("/sign-in", data=typed).status_code == 303
    return client


def walk(client: FlaskClient) -> Walk:
    """Go from the first page wherever links lead."""
    done, seen, of_shape = Walk(), {"/"}, Counter[tuple[str, frozenset[str]]]()
    waiting = deque([("/", "the address bar")])
    while waiting:
        path, shown_on = waiting.popleft()
        answer = client.get(path)
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if answer.status_code >= 400:
            done.faults.append(f"{answer.status_code} {path}, shown on {shown_on}")
        elif answer.status_code < 300:
            done.pages.append(path)
        if len(page.encode()) > HTML_BYTES_MAX:
            done.faults.append(f"{len(page.encode())} bytes {path}, shown on {shown_on}")
        answer.close()
        for link in (*links_of(page, path), *filter(None, [answer.headers.get("Location")])):
            shape = (shape_of(link), frozenset(parse_qs(urlsplit(link).query)))
            if link not in seen and of_shape[shape] < SAME_SHAPE_MAX:
                seen.add(link)
                of_shape[shape] += 1
                waiting.append((link, path))
    return done


def links_of(page: str, path: str) -> Iterator[str]:
    """Yield where a page leads within the house."""
    reader = LinkReader()
    reader.feed(page)
    for link in reader.found:
        parts = urlsplit(urljoin(path, link))
        if not parts.netloc and parts.scheme in ("", "http"):
            yield parts._replace(fragment="").geturl()


def is_shown(client: FlaskClient, path: str) -> bool:
    """Report whether an address answers with anything but the way to the sign-in."""
    if path.startswith("/static/"):
        return False
    with client.get(path) as answer:
        return answer.status_code < 300
