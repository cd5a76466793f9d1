"""Today: what waits for whoever looks, each with its one act, and nothing that is another's to see."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import queue_mail
from answerprint.web import demo
from answerprint.web.today.matters import Looker
from facility.models import Person, Project
from facility.roles import Role
from facility.service.clients import add_client
from facility.service.people import add_person, deactivate_person
from facility.service.projects import add_member, add_project
from tests.web.browsers import Browser, program
from tests.web.house import Furnished, furnish

BERLIN = ZoneInfo("Europe/Berlin")
_SECTION = re.compile(r'<section[^>]*aria-labelledby="([^"]+)"[^>]*>(.*?)</section>', re.DOTALL)


def groups_of(page: str) -> dict[str, str]:
    """Return the sections of a page by their key, as words."""
    return {key: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for key, text in _SECTION.findall(page)}


def link_named(page: str, words: str) -> str:
    """Return where the first link or button of these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>{re.escape(words)}', page)
    assert found is not None, words
    return found.group(1)


@pytest.fixture(name="made_up")
def _made_up(database: Database, tmp_path: Path) -> None:
    """The demo's facility, with a producer on its projects."""
    demo.furnish(database, BERLIN, media=tmp_path / "media")


def on_every_project(database: Database, person_id: UUID) -> None:
    """Put somebody on all projects."""
    with database.transaction() as session:
        for project_id in session.scalars(select(Project.id)).all():
            add_member(session, SYSTEM, project_id=project_id, person_id=person_id)


@pytest.mark.usefixtures("made_up")
class TestProducer:
    """What a producer sees first."""

    def test_what_waits_has_its_reason_and_its_act(self, app: Flask, database: Database) -> None:
        """Each kind stands apart, and each line says in words what to do about it."""
        producer = Browser(app, database, Role.PRODUCER)
        on_every_project(database, producer.person_id)
        found = groups_of(producer.get("/")[1])

        assert "Say what became of it" in found["overdue"]
        assert "HARB, round 2" in found["decisions"]
        assert "Send a new link" in found["ending"]
        assert "Send it anew" in found["unwatched"]
        assert "QUEUED 12 Nightjar Compositor for OSTR" in found["short"]
        assert "Agreements unanswered" in found["quiet"]

    def test_link_is_sent_in_four_clicks(self, app: Flask, database: Database) -> None:
        """From Today: send a link, choose for whom, choose what, send; all else is as agreed."""
        producer = Browser(app, database, Role.PRODUCER)
        on_every_project(database, producer.person_id)
        place = link_named(producer.get("/")[1], "Send a link")
        form = producer.get(place)[1]
        choices = {
            name: re.findall(r'<option value="([0-9a-f-]{36})"', text)
            for name, text in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL)
        }
        method = re.findall(r'<select[^>]*name="method"[^>]*><option value="([^"]+)"', form)
        fields = {name: found[0] for name, found in choices.items() if found} | {"method": method[0]}
        status, sent = producer.submit(place, **fields)

        # The other two are chosen already, since there is one of each.
        assert sorted(name for name, found in choices.items() if len(found) > 1) == [
            "contact_id",
            "material_version_id",
        ]
        assert status == 200, sent
        assert "/g" in sent

    def test_projects_of_others_stay_unsaid(self, app: Flask, database: Database) -> None:
        """Who is on no project hears of none, and is told how a first link comes about."""
        page = Browser(app, database, Role.PRODUCER).get("/")[1]

        assert "HARB" not in page
        assert "Five steps to a screening link" in page
        assert "An admin does this." in page


class TestTech:
    """What tech staff see first."""

    def test_servers_and_features_wait(self, app: Flask, database: Database, log_key: Ed25519PrivateKey) -> None:
        """A silent server and a feature that counts for nothing are told apart, each with its act."""
        furnish(database, log_key)
        found = groups_of(Browser(app, database, Role.TECH).get("/")[1])

        assert "lic-2" in found["silent"]
        assert "Send a capture" in found["silent"]
        assert "idle on lic-1" in found["unknown"]
        assert "Say what it is" in found["unknown"]
        assert "Products over" in found["quiet"]

    def test_trail_and_house_are_not_theirs(self, app: Flask, database: Database, log_key: Ed25519PrivateKey) -> None:
        """Orders, keys, mails and people are no matter of who may not read them."""
        furnish(database, log_key)
        page = Browser(app, database, Role.TECH).get("/")[1]

        for title in ("Orders waiting", "Keys that sign", "Mails not sent", "People who left", "Links to release"):
            assert title not in page, title


