"""A browser that is signed in, for tests of pages, and a program with a token, for tests of the API."""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility.service.tokens import make_token
from tests.facility.factories import PASSWORD, actor_of


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody's browser."""

    client: FlaskClient

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Send the sign-in form."""
        return self.client.post("/sign-in", data={"email": email, "password": password})

    def read(self, path: str) -> str:
        """Open a page that is there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def submit(self, form_at: str, *, to: str = "", **typed: str) -> TestResponse:
        """Open the page of a form, keep what stands hidden in it, type the rest, and send it."""
        page = self.read(form_at)
        action = to or form_at
        return self.client.post(action, data=_hidden(page, action) | typed)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered; ``json`` is ``None`` where it answered something else."""

    status_code: int
    headers: Headers
    text: str
    json: Any


@dataclass(frozen=True, slots=True)
class Program:
    """A program with an API token."""

    client: FlaskClient
    secret: str

    def call(self, method: str, path: str, json: object = None, **headers: str) -> Answer:
        """Call the API; a header's name is written with ``_``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.secret}"
        options: dict[str, Any] = {} if json is None else {"json": json}
        answer = self.client.open(f"/api/v1/facility{path}", method=method, headers=sent, **options)
        return Answer(answer.status_code, answer.headers, answer.text, answer.get_json(silent=True))


def program_of(client: FlaskClient, database: Database, person_id: UUID, *scopes: Permission) -> Program:
    """Make a token of a person, with the scopes named or all that the person may."""
    now = clock.now()
    with database.transaction() as session:
        actor = actor_of(session, person_id)
        wanted = frozenset(scopes) or actor.permissions
        new = make_token(session, actor, name="test", scopes=wanted, expires_at=now + timedelta(days=1), now=now)
    return Program(client, new.secret)


def _hidden(page: str, action: str) -> dict[str, str]:
    forms = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in form]
    assert forms, f"no form for {action}"
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', forms[0])
    return {name: html.unescape(value) for name, value in found}
