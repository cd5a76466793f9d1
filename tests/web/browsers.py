"""Browsers and programs, signed in: what tests of routes and pages start from."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility.errors import EmailTaken
from facility.queries.access import signed_in
from facility.roles import Role
from facility.service.sign_in import SignedIn
from facility.service.tokens import make_token
from tests.facility.factories import actor_of, attempt, make_person, right


class Browser:
    """Somebody at a browser: the session cookie is set, and forms carry the session's CSRF token."""

    def __init__(self, app: Flask, database: Database, role: Role) -> None:
        now = clock.now()
        email = f"{role.value}@post.example"
        with suppress(EmailTaken), database.transaction() as session:
            make_person(session, role, email=email, name=f"The {role.value}", now=now)
        session_of = attempt(database, right(database, email), now=now)
        assert isinstance(session_of, SignedIn)
        with database.reading() as reading:
            found = signed_in(reading, session_of.secret, now=now, address=None)
        assert found is not None
        assert found.actor.person_id is not None
        self.person_id: UUID = found.actor.person_id
        self.csrf = found.csrf_token
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("answerprint", session_of.secret)

    def get(self, path: str) -> tuple[int, str]:
        """Open a page: its status and its text."""
        response = self.client.get(path)
        return response.status_code, response.get_data(as_text=True)

    def submit(self, path: str, **fields: str) -> tuple[int, str]:
        """Submit a form: its status, and where it leads or what it shows."""
        response = self.client.post(path, data={"csrf": self.csrf, **fields})
        return response.status_code, response.headers.get("Location") or response.get_data(as_text=True)


def program(app: Flask, database: Database, person_id: UUID, *scopes: Permission) -> FlaskClient:
    """Return a client that sends an API token of this person's with each request."""
    now = clock.now()
    with database.transaction() as session:
        actor = actor_of(session, person_id)
        wanted = frozenset(scopes) or actor.permissions
        made = make_token(session, actor, name="pipeline", scopes=wanted, expires_at=now + timedelta(days=30), now=now)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.secret}"
    return client
