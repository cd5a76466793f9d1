"""People come, change and leave."""

from datetime import timedelta
from uuid import uuid4

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.paging import PageRequest, read_cursor
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid, StaleVersion
from facility.errors import DeadInvitation, EmailTaken, LastAdmin, PersonInactive, RolesRefused, UnknownPerson
from facility.public import person_names
from facility.queries.access import signed_in, token_bearer
from facility.queries.people import people, person_row
from facility.roles import Role
from facility.service.invitations import accept_invitation, invite_person
from facility.service.people import add_person, change_person, change_roles, deactivate_person, reactivate_person
from facility.service.sign_in import SignInRefused
from facility.service.tokens import make_token
from tests.facility.factories import (
    NOW,
    OFFICE,
    actor_of,
    attempt,
    check,
    make_person,
    password_hash,
    signed_in_as,
)
from tests.facility.trail import bodies, facts


class TestAdding:
    """Somebody new in the house."""

    def test_person_comes_with_roles_and_an_invitation(self, database: Database) -> None:
        """Somebody added can do nothing until they set a password."""
        with database.transaction() as session:
            new = add_person(session, SYSTEM, name="Mara Voss", email=" Mara@Post.Example", roles=[Role.TECH], now=NOW)

        with database.reading() as session:
            row = person_row(session, new.person.id)
            assert (row.email, row.roles, row.has_password) == ("mara@post.example", (Role.TECH,), False)
        assert facts(database, "facility.person.added")[0]["roles"] == ["tech"]

    def test_mail_address_belongs_to_one_person(self, database: Database) -> None:
        """The same mail in capitals is the same mail."""
        with database.transaction() as session:
            make_person(session)

        with pytest.raises(EmailTaken) as refusal, database.transaction() as session:
            add_person(session, SYSTEM, name="Other", email="MARA@post.example", roles=[Role.TECH], now=NOW)

        assert "email" in refusal.value.fields

    def test_person_without_role_is_refused(self, database: Database) -> None:
        """Who is to do nothing is deactivated instead."""
        with pytest.raises(RolesRefused), database.transaction() as session:
            add_person(session, SYSTEM, name="Mara", email="mara@post.example", roles=[], now=NOW)

    def test_names_and_mails_stand_in_no_entry(self, database: Database) -> None:
        """The log holds digests only, of what is now and of what was."""
        with database.transaction() as session:
            person = make_person(session)
            version = person.version
            change_person(
                session, SYSTEM, person_id=person.id, version=version, name="Mara Lind", email="lind@post.example"
            )
        attempt(database, check(database, "lind@post.example", "a wrong one"))

        told = bodies(database)
        assert not [word for word in ("Mara", "Voss", "Lind", "mara@", "lind@") if word in told]
        assert facts(database, "facility.person.added")[0]["personal"] == ["email", "name"]


class TestChanging:
    """Names and mails change."""

    def test_change_tells_the_old_and_the_new(self, database: Database) -> None:
        """What stayed as it was is left out of the fact."""
        with database.transaction() as session:
            person = make_person(session)
        with database.transaction() as session:
            change_person(session, SYSTEM, person_id=person.id, version=person.version, name="Mara Lind")

        [fact] = facts(database, "facility.person.changed")
        assert (fact["fields"], fact["personal"]) == (["name"], ["new_name", "old_name"])
        with database.reading() as session:
            assert person_names(session, [person.id, uuid4()]) == {person.id: "Mara Lind"}

    def test_older_version_is_refused(self, database: Database) -> None:
        """Nobody overwrites what they have not seen."""
        with database.transaction() as session:
            person = make_person(session)
        with database.transaction() as session:
            change_person(session, SYSTEM, person_id=person.id, version=person.version, name="Mara Lind")
            stale = person.version

        with pytest.raises(StaleVersion), database.transaction() as session:
            change_person(session, SYSTEM, person_id=person.id, version=stale, name="Mara")

    def test_same_values_change_nothing(self, database: Database) -> None:
        """A form saved unchanged leaves no entry and no new version."""
        with database.transaction() as session:
            person = make_person(session)
        with database.transaction() as session:
            same = change_person(
                session,
                SYSTEM,
                person_id=person.id,
                version=person.version,
                name="Mara Voss",
                email="MARA@post.example",
            )

        assert same.version == person.version
        assert facts(database, "facility.person.changed") == []

    def test_taken_mail_is_refused(self, database: Database) -> None:
        """A change meets the same rule as an addition."""
        with database.transaction() as session:
            make_person(session)
            other = make_person(session, email="jo@post.example")

        with pytest.raises(EmailTaken), database.transaction() as session:
            change_person(session, SYSTEM, person_id=other.id, version=other.version, email="mara@post.example")

    def test_unknown_person_is_not_found(self, database: Database) -> None:
        """An id of nobody's is refused by name."""
        with pytest.raises(UnknownPerson), database.transaction() as session:
            change_person(session, SYSTEM, person_id=uuid4(), version=1, name="Mara")


