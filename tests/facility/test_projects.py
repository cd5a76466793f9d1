"""Clients, projects, and who may see which."""

from uuid import uuid4

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.paging import PageRequest
from answerprint.core.problems import StaleVersion
from facility.errors import (
    AlreadyMember,
    ClientNameTaken,
    PersonInactive,
    ProjectCodeTaken,
    UnknownClient,
    UnknownMember,
    UnknownProject,
)
from facility.public import project_for
from facility.queries.projects import members_of, visible_client, visible_clients, visible_project, visible_projects
from facility.roles import Role
from facility.service.clients import add_client, rename_client
from facility.service.people import deactivate_person
from facility.service.projects import add_member, add_project, change_project, remove_member
from tests.facility.factories import NOW, actor_of, make_person, make_project
from tests.facility.trail import bodies, facts

ALL = PageRequest()


class TestClients:
    """For whom the house works."""

    def test_name_is_one_clients(self, database: Database) -> None:
        """A second client of the same name is refused, added or renamed."""
        with database.transaction() as session:
            add_client(session, SYSTEM, name="Northbound")
            other = add_client(session, SYSTEM, name="Westbound")

        with pytest.raises(ClientNameTaken), database.transaction() as session:
            add_client(session, SYSTEM, name="Northbound")
        with pytest.raises(ClientNameTaken), database.transaction() as session:
            rename_client(session, SYSTEM, client_id=other.id, version=1, name="Northbound")

    def test_rename_moves_the_version_on(self, database: Database) -> None:
        """Who holds the older version is refused; old and new name are told beside the log."""
        with database.transaction() as session:
            client = add_client(session, SYSTEM, name="Northbound")
        with database.transaction() as session:
            assert rename_client(session, SYSTEM, client_id=client.id, version=1, name="Eastbound").version == 2

        with pytest.raises(StaleVersion), database.transaction() as session:
            rename_client(session, SYSTEM, client_id=client.id, version=1, name="Southbound")
        assert facts(database, "facility.client.renamed")[0]["personal"] == ["new_name", "old_name"]

    def test_same_name_changes_nothing(self, database: Database) -> None:
        """A form saved unchanged leaves no entry."""
        with database.transaction() as session:
            client = add_client(session, SYSTEM, name="Northbound")
        with database.transaction() as session:
            rename_client(session, SYSTEM, client_id=client.id, version=1, name="Northbound")

        assert facts(database, "facility.client.renamed") == []


class TestProjects:
    """What the house works on."""

    def test_code_is_one_projects(self, database: Database) -> None:
        """A pipeline finds one project by a code."""
        with database.transaction() as session:
            project = make_project(session, "NB-204")
            other = make_project(session, "NB-205")

        with pytest.raises(ProjectCodeTaken), database.transaction() as session:
            add_project(session, SYSTEM, client_id=project.client_id, code="NB-204", name="Again")
        with pytest.raises(ProjectCodeTaken), database.transaction() as session:
            change_project(session, SYSTEM, project_id=other.id, version=1, code="NB-204")

    def test_unknown_client_is_not_found(self, database: Database) -> None:
        """A project is for somebody."""
        with pytest.raises(UnknownClient), database.transaction() as session:
            add_project(session, SYSTEM, client_id=uuid4(), code="NB-204", name="Nobody's")

    def test_change_tells_old_and_new_of_what_changed(self, database: Database) -> None:
        """What stayed as it was is left out."""
        with database.transaction() as session:
            project = make_project(session)
        with database.transaction() as session:
            change_project(session, SYSTEM, project_id=project.id, version=1, code="NB-204", is_open=False)

        [fact] = facts(database, "facility.project.changed")
        assert fact["fields"] == ["is_open"]
        assert (fact["old_is_open"], fact["new_is_open"], fact["old_code"], fact["personal"]) == (1, 0, None, [])
        with database.reading() as session:
            assert not visible_project(session, SYSTEM, project.id).is_open

    def test_older_version_is_refused(self, database: Database) -> None:
        """Nobody overwrites what they have not seen, and an unchanged form leaves no entry."""
        with database.transaction() as session:
            project = make_project(session)
        with database.transaction() as session:
            assert change_project(session, SYSTEM, project_id=project.id, version=1).version == 1

        with pytest.raises(StaleVersion), database.transaction() as session:
            change_project(session, SYSTEM, project_id=project.id, version=2, name="Other")
        assert facts(database, "facility.project.changed") == []

    def test_titles_stand_in_no_entry(self, database: Database) -> None:
        """A title may be under embargo, and who the client is, too."""
        with database.transaction() as session:
            project = make_project(session, name="Northern Light")
            change_project(session, SYSTEM, project_id=project.id, version=1, name="Southern Dark")

        told = bodies(database)
        assert not [word for word in ("Northern", "Southern", "Client of") if word in told]


