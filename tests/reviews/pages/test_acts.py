"""What is done on the pages of reviews in rooms, on drives, after a leak, and before agreements: each act leads on."""

import re

import pytest
from flask import Flask

from answerprint.core.db import Database
from facility.roles import Role
from tests.reviews.gate.coming import entries
from tests.reviews.pages.desk import Desk, done, form_of, furnish_desk, wall

SHA = "ab" * 32


@pytest.fixture(name="desk")
def _desk(app: Flask, database: Database) -> Desk:
    """The project that the pages show."""
    return furnish_desk(app, database)


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

        assert unread[0] == 412
        assert "have not accepted this undertaking yet" in unread[1]
        assert "APPROVED" in decided
        assert "seen" in decided
        assert "HELD" in held

    def test_changed_and_called_off(self, desk: Desk) -> None:
        """A change shows what is; another host's screening offers no decisions; what was called off offers nothing."""
        producer, at = desk.browser(), desk.paths["screening"]
        typed = form_of(producer.get(f"{at}/change")[1], f"{at}/change")
        changed = done(producer, f"{at}/change", **typed | {"room": "Suite 9"})
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
        typed = {"milestone": "mix", "deliverable": "The mix", "subjects.mix": "true", "methods.0.kind": "dcp-or-drive"}
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
        new = "/reviews/naming/new"
        typed = form_of(admin.get(f"{new}?preset=netflix-vfx")[1], new) | {"name": "vfx"}
        listed = done(admin, new, **typed)
        refused = admin.submit(new, **typed | {"name": "bad", "tokens.0.prefix": "_"})
        change = re.findall(r'href="(/reviews/naming/[^"]+/change)">vfx', listed)[0]
        same = form_of(admin.get(change)[1], change)

        assert "show_episode_sequence_scene_shot_task_vendor_version" in listed
        assert refused[0] == 422
        assert "The separator can stand in no token." in refused[1]
        assert {name: same[name] for name in typed if name != "name"} == {
            name: text for name, text in typed.items() if name != "name"
        }

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
