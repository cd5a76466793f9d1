"""The demo's mailbox: what a made-up facility would send is read on a page, and no other facility has that page."""

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import Attachment, Mail, queue_mail, send_waiting
from answerprint.core.upgrade import upgrade
from answerprint.web import demo, mailbox
from answerprint.web.app import create_app
from audit.keys import LogKeys
from audit.service.logs import open_house
from facility.roles import Role
from tests.conftest import SEAL, settings_at
from tests.web.browsers import Browser


@pytest.fixture(name="made_up")
def _made_up(tmp_path: Path, log_key: Ed25519PrivateKey) -> tuple[Flask, Database]:
    """A demo's app with its mailbox, and its database."""
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    upgrade(url)
    database = Database(url, seal=SEAL)
    with database.transaction() as session:
        open_house(session, SYSTEM, origin=mailbox.DEMO_ORIGIN, public_key=log_key.public_key())
    app = create_app(settings_at(tmp_path, url), database=database, keys=LogKeys(log_key))
    app.testing = True
    mailbox.add_mailbox(app, database)
    return app, database


def put(database: Database, subject: str, body: str, *, minutes: int = 0, attached: str = "") -> None:
    """Queue a mail that was made so many minutes ago."""
    attachment = Attachment(attached, "text/plain", "kept to itself") if attached else None
    at = clock.now() - timedelta(minutes=minutes)
    with database.transaction() as session:
        queue_mail(
            session, kind="x", recipient="noor@x.example", subject=subject, body=body, now=at, attachment=attachment
        )


class TestOrdinaryApp:
    """A facility of somebody's own."""

    @pytest.mark.parametrize("role", Role)
    def test_there_is_no_mailbox(self, app: Flask, database: Database, role: Role) -> None:
        """Nobody, whatever their role, reads the mails of a real facility, and no page speaks of them."""
        put(database, "A link", "http://127.0.0.1:8300/g#secret")
        browser = Browser(app, database, role)

        assert not [rule for rule in app.url_map.iter_rules() if "mailbox" in rule.rule or "demo" in rule.rule]
        assert browser.get("/demo/mailbox")[0] == 404
        assert "mailbox" not in browser.get("/")[1].lower()

    def test_demo_refuses_a_database_of_somebodys_own(self, app: Flask, database: Database) -> None:
        """The name of the logs stands in the database for ever, and this one's is no demo's."""
        with pytest.raises(mailbox.NotADemo, match=r"post\.example"):
            mailbox.add_mailbox(app, database)


class TestMailbox:
    """The page of a demo."""

    def test_newest_mail_is_first_with_its_link_and_attachment(self, made_up: tuple[Flask, Database]) -> None:
        """To whom, what of, the text, and what is attached by its name alone."""
        app, database = made_up
        put(database, "Older", "Nothing here.", minutes=5)
        put(database, "Newer", "Open http://localhost/g#abc_-1. <b>", attached="proof.txt")
        page = Browser(app, database, Role.PRODUCER).get("/demo/mailbox")[1]

        assert page.index("Newer") < page.index("Older")
        assert '<a href="http://localhost/g#abc_-1">http://localhost/g#abc_-1</a>. &lt;b&gt;' in page
        assert "To noor@x.example" in page
        assert "Attached: proof.txt" in page
        assert "kept to itself" not in page

    def test_link_of_an_earlier_port_leads_to_this_one(self, made_up: tuple[Flask, Database]) -> None:
        """The demo may have served elsewhere when the mail was written."""
        app, database = made_up
        put(database, "A link", "http://127.0.0.1:8300/g#abc")

        assert 'href="http://localhost/g#abc"' in Browser(app, database, Role.TECH).get("/demo/mailbox")[1]

    def test_mail_that_was_sent_is_gone(self, made_up: tuple[Flask, Database]) -> None:
        """What was handed over is blanked, and so nothing is left to be read here."""
        app, database = made_up
        put(database, "A code", "123456")
        sent: list[Mail] = []
        send_waiting(database, sent.append, now=clock.now())
        page = Browser(app, database, Role.TECH).get("/demo/mailbox")[1]

        assert [mail.body for mail in sent] == ["123456"]
        assert "No mail waits" in page
        assert "A code" not in page

    def test_stranger_is_asked_to_sign_in(self, made_up: tuple[Flask, Database]) -> None:
        """Codes and links are for who looks around, not for who comes by."""
        response = made_up[0].test_client().get("/demo/mailbox")

        assert response.status_code == 303
        assert response.headers["Location"].endswith("/sign-in")

    def test_today_says_once_where_mails_lie(self, made_up: tuple[Flask, Database]) -> None:
        """Whoever has never seen it is told on the first page."""
        app, database = made_up
        page = Browser(app, database, Role.PRODUCER).get("/")[1]

        assert page.count("the demo&#39;s mailbox") + page.count("the demo's mailbox") == 1

    def test_guest_comes_in_with_what_lies_there(self, made_up: tuple[Flask, Database], tmp_path: Path) -> None:
        """Every link and code of the story can be read, and the links lead to where the demo serves."""
        app, database = made_up
        demo.furnish(database, ZoneInfo("Europe/Berlin"), media=tmp_path / "media", url="http://localhost")
        page = Browser(app, database, Role.PRODUCER).get("/demo/mailbox")[1]
        places = set(re.findall(r'href="(http://localhost/g#[A-Za-z0-9_-]{43})"', page))

        assert len(places) >= 6
        assert re.search(r"\b\d{6}\b", page)
