"""The gate speaks its reader's language, and what was agreed or is recorded stays in its own."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.shown_once import new_secret
from reviews.models.agreements import AgreementVersion
from reviews.models.decisions import Decision
from reviews.service.links import revoke_link
from tests.facility.browser import Browser
from tests.reviews.factories import make_undertaking
from tests.reviews.gate.coming import Gatehouse, gatehouse, secret_of
from tests.reviews.gate.guest import furnish, guest_of, issued_now
from tests.reviews.gate.test_catalogue import said, texts
from tests.reviews.gate.walking import DECLARED, GERMAN, UNDERTAKING, Walk, open_a_round, sent_now, sign

ENGLISH = "en-US,en;q=0.9"


class Words(HTMLParser):
    """The pieces of text of a page in its own language, and what it says aloud, each by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: set[str] = set()
        self._other: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is read out of a tag, and where another language begins."""
        said = dict(attrs)
        self.pieces |= {said[name] or "" for name in ("aria-label", "title", "placeholder") if name in said}
        if self._other or (tag != "html" and "lang" in said):
            self._other.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note where another language ends."""
        if self._other and tag == self._other[-1]:
            self._other.pop()

    def handle_data(self, data: str) -> None:
        """Note a piece of text."""
        if not self._other:
            self.pieces.add(" ".join(data.split()))


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a film in the screening room."""
    furnish(app, tmp_path / "media")
    return gatehouse(database)


def left_in_english(page: str) -> list[str]:
    """Return the sentences of the catalogue that a page says in English, though German has other words."""
    pieces = Words(page).pieces
    english = [texts(one.id)[0].partition("%(")[0] for one in said() if texts(one.id) != texts(one.string)]
    return [
        one for one in english if (one and one in pieces) or (len(one) > 20 and any(one in piece for piece in pieces))
    ]


class TestSpeaking:
    """Every page, from the door to the last word."""

    def test_every_page_is_german(self, app: Flask, gate: Gatehouse) -> None:
        """No step says a word of its own in English, and each says in its head which language it speaks."""
        left = {}
        for name, page in Walk(app, gate, GERMAN).pages():
            assert '<html lang="de">' in page, name
            left[name] = left_in_english(page)

        assert len(left) == 27
        assert {name: found for name, found in left.items() if found} == {}

    def test_every_page_is_english(self, app: Flask, gate: Gatehouse) -> None:
        """In English the same pages are whole: no placeholder is left, and none is German."""
        for name, page in Walk(app, gate, ENGLISH).pages():
            assert '<html lang="en">' in page, name
            assert "%(" not in page, name
            assert "Zurück" not in page, name

    def test_days_are_written_as_they_are_read(self, app: Flask, gate: Gatehouse) -> None:
        """A month is a word of the language, and a time names its zone."""
        shown = {}
        for language in (GERMAN, ENGLISH):
            guest = Walk(app, gate, language).browser()
            guest.open(issued_now(gate))
            guest.verify()
            shown[language] = guest.page()
        month = r"\d{1,2}\.? \w+ \d{4}, \d\d:\d\d Europe/Berlin \(\d\d:\d\d UTC\)"

        assert re.search(f"offen bis {month}", shown[GERMAN])
        assert re.search(f"open until {month}", shown[ENGLISH])

    def test_house_stays_english(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """The house sees a client's page as it will be, among its own: in English, whatever a browser prefers."""
        browser = Browser(guest_of(app, database).client)
        browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = GERMAN
        browser.sign_in("mara.nb-204@post.example")
        project = f"/reviews/projects/{gate.house.project_id}/links"
        wish = {
            "agreement_version_id": str(gate.agreement_version_id),
            "method": "M1",
            "material_version_id": str(gate.version_id),
            "contact_id": str(gate.house.contact_id),
        }
        shown = browser.submit(f"{project}/new", to=f"{project}/preview", **wish)

        assert shown.status_code == 200
        assert '<html lang="en">' in shown.text
        assert "coming back within them spends nothing" in shown.text
        assert "Content-Language" not in shown.headers
        assert 'class="languages"' not in shown.text


