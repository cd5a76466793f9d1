"""The routes of agreements, floors and terms to begin with, as programs with a token meet them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from facility.roles import PERMISSIONS, Role
from facility.service.projects import add_member
from facility.service.tokens import make_token
from reviews.rules.documents import plain
from reviews.schemas.terms import TermsSchema
from tests.facility.factories import actor_of, make_person
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import a_house, accepted, client_accepts, honest_terms

Ask = Callable[..., TestResponse]


class Office:
    """A project, a producer who works on it and one who does not, and an admin."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database
        self.house = a_house(database)
        self.producer = self.asking(Role.PRODUCER, "mia", is_member=True)
        self.stranger = self.asking(Role.PRODUCER, "kai")
        self.admin = self.asking(Role.ADMIN, "ada")
        self.terms = plain(honest_terms(self.house.contact_id))

    def asking(self, role: Role, name: str, *, is_member: bool = False) -> Ask:
        """Return what asks the API as somebody of this role."""
        with self.database.transaction() as session:
            person = make_person(session, role, email=f"{name}@post.example")
            actor, now = actor_of(session, person.id), clock.now()
            if is_member:
                add_member(session, SYSTEM, project_id=self.house.project_id, person_id=person.id)
            until = now + timedelta(days=1)
            token = make_token(session, actor, name=name, scopes=PERMISSIONS[role], expires_at=until, now=now)
        browser = self.app.test_client()

        def ask(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
            sent = {key.replace("_", "-"): value for key, value in headers.items()}
            sent["Authorization"] = f"Bearer {token.secret}"
            return browser.open(f"/api/v1/reviews{path}", method=method, json=body, headers=sent)

        return ask

    def begin(self, **others: Any) -> TestResponse:
        """Begin an agreement with honest terms, or others."""
        terms = {**self.terms, **others}  # type: ignore[dict-item]
        return self.producer("POST", "/agreements", {"project_id": str(self.house.project_id), "terms": terms})


@pytest.fixture(name="office")
def _office(app: Flask, database: Database) -> Office:
    """An office with who asks in it."""
    return Office(app, database)


def at_fault(answer: TestResponse) -> set[str]:
    """Return the fields that a refusal names."""
    return {error["field"] for error in answer.get_json().get("errors", [])}


class TestAgreementRoutes:
    """Begun, changed, read, sent, accepted, revised, compared, taken back."""

    def test_the_life_of_an_agreement(self, office: Office) -> None:
        """From a draft to one in force, and the next version beside it."""
        begun = office.begin()
        assert (begun.status_code, begun.get_json()["state"], begun.headers["ETag"]) == (201, "draft", '"1"')
        path = f"/agreement-versions/{begun.get_json()['id']}"
        terms = {**office.terms, "deliverable": "Reels 1 to 6"}  # type: ignore[dict-item]
        assert office.producer("PATCH", path, {"terms": terms}).status_code == 428
        changed = office.producer("PATCH", path, {"terms": terms}, If_Match='"1"')
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert office.producer("GET", path).get_json()["terms"] == terms
        assert office.producer("GET", f"{path}/findings").get_json() == {
            "can_be_sent": True,
            "findings": [],
            "below_floor": {},
            "missing": {},
        }
        assert office.producer("POST", f"{path}/sending", If_Match='"1"').status_code == 412
        sent = office.producer("POST", f"{path}/sending", If_Match='"2"')
        assert (sent.status_code, sent.get_json()["state"]) == (200, "sent")
        text = office.producer("GET", f"{path}/text").get_json()
        assert (text["is_frozen"], text["text_sha256"]) == (True, sent.get_json()["text_sha256"])
        body = {"text_sha256": text["text_sha256"]}
        assert office.producer("POST", f"{path}/acceptance", body).get_json()["state"] == "sent"
        version = client_accepts(office.database, office.house.contact_id, UUID(begun.get_json()["id"]))

        row = office.producer("GET", f"/agreements/{version.agreement_id}").get_json()
        assert (row["state"], row["accepted_id"], row["number"]) == ("accepted", str(version.id), 1)
        sides = [one["side"] for one in office.producer("GET", path).get_json()["acceptances"]]
        assert sorted(sides) == ["client", "house"]

    def test_the_life_of_a_change(self, office: Office) -> None:
        """The next version stands beside the one in force, says what differs, and can be given up."""
        version = accepted(office.database, office.house)
        second = office.producer("POST", f"/agreements/{version.agreement_id}/versions").get_json()
        other = f"/agreement-versions/{second['id']}"
        terms = {**office.terms, "deliverable": "Reels 1 to 6"}  # type: ignore[dict-item]
        assert office.producer("PATCH", other, {"terms": terms}, If_Match='"1"').status_code == 200
        difference = office.producer("GET", f"{other}/difference?against={version.id}").get_json()["items"]
        assert [one["code"] for one in difference] == ["deliverable"]
        assert office.producer("GET", f"{other}/links").get_json() == {"items": []}
        listed = office.producer("GET", f"/agreements/{version.agreement_id}/versions").get_json()["items"]
        assert [one["state"] for one in listed] == ["draft", "accepted"]
        gone = office.producer("POST", f"{other}/withdrawal", {"reason": "No need."}, If_Match='"2"')

        assert gone.get_json()["state"] == "withdrawn"

    def test_no_answer_holds_the_way_to_it(self, office: Office) -> None:
        """Only the signatory's mailbox gets the secret."""
        path = f"/agreement-versions/{office.begin().get_json()['id']}"
        answer = office.producer("POST", f"{path}/sending", If_Match='"1"')
        again = office.producer("POST", f"{path}/sending-again", {"contact_id": str(office.house.contact_id)})

        with office.database.reading() as session:
            bodies = list(session.scalars(select(OutboxMail.body).where(OutboxMail.kind == "reviews.agreement.sent")))
        secrets = [body.partition("#")[2].split("\n")[0] for body in bodies]
        assert len(set(secrets)) == 2
        for one in (answer, again, office.producer("GET", path), office.producer("GET", f"{path}/text")):
            assert not [secret for secret in secrets if secret in one.get_data(as_text=True)]

    def test_others_agreements_are_not_there(self, office: Office) -> None:
        """By whatever way they are asked for."""
        begun = office.begin().get_json()
        path = f"/agreement-versions/{begun['id']}"
        asked = [
            office.stranger("GET", f"/agreements?project_id={office.house.project_id}"),
            office.stranger("GET", f"/agreements/{begun['agreement_id']}"),
            office.stranger("GET", f"/agreements/{begun['agreement_id']}/versions"),
            office.stranger("POST", f"/agreements/{begun['agreement_id']}/versions"),
            *(office.stranger("GET", path + rest) for rest in ("", "/text", "/findings", "/links")),
            office.stranger("GET", f"{path}/difference?against={begun['id']}"),
            office.stranger("PATCH", path, {"terms": office.terms}, If_Match='"1"'),
            office.stranger("POST", f"{path}/sending", If_Match='"1"'),
            office.stranger("POST", f"{path}/sending-again", {"contact_id": str(office.house.contact_id)}),
            office.stranger("POST", f"{path}/acceptance", {"text_sha256": "0" * 64}),
            office.stranger("POST", f"{path}/withdrawal", {"reason": "Mine."}, If_Match='"1"'),
        ]

        assert {one.status_code for one in asked} == {404}

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"milestone": "lunch"}, "terms.milestone"),
            ({"odd": 1}, "terms.odd"),
            ({"deliverable": 5}, "terms.deliverable"),
            ({"security": {"link_days": "7"}}, "terms.security.link_days"),
            ({"security": {"link_days": 0}}, "terms.security.link_days"),
            ({"security": {"allows_download": "yes"}}, "terms.security.allows_download"),
            ({"methods": [{"kind": "telepathy"}]}, "terms.methods.0.kind"),
            ({"methods": [{"kind": "tablet", "viewing": {"gamma": 1}}]}, "terms.methods.0.viewing.gamma"),
            ({"rounds": {"zone": "Europe/Atlantis"}}, "rounds.zone"),
        ],
    )
    def test_fault_in_terms_is_named(self, office: Office, change: dict[str, Any], field: str) -> None:
        """The address of the field says where; nothing is begun."""
        answer = office.begin(**change)

        assert (answer.status_code, at_fault(answer)) == (422, {field})
        assert not office.producer("GET", f"/agreements?project_id={office.house.project_id}").get_json()["items"]

    def test_same_request_begins_one(self, office: Office) -> None:
        """A pipeline that asks again after a lost answer begins no second agreement."""
        body = {"project_id": str(office.house.project_id), "terms": office.terms}
        asked = [office.producer("POST", "/agreements", body, Idempotency_Key="k1") for _ in range(2)]

        assert asked[0].get_json() == asked[1].get_json()

    def test_clone_takes_the_terms(self, office: Office) -> None:
        """The next agreement begins with the last one's terms."""
        begun = office.begin(deliverable="Reel 9").get_json()
        body = {"version_id": begun["id"], "project_id": str(office.house.project_id)}
        cloned = office.producer("POST", "/agreements/clones", body)

        assert cloned.status_code == 201
        detail = office.producer("GET", f"/agreement-versions/{cloned.get_json()['id']}").get_json()
        assert detail["terms"]["deliverable"] == "Reel 9"


