"""The pages by which people come in, as a browser meets them."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.shown_once import new_secret
from facility.models import Person
from facility.service.invitations import invite_first_admin, invite_person
from tests.facility.browser import Browser
from tests.facility.factories import PASSWORD, make_person
from tests.facility.trail import facts


class TestSignIn:
    """Coming in and going out."""

    def test_right_password_leads_to_the_first_page(self, browser: Browser, ada: Person) -> None:
        """An address in the request leads nowhere; the cookie is out of reach of scripts."""
        response = browser.client.post(
            "/sign-in?next=https://elsewhere.example", data={"email": ada.email, "password": PASSWORD}
        )

        assert (response.status_code, response.headers["Location"]) == (303, "/")
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("answerprint=")
        assert [part for part in ("HttpOnly", "SameSite=Lax", "Path=/") if part not in cookie] == []
        assert "Ada Keller" in browser.read("/people")

    def test_cookie_over_tls_is_bound_to_the_host(self, app: Flask, ada: Person) -> None:
        """The name's prefix has the browser refuse it from anywhere else."""
        app.config["ANSWERPRINT_SECURE_COOKIES"] = True
        cookie = Browser(app.test_client()).sign_in(ada.email).headers["Set-Cookie"]

        assert cookie.startswith("__Host-answerprint=")
        assert "Secure" in cookie
        assert "Domain" not in cookie

    def test_wrong_password_shows_the_form_again(self, browser: Browser, ada: Person) -> None:
        """The mail stays typed, the password does not, and an unknown mail reads the same."""
        known = browser.sign_in(ada.email, "wrong password")
        unknown = browser.sign_in("nobody@post.example", "wrong password")

        assert known.status_code == unknown.status_code == 422
        assert ada.email in known.text
        assert "wrong password" not in known.text
        assert known.text.replace(ada.email, "nobody@post.example") == unknown.text

    def test_ten_failures_are_answered_with_too_often(self, browser: Browser, ada: Person) -> None:
        """The eleventh try is not looked at, right or wrong."""
        for _ in range(10):
            assert browser.sign_in(ada.email, "wrong password").status_code == 422

        assert browser.sign_in(ada.email).status_code == 429

    def test_sign_out_ends_the_session(self, admin: Browser) -> None:
        """The next page asks to sign in again."""
        response = admin.submit("/people", to="/sign-out")

        assert response.status_code == 303
        assert urlsplit(admin.client.get("/people").headers["Location"]).path == "/sign-in"

    def test_form_without_csrf_token_is_refused(self, admin: Browser, ada: Person) -> None:
        """Another site cannot act through Ada's browser."""
        response = admin.client.post(f"/people/{ada.id}/deactivate", data={"version": "2"})

        assert response.status_code == 403


class TestInvitations:
    """Links that set a password."""

    def test_first_admin_sets_the_house_up(self, browser: Browser, database: Database) -> None:
        """From the link to the first page, without an account before."""
        with database.transaction() as session:
            link = invite_first_admin(session, SYSTEM, now=clock.now())
        path = f"/invitations/{link.secret}"
        typed = {"name": "Ada Keller", "email": "Ada@post.example", "password": PASSWORD, "password_again": PASSWORD}
        response = browser.submit(path, **typed)

        assert response.status_code == 303, response.text
        assert browser.sign_in("ada@post.example").headers["Location"] == "/"
        assert "Add a person" in browser.read("/people")

    @pytest.mark.parametrize(
        ("password", "again", "words"),
        [
            ("short", "short", "12 to 200 characters"),
            ("mara@post.example", "mara@post.example", "your mail address"),
            (PASSWORD, "another one", "differ"),
        ],
    )
    def test_password_that_is_refused_keeps_the_link(
        self, browser: Browser, database: Database, password: str, again: str, words: str
    ) -> None:
        """The form says why, and the link still works."""
        with database.transaction() as session:
            person = make_person(session, now=clock.now())
            link = invite_person(session, SYSTEM, person_id=person.id, now=clock.now())
        path = f"/invitations/{link.secret}"
        refused = browser.submit(path, password=password, password_again=again)

        assert refused.status_code == 422
        assert words in refused.text
        assert browser.submit(path, password=PASSWORD, password_again=PASSWORD).status_code == 303

    def test_dead_links_read_the_same(self, browser: Browser, database: Database) -> None:
        """Unknown or used, opened or sent: one page, and a used one leaves an entry when it is sent."""
        with database.transaction() as session:
            person = make_person(session, now=clock.now())
            link = invite_person(session, SYSTEM, person_id=person.id, now=clock.now())
        used, unknown = f"/invitations/{link.secret}", f"/invitations/{new_secret()}"
        assert browser.submit(used, password=PASSWORD, password_again=PASSWORD).status_code == 303
        typed = {"password": PASSWORD, "password_again": PASSWORD}

        opened = {browser.client.get(path).text for path in (used, unknown)}
        sent = {browser.client.post(path, data=typed).text for path in (used, unknown)}
        assert len(opened) == 1
        assert len(sent) == 1
        assert browser.client.get(used).status_code == browser.client.post(used, data=typed).status_code == 404
        assert len(facts(database, "facility.invitation.refused")) == 2
