"""What holds for each page of reviews, whoever looks at it."""

import re
from itertools import pairwise

import pytest
from flask import Flask

from answerprint.core.db import Database
from facility.roles import Role
from tests.reviews.pages.desk import Desk, actions_of, form_of, furnish_desk, links_of

_LABELLED = re.compile(r'<label for="([^"]+)"')
_ASKED = re.compile(r"<(?:input|select|textarea)(?![^>]*type=\"(?:hidden|submit)\")[^>]*\bid=\"([^\"]+)\"")
READ = (
    *("project", "people", "undertakings", "client_policy", "client_terms", "agreement", "draft", "rounds"),
    *("round", "version", "link", "screening", "shipment", "incident"),
)
WRITTEN = (
    *("contact", "draft/change", "screening/change", "people/new", "project/face", "project/agreements/new"),
    *("project/materials/new", "project/links/new", "project/screenings/new", "project/shipments/new"),
)
SET = ("naming", "terms", "client_terms/new")
ALL_MAY = ("/reviews", "/reviews/policy", "/reviews/terms", "/reviews/naming", "/reviews/freezes")


@pytest.fixture(name="desk")
def _desk(app: Flask, database: Database) -> Desk:
    """The project that the pages show."""
    return furnish_desk(app, database)


def path_of(desk: Desk, name: str) -> str:
    """Return the path of a page by its name, such as ``project/face``."""
    first, _, rest = name.partition("/")
    return desk.paths[first] + (f"/{rest}" if rest else "")


class TestWhoMaySeeWhat:
    """Each page for each role."""

    @pytest.mark.parametrize("role", Role)
    def test_readers_read_writers_write_and_policy_is_for_who_sets_it(self, desk: Desk, role: Role) -> None:
        """All roles read; producers and admins write; admins alone set floors and templates."""
        browser = desk.browser(role)
        writes, sets = role in (Role.PRODUCER, Role.ADMIN), role is Role.ADMIN
        more = [f"{desk.paths['project']}/{name}" for name in ("watched", "screenings", "shipments", "incidents")]
        more.append(f"{desk.paths['version']}/exposure")

        assert {browser.get(path)[0] for path in (*ALL_MAY, *more)} == {200}
        for names, may in ((READ, True), (WRITTEN, writes), (SET, sets)):
            for name in names:
                assert browser.get(path_of(desk, name))[0] == (200 if may else 403), (role, name)

    def test_another_projects_producer_finds_nothing(self, desk: Desk) -> None:
        """Every page of a project, and every act on it, is not found for who does not work on it."""
        outsider = desk.outsider()
        for name in (*READ, *WRITTEN):
            assert outsider.get(path_of(desk, name))[0] == 404, name
        for name in ("link/revoke", "draft/withdraw", "round/close", "incident/close", "screening/cancel"):
            typed = {"reason": "x", "version": "1", "outcome": "x"}
            assert outsider.submit(path_of(desk, name), **typed)[0] == 404, name
        listed = outsider.get("/reviews")[1] + outsider.get("/")[1]

        assert "NB-204" not in listed
        assert "CRU-0815" not in listed

    def test_auditor_is_offered_no_act(self, desk: Desk) -> None:
        """Who may only read sees no form but the one that takes the leak drill along."""
        auditor = desk.browser(Role.AUDITOR)
        found = {name: actions_of(auditor.get(path_of(desk, name))[1]) for name in READ}

        assert set().union(*found.values()) == set()
        assert actions_of(auditor.get(f"{desk.paths['version']}/exposure")[1]) == {f"{desk.paths['version']}/exposure"}

    @pytest.mark.parametrize("role", Role)
    def test_no_link_leads_nowhere(self, desk: Desk, role: Role) -> None:
        """Whatever a page of reviews offers this role is there, and this role may see it."""
        browser, seen, waiting = desk.browser(role), set[str](), ["/reviews", "/"]
        while waiting:
            path = waiting.pop()
            status, page = browser.get(path)
            seen.add(path)
            if "<main" in page:
                found = links_of(page) - seen - set(waiting)
                waiting += [one for one in found if one.startswith(("/reviews", "/api/v1/reviews"))]

            assert status == 200, (role, path)
        assert len(seen) > 20


class TestEveryPage:
    """What holds for the pages as documents."""

    def test_nothing_needs_an_exception_from_the_policy(self, desk: Desk) -> None:
        """No page has a style or a script of its own, each field has its label, and no id stands twice."""
        browser = desk.browser(Role.ADMIN)
        paths = [path_of(desk, name) for name in (*READ, *WRITTEN, *SET)]
        for path in (*paths, *ALL_MAY, f"{desk.paths['project']}/watched"):
            page = browser.get(path)[1]
            ids = re.findall(r'\sid="([^"]+)"', page)

            assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)", page), path
            assert set(_ASKED.findall(page)) <= {*_LABELLED.findall(page), "keys-on"}, path
            assert page.count("<h1") == 1, path
            assert len(ids) == len(set(ids)), path
            assert "[&#39;" not in page, path

    def test_link_is_sent_in_four_clicks(self, desk: Desk) -> None:
        """From Today to a link that is sent: each step is a link of the page before, and the last one a button."""
        browser = desk.browser()
        clicks = ["/", "/reviews", desk.paths["project"] + "/links/new"]
        for page, to in pairwise(clicks):
            assert to in links_of(browser.get(page)[1])
        form = form_of(browser.get(clicks[-1])[1], clicks[-1])
        status, made = browser.submit(clicks[-1], **form)

        assert status == 200
        assert "/g#" in made