class TestVisibility:
    """Need to know."""

    def test_producer_sees_their_own_projects_only(self, database: Database) -> None:
        """Others are not found, in lists and by id, and so are the clients of others."""
        with database.transaction() as session:
            ours, theirs = make_project(session, "NB-204"), make_project(session, "WB-1")
            person = make_person(session, Role.PRODUCER)
            add_member(session, SYSTEM, project_id=ours.id, person_id=person.id)
            producer = actor_of(session, person.id)

        with database.reading() as session:
            assert [row.code for row in visible_projects(session, producer, ALL).items] == ["NB-204"]
            assert [row.name for row in visible_clients(session, producer, ALL).items] == ["Client of NB-204"]
            assert project_for(session, producer, ours.id).code == "NB-204"
            with pytest.raises(UnknownProject):
                project_for(session, producer, theirs.id)
            with pytest.raises(UnknownProject):
                members_of(session, producer, theirs.id)
            assert visible_client(session, producer, ours.client_id).name == "Client of NB-204"
            with pytest.raises(UnknownClient):
                visible_client(session, producer, theirs.client_id)

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.TECH, Role.AUDITOR])
    def test_others_see_all(self, database: Database, role: Role) -> None:
        """Admins, tech staff and auditors are members of nothing and see everything."""
        with database.transaction() as session:
            make_project(session, "NB-204")
            make_project(session, "WB-1")
            actor = actor_of(session, make_person(session, role).id)

        with database.reading() as session:
            assert [row.code for row in visible_projects(session, actor, ALL).items] == ["NB-204", "WB-1"]
            assert len(visible_clients(session, actor, ALL).items) == 2

    def test_who_is_taken_off_sees_no_more(self, database: Database) -> None:
        """Membership counts from one request to the next."""
        with database.transaction() as session:
            project = make_project(session)
            person = make_person(session, Role.PRODUCER)
            producer = actor_of(session, person.id)
            add_member(session, SYSTEM, project_id=project.id, person_id=person.id)
        with database.transaction() as session:
            remove_member(session, SYSTEM, project_id=project.id, person_id=person.id)

        with database.reading() as session, pytest.raises(UnknownProject):
            visible_project(session, producer, project.id)

    def test_projects_come_page_by_page(self, database: Database) -> None:
        """The page after a code begins with the next one."""
        with database.transaction() as session:
            for code in ("C", "A", "B"):
                make_project(session, code)

        with database.reading() as session:
            first = visible_projects(session, SYSTEM, PageRequest(limit=2))
            second = visible_projects(session, SYSTEM, PageRequest(after=("B",), limit=2))
            clients = visible_clients(session, SYSTEM, PageRequest(after=("Client of A",), limit=1))
        assert [row.code for row in first.items] == ["A", "B"]
        assert first.next is not None
        assert [row.code for row in second.items] == ["C"]
        assert second.next is None
        assert [row.name for row in clients.items] == ["Client of B"]


class TestMembers:
    """Who works on a project."""

    def test_member_is_added_once(self, database: Database) -> None:
        """Twice is refused, and the list shows them once."""
        with database.transaction() as session:
            project, person = make_project(session), make_person(session)
            add_member(session, SYSTEM, project_id=project.id, person_id=person.id)

        with pytest.raises(AlreadyMember), database.transaction() as session:
            add_member(session, SYSTEM, project_id=project.id, person_id=person.id)
        with database.reading() as session:
            assert [member.name for member in members_of(session, SYSTEM, project.id)] == ["Mara Voss"]

    def test_somebody_who_left_joins_nothing(self, database: Database) -> None:
        """Who cannot sign in is put on nothing."""
        with database.transaction() as session:
            project, person = make_project(session), make_person(session)
            deactivate_person(session, SYSTEM, person_id=person.id, version=person.version, now=NOW)

        with pytest.raises(PersonInactive), database.transaction() as session:
            add_member(session, SYSTEM, project_id=project.id, person_id=person.id)

    def test_stranger_to_a_project_is_not_taken_off(self, database: Database) -> None:
        """Who is not on it cannot be taken off, and nothing is recorded."""
        with database.transaction() as session:
            project, person = make_project(session), make_person(session)

        with pytest.raises(UnknownMember), database.transaction() as session:
            remove_member(session, SYSTEM, project_id=project.id, person_id=person.id)
        assert facts(database, "facility.member.removed") == []
