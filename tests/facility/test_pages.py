"""The pages of the facility, as a browser meets them."""

import re
from urllib.parse import urlsplit

from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.models import Person
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.projects import add_member
from tests.facility.browser import Browser, program_of
from tests.facility.factories import PASSWORD, make_person, make_project
from tests.facility.trail import everything_stored


def shown_once(page: str) -> str:
    """Return the secret or link that a page shows once."""
    found = re.search(r'id="once"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


class TestPeople:
    """An admin's work."""

    def test_person_comes_in_by_the_link_shown_once(self, admin: Browser, app: Flask, database: Database) -> None:
        """From the form to the person's own first sign-in; the link stands in no table."""
        typed = {"name": "Mara Voss", "email": "mara@post.example", "role-tech": "true"}
        link = shown_once(admin.submit("/people/new", **typed).text)
        assert link.rpartition("/")[2] not in everything_stored(database)

        other = Browser(app.test_client())
        path = urlsplit(link).path
        assert other.submit(path, password=PASSWORD, password_again=PASSWORD).status_code == 303
        assert other.sign_in("mara@post.example").status_code == 303
        assert other.client.get("/people").status_code == 403

    def test_form_that_is_refused_keeps_what_was_typed(self, admin: Browser) -> None:
        """Without a role nobody is added; name, mail and the sentence stand in the form."""
        refused = admin.submit("/people/new", name="Mara <Voss>", email="mara@post.example")

        assert refused.status_code == 422
        assert "Mara &lt;Voss&gt;" in refused.text
        assert 'id="f-roles-wrong"' in refused.text

    def test_change_roles_and_leave(self, admin: Browser, database: Database) -> None:
        """Each act leads back to the person, with the version that the page showed."""
        with database.transaction() as session:
            person = make_person(session, Role.TECH, now=clock.now())
        place = f"/people/{person.id}"
        acts = [
            admin.submit(f"{place}/change", name="Mara Lind", email="lind@post.example"),
            admin.submit(f"{place}/roles", **{"role-auditor": "true"}),
            admin.submit(place, to=f"{place}/end-sessions"),
            admin.submit(place, to=f"{place}/deactivate"),
            admin.submit(place, to=f"{place}/reactivate"),
        ]
        again = admin.submit(place, to=f"{place}/invite")

        assert [act.status_code for act in acts] == [303] * 5
        assert shown_once(again.text).startswith("http://localhost/invitations/")
        with database.reading() as session:
            row = person_row(session, person.id)
        assert (row.name, row.roles, row.is_active, row.has_password) == ("Mara Lind", (Role.AUDITOR,), True, False)

    def test_older_page_changes_nothing(self, admin: Browser, database: Database) -> None:
        """Who typed into an older page is told so and keeps what they typed."""
        with database.transaction() as session:
            person = make_person(session, now=clock.now())
        refused = admin.submit(f"/people/{person.id}/change", name="Mara Lind", email="lind@post.example", version="1")

        assert refused.status_code == 412
        assert "Mara Lind" in refused.text

    def test_last_admin_is_told(self, admin: Browser, ada: Person) -> None:
        """The page is shown again with the sentence."""
        refused = admin.submit(f"/people/{ada.id}", to=f"/people/{ada.id}/deactivate")

        assert refused.status_code == 409
        assert "only admin" in refused.text

    def test_token_of_another_is_revoked(self, admin: Browser, database: Database, app: Flask) -> None:
        """An admin ends a program of somebody else's."""
        with database.transaction() as session:
            person = make_person(session, now=clock.now())
        program = program_of(app.test_client(), database, person.id)
        place = f"/people/{person.id}"
        revoke = re.search(rf"{place}/tokens/[0-9a-f-]{{36}}/revoke", admin.read(place))
        assert revoke is not None
        assert admin.submit(place, to=revoke[0]).status_code == 303

        assert program.call("GET", "/me").status_code == 401

    def test_act_that_came_too_late_is_answered(self, admin: Browser, ada: Person, database: Database) -> None:
        """Who is taken off a project a second time reads that they do not work on it."""
        with database.transaction() as session:
            project = make_project(session)
            add_member(session, SYSTEM, project_id=project.id, person_id=ada.id)
        place, away = f"/projects/{project.id}", f"/projects/{project.id}/members/{ada.id}/remove"
        token = re.search(r'name="csrf" value="([^"]+)"', admin.read(place))
        assert token is not None

        answers = [admin.client.post(away, data={"csrf": token[1]}).status_code for _ in range(2)]
        assert answers == [303, 404]

    def test_unknown_person_is_not_found(self, admin: Browser, ada: Person) -> None:
        """An act on nobody is answered, not broken."""
        token = re.search(r'name="csrf" value="([^"]+)"', admin.read("/people"))
        assert token is not None
        nobody = str(ada.id)[:-4] + "0000"

        assert admin.client.get(f"/people/{nobody}").status_code == 404
        sent = {"csrf": token[1], "version": "1"}
        assert admin.client.post(f"/people/{nobody}/deactivate", data=sent).status_code == 404


class TestProjects:
    """Clients, projects, members."""

    def test_from_client_to_member(self, admin: Browser, ada: Person) -> None:
        """A new house comes to its first project by the pages alone."""
        assert "Add a client" in admin.read("/clients")
        assert "Add a client" in admin.read("/projects/new")
        assert admin.submit("/clients/new", name="Northbound").status_code == 303
        client_id = re.search(r"/clients/([0-9a-f-]{36})/change", admin.read("/clients"))
        assert client_id is not None
        typed = {"client_id": client_id[1], "code": "NB-204", "name": "Northern Light"}
        place = urlsplit(admin.submit("/projects/new", **typed).headers["Location"]).path
        assert admin.submit(place, to=f"{place}/members", person_id=str(ada.id)).status_code == 303
        assert "Take off" in admin.read(place)
        assert admin.submit(place, to=f"{place}/members/{ada.id}/remove").status_code == 303
        assert admin.submit(f"{place}/change", code="NB-204", name="Northern Light").status_code == 303

        assert "CLOSED" in admin.read("/projects")
        assert admin.submit(f"/clients/{client_id[1]}/change", name="Eastbound").status_code == 303
        assert "Eastbound" in admin.read("/projects")

    def test_code_with_a_blank_is_refused(self, admin: Browser, database: Database) -> None:
        """The field says what a code is made of."""
        with database.transaction() as session:
            client_id = str(make_project(session).client_id)
        refused = admin.submit("/projects/new", client_id=client_id, code="NB 204", name="Northern Light")

        assert refused.status_code == 422
        assert "digits" in refused.text

    def test_producer_sees_their_own(self, browser: Browser, database: Database) -> None:
        """What is not theirs is not there, and what is theirs they cannot change."""
        with database.transaction() as session:
            ours, theirs = make_project(session, "NB-204"), make_project(session, "WB-1")
            person = make_person(session, now=clock.now())
            add_member(session, SYSTEM, project_id=ours.id, person_id=person.id)
        browser.sign_in(person.email)

        page = browser.read("/projects")
        assert "NB-204" in page
        assert "WB-1" not in page
        assert "Put on the project" not in browser.read(f"/projects/{ours.id}")
        assert browser.client.get(f"/projects/{theirs.id}").status_code == 404
        assert browser.client.get(f"/projects/{ours.id}/change").status_code == 403


class TestTokens:
    """My tokens."""

    def test_token_is_shown_once_and_revoked(self, admin: Browser, app: Flask, database: Database) -> None:
        """It opens the API until it is revoked, and stands in no table."""
        last_day = f"{clock.now():%Y-%m-%d}"
        made = admin.submit("/tokens/new", name="farm", expires_on=last_day, **{"scope-self": "true"})
        secret = shown_once(made.text)
        assert secret not in everything_stored(database)
        assert secret not in admin.read("/tokens")
        headers = {"Authorization": f"Bearer {secret}"}
        assert app.test_client().get("/api/v1/facility/me", headers=headers).status_code == 200

        place = re.search(r"/tokens/[0-9a-f-]{36}/revoke", admin.read("/tokens"))
        assert place is not None
        assert admin.submit("/tokens", to=place[0]).status_code == 303
        assert app.test_client().get("/api/v1/facility/me", headers=headers).status_code == 401

    def test_token_without_end_is_refused(self, admin: Browser) -> None:
        """The form asks for the last day, and for something that the token may."""
        refused = admin.submit("/tokens/new", name="farm")

        assert refused.status_code == 422
        assert 'id="f-scopes-wrong"' in refused.text
        assert 'id="f-expires-on-wrong"' in refused.text
