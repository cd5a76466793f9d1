"""Each state of links and agreements is said on its page, and what is refused keeps what was typed."""

import html
import re

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from reviews.service.freezes import set_freeze
from reviews.service.links import revoke_link
from tests.reviews.agreements.agreeing import client_accepts, house_accepts, mails
from tests.reviews.gate.coming import entries
from tests.reviews.pages.desk import Desk, done, form_of, furnish_desk

SHA = "ab" * 32


@pytest.fixture(name="desk")
def _desk(app: Flask, database: Database) -> Desk:
    """The project that the pages show."""
    return furnish_desk(app, database)


class TestLinks:
    """Before a link is sent, and however it stands."""

    def test_preview_shows_what_they_will_see_and_sends_nothing(self, desk: Desk) -> None:
        """The gate's own page is shown with what is asked first; no link, no entry and no mail comes of it."""
        producer, at = desk.browser(), f"{desk.paths['project']}/links"
        wish = form_of(producer.get(f"{at}/new")[1], f"{at}/new")
        before = entries(desk.database, "reviews.link.issued")
        status, shown = producer.submit(f"{at}/preview", **wish)
        long = producer.submit(f"{at}/preview", **wish | {"view_limit": "900"})[1]
        wrong = producer.submit(f"{at}/preview", **wish | {"contact_id": "nobody"})

        assert (status, entries(desk.database, "reviews.link.issued")) == (200, before)
        for said in (
            "This is what Ines Okafor will see",
            "A code that is sent",
            "To accept the undertaking",
            "<div inert>",
        ):
            assert said in shown, said
        assert f'action="{at}/new"' in shown
        assert "It would be refused" in long
        assert f'action="{at}/new"' not in long
        assert (wrong[0], 'id="f-contact-id-wrong"' in wrong[1]) == (422, True)

    def test_refused_link_names_the_term_and_keeps_what_was_typed(self, desk: Desk) -> None:
        """More views than agreed are refused at their field."""
        producer, new = desk.browser(), f"{desk.paths['project']}/links/new"
        wish = form_of(producer.get(new)[1], new) | {"view_limit": "900"}
        status, page = producer.submit(new, **wish)

        assert status == 409
        assert 'name="view_limit"' in page
        assert 'value="900"' in page
        assert 'href="#f-view-limit"' in page
        assert 'id="f-view-limit-wrong"' in page
        assert page.count("<details open>") == 1

    def test_each_standing_is_said(self, desk: Desk) -> None:
        """Live, not begun, waiting for release, revoked with access due elsewhere, frozen: each has its word."""
        producer, now = desk.browser(), clock.now()
        links = {"LIVE": desk.issue(), "NOT RELEASED": desk.issue(needs_release=True), "REVOKED": desk.hand_off()}
        with desk.database.transaction() as session:
            revoke_link(session, desk.suite.house.producer, link_id=links["REVOKED"], reason="wrong reel", now=now)
        today = producer.get("/")[1]
        pages = {word: producer.get(f"/reviews/links/{link}")[1] for word, link in links.items()}
        with desk.database.transaction() as session:
            scope = {"scope": "contact", "subject_id": desk.suite.house.contact_id}
            set_freeze(session, desk.suite.house.producer, **scope, reason="A phone was lost", now=now)  # type: ignore[arg-type]

        for word, page in pages.items():
            assert f">{word}<" in page.replace("</svg>", ">"), word
        assert "access must still be ended there" in pages["REVOKED"]
        assert "wrong reel" in pages["REVOKED"]
        assert "STILL OPEN" in today
        assert "TO RELEASE" in today
        assert "FROZEN" in producer.get(f"/reviews/links/{links['LIVE']}")[1]
        ended = done(producer, f"/reviews/links/{links['REVOKED']}/platform")
        assert "access was ended there" in ended

    def test_views_are_counted_for_link_and_project(self, desk: Desk) -> None:
        """Who has a link and did not watch stands in the picture of the project, and in its table."""
        page = desk.browser().get(f"{desk.paths['project']}/watched")[1]

        assert "<svg" in page
        assert "not yet" in page
        assert "Ines Okafor" in page


class TestAgreements:
    """Each state of a version."""

    def test_states_are_said_and_offer_what_can_be_done(self, desk: Desk) -> None:
        """A draft is changed and sent, a sent one accepted, an accepted one revised; the one before is superseded."""
        producer, database, house = desk.browser(), desk.database, desk.suite.house
        revised = producer.submit(f"{desk.paths['agreement']}/revise")[1].partition("/change")[0]
        draft = producer.get(revised)[1]
        held = re.findall(r'name="version" value="(\d+)"', draft)[0]
        sent = done(producer, f"{revised}/send", version=held)
        version_id = desk.suite.agreement_version_id.__class__(revised.rpartition("/")[2])
        client_accepts(database, house.contact_id, version_id, now=clock.now())
        house_accepts(database, house, version_id, now=clock.now())
        new, old = producer.get(revised)[1], producer.get(desk.paths["agreement"])[1]
        with database.reading() as session:
            assert mails(session, "reviews-agreement") or mails(session, "reviews.agreement.sent")

        assert "DRAFT" in draft
        assert "SENT" in sent
        assert "I have read this text, and accept it for the house" in sent
        assert "ACCEPTED" in new
        assert "Begin a new version" in new
        assert "SUPERSEDED" in old
        assert "Take this version back" not in old

    def test_draft_says_what_is_missing_and_where(self, desk: Desk) -> None:
        """A draft that cannot be sent leads to the field at fault, and offers no sending."""
        producer = desk.browser()
        terms = {"milestone": "mix", "deliverable": "Mix", "subjects.mix": "true", "methods.0.kind": "async-link"}
        page = done(producer, f"{desk.paths['project']}/agreements/new", **terms)

        assert "TO MEND" in page
        assert "#f-parties" in page
        assert "/send" not in page

    def test_refused_terms_keep_their_rows_and_name_the_field(self, desk: Desk) -> None:
        """Terms with a licence in the third row and a bad number come back with all rows and the fault in its place."""
        terms = {"milestone": "mix", "deliverable": "Mix", "methods.0.kind": "async-link", "subjects.mix": "true"}
        terms |= {
            "methods.1.kind": "dcp-or-drive",
            "security.link_days": "many",
            "protections.2.what": "Phones outside",
        }
        status, page = desk.browser().submit(f"{desk.paths['project']}/agreements/new", **terms)

        assert status == 422
        assert 'id="f-security-link-days-wrong"' in page
        assert 'value="many"' in page
        assert 'value="Phones outside"' in page
        assert 'name="methods.2.kind"' in page

    def test_empty_project_says_what_to_do_first(self, desk: Desk) -> None:
        """Without people, agreement and material each page leads to what comes first."""
        outsider = desk.outsider()
        other = re.findall(r'href="(/reviews/projects/[0-9a-f-]{36})"', outsider.get("/reviews")[1])[0]
        said = {
            "": "First agree on how to review",
            "/agreements/new": "First the client",
            "/links/new": "First an accepted agreement",
            "/screenings/new": "First an agreement for the room",
            "/shipments/new": "First an agreement for it",
            "/screenings": "No screening yet",
            "/shipments": "Nothing left the house",
            "/incidents": "None, and there was none",
            "/watched": "No link was sent yet",
        }

        for path, sentence in said.items():
            assert sentence in html.unescape(outsider.get(f"{other}{path}")[1]), path
