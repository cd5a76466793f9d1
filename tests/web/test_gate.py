"""Default deny: every route declares what it needs, and the gate holds every caller to it."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.web.app import create_app
from answerprint.web.gate import is_open, permission_of
from audit.keys import LogKeys
from facility.models import Person
from facility.roles import PERMISSIONS, Role
from facility.service.people import deactivate_person
from tests.conftest import settings_at
from tests.web.browsers import Browser, program

OPEN_ENDPOINTS = {
    "api_pages.show_docs",
    "api_pages.show_openapi",
    "api_pages.show_problem",
    "facility_pages.post_invitation",
    "facility_pages.post_sign_in",
    "facility_pages.show_invitation",
    "facility_pages.show_sign_in",
    "health.show_health",
    "health.show_readiness",
    "licensing_calendars.get_calendar",
    "static",
}
CLIENTS_GATE = {
    "reviews_gate.get_receipt",
    "reviews_gate.open_door",
    "reviews_gate.post_agreement",
    "reviews_gate.post_authenticator",
    "reviews_gate.post_code",
    "reviews_gate.post_code_request",
    "reviews_gate.post_decision",
    "reviews_gate.post_download",
    "reviews_gate.post_end",
    "reviews_gate.post_enrolment",
    "reviews_gate.post_first_code",
    "reviews_gate.post_note",
    "reviews_gate.post_passphrase",
    "reviews_gate.post_signing",
    "reviews_gate.post_signing_request",
    "reviews_gate.post_token",
    "reviews_gate.post_undertaking",
    "reviews_gate.post_watch",
    "reviews_gate.post_withdrawal",
    "reviews_gate.show_door",
    "reviews_gate.show_door_by_path",
    "reviews_gate.show_media",
    "reviews_gate.show_nothing",
    "reviews_gate.show_receipts",
    "reviews_gate.show_signing",
    "reviews_gate.show_visit",
}
"""Needs no sign-in: a client has no account. Its own guard, and that nothing passes it, stand in tests/reviews/gate."""
NOBODYS = "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f"


def rules_of(app: Flask) -> list[Rule]:
    """Return every route, in one order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def path_of(rule: Rule) -> str:
    """Fill a route's places with values that fit their shape and name nothing."""
    path = rule.rule
    for argument in rule.arguments:
        for shape, value in (
            (f"<uuid:{argument}>", NOBODYS),
            (f"<int:{argument}>", "0"),
            (f"<path:{argument}>", "0/000"),
            (f"<{argument}>", "none"),
        ):
            path = path.replace(shape, value)
    return path


