"""What is done on the pages of reviews: each act leads on, each state is said, and a refusal keeps what was typed."""

import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from facility.roles import Role
from reviews.service.freezes import set_freeze
from reviews.service.links import revoke_link
from tests.reviews.agreements.agreeing import client_accepts, house_accepts, mails
from tests.reviews.gate.coming import entries
from tests.reviews.pages.desk import Desk, furnish_desk
from tests.web.browsers import Browser

SHA = "ab" * 32


@pytest.fixture(name="desk")
def _desk(app: Flask, database: Database) -> Desk:
    """The project that the pages show."""
    return furnish_desk(app, database)


def done(browser: Browser, path: str, **typed: str) -> str:
    """Submit a form that is accepted; return the page that it leads to."""
    status, where = browser.submit(path, **typed)
    assert status == 303, html.unescape(re.sub(r"<[^>]+>", " ", where))[-1500:]
    assert "done=" in where
    shown = browser.get(where)[1]
    assert 'role="status"' in shown
    return shown


def wall(hours: float) -> str:
    """Return a time so many hours from now, as a field for date and time sends it."""
    return f"{(clock.now() + timedelta(hours=hours)).astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M}"


class TestScreenings:
    """From planning to who came."""

    def test_planned_invited_and_taken_down(self, desk: Desk) -> None:
        """A producer plans, invites, signs in whom they see, takes a decision down as host, and notes that it was."""
        producer, contact = desk.browser(), str(desk.suite.house.contact_id)
        form = {
            "agreement_version_id": str(desk.suite.agreement_version_id),
            "method": "M1",
            "material_version_id": str(desk.suite.version_id),
            "host_id": str(producer.person_id),
            "room": "Suite 3",
            "display": "X300",
            "display_serial": "7",
        }
        new = f"{desk.paths['project']}/screenings/new"
        planned = done(producer, new, **form, starts_at=wall(-0.1), ends_at=wall(2))
        at = re.findall(r'action="(/reviews/screenings/[0-9a-f-]{36})/invite"', planned)[0]
        assert "Nobody said when the display was calibrated." in planned
        done(producer, f"{at}/invite", invited_id=contact)
        unread = producer.submit(f"{at}/sign-in", contact_id=contact, undertaking_sha256=desk.suite.undertaking_sha256)
        read = {"contact_id": contact, "undertaking_sha256": desk.suite.undertaking_sha256, "has_read": "true"}
        room = done(producer, f"{at}/sign-in", **read)
        hidden = dict(re.findall(r'name="(round_id|statement_sha256)" value="([^"]+)"', room))
        decision = {"who": f"P1:{contact}", "value": "approved", "display": "reference", "room": "grading-suite"}
        decided = done(producer, f"{at}/decision", **hidden, **decision)
        held = done(producer, f"{at}/hold")

        assert unread[0] == 409
        assert "have not accepted this undertaking yet" in unread[1]
        assert "APPROVED" in decided
        assert "seen" in decided
        assert "HELD" in held

    def test_changed_and_called_off(self, desk: Desk) -> None:
        """A change shows what is; another host's screening offers no decisions; what was called off offers nothing."""
        producer, at = desk.browser(), desk.paths["screening"]
        form = producer.get(f"{at}/change")[1]
        typed = dict(
            re.findall(r'name="(version|room|display|display_serial|starts_at|ends_at)"[^>]* value="([^"]*)"', form)
        )
        chosen = dict(re.findall(r'name="(\w+_id)".*?<option value="([^"]+)" selected', form, re.DOTALL))
        typed |= {"host_id": str(producer.person_id), "material_version_id": str(desk.suite.version_id)} | chosen
        changed = done(producer, f"{at}/change", **typed | {"room": "Suite 9", "host_id": str(producer.person_id)})
        stale = producer.submit(f"{at}/change", **typed)
        off = done(producer, f"{at}/cancel")

        assert "Suite 9" in changed
        assert stale[0] == 412
        assert "/invite" not in off


