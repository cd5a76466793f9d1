"""The API of links and freezes, as programs with a token meet it: two producers of the project, and one of another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.actor import Actor
from answerprint.core.db import Database
from facility.service.tokens import make_token
from tests.reviews.factories import make_house
from tests.reviews.gate.coming import HOST, SPOKEN, TARGET, Gatehouse, add_version, allow, entries, gatehouse
from tests.reviews.gate.guest import guest_of

Ask = Callable[..., TestResponse]


def asking(app: Flask, database: Database, actor: Actor) -> Ask:
    """Return what asks the API in a person's name."""
    now = clock.now()
    with database.transaction() as session:
        token = make_token(
            session, actor, name="t", scopes=actor.permissions, expires_at=now + timedelta(days=1), now=now
        )
    client = app.test_client()

    def ask(method: str, path: str, body: dict[str, Any] | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {token.secret}"}
        return client.open(f"/api/v1/reviews{path}", method=method, json=body, headers=headers)

    return ask


class Office:
    """A project with an agreement, and who asks: its two producers, and one who does not work on it."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.gate: Gatehouse = gatehouse(database, asks_passphrase=True)
        self.producer = asking(app, database, self.gate.house.producer)
        self.other = asking(app, database, self.gate.house.other)
        with database.transaction() as session:
            elsewhere = make_house(session, "NB-300")
        self.stranger = asking(app, database, elsewhere.producer)

    def wish(self, **others: object) -> dict[str, Any]:
        """Return the body that asks for a link."""
        return {
            "agreement_version_id": str(self.gate.agreement_version_id),
            "method": "M1",
            "material_version_id": str(self.gate.version_id),
            "contact_id": str(self.gate.house.contact_id),
            "zone": "Europe/Berlin",
        } | others

    def issue(self, **others: object) -> dict[str, Any]:
        """Issue a link and return the answer."""
        answer = self.producer("POST", "/links", self.wish(**others))
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())


@pytest.fixture(name="office")
def _office(app: Flask, database: Database) -> Office:
    """A project with an agreement, and who asks."""
    app.config["ANSWERPRINT_GATE_PACE"] = 0
    return Office(app, database)


class TestLinkRoutes:
    """Issued, listed, released, taken back; and nobody sees another's projects."""

    def test_secret_and_passphrase_are_shown_once(self, office: Office) -> None:
        """The answer to issuing shows both, and is not stored; no other answer shows either, nor the target."""
        answer = office.producer("POST", "/links", office.wish(passphrase=SPOKEN))
        issued = answer.get_json()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
        assert issued["passphrase"] == SPOKEN
        secret = issued["secret"]["url"].partition("#")[2]
        assert issued["secret"]["path_url"].endswith(f"/g/{secret}")
        shown = office.producer("GET", f"/links/{issued['link']['id']}")
        listed = office.producer("GET", "/links")

        for text in (shown.text, listed.text):
            assert secret not in text
            assert SPOKEN not in text
        assert shown.get_json()["standing"] == "live"
        assert [row["id"] for row in listed.get_json()["items"]] == [issued["link"]["id"]]

    def test_passphrase_is_made_where_none_is_given(self, office: Office) -> None:
        """A made one has eighty bits, in groups that can be read out."""
        made = {office.issue()["passphrase"] for _ in range(2)}

        assert len(made) == 2
        assert all(len(one) == 19 for one in made)

    def test_refusal_names_the_term(self, office: Office) -> None:
        """What the link would break is named field by field."""
        answer = office.producer("POST", "/links", office.wish(view_limit=9, asks_passphrase=False))

        assert answer.status_code == 409
        assert {one["field"] for one in answer.get_json()["errors"]} == {
            "security.view_limit",
            "security.asks_passphrase",
        }

    @pytest.mark.parametrize(
        "body", [{"view_limit": "5"}, {"starts_at": "2026-03-14T09:00:00Z"}, {"extra": 1}, {"passphrase": "short"}]
    )
    def test_schema_is_strict(self, office: Office, body: dict[str, Any]) -> None:
        """Text is no number, an instant is no wall time, and nothing is read that is not known."""
        assert office.producer("POST", "/links", office.wish(**body)).status_code == 422

    def test_release_by_the_other_producer(self, office: Office) -> None:
        """Who issued cannot release; the other can, once, and sees the secret once."""
        issued = office.issue(needs_release=True)
        path = f"/links/{issued['link']['id']}/release"
        assert (issued["secret"], issued["link"]["standing"]) == (None, "not-released")
        assert office.producer("POST", path).status_code == 403
        released = office.other("POST", path)

        assert (released.status_code, "#" in released.get_json()["url"]) == (200, True)
        assert released.headers["Cache-Control"] == "no-store"
        assert office.other("POST", path).status_code == 409

    def test_lists_are_filtered_and_paged(self, office: Office) -> None:
        """By state, one page after the other, revoked ones too."""
        ids = [office.issue()["link"]["id"] for _ in range(3)]
        office.producer("POST", f"/links/{ids[0]}/revoke", {"reason": "wrong person"})
        first = office.producer("GET", "/links?limit=2").get_json()
        second = office.producer("GET", f"/links?limit=2&cursor={first['next']}").get_json()
        ended = office.producer("GET", "/links?state=ended").get_json()["items"]

        assert [row["id"] for row in first["items"] + second["items"]] == ids[::-1]
        assert [(row["id"], row["revoke_reason"]) for row in ended] == [(ids[0], "wrong person")]
        assert office.producer("GET", "/links?cursor=WyJ4Il0").status_code == 422

    def test_project_is_taken_back_at_once(self, office: Office) -> None:
        """All links of a project end with one call."""
        for _ in range(2):
            office.issue()
        body = {"project_id": str(office.gate.house.project_id), "reason": "a leak"}

        assert office.producer("POST", "/links/revoke", body).get_json() == {"revoked": 2}
        assert office.producer("POST", "/links/revoke", body).get_json() == {"revoked": 0}

    def test_platform_side_is_confirmed_apart(self, office: Office, database: Database) -> None:
        """A hand-off that is taken back is due there until it is confirmed."""
        allow(database, office.gate.house)
        link = office.issue(target_url=TARGET)["link"]
        assert (link["target_host"], TARGET in str(link)) == (HOST, False)
        path = f"/links/{link['id']}"
        assert office.producer("POST", f"{path}/revoke", {}).get_json()["platform_revocation"] == "due"
        assert len(office.producer("GET", "/links?state=due").get_json()["items"]) == 1

        assert office.producer("POST", f"{path}/platform-revocation").get_json()["platform_revocation"] == "confirmed"
        assert office.producer("GET", "/links?state=due").get_json()["items"] == []

    def test_machines_are_shown_apart(self, app: Flask, database: Database, office: Office) -> None:
        """What pressed the button and proved no mailbox is no opening by a person."""
        issued = office.issue()
        secret = issued["secret"]["url"].partition("#")[2]
        guest_of(app, database).open(secret)
        person = guest_of(app, database)
        person.open(secret)
        person.verify()
        openings = office.producer("GET", f"/links/{issued['link']['id']}/openings").get_json()

        assert (len(openings["people"]), len(openings["machines"]), openings["machine_count"]) == (1, 1, 1)
        assert openings["views"] == []

    def test_resend_and_unlock(self, office: Office) -> None:
        """A new secret each time it is sent anew; counters are set back on request."""
        issued = office.issue()
        path = f"/links/{issued['link']['id']}"
        again = office.producer("POST", f"{path}/resend").get_json()

        assert again["url"] != issued["secret"]["url"]
        assert office.producer("POST", f"{path}/unlock").get_json() == {"counters": 0}

    def test_holders_of_older_versions_are_named(self, office: Office, database: Database) -> None:
        """Who holds a link to a version that has a successor is on the list."""
        link = office.issue()["link"]
        path = f"/materials/{office.gate.material_id}/older-holders"
        assert office.producer("GET", path).get_json()["items"] == []
        add_version(database, office.gate.house, 2)
        (held,) = office.producer("GET", path).get_json()["items"]

        assert (held["link_id"], held["number"], held["views"], held["is_link_live"]) == (link["id"], 1, 0, True)
        assert office.stranger("GET", path).status_code == 404

    def test_other_projects_know_nothing(self, office: Office) -> None:
        """To a producer who does not work on the project the link is not there, by whatever way it is named."""
        link_id = office.issue()["link"]["id"]

        assert office.stranger("GET", "/links").get_json()["items"] == []
        assert office.stranger("GET", f"/links?project_id={office.gate.house.project_id}").status_code == 404
        for method, path in (
            ("GET", ""),
            ("GET", "/openings"),
            ("POST", "/release"),
            ("POST", "/resend"),
            ("POST", "/unlock"),
            ("POST", "/platform-revocation"),
        ):
            assert office.stranger(method, f"/links/{link_id}{path}").status_code == 404
        assert office.stranger("POST", f"/links/{link_id}/revoke", {}).status_code == 404


class TestFreezeRoutes:
    """Set, listed and lifted, each as far as one may know."""

    def test_life_of_a_freeze(self, office: Office, database: Database) -> None:
        """A frozen contact's link stands frozen, and lives again when it is lifted, once."""
        link_id = office.issue()["link"]["id"]
        body = {"scope": "contact", "subject_id": str(office.gate.house.contact_id), "reason": "a leak"}
        frozen = office.producer("POST", "/freezes", body)
        assert frozen.status_code == 201
        assert office.producer("GET", f"/links/{link_id}").get_json()["standing"] == "frozen"
        assert office.producer("POST", "/links", office.wish()).status_code == 409
        path = f"/freezes/{frozen.get_json()['id']}/lift"
        assert office.stranger("POST", path).status_code == 404
        assert office.stranger("GET", "/freezes").get_json()["items"] == []
        assert office.producer("POST", path).status_code == 200

        assert office.producer("POST", path).status_code == 409
        assert office.producer("GET", f"/links/{link_id}").get_json()["standing"] == "live"
        assert (entries(database, "reviews.freeze.set"), entries(database, "reviews.freeze.lifted")) == (1, 1)

    def test_who_may_freeze_what(self, office: Office) -> None:
        """A producer freezes what they work for, not all, and nobody else's; and says what is frozen."""
        theirs = str(office.gate.house.client_id)

        assert office.stranger("POST", "/freezes", self.body("client", theirs)).status_code == 404
        assert office.producer("POST", "/freezes", self.body("all", None)).status_code == 403
        assert office.producer("POST", "/freezes", self.body("client", None)).status_code == 422
        assert office.producer("POST", "/freezes", self.body("all", theirs)).status_code == 422
        assert office.producer("POST", "/freezes", self.body("client", theirs)).status_code == 201

    def test_authenticator_is_set_back(self, office: Office) -> None:
        """By who works for the contact's client, and by nobody else."""
        path = f"/contacts/{office.gate.house.contact_id}/authenticator/reset"

        assert office.stranger("POST", path).status_code == 404
        assert office.producer("POST", path).status_code == 204

    def body(self, scope: str, subject_id: str | UUID | None) -> dict[str, Any]:
        """Return the body that asks for a freeze."""
        return {"scope": scope, "reason": "a leak"} | ({"subject_id": subject_id} if subject_id else {})