class TestRoles:
    """What a person may do changes."""

    def test_roles_count_at_once(self, database: Database) -> None:
        """An open session may from its next request on what the new roles allow, and nothing else."""
        with database.transaction() as session:
            person = make_person(session, Role.TECH)
        opened = signed_in_as(database, "mara@post.example")
        with database.reading() as session:
            version = person_row(session, person.id).version
        with database.transaction() as session:
            change_roles(session, SYSTEM, person_id=person.id, version=version, roles=[Role.AUDITOR])

        with database.reading() as session:
            now_in = signed_in(session, opened.secret, now=NOW, address=OFFICE)
            assert now_in is not None
            assert now_in.actor.may(Permission.AUDIT_READ)
            assert not now_in.actor.may(Permission.SEATS_WRITE)
            assert person_row(session, person.id).version == version + 1
        [fact] = facts(database, "facility.person.roles-changed")
        assert (fact["old_roles"], fact["new_roles"]) == (["tech"], ["auditor"])

    def test_last_admin_stays(self, database: Database) -> None:
        """Without an admin who can sign in nobody could run the house."""
        with database.transaction() as session:
            admin = make_person(session, Role.ADMIN)
            add_person(session, SYSTEM, name="Jo", email="jo@post.example", roles=[Role.ADMIN], now=NOW)

        with pytest.raises(LastAdmin), database.transaction() as session:
            change_roles(session, SYSTEM, person_id=admin.id, version=admin.version, roles=[Role.TECH])
        with pytest.raises(LastAdmin), database.transaction() as session:
            deactivate_person(session, SYSTEM, person_id=admin.id, version=admin.version, now=NOW)

    def test_one_of_two_admins_may_go(self, database: Database) -> None:
        """The rule keeps one, not both."""
        with database.transaction() as session:
            admin = make_person(session, Role.ADMIN)
            make_person(session, Role.ADMIN, email="jo@post.example")
        with database.transaction() as session:
            change_roles(session, SYSTEM, person_id=admin.id, version=admin.version, roles=[Role.TECH])

        with database.reading() as session:
            assert person_row(session, admin.id).roles == (Role.TECH,)


class TestLeaving:
    """Somebody leaves, and comes back."""

    def test_session_token_and_link_die_at_once(self, database: Database) -> None:
        """Nobody acts as somebody who has left, not for one request more."""
        with database.transaction() as session:
            person = make_person(session, Role.TECH)
        opened = signed_in_as(database, "mara@post.example")
        with database.transaction() as session:
            actor = actor_of(session, person.id)
            scopes = frozenset({Permission.SEATS_WRITE})
            ends = NOW + timedelta(days=1)
            token = make_token(session, actor, name="farm", scopes=scopes, expires_at=ends, now=NOW)
            link = invite_person(session, SYSTEM, person_id=person.id, now=NOW)
        checked = check(database, "mara@post.example")
        with database.transaction() as session:
            deactivate_person(session, SYSTEM, person_id=person.id, version=person.version, now=NOW)

        with database.reading() as session:
            assert signed_in(session, opened.secret, now=NOW, address=OFFICE) is None
            assert token_bearer(session, token.secret, now=NOW, address=OFFICE) is None
        assert isinstance(attempt(database, checked), SignInRefused)
        with pytest.raises(DeadInvitation), database.transaction() as session:
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash=password_hash(), now=NOW)
        [fact] = facts(database, "facility.person.deactivated")
        assert (fact["sessions_ended"], fact["tokens_revoked"]) == (1, 1)

    def test_who_comes_back_needs_a_new_password(self, database: Database) -> None:
        """Old secrets stay dead; an invitation lets the person in again."""
        with database.transaction() as session:
            person = make_person(session)
        opened = signed_in_as(database, "mara@post.example")
        with database.transaction() as session:
            person = deactivate_person(session, SYSTEM, person_id=person.id, version=person.version, now=NOW)
        with pytest.raises(PersonInactive), database.transaction() as session:
            invite_person(session, SYSTEM, person_id=person.id, now=NOW)
        with database.transaction() as session:
            reactivate_person(session, SYSTEM, person_id=person.id, version=person.version)

        assert isinstance(attempt(database, check(database, "mara@post.example")), SignInRefused)
        with database.reading() as session:
            assert signed_in(session, opened.secret, now=NOW, address=OFFICE) is None


class TestList:
    """Everybody, page by page."""

    def test_people_come_page_by_page(self, database: Database) -> None:
        """Every person once, by name; the cursor holds an id, since an address must not hold a name."""
        with database.transaction() as session:
            for number in (3, 1, 2, 2):
                make_person(session, email=f"p{number}-{uuid4()}@post.example", name=f"Person {number}")

        seen, after = [], None
        with database.reading() as session:
            for _ in range(4):
                page = people(session, PageRequest(after=after, limit=1))
                seen += [row.name for row in page.items]
                after = read_cursor(page.next, shape=(str,)) if page.next else None
                assert "Person" not in str(after)
        assert seen == ["Person 1", "Person 2", "Person 2", "Person 3"]
        assert after is None

    def test_strange_cursor_is_refused(self, database: Database) -> None:
        """A cursor of another list is an error, not an empty page."""
        with pytest.raises(Invalid), database.reading() as session:
            people(session, PageRequest(after=("NB-204",), limit=1))