class TestShipmentsAndIncidents:
    """What left the house, and what got out."""

    def test_shipment_arrives_and_is_lost(self, desk: Desk) -> None:
        """A drive is late, arrives, and is destroyed only with a certificate; a lost one opens an incident."""
        producer, at = desk.browser(), desk.paths["shipment"]
        late = producer.get(at)[1]
        today = producer.get("/")[1]
        done(producer, f"{at}/receipt", receipt_note="signed for")
        bare = producer.submit(f"{at}/end", ending="destroyed")
        lost = done(producer, f"{at}/end", ending="lost")
        incidents = producer.get(f"{desk.paths['project']}/incidents")[1]

        assert "OVERDUE" in late
        assert "CRU-0815" in today
        assert (bare[0], 'id="f-certificate-sha256-wrong"' in bare[1]) == (422, True)
        assert "LOST" in lost
        assert "Lost: drive CRU-0815" in incidents

    def test_incident_is_worked_on_and_closed(self, desk: Desk) -> None:
        """Steps, the client told, a freeze that closes links at once, and an end; a closed one takes nothing more."""
        tech, at = desk.browser(Role.TECH), desk.paths["incident"]
        done(tech, f"{at}/steps", step_kind="responded", text="Called the lab", evidence_sha256=SHA)
        done(tech, f"{at}/notified", told="By telephone")
        done(tech, f"{at}/freeze", scope="project")
        frozen = tech.get(desk.paths["link"])[1]
        closed = done(tech, f"{at}/close", outcome="It was an old trailer")

        assert "FROZEN" in frozen
        for said in ("Called the lab", "By telephone", "Froze: project", "It was an old trailer", "CLOSED"):
            assert said in closed, said
        assert f"{at}/steps" not in closed
        assert tech.submit(f"{at}/steps", step_kind="responded", text="More")[0] == 409

    def test_new_incident_keeps_what_was_typed(self, desk: Desk) -> None:
        """An incident that was detected tomorrow is refused at its field, with its title kept."""
        status, page = desk.browser().submit(
            f"{desk.paths['project']}/incidents/new", title="A frame on a forum", detected_at=wall(24)
        )

        assert status == 422
        assert 'value="A frame on a forum"' in page
        assert 'id="f-detected-at-wrong"' in page

    def test_leak_drill_is_taken_along(self, desk: Desk) -> None:
        """Who could have seen a version is shown to readers; taking the list along is recorded."""
        auditor, at = desk.browser(Role.AUDITOR), f"{desk.paths['version']}/exposure"
        shown = auditor.get(f"{at}?since=2020-01-01T00:00&until={wall(1)}")[1]
        status, table = auditor.submit(at, since="2020-01-01T00:00", until=wall(1))
        backwards = auditor.get(f"{at}?since=2026-01-02T00:00&until=2026-01-01T00:00")
        nonsense = auditor.get(f"{at}?since=yesterday")

        assert "Ines Okafor" in shown
        assert status == 200
        assert table.startswith("\ufeffwho,") or "who" in table.splitlines()[0]
        assert entries(desk.database, "reviews.leak.drill-run") + entries(desk.database, "reviews.leak-drill.run") == 1
        assert (backwards[0], "ends after it begins" in backwards[1]) == (200, True)
        assert (nonsense[0], "Give two moments" in nonsense[1]) == (200, True)


