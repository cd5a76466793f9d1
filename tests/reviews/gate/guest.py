"""A browser at the gate, as somebody with a mail in their mailbox uses it."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.db import Database
from reviews.players.holding import hold_files
from tests.reviews.gate.coming import FILM, SPOKEN, Gatehouse, last_code, secret_of


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody's browser at the gate."""

    client: FlaskClient
    database: Database

    def open(self, secret: str) -> TestResponse:
        """Press the button at the door."""
        return self.client.post("/g", data={"secret": secret})

    def page(self, path: str = "/g/visit") -> str:
        """Read a page that is there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def submit(self, action: str, **typed: str) -> TestResponse:
        """Send a form of the page of the present step, with what stands hidden in it."""
        return self.client.post(action, data=hidden_of(self.page(), action) | typed)

    def verify(self) -> TestResponse:
        """Ask for a code, read it in the mailbox, and type it."""
        self.submit("/g/visit/code/request")
        with self.database.reading() as session:
            code = last_code(session)
        return self.submit("/g/visit/code", code=code)

    def watch(self) -> TestResponse:
        """Press the button that shows the work."""
        return self.submit("/g/visit/watch")


def hidden_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form with this action."""
    forms = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in form]
    assert forms, f"no form for {action} in {page}"
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', forms[0])
    return {name: html.unescape(value) for name, value in found}


def token_of(page: str) -> str:
    """Return the token of the player that a page shows."""
    found = re.search(r'data-token="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def furnish(app: Flask, folder: Path) -> None:
    """Put a film into a screening room, and have the gate answer at once."""
    folder.mkdir(exist_ok=True)
    (folder / "r2.mp4").write_bytes(FILM)
    app.extensions["answerprint.media"] = folder
    app.config["ANSWERPRINT_GATE_PACE"] = 0


def guest_of(app: Flask, database: Database) -> Guest:
    """Return a new browser, once the screening room was looked at."""
    hold_files(database, app.extensions["answerprint.media"], now=clock.now())
    return Guest(app.test_client(), database)


def issued_now(gate: Gatehouse, **others: Any) -> str:
    """Issue a link at this moment, as pages know no other, and return its secret."""
    return secret_of(gate.issue(now=clock.now(), **others))


def let_in(app: Flask, gate: Gatehouse, **others: Any) -> Guest:
    """Return a browser that came up to where nothing more is asked."""
    guest = guest_of(app, gate.database)
    guest.open(issued_now(gate, **others))
    guest.verify()
    if others.get("asks_passphrase"):
        guest.submit("/g/visit/passphrase", passphrase=SPOKEN)
    return guest
