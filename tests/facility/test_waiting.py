"""What of the house itself waits for an admin."""

from datetime import timedelta

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility import rules
from facility.queries.waiting import invited_people, leavers_on_projects, tokens_ending
from facility.roles import Role
from facility.service.clients import add_client
from facility.service.invitations import accept_invitation
from facility.service.people import add_person, deactivate_person
from facility.service.projects import add_member, add_project, change_project
from facility.service.tokens import make_token, revoke_token
from tests.facility.factories import actor_of, make_person

NOW = clock.now()
SOON = timedelta(days=14)


class TestInvited:
    """Who may come in and has not."""

    def test_invited_person_waits_until_they_came(self, database: Database) -> None:
        """With a password they are no matter any more."""
        with database.transaction() as session:
            new = add_person(session, SYSTEM, name="Nora", email="nora@x.example", roles=[Role.TECH], now=NOW)
        with database.reading() as session:
            (waiting,) = invited_people(session, now=NOW)
        with database.transaction() as session:
            accept_invitation(session, SYSTEM, secret=new.invitation.secret, password_hash="x", now=NOW)
        with database.reading() as session:
            assert not invited_people(session, now=NOW)

        assert (waiting.name, waiting.expires_at) == ("Nora", new.invitation.expires_at)

    def test_link_that_ended_is_said_first(self, database: Database) -> None:
        """Nothing of theirs opens any more: they need another link."""
        with database.transaction() as session:
            add_person(session, SYSTEM, name="Zoe", email="zoe@x.example", roles=[Role.TECH], now=NOW)
            later = NOW + rules.INVITATION_LASTS
            add_person(session, SYSTEM, name="Ann", email="ann@x.example", roles=[Role.TECH], now=later)
        with database.reading() as session:
            found = invited_people(session, now=later + timedelta(minutes=1))

        assert [(one.name, one.expires_at is None) for one in found] == [("Zoe", True), ("Ann", False)]


class TestTokens:
    """Tokens that end soon."""

    def test_ending_token_is_told_of_and_a_dead_one_is_not(self, database: Database) -> None:
        """Neither one that was revoked, nor one that goes on for long, nor one that ended."""
        with database.transaction() as session:
            person = make_person(session, Role.ADMIN, email="a@x.example", name="A", now=NOW)
            actor, scopes = actor_of(session, person.id), frozenset({Permission.SELF})
            made = {
                name: make_token(
                    session, actor, name=name, scopes=scopes, expires_at=NOW + timedelta(days=days), now=NOW
                )
                for name, days in (("farm", 3), ("gone", 4), ("year", 300), ("over", 1))
            }
            revoke_token(session, actor, token_id=made["gone"].token.id, now=NOW)
        later = NOW + timedelta(days=2)
        with database.reading() as session:
            found = tokens_ending(session, now=later, before=later + SOON)

        assert [(one.name, one.person_name) for one in found] == [("farm", "A")]


class TestLeavers:
    """Who left and is still named."""

    def test_leaver_is_named_until_the_project_closes(self, database: Database) -> None:
        """On an open project somebody should take them off; a closed one is a record of what was."""
        with database.transaction() as session:
            make_person(session, Role.ADMIN, email="admin@x.example", name="Admin", now=NOW)
            gone = make_person(session, Role.PRODUCER, email="g@x.example", name="Gil", now=NOW)
            client = add_client(session, SYSTEM, name="Northlight")
            project = add_project(session, SYSTEM, client_id=client.id, code="HARB", name="Harbour")
            add_member(session, SYSTEM, project_id=project.id, person_id=gone.id)
        with database.reading() as session:
            before = leavers_on_projects(session)
        with database.transaction() as session:
            deactivate_person(session, SYSTEM, person_id=gone.id, version=gone.version, now=NOW)
        with database.reading() as session:
            (left,) = leavers_on_projects(session)
        with database.transaction() as session:
            change_project(session, SYSTEM, project_id=project.id, version=project.version, is_open=False)
        with database.reading() as session:
            after = leavers_on_projects(session)

        assert not before
        assert (left.name, left.code) == ("Gil", "HARB")
        assert not after