class TestChoosing:
    """A person's choice goes before the browser's, and the house keeps nothing of it."""

    @pytest.mark.parametrize(
        ("prefers", "language"),
        [(GERMAN, "de"), ("de", "de"), (ENGLISH, "en"), ("fr", "en"), ("fr;q=0.9,de;q=0.1", "de"), ("", "en")],
    )
    def test_browser_is_asked(self, app: Flask, prefers: str, language: str) -> None:
        """The best that both know, else English; caches are told what the answer hangs on."""
        answer = app.test_client().get("/g", headers={"Accept-Language": prefers})

        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["Content-Language"] == language
        assert answer.headers["Vary"] == "Accept-Language, Cookie"
        assert "Set-Cookie" not in answer.headers

    def test_choice_stays_in_the_browser(self, app: Flask) -> None:
        """The switch is a link that needs no script; its cookie says the language and nothing else."""
        browser = app.test_client()
        assert '<a href="?lang=de" hreflang="de" lang="de">Deutsch</a>' in browser.get("/g").text
        cookie = browser.get("/g?lang=de").headers["Set-Cookie"]
        after = browser.get("/g", headers={"Accept-Language": ENGLISH})

        assert cookie.startswith("language=de; ")
        assert {"HttpOnly", "Path=/g", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        assert '<html lang="de">' in after.text
        assert '<html lang="en">' in browser.get("/g?lang=en").text

    @pytest.mark.parametrize("asked", ["fr", "DE", "de%0d%0aX: y", "//evil.example", ""])
    def test_no_other_word_is_kept(self, app: Flask, asked: str) -> None:
        """What is no language of the gate changes nothing, is kept nowhere and is said nowhere."""
        browser = app.test_client()
        browser.set_cookie("language", "xx")
        answer = browser.get(f"/g?lang={asked}")

        assert '<html lang="en">' in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "evil" not in answer.text

    def test_switch_leads_back_to_the_step(self, app: Flask, gate: Gatehouse) -> None:
        """From a page that answers a form the switch leads to the step; from others to themselves, secret and all."""
        guest = Walk(app, gate, ENGLISH).browser()
        secret = issued_now(gate)
        door = guest.page(f"/g/{secret}")
        guest.open(secret)
        asked = guest.page("/g/visit?said=asked")
        guest.verify()
        watching = guest.watch().text

        assert 'href="?lang=de"' in door
        assert 'href="?said=asked&amp;lang=de"' in asked
        assert 'href="/g/visit?lang=de"' in watching

    def test_script_keeps_the_secret_with_the_switch(self) -> None:
        """Behind ``#`` the secret reaches no server, also where the language is chosen at the door."""
        script = Path("answerprint/web/static/gate.js").read_text(encoding="utf-8")

        assert 'querySelectorAll(".languages a")) way.hash = given' in script


class TestOneAnswer:
    """In each language a dead link and a live one look the same."""

    def test_dead_and_live_links_answer_alike(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Unknown, revoked and live: not one byte differs in German, but for the forms' token."""
        revoked = gate.issue(now=clock.now())
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=revoked.link.id, reason="", now=clock.now())
        seen = set()
        for secret in (issued_now(gate), new_secret(), secret_of(revoked)):
            guest = Walk(app, gate, GERMAN).browser()
            guest.open(secret)
            guest.submit("/g/visit/code/request")
            answers = [guest.client.get(path) for path in ("/g/visit?lang=de", "/g/visit?said=code-refused")]
            # How long the language is kept is counted from now.
            headers = [re.sub(r"Expires=[^;]+", "", str(answer.headers)) for answer in answers]
            seen.add((*(re.sub(r'value="[0-9a-f]{64}"', "", answer.text) for answer in answers), *headers))

        assert len(seen) == 1
        assert "Code senden" in next(iter(seen))[0]


class TestWhatStays:
    """What is bound by a hash is shown as it is, and what is recorded is the same word in every language."""

    def test_agreed_texts_are_not_translated(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Agreement and undertaking stand as they were frozen; the page says so in the reader's language."""
        with database.transaction() as session:
            nda = make_undertaking(session, gate.house.client_id, UNDERTAKING)
        guest = Walk(app, gate, GERMAN).browser()
        guest.open(issued_now(gate, nda_text_id=nda.id))
        guest.verify()
        undertaking = guest.page()
        guest.open(sent_now(database, "HARB"))
        guest.verify()
        with database.reading() as session:
            frozen = session.scalars(select(AgreementVersion.text).where(AgreementVersion.state == "sent")).all()

        assert UNDERTAKING in undertaking
        assert any(text and text in unescape(guest.page()) for text in frozen)
        for page in (undertaking, guest.page()):
            assert "in der Sprache, in der er vereinbart wird" in page

    def test_german_label_records_the_same_word(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Who signs off in German signs the statement that was agreed, and the record holds its own word."""
        open_a_round(gate)
        guest = Walk(app, gate, GERMAN).browser()
        guest.open(issued_now(gate))
        guest.verify()
        sign(guest, database)
        page = guest.page()
        guest.submit("/g/visit/decision", value="approved-with-notes", **DECLARED)
        with database.reading() as session:
            made = session.scalars(select(Decision)).one()

        assert "I approve this version." in page
        assert '<option value="approved-with-notes">freigegeben mit Anmerkungen</option>' in page
        assert made.value == "approved-with-notes"
        assert 'Verzeichnet ist <code lang="en">approved-with-notes</code>' in guest.page()


class TestSaidBefore:
    """Before the first act a page says who will see what about somebody."""

    @pytest.mark.parametrize(("language", "heading"), [(ENGLISH, "Who will see what"), (GERMAN, "Wer was über Sie")])
    def test_door_says_what_is_recorded(self, app: Flask, language: str, heading: str) -> None:
        """The door says it openly, with no link to tell from another."""
        page = app.test_client().get("/g", headers={"Accept-Language": language}).text

        assert f"<h2>{heading}" in page
        assert page.count("<dd>") == 4