class TestAuditor:
    """What an auditor sees first."""

    def test_unsigned_entries_and_verification_wait(
        self, app: Flask, database: Database, log_key: Ed25519PrivateKey
    ) -> None:
        """What no checkpoint covers is named by its log, and nobody has verified anything yet."""
        house: Furnished = furnish(database, log_key)
        found = groups_of(Browser(app, database, Role.AUDITOR).get("/")[1])

        assert f"UNSIGNED {house.vendor_log}" in found["uncovered"]
        assert "Nobody has verified it here yet" in found["verification"]

    def test_verified_trail_is_quiet(self, app: Flask, database: Database, log_key: Ed25519PrivateKey) -> None:
        """Once somebody verified it and it held, nothing asks for it for a week."""
        furnish(database, log_key)
        auditor = Browser(app, database, Role.AUDITOR)
        auditor.submit("/trail/verify")
        found = groups_of(auditor.get("/")[1])

        assert "verification" not in found
        assert "Verification" in found["quiet"]

    def test_order_waits_for_the_second_person(self, app: Flask, database: Database) -> None:
        """Who gave it is told to wait; the other is asked to decide."""
        admin, auditor = Browser(app, database, Role.ADMIN), Browser(app, database, Role.AUDITOR)
        order = {"subject": f"person:{admin.person_id}", "ground": "Art. 17 (1) GDPR"}
        assert auditor.submit("/trail/orders/erasure", **order)[0] == 303
        theirs, other = groups_of(auditor.get("/")[1])["orders"], groups_of(admin.get("/")[1])["orders"]

        assert "somebody else decides it" in theirs
        assert "Look and decide" in other


class TestAdmin:
    """What an admin sees first."""

    def test_people_tokens_and_mails_wait(self, app: Flask, database: Database) -> None:
        """Who has not come, who left a project behind, which token ends, and that no mail goes out."""
        now, admin = clock.now(), Browser(app, database, Role.ADMIN)
        with database.transaction() as session:
            add_person(session, SYSTEM, name="New Nora", email="nora@x.example", roles=[Role.TECH], now=now)
            gone = add_person(session, SYSTEM, name="Gone Gil", email="gil@x.example", roles=[Role.PRODUCER], now=now)
            client = add_client(session, SYSTEM, name="Northlight")
            project = add_project(session, SYSTEM, client_id=client.id, code="HARB", name="Harbour")
            add_member(session, SYSTEM, project_id=project.id, person_id=gone.person.id)
            queue_mail(session, kind="code", recipient="a@x.example", subject="Code", body="123", now=now)
        with database.transaction() as session:
            person = session.get_one(Person, gone.person.id)
            deactivate_person(session, SYSTEM, person_id=person.id, version=person.version, now=now)
        program(app, database, admin.person_id)
        found = groups_of(admin.get("/")[1])

        assert "New Nora" in found["invited"]
        assert "Gil" not in found["invited"]
        assert "Gone Gil They can sign in no more, and still stand on HARB." in found["left"]
        assert "1 mail waits, since no mail server is set" in found["mails"]
        assert "Tokens about to end" in found["quiet"]

    def test_token_that_ends_soon_is_told_of_to_its_person(self, app: Flask, database: Database) -> None:
        """Two weeks ahead, and to nobody who may not see it."""
        tech, other = Browser(app, database, Role.TECH), Browser(app, database, Role.AUDITOR)
        last = clock.now().astimezone(BERLIN).date() + timedelta(days=3)
        tech.submit("/tokens/new", name="farm", expires_on=last.isoformat(), **{"scope-self": "true"})

        assert "ENDING SOON farm" in groups_of(tech.get("/")[1])["tokens"]
        assert "farm" not in other.get("/")[1]

    def test_empty_facility_names_both_ways(self, app: Flask, database: Database) -> None:
        """To a first link and to a board of seats; the steps are links where the admin may go them."""
        page = Browser(app, database, Role.ADMIN).get("/")[1]

        assert 'href="/clients/new">Add a client</a>' in page
        assert 'href="/catalogue/vendors/new">Add a vendor</a>' in page


def test_quiet_page_says_what_would_stand_there(app: Flask, database: Database) -> None:
    """An empty page teaches: every kind that this person would hear of is named, and no other."""
    found = groups_of(Browser(app, database, Role.TECH).get("/")[1])

    assert set(found) == {"way-1", "quiet"}
    for title in ("Incidents", "Products over", "Servers silent", "Captures late", "Features nobody knows"):
        assert title in found["quiet"], title


def test_days_are_counted_in_the_facilitys_zone() -> None:
    """Half past eleven at night in UTC is the next day already in Berlin."""
    late = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)

    assert Looker(SYSTEM, late, BERLIN).today == date(2026, 3, 15)
