"""One guard before every step, default deny: a walk over all routes of the gate."""

import re
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule

from answerprint.core.db import Database
from answerprint.core.guard import written_tables
from answerprint.core.shown_once import new_secret
from reviews.gate.frame import PACE
from reviews.rules.gate import VisitSecret
from tests.facility.browser import Browser
from tests.reviews.factories import make_undertaking
from tests.reviews.gate.coming import SPOKEN, Gatehouse, entries, gatehouse
from tests.reviews.gate.guest import Guest, furnish, guest_of, issued_now, token_of

DOORS = {
    "reviews_gate.show_door",
    "reviews_gate.show_door_by_path",
    "reviews_gate.show_nothing",
    "reviews_gate.open_door",
}
"""The only routes of the gate without a visit; none of them reads or says anything of a link."""
TELLING = ("NB-204", "Northern Light", "Ines", "okafor", "r2", "keep to myself", "data-token", "bytes")
"""What only who passed the steps before may read."""


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a film in the screening room."""
    furnish(app, tmp_path / "media")
    return gatehouse(database, allows_download=True)


def routes(app: Flask) -> list[Rule]:
    """Return every route of the gate behind its door."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("reviews_gate.")]
    found = [rule for rule in rules if rule.endpoint not in DOORS]
    # Last the one that ends the visit with which the others are tried.
    return sorted(found, key=lambda rule: (rule.endpoint == "reviews_gate.post_end", rule.rule))