def methods_of(rule: Rule) -> list[str]:
    """Return a route's own methods."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


@pytest.fixture(name="app")
def _app(app: Flask) -> Flask:
    """The app as it serves: a fault is answered with 500, not raised."""
    app.testing = False
    return app


class TestRoutes:
    """Walks over all routes."""

    def test_every_route_declares_itself(self, app: Flask) -> None:
        """A route is open and in the list above, or needs exactly one permission; a new one fails here first."""
        views = app.view_functions
        opened = {name for name, view in views.items() if is_open(view)}
        closed = {name for name, view in views.items() if permission_of(view) is not None}

        assert opened == OPEN_ENDPOINTS | CLIENTS_GATE
        assert opened | closed == set(views)
        assert not opened & closed

    def test_stranger_gets_nothing(self, app: Flask, client: FlaskClient) -> None:
        """Without sign-in the API answers 401 and a page leads to the sign-in, whatever the address names."""
        for rule in rules_of(app):
            if rule.endpoint in OPEN_ENDPOINTS | CLIENTS_GATE:
                continue
            for method in methods_of(rule):
                response = client.open(path_of(rule), method=method)
                leads_to_sign_in = response.status_code == 303 and response.headers["Location"] == "/sign-in"

                assert response.status_code == 401 or leads_to_sign_in, (method, rule.rule, response.status_code)

    @pytest.mark.parametrize("role", Role)
    def test_role_gets_what_its_row_says(self, app: Flask, database: Database, role: Role) -> None:
        """A role is refused exactly where the table of roles gives it no permission, and no route falls over."""
        browser = Browser(app, database, role)
        for rule in rules_of(app):
            permission = permission_of(app.view_functions[rule.endpoint])
            if permission is None or rule.endpoint == "facility_pages.post_sign_out":
                continue
            for method in methods_of(rule):
                headers = {"X-CSRF-Token": browser.csrf}
                response = browser.client.open(path_of(rule), method=method, headers=headers)
                is_refused = response.status_code == 403

                assert is_refused == (permission not in PERMISSIONS[role]), (role, method, rule.rule)
                assert response.status_code < 500, (role, method, rule.rule, response.status_code)

    def test_every_change_wants_the_csrf_token(self, app: Flask, database: Database) -> None:
        """A change that comes with the cookie alone may come from another site, and is refused."""
        browser = Browser(app, database, Role.ADMIN)
        for rule in rules_of(app):
            for method in set(methods_of(rule)) - {"GET"}:
                if rule.endpoint in OPEN_ENDPOINTS | CLIENTS_GATE:
                    continue
                response = browser.client.open(path_of(rule), method=method)

                assert response.status_code == 403, (method, rule.rule, response.status_code)


class TestGate:
    """Who calls, and what becomes of it."""

    def test_route_that_declares_nothing_is_closed(
        self, database: Database, database_url: str, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """Forgetting the declaration closes a route to everybody, the admin too."""
        app = create_app(settings_at(tmp_path, database_url), database=database, keys=LogKeys(log_key))
        app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

        assert Browser(app, database, Role.ADMIN).get("/forgotten")[0] == 403

    def test_form_of_another_site_cannot_sign_anybody_in(self, client: FlaskClient) -> None:
        """A POST without a session that says it comes from elsewhere is refused."""
        response = client.post(
            "/sign-in", data={"email": "a@b.example", "password": "x" * 12}, headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert response.status_code == 403

    def test_token_needs_no_csrf_and_is_held_to_its_scopes(self, app: Flask, database: Database) -> None:
        """A program's token opens what its scopes name and nothing else of its person's."""
        admin = Browser(app, database, Role.ADMIN)
        client = program(app, database, admin.person_id, Permission.LICENSING_READ)

        assert client.get("/api/v1/licensing/board").status_code == 200
        assert client.get("/api/v1/audit/logs").status_code == 403
        assert client.post("/api/v1/licensing/vendors", json={"name": "Acme"}).status_code == 403

    @pytest.mark.parametrize("sent", ["Bearer", "Bearer x", "Bearer apt_" + "A" * 43, "bearer apt_", "Bearer é"])
    def test_token_that_opens_nothing_says_so(self, client: FlaskClient, sent: str) -> None:
        """Whatever is wrong with a token, the answer is the same 401."""
        response = client.get("/api/v1/licensing/board", headers={"Authorization": sent})

        assert response.status_code == 401
        assert response.json is not None
        assert response.json["detail"].startswith("This token opens nothing")

    def test_deactivated_person_is_out_at_once(self, app: Flask, database: Database) -> None:
        """A session ends with the person's right to be here, not with its own time."""
        browser = Browser(app, database, Role.TECH)
        before = browser.get("/seats")[0]
        with database.transaction() as session:
            version = session.get_one(Person, browser.person_id).version
            deactivate_person(session, SYSTEM, person_id=browser.person_id, version=version, now=clock.now())
        after = browser.client.get("/seats")

        assert before == 200
        assert (after.status_code, after.headers["Location"]) == (303, "/sign-in")

    def test_unknown_address_is_not_found_for_everybody(
        self, app: Flask, client: FlaskClient, database: Database
    ) -> None:
        """An address that does not exist says so, as a problem in the API and as a page elsewhere."""
        problem = client.get("/api/v1/nothing")
        page = Browser(app, database, Role.TECH).get("/nothing")

        assert (problem.status_code, problem.content_type) == (404, "application/problem+json")
        assert page[0] == 404
        assert "There is nothing at this address." in page[1]


def test_every_answer_is_hardened(client: FlaskClient) -> None:
    """Every answer forbids framing, sniffing and referrers, and only static files may be kept."""
    for path in ("/sign-in", "/api/v1/openapi.json", "/nothing", "/static/answerprint.css"):
        with client.get(path) as response:
            headers = response.headers

        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert ("no-store" in headers.get("Cache-Control", "")) == (not path.startswith("/static"))