class TestBeginnings:
    """Floors, terms to begin with, names, and agreements taken from another project."""

    def test_floor_is_set_and_what_is_under_it_is_listed(self, desk: Desk) -> None:
        """A raised floor names the live link under it; the client's page says what counts in the end."""
        admin = desk.browser(Role.ADMIN)
        page = done(admin, "/reviews/policy", version="0", most_views="1", asks_totp="true")
        stale = admin.submit("/reviews/policy", version="0", most_views="9")
        client = admin.get(desk.paths["client_policy"])[1]

        assert desk.paths["link"] in page
        assert desk.paths["agreement"] in page
        assert (stale[0], 'value="9"' in stale[1]) == (412, True)
        assert re.search(r"An authenticator</dt><dd>demanded", client)
        assert admin.submit("/reviews/policy", version="1", most_views="0")[0] == 422

    def test_terms_are_added_changed_and_removed(self, desk: Desk) -> None:
        """Terms are begun with; a name that is taken is refused with all that was typed."""
        admin = desk.browser(Role.ADMIN)
        typed = {
            "milestone": "mix",
            "deliverable": "The mix",
            "subjects.mix": "true",
            "methods.0.kind": "grading-suite",
        }
        typed |= (
            {"methods.0.kind": "supervised-suite"} if "supervised-suite" in admin.get("/reviews/terms/new")[1] else {}
        )
        taken = admin.submit("/reviews/terms/new", name="By link", **typed)
        done(admin, f"{desk.paths['client_terms']}/new", name="Our mixes", **typed)
        begun = admin.get(f"{desk.paths['project']}/agreements/new")[1]
        template = re.findall(r'<option value="([0-9a-f-]{36})">Our mixes', begun)[0]
        shown = admin.get(f"{desk.paths['project']}/agreements/new?template={template}")[1]
        listed = done(admin, f"/reviews/terms/{template}/remove", version="1")

        assert taken[0] == 409
        assert 'value="The mix"' in taken[1]
        assert 'id="f-name-wrong"' in taken[1]
        assert 'value="The mix"' in shown
        assert "Our mixes" not in listed

    def test_template_of_names_begins_with_a_published_one(self, desk: Desk) -> None:
        """The form of a preset, kept as it is, is that preset; a separator within a token is refused."""
        admin = desk.browser(Role.ADMIN)
        form = admin.get("/reviews/naming/new?preset=netflix-vfx")[1]
        typed = {
            name: html.unescape(value) for name, value in re.findall(r'name="(tokens[^"]+)"[^>]* value="([^"]*)"', form)
        }
        chosen = re.findall(
            r'name="(tokens[^"]+)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected', form, re.DOTALL
        )
        ticked = dict.fromkeys(re.findall(r'value="true" id="[^"]+" name="(tokens[^"]+)"[^>]* checked', form), "true")
        unticked = {name for name in typed if name.endswith("may_lack") and name not in ticked}
        typed = {name: value for name, value in (typed | dict(chosen) | ticked).items() if name not in unticked}
        listed = done(admin, "/reviews/naming/new", name="vfx", separator="_", **typed)
        refused = admin.submit("/reviews/naming/new", name="bad", separator="_", **typed | {"tokens.0.prefix": "_"})

        assert "show_episode_sequence_scene_shot_task_vendor_version" in listed
        assert "A name is" in listed
        assert refused[0] == 422

    def test_agreement_begins_with_another_projects(self, desk: Desk) -> None:
        """Terms of another project are taken over without its people, and nobody else's project is offered."""
        admin, outsider = desk.browser(Role.ADMIN), desk.outsider()
        other = re.findall(r'href="(/reviews/projects/[0-9a-f-]{36})"', outsider.get("/reviews")[1])[0]
        contacts = re.findall(r'href="(/reviews/clients/[^"]+/contacts)"', outsider.get(other)[1])[0]
        done(outsider, f"{contacts}/new", name="Kit Larsen", email="kit@other.example")
        offered = admin.get(f"{other}/agreements/new")[1]
        draft = done(admin, f"{other}/agreements/clone", version_id=str(desk.suite.agreement_version_id))

        assert "NB-204-1, version 1" in offered
        assert "NB-204" not in outsider.get(f"{other}/agreements/new")[1]
        assert "Reels 1 to 5" in draft
        assert 'name="version" value="1"' in draft
        forged = outsider.submit(f"{other}/agreements/clone", version_id=str(desk.suite.agreement_version_id))
        assert forged[0] == 404


class TestLinks:
    """Before a link is sent, and however it stands."""

    def test_preview_shows_what_they_will_see_and_sends_nothing(self, desk: Desk) -> None:
        """The gate's own page is shown with what is asked first; no link, no entry and no mail comes of it."""
        producer, at = desk.browser(), f"{desk.paths['project']}/links"
        wish = {
            "contact_id": str(desk.suite.house.contact_id),
            "material_version_id": str(desk.suite.version_id),
            "agreement_version_id": str(desk.suite.agreement_version_id),
            "method": "M4",
        }
        before = entries(desk.database, "reviews.link.issued")
        status, shown = producer.submit(f"{at}/preview", **wish)
        long = producer.submit(f"{at}/preview", **wish, view_limit="900")[1]
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
        wish = {
            "contact_id": str(desk.suite.house.contact_id),
            "material_version_id": str(desk.suite.version_id),
            "agreement_version_id": str(desk.suite.agreement_version_id),
            "method": "M4",
            "view_limit": "900",
        }
        status, page = desk.browser().submit(f"{desk.paths['project']}/links/new", **wish)

        assert status == 409
        assert 'name="view_limit"' in page
        assert 'value="900"' in page
        assert "form-problem" in page

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

        assert "MISSING" in page
        assert "#f-parties" in page
        assert "/send" not in page

    def test_refused_terms_keep_their_rows_and_name_the_field(self, desk: Desk) -> None:
        """Terms with a licence in the third row and a bad number come back with all rows and the fault in its place."""
        terms = {"milestone": "mix", "deliverable": "Mix", "methods.0.kind": "async-link", "subjects.mix": "true"}
        terms |= {"methods.1.kind": "drive", "security.link_days": "many", "protections.2.what": "Phones outside"}
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