class TestPolicyRoutes:
    """Floors and templates are set by who may, and read by all who work with them."""

    def test_floor_is_set_and_holds(self, office: Office) -> None:
        """From version 0 on, with If-Match; then it refuses what goes under it, by field."""
        begun = office.begin().get_json()
        shown = office.producer("GET", "/policy")
        assert (shown.headers["ETag"], shown.get_json()["version"]) == ('"0"', 0)
        body = {"demands": {"most_views": 2}}
        assert office.producer("PUT", "/policy", body, If_Match='"0"').status_code == 403
        assert office.admin("PUT", "/policy", body).status_code == 428
        assert office.admin("PUT", "/policy", body, If_Match='"0"').headers["ETag"] == '"1"'
        client = f"/clients/{office.house.client_id}/policy"
        office.admin("PUT", client, {"demands": {"asks_totp": True}}, If_Match='"0"')
        both = office.producer("GET", client).get_json()
        assert (both["demands"]["most_views"], both["in_force"]["most_views"]) == (None, 2)
        assert both["in_force"]["asks_totp"] is True

        refused = office.producer("POST", f"/agreement-versions/{begun['id']}/sending", If_Match='"1"')
        assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (422, "below-floor")
        assert at_fault(refused) == {"security.view_limit", "security.asks_totp"}
        assert office.admin("GET", "/below-policy").get_json() == {"items": []}
        assert office.producer("GET", "/below-policy").status_code == 403
        assert office.stranger("GET", client).status_code == 404

    def test_template_lives(self, office: Office) -> None:
        """Added and changed by who may; read by who works for the client."""
        body = {"client_id": str(office.house.client_id), "name": "Fine cut", "terms": office.terms}
        assert office.producer("POST", "/agreement-templates", body).status_code == 403
        made = office.admin("POST", "/agreement-templates", body)
        path = f"/agreement-templates/{made.get_json()['id']}"
        assert (made.status_code, made.get_json()["terms"]) == (201, office.terms)
        put = {"name": "Fine cut, link", "terms": office.terms}
        assert office.admin("PUT", path, put, If_Match='"1"').headers["ETag"] == '"2"'
        listed = office.producer("GET", f"/agreement-templates?client_id={office.house.client_id}").get_json()
        assert [one["name"] for one in listed["items"]] == ["Fine cut, link"]
        assert office.stranger("GET", path).status_code == 404
        assert office.producer("GET", path).status_code == 200
        assert office.admin("DELETE", path, If_Match='"2"').status_code == 204

        assert office.producer("GET", path).status_code == 404


def test_schema_reads_what_is_stored() -> None:
    """What goes out of the API comes in again as the same terms, every field of it."""
    terms = honest_terms(drawn.PEOPLE[0])
    dumped = TermsSchema().dump(terms)

    assert dumped == plain(terms)
    assert TermsSchema().load(dumped) == terms
