"""One-time links."""

from datetime import timedelta

import pytest

from answerprint.core.actor import SYSTEM, stranger
from answerprint.core.db import Database
from answerprint.core.problems import Invalid
from answerprint.core.shown_once import new_secret
from facility.errors import AlreadySetUp, DeadInvitation, EmailTaken
from facility.queries.access import open_invitation, signed_in
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.invitations import NewInvitation, accept_invitation, invite_first_admin, invite_person
from facility.service.people import add_person
from tests.facility.factories import NOW, OFFICE, make_person, password_hash, signed_in_as
from tests.facility.trail import everything_stored, facts

WEEK = timedelta(days=7)


@pytest.fixture(name="link")
def _link(database: Database) -> NewInvitation:
    """A link for somebody who was just added."""
    with database.transaction() as session:
        new = add_person(session, SYSTEM, name="Mara Voss", email="mara@post.example", roles=[Role.TECH], now=NOW)
    return new.invitation


def refusal_of(database: Database, secret: str, *, days: int = 0) -> str:
    """Return the sentence with which a link is refused."""
    with pytest.raises(DeadInvitation) as refusal, database.transaction() as session:
        accept_invitation(
            session, stranger(OFFICE), secret=secret, password_hash=password_hash(), now=NOW + timedelta(days=days)
        )
    return f"{refusal.value.code}: {refusal.value.detail}"


class TestLinks:
    """A link sets a password once."""

    def test_link_works_once(self, database: Database, link: NewInvitation) -> None:
        """The second use of a link is refused, and the first one lets its person in."""
        with database.transaction() as session:
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash=password_hash(), now=NOW)

        assert refusal_of(database, link.secret)
        assert signed_in_as(database, "mara@post.example").secret

    def test_unknown_used_expired_and_replaced_read_the_same(self, database: Database, link: NewInvitation) -> None:
        """Whoever tries links learns nothing from the answers."""
        assert link.person_id is not None
        with database.transaction() as session:
            replacement = invite_person(session, SYSTEM, person_id=link.person_id, now=NOW)
        answers = {refusal_of(database, new_secret()), refusal_of(database, link.secret)}
        answers.add(refusal_of(database, replacement.secret, days=7))
        with database.transaction() as session:
            accept_invitation(session, SYSTEM, secret=replacement.secret, password_hash=password_hash(), now=NOW)
        answers.add(refusal_of(database, replacement.secret))

        assert len(answers) == 1

    def test_looking_uses_nothing_up(self, database: Database, link: NewInvitation) -> None:
        """A mail scanner that opens the link spoils nothing; the last second of the week still counts."""
        with database.reading() as session:
            for _ in range(2):
                assert open_invitation(session, link.secret, now=NOW + WEEK - timedelta(seconds=1))
            assert open_invitation(session, link.secret, now=NOW + WEEK) is None

    def test_new_password_ends_open_sessions(self, database: Database) -> None:
        """Whoever sits in a session with the old password is out."""
        with database.transaction() as session:
            person = make_person(session)
        opened = signed_in_as(database, "mara@post.example")
        with database.transaction() as session:
            link = invite_person(session, SYSTEM, person_id=person.id, now=NOW)
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash=password_hash(), now=NOW)

        with database.reading() as session:
            assert signed_in(session, opened.secret, now=NOW, address=OFFICE) is None
        assert facts(database, "facility.invitation.accepted")[-1]["sessions_ended"] == 1

    def test_secret_is_stored_nowhere(self, database: Database, link: NewInvitation) -> None:
        """Who reads the whole database opens nothing with it."""
        assert link.secret not in everything_stored(database)
        assert link.secret not in repr(link)


class TestFirstAdmin:
    """The first set-up."""

    def test_first_admin_comes_by_a_link(self, database: Database) -> None:
        """The link makes a person with name, mail and all rights."""
        with database.transaction() as session:
            link = invite_first_admin(session, SYSTEM, now=NOW)
        with database.transaction() as session:
            person = accept_invitation(
                session,
                stranger(OFFICE),
                secret=link.secret,
                password_hash=password_hash(),
                now=NOW,
                name="Mara Voss",
                email="Mara@post.example",
            )

        with database.reading() as session:
            assert person_row(session, person.id).roles == (Role.ADMIN,)
        assert signed_in_as(database, "mara@post.example").secret
        assert [fact["roles"] for fact in facts(database, "facility.person.added")] == [["admin"]]

    def test_name_and_mail_are_asked_for(self, database: Database) -> None:
        """Without them the link stays unused."""
        with database.transaction() as session:
            link = invite_first_admin(session, SYSTEM, now=NOW)
        with pytest.raises(Invalid) as refusal, database.transaction() as session:
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash=password_hash(), now=NOW, name="Mara")

        assert set(refusal.value.fields) == {"email"}
        with database.reading() as session:
            assert open_invitation(session, link.secret, now=NOW)

    def test_once_somebody_can_sign_in_it_is_over(self, database: Database) -> None:
        """Neither is a new link made, nor does one made before open anything."""
        with database.transaction() as session:
            link = invite_first_admin(session, SYSTEM, now=NOW)
        with database.transaction() as session:
            make_person(session)

        with pytest.raises(AlreadySetUp), database.transaction() as session:
            invite_first_admin(session, SYSTEM, now=NOW)
        assert refusal_of(database, link.secret)
        with database.reading() as session:
            assert open_invitation(session, link.secret, now=NOW) is None

    def test_newer_link_replaces_the_older(self, database: Database) -> None:
        """Only the last link that was asked for opens the house."""
        with database.transaction() as session:
            older = invite_first_admin(session, SYSTEM, now=NOW)
        with database.transaction() as session:
            newer = invite_first_admin(session, SYSTEM, now=NOW)

        with database.reading() as session:
            assert open_invitation(session, older.secret, now=NOW) is None
            assert open_invitation(session, newer.secret, now=NOW)

    def test_mail_of_somebody_added_is_taken(self, database: Database, link: NewInvitation) -> None:
        """The first admin meets the rule that a mail is one person's."""
        with database.transaction() as session:
            first = invite_first_admin(session, SYSTEM, now=NOW)

        with pytest.raises(EmailTaken), database.transaction() as session:
            accept_invitation(
                session,
                SYSTEM,
                secret=first.secret,
                password_hash=password_hash(),
                now=NOW,
                name="Other",
                email="mara@post.example",
            )
        assert link.person_id is not None
