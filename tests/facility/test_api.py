"""The facility's API, as a program meets it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility.models import Person
from facility.service.projects import add_member
from tests.facility.browser import Program, program_of
from tests.facility.factories import actor_of, make_person, make_project
from tests.facility.trail import everything_stored


class TestPeople:
    """People by the API."""

    def test_me_says_who_calls(self, program: Program, ada: Person) -> None:
        """A program learns in whose name it acts and what it may."""
        answer = program.call("GET", "/me").json

        assert (answer["id"], answer["name"], answer["kind"]) == (str(ada.id), "Ada Keller", "token")
        assert answer["roles"] == ["admin"]
        assert answer["permissions"] == sorted(Permission)

    def test_person_from_addition_to_leaving(self, program: Program) -> None:
        """Each answer brings the version that the next change names."""
        new = program.call("POST", "/people", {"name": "Mara", "email": "Mara@post.example", "roles": ["tech"]})
        assert new.status_code == 201
        assert new.headers["Cache-Control"] == "no-store"
        assert new.json["invitation"]["url"].startswith("http://localhost/invitations/")
        assert new.json["person"]["created_at"].endswith("Z")
        place = f"/people/{new.json['person']['id']}"

        changed = program.call("PATCH", place, {"name": "Mara Lind"}, If_Match=new.headers["ETag"])
        roles = program.call("PUT", f"{place}/roles", {"roles": ["auditor"]}, If_Match=changed.headers["ETag"])
        gone = program.call("POST", f"{place}/deactivate", If_Match=roles.headers["ETag"])
        back = program.call("POST", f"{place}/reactivate", If_Match=gone.headers["ETag"])
        assert (changed.json["name"], roles.json["roles"]) == ("Mara Lind", ["auditor"])
        assert (gone.json["is_active"], back.json["is_active"]) == (False, True)
        assert program.call("GET", place).json == back.json
        assert program.call("POST", f"{place}/invitations").status_code == 201
        assert program.call("DELETE", f"{place}/sessions").json == {"sessions_ended": 0}
        assert program.call("GET", f"{place}/tokens").json == {"items": [], "next": None}

    def test_secrets_are_not_kept_for_a_repetition(self, program: Program) -> None:
        """The link is shown once; who repeats the request learns that it happened, and nobody is added twice."""
        payload = {"name": "Mara", "email": "mara@post.example", "roles": ["tech"]}
        first = program.call("POST", "/people", payload, Idempotency_Key="one")
        again = program.call("POST", "/people", payload, Idempotency_Key="one")

        assert first.status_code == 201
        assert (again.status_code, again.json["type"]) == (409, "/api/v1/problems/answer-shown-once")
        assert len(program.call("GET", "/people").json["items"]) == 2

    def test_change_names_the_version_it_changes(self, program: Program, ada: Person) -> None:
        """Without it 428, with an older one 412."""
        place = f"/people/{ada.id}"

        assert program.call("PATCH", place, {"name": "Ada"}).status_code == 428
        assert program.call("PATCH", place, {"name": "Ada"}, If_Match='"1"').status_code == 412

    @pytest.mark.parametrize(
        ("payload", "field"),
        [
            ({"email": "m@post.example", "roles": ["tech"]}, "name"),
            ({"name": " \t", "email": "m@post.example", "roles": ["tech"]}, "name"),
            ({"name": "M\u0000", "email": "m@post.example", "roles": ["tech"]}, "name"),
            ({"name": "x" * 121, "email": "m@post.example", "roles": ["tech"]}, "name"),
            ({"name": "Mara", "email": "no mail", "roles": ["tech"]}, "email"),
            ({"name": "Mara", "email": "m@post.example", "roles": []}, "roles"),
            ({"name": "Mara", "email": "m@post.example", "roles": ["root"]}, "roles.0"),
            ({"name": "Mara", "email": "m@post.example", "roles": ["tech"], "is_active": True}, "is_active"),
        ],
    )
    def test_field_at_fault_is_named(self, program: Program, payload: dict[str, object], field: str) -> None:
        """What cannot be read is refused by its name, and unknown fields are, too."""
        refused = program.call("POST", "/people", payload)

        assert refused.status_code == 422
        assert [error["field"] for error in refused.json["errors"]] == [field]

    def test_taken_mail_is_a_conflict(self, program: Program, ada: Person) -> None:
        """The problem names its kind for ever, and the field."""
        payload = {"name": "Other", "email": ada.email.upper(), "roles": ["tech"]}
        refused = program.call("POST", "/people", payload)

        assert (refused.status_code, refused.json["type"]) == (409, "/api/v1/problems/email-taken")
        assert refused.json["errors"][0]["field"] == "email"


class TestProjects:
    """Clients, projects and members by the API."""

    def test_project_from_client_to_members(self, program: Program, ada: Person) -> None:
        """The way of a pipeline that sets a project up."""
        client = program.call("POST", "/clients", {"name": "Northbound"})
        place = f"/clients/{client.json['id']}"
        renamed = program.call("PATCH", place, {"name": "Eastbound"}, If_Match=client.headers["ETag"])
        assert program.call("GET", place).json == renamed.json
        payload = {"client_id": client.json["id"], "code": "NB-204", "name": "Northern Light"}
        project = program.call("POST", "/projects", payload)
        place = f"/projects/{project.json['id']}"
        closed = program.call("PATCH", place, {"is_open": False}, If_Match=project.headers["ETag"])
        assert (closed.json["is_open"], closed.json["client_name"]) == (False, "Eastbound")
        assert program.call("GET", place).json == closed.json

        members = program.call("POST", f"{place}/members", {"person_id": str(ada.id)})
        assert (members.status_code, members.json["items"][0]["name"]) == (201, "Ada Keller")
        assert program.call("DELETE", f"{place}/members/{ada.id}").status_code == 204
        assert program.call("GET", f"{place}/members").json["items"] == []
        assert program.call("DELETE", f"{place}/members/{ada.id}").status_code == 404

    @pytest.mark.parametrize("code", ["", "NB 204", "NB/204", "NB-204\n", "Ä", "x" * 41])
    def test_code_is_letters_digits_and_two_signs(self, program: Program, code: str) -> None:
        """A code fits a path and a file name everywhere."""
        payload = {"client_id": str(uuid4()), "code": code, "name": "Northern Light"}
        refused = program.call("POST", "/projects", payload)

        assert [error["field"] for error in refused.json["errors"]] == ["code"]

    @pytest.mark.parametrize("value", ["true", 1, None])
    def test_flag_is_true_or_false(self, program: Program, database: Database, value: object) -> None:
        """Neither text nor a number passes for it."""
        with database.transaction() as session:
            project = make_project(session)
        refused = program.call("PATCH", f"/projects/{project.id}", {"is_open": value}, If_Match='"1"')

        assert refused.status_code == 422

    def test_producers_program_sees_their_projects(self, client: FlaskClient, database: Database) -> None:
        """A token is limited to what its person may know of."""
        with database.transaction() as session:
            ours, theirs = make_project(session, "NB-204"), make_project(session, "WB-1")
            person = make_person(session, now=clock.now())
            add_member(session, SYSTEM, project_id=ours.id, person_id=person.id)
        producer = program_of(client, database, person.id)

        assert [item["code"] for item in producer.call("GET", "/projects").json["items"]] == ["NB-204"]
        assert producer.call("GET", f"/projects/{theirs.id}").status_code == 404
        assert producer.call("GET", f"/clients/{theirs.client_id}").status_code == 404
        assert producer.call("GET", f"/projects/{theirs.id}/members").status_code == 404

    def test_list_goes_on_where_it_stopped(self, program: Program, database: Database) -> None:
        """The cursor of one page opens the next."""
        with database.transaction() as session:
            for code in ("A", "B", "C"):
                make_project(session, code)
        first = program.call("GET", "/projects?limit=2").json
        second = program.call("GET", f"/projects?limit=2&cursor={first['next']}").json

        assert [item["code"] for item in first["items"] + second["items"]] == ["A", "B", "C"]
        assert second["next"] is None


class TestTokens:
    """Tokens by the API."""

    def test_token_is_made_listed_and_revoked(self, program: Program, database: Database) -> None:
        """The secret is in the first answer only, and in no table."""
        ends = (clock.now() + timedelta(hours=1)).isoformat()
        new = program.call("POST", "/tokens", {"name": "farm", "scopes": ["licensing.read"], "expires_at": ends})
        assert new.status_code == 201
        assert new.headers["Cache-Control"] == "no-store"
        assert new.json["secret"] not in everything_stored(database)
        assert new.json["secret"] not in program.call("GET", "/tokens").text

        farm = Program(program.client, new.json["secret"])
        assert farm.call("GET", "/me").status_code == 403
        assert farm.call("GET", "/people").status_code == 403
        assert program.call("POST", f"/tokens/{new.json['token']['id']}/revoke").json["revoked_at"]
        assert farm.call("GET", "/me").status_code == 401

    def test_last_use_is_shown(self, program: Program) -> None:
        """A person sees which of their tokens is in use."""
        [token] = program.call("GET", "/tokens").json["items"]

        assert token["last_used_at"].endswith(":00.000000Z")

    def test_scope_beyond_ones_own_is_refused(self, client: FlaskClient, database: Database) -> None:
        """A producer's token cannot see prices."""
        with database.transaction() as session:
            person = make_person(session, now=clock.now())
            assert not actor_of(session, person.id).may(Permission.CONTRACTS_READ)
        producer = program_of(client, database, person.id)
        ends = (clock.now() + timedelta(hours=1)).isoformat()
        payload = {"name": "farm", "scopes": ["licensing.contracts.read"], "expires_at": ends}
        refused = producer.call("POST", "/tokens", payload)

        assert (refused.status_code, refused.json["type"]) == (403, "/api/v1/problems/scopes-refused")

    def test_end_without_zone_is_refused(self, program: Program) -> None:
        """Nobody could say when it was."""
        payload = {"name": "farm", "scopes": ["self"], "expires_at": "2026-03-14T09:26:53"}

        assert program.call("POST", "/tokens", payload).json["errors"][0]["field"] == "expires_at"