def walk(app: Flask, guest: Guest, token: str, *, csrf: str) -> list[str]:
    """Call every route behind the door, with each method and a token of the forms; return what answered tells."""
    told = []
    for rule in routes(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = re.sub(r"<[^>]+>", token, rule.rule)
            answer = guest.client.open(path, method=method, data={"csrf": csrf, "code": "000000", "token": token})
            assert answer.status_code < 500
            told += [f"{method} {rule.rule}: {word}" for word in TELLING if word in answer.text]
            told += [f"{method} {rule.rule}: bytes" for _ in [0] if answer.data[:4] == bytes(range(4))]
    return told


def csrf_of(guest: Guest) -> str:
    """Return the token of the forms of a browser's visit."""
    cookie = guest.client.get_cookie("visit")
    return VisitSecret(cookie.value).csrf_token if cookie is not None else "x" * 64


def token_of_somebody(app: Flask, gate: Gatehouse) -> str:
    """Return the token of a film that somebody else is watching."""
    other = guest_of(app, gate.database)
    other.open(issued_now(gate))
    other.verify()
    return token_of(other.watch().text)


class TestGuard:
    """Nothing for who has not passed the steps before."""

    def test_every_route_is_guarded(self, app: Flask) -> None:
        """A route of the gate is one of the doors, or declares the steps at which it runs."""
        for rule in routes(app):
            assert vars(app.view_functions[rule.endpoint]).get("answerprint_gate_steps"), rule.endpoint
        for rule in app.url_map.iter_rules():
            if rule.rule == "/g" or rule.rule.startswith("/g/"):
                assert rule.endpoint.startswith("reviews_gate.")

    def test_without_a_visit(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Who holds no cookie gets nothing from any route."""
        token = token_of_somebody(app, gate)

        assert walk(app, guest_of(app, database), token, csrf="x" * 64) == []

    def test_with_a_visit_that_is_none(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """A cookie that somebody made up, or that came of an unknown secret, gets nothing from any route."""
        token, guest = token_of_somebody(app, gate), guest_of(app, database)
        guest.client.set_cookie("visit", new_secret())
        assert walk(app, guest, token, csrf=csrf_of(guest)) == []
        guest.open(new_secret())

        assert walk(app, guest, token, csrf=csrf_of(guest)) == []

    def test_with_a_visit_of_each_earlier_step(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Before the last proof no route shows the film, nor anything of what comes later."""
        token = token_of_somebody(app, gate)
        with database.transaction() as session:
            nda = make_undertaking(session, gate.house.client_id)
        guest = guest_of(app, database)
        guest.open(issued_now(gate, asks_passphrase=True, nda_text_id=nda.id))
        granted = entries(database, "reviews.view.granted")
        assert self.walk_on(app, guest, token) == []
        guest = guest_of(app, database)
        guest.open(issued_now(gate, asks_passphrase=True, nda_text_id=nda.id))
        guest.verify()
        assert self.walk_on(app, guest, token) == []
        guest = guest_of(app, database)
        guest.open(issued_now(gate, asks_passphrase=True, nda_text_id=nda.id))
        guest.verify()
        guest.submit("/g/visit/passphrase", passphrase=SPOKEN)
        # At this step its own text may be read, and nothing else.
        told = [one for one in self.walk_on(app, guest, token) if not one.endswith("keep to myself")]

        assert told == []
        assert entries(database, "reviews.view.granted") == granted

    def test_with_a_visit_of_another_link(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Somebody who is let in elsewhere plays nobody else's film."""
        token, guest = token_of_somebody(app, gate), guest_of(app, database)
        guest.open(issued_now(gate))
        guest.verify()

        assert guest.client.get(f"/g/media/{token}").status_code == 404

    def test_change_without_the_forms_token(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """With the cookie alone, as another site would send it, no step is taken."""
        guest = guest_of(app, database)
        guest.open(issued_now(gate))
        guest.verify()
        for rule in routes(app):
            if "POST" in (rule.methods or set()):
                guest.client.post(rule.rule, data={"csrf": "x" * 64})
                guest.client.post(rule.rule, data={"csrf": csrf_of(guest)}, headers={"Sec-Fetch-Site": "same-site"})

        assert entries(database, "reviews.view.granted") == 0
        assert entries(database, "reviews.gate.visit-ended") == 0

    def test_reading_changes_nothing_at_any_step(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """GET and HEAD of every route, by who is let in and watches, write nothing at all."""
        guest = guest_of(app, database)
        guest.open(issued_now(gate))
        guest.verify()
        token = token_of(guest.watch().text)
        written: set[str] = set()

        def note(_one: object, _two: object, statement: str, *_rest: object) -> None:
            written.update(written_tables(statement))

        event.listen(database.engine, "before_cursor_execute", note)
        for rule in routes(app):
            if "GET" in (rule.methods or set()):
                for method in ("GET", "HEAD"):
                    guest.client.open(re.sub(r"<[^>]+>", token, rule.rule), method=method)
        event.remove(database.engine, "before_cursor_execute", note)

        assert written == set()

    def test_signed_in_person_is_a_guest_like_any_other(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Who is signed in to the house in the same browser opens a link as everybody does, and is no more there."""
        guest = guest_of(app, database)
        signed_in = Browser(guest.client).sign_in("mara.nb-204@post.example")
        assert signed_in.status_code == 303
        guest.open(issued_now(gate))

        assert "Send the code" in guest.page()
        assert "Mara" not in guest.page()

    def walk_on(self, app: Flask, guest: Guest, token: str) -> list[str]:
        """Walk over all routes with the visit of a browser."""
        return walk(app, guest, token, csrf=csrf_of(guest))


class TestTime:
    """The time an answer takes tells nothing."""

    def test_answers_keep_one_pace(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Live or not, until the mailbox is proved every answer comes after a whole number of paces."""
        app.config["ANSWERPRINT_GATE_PACE"] = PACE
        for secret in (issued_now(gate), new_secret(), "x"):
            guest = guest_of(app, database)
            for path, method in (
                ("/g", "POST"),
                ("/g/visit", "GET"),
                ("/g/visit/watch", "POST"),
                ("/g/visit/code/request", "POST"),
            ):
                typed = {"secret": secret, "csrf": csrf_of(guest)} if method == "POST" else None
                began = time.monotonic()
                guest.client.open(path, method=method, data=typed)
                took = time.monotonic() - began

                assert took >= PACE
                assert took % PACE < PACE / 2
