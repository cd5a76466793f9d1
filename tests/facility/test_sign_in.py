"""Signing in and out, and what stops a guesser."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from answerprint.core.actor import SYSTEM, ActorKind
from answerprint.core.db import Database
from answerprint.core.shown_once import new_secret
from facility import sign_in_counters
from facility.models import Person, SignInCounter
from facility.passwords import check_password
from facility.queries.access import held_off_until, signed_in
from facility.roles import Role
from facility.service.invitations import accept_invitation, invite_person
from facility.service.sign_in import SignedIn, SignInRefused, end_sessions, sign_out
from tests.facility.factories import (
    ELSEWHERE,
    NOW,
    OFFICE,
    PASSWORD,
    attempt,
    check,
    make_person,
    signed_in_as,
    wrong,
)
from tests.facility.trail import everything_stored, facts

MARA = "mara@post.example"


@pytest.fixture(name="mara")
def _mara(database: Database) -> Person:
    """Somebody of tech who can sign in."""
    with database.transaction() as session:
        return make_person(session, Role.TECH)


def fail(database: Database, times: int, *, email: str = MARA, address: str = OFFICE) -> None:
    """Fail to sign in, so many times."""
    for _ in range(times):
        assert attempt(database, wrong(email), address=address) == SignInRefused(retry_at=None)


class TestSessions:
    """A session opens, is recognised, and ends."""

    def test_right_password_opens_a_session(self, database: Database, mara: Person) -> None:
        """The session knows its person, their rights and its own end; mail addresses know no capitals."""
        opened = signed_in_as(database, "MARA@Post.Example ")

        with database.reading() as session:
            found = signed_in(session, opened.secret, now=NOW, address=OFFICE)
            assert found is not None
            assert (found.actor.kind, found.actor.id, found.actor.address) == (ActorKind.PERSON, str(mara.id), OFFICE)
            assert (found.name, found.roles, found.csrf_token) == ("Mara Voss", (Role.TECH,), opened.csrf_token)
            assert found.actor.sees_all_projects
            assert found.expires_at == NOW + timedelta(hours=12)
        [fact] = facts(database, "facility.sign-in.succeeded")
        assert fact["actor"] == {"kind": "person", "id": str(mara.id)}

    def test_session_ends_after_twelve_hours(self, database: Database, mara: Person) -> None:
        """At its end a session opens nothing, however busy it was."""
        opened = signed_in_as(database, mara.email)

        with database.reading() as session:
            assert signed_in(session, opened.secret, now=opened.expires_at - timedelta(seconds=1), address=OFFICE)
            assert signed_in(session, opened.secret, now=opened.expires_at, address=OFFICE) is None

    @pytest.mark.parametrize("secret", ["", "x", "x" * 43, "x" * 10_000, "ä" * 43])
    def test_strange_cookie_is_nobody(self, database: Database, secret: str) -> None:
        """What is no secret of ours is no error either."""
        with database.reading() as session:
            assert signed_in(session, secret, now=NOW, address=OFFICE) is None

    def test_sign_out_ends_this_session_only(self, database: Database, mara: Person) -> None:
        """The same person stays signed in elsewhere, and a second sign-out changes nothing."""
        here, there = signed_in_as(database, mara.email), signed_in_as(database, mara.email)
        for _ in range(2):
            with database.transaction() as session:
                sign_out(session, SYSTEM, secret=here.secret, now=NOW)

        with database.reading() as session:
            assert signed_in(session, here.secret, now=NOW, address=OFFICE) is None
            assert signed_in(session, there.secret, now=NOW, address=OFFICE)
        assert len(facts(database, "facility.session.ended")) == 1

    def test_unknown_session_signs_out_quietly(self, database: Database) -> None:
        """There is nothing to end and nothing to record."""
        with database.transaction() as session:
            sign_out(session, SYSTEM, secret=new_secret(), now=NOW)

        assert facts(database, "facility.session.ended") == []

    def test_all_sessions_of_a_person_end(self, database: Database, mara: Person) -> None:
        """An admin can throw somebody out everywhere."""
        here, there = signed_in_as(database, mara.email), signed_in_as(database, mara.email)
        with database.transaction() as session:
            assert end_sessions(session, SYSTEM, person_id=mara.id, now=NOW) == 2

        with database.reading() as session:
            assert signed_in(session, here.secret, now=NOW, address=OFFICE) is None
            assert signed_in(session, there.secret, now=NOW, address=OFFICE) is None

    def test_secret_is_stored_nowhere(self, database: Database, mara: Person) -> None:
        """Neither the session's secret nor the password can be read in any table."""
        opened = signed_in_as(database, mara.email)

        stored = everything_stored(database)
        assert opened.secret not in stored
        assert PASSWORD not in stored
        assert opened.secret not in repr(opened)


class TestPasswordCheck:
    """The check that runs before the transaction."""

    def test_wrong_password_and_unknown_mail_get_one_answer(self, database: Database, mara: Person) -> None:
        """Nobody learns who works here; both are facts, and the known one names its person."""
        known = attempt(database, check(database, mara.email, "a wrong password"))
        unknown = attempt(database, check(database, "nobody@post.example"))

        assert known == unknown == SignInRefused(retry_at=None)
        abouts = [fact["about"] for fact in facts(database, "facility.sign-in.failed")]
        assert abouts == [f"person:{mara.id}", "sign-in:unknown-mail"]

    def test_unknown_mail_costs_the_same_work(self, database: Database, mara: Person) -> None:
        """A hash is verified for a mail that nobody has, with the same parameters."""
        known, unknown = check(database, mara.email), check(database, "nobody@post.example")

        assert known.checked_hash.split("$")[:4] == unknown.checked_hash.split("$")[:4]
        assert known.checked_hash.startswith("$argon2id$")
        assert (unknown.is_right, unknown.person_id) == (False, None)

    def test_person_without_password_cannot_sign_in(self, database: Database, mara: Person) -> None:
        """Somebody invited has no password, not an empty one, nor the one that nobody has."""
        with database.transaction() as session:
            session.merge(mara).password_hash = None
            invite_person(session, SYSTEM, person_id=mara.id, now=NOW)

        for password in ("", "nobody has this password"):
            assert attempt(database, check(database, mara.email, password)) == SignInRefused(retry_at=None)

    def test_password_changed_meanwhile_is_wrong(self, database: Database, mara: Person) -> None:
        """A check that was made against the old password opens nothing once there is a new one."""
        checked = check(database, mara.email)
        with database.transaction() as session:
            link = invite_person(session, SYSTEM, person_id=mara.id, now=NOW)
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash="another hash", now=NOW)

        assert attempt(database, checked) == SignInRefused(retry_at=None)

    def test_hash_with_older_parameters_is_made_anew(self, database: Database, mara: Person) -> None:
        """The next right sign-in brings the stored hash up to date."""
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with database.transaction() as session:
            link = invite_person(session, SYSTEM, person_id=mara.id, now=NOW)
            accept_invitation(session, SYSTEM, secret=link.secret, password_hash=weak, now=NOW)
        assert signed_in_as(database, mara.email).secret

        with database.reading() as session:
            stored = session.scalar(select(Person.password_hash).where(Person.id == mara.id))
            assert stored != weak
            assert check_password(session, mara.email, PASSWORD).new_hash is None
        assert signed_in_as(database, mara.email).secret

    def test_check_shows_no_hash(self, database: Database, mara: Person) -> None:
        """A check that ends up in a traceback or a log line gives nothing away."""
        assert "argon2" not in repr(check(database, mara.email))


class TestHeldOff:
    """Counters: per mail and address, per mail, per address."""

    def test_ten_failures_hold_this_pair_off(self, database: Database, mara: Person) -> None:
        """From the eleventh try on even the right password is not heard, until the window ends."""
        checked = check(database, mara.email)
        fail(database, 10)

        assert attempt(database, checked) == SignInRefused(retry_at=NOW + timedelta(minutes=15))
        with database.reading() as session:
            assert held_off_until(session, mara.email, now=NOW, address=OFFICE) == NOW + timedelta(minutes=15)
        assert isinstance(attempt(database, checked, now=NOW + timedelta(minutes=15)), SignedIn)
        assert [fact["scope"] for fact in facts(database, "facility.sign-in.held-off")] == ["pair"]

    def test_nine_failures_do_not(self, database: Database, mara: Person) -> None:
        """The tenth try may still be right, and then the pair's failures are forgotten."""
        fail(database, 9)
        assert signed_in_as(database, mara.email).secret

        fail(database, 9)
        assert signed_in_as(database, mara.email).secret

    def test_pair_held_off_can_sign_in_elsewhere(self, database: Database, mara: Person) -> None:
        """Ten failures at one address lock nobody out at another."""
        fail(database, 10)

        assert signed_in_as(database, mara.email, address=ELSEWHERE).secret

    def test_other_person_at_the_address_can_sign_in(self, database: Database, mara: Person) -> None:
        """One person's failures do not hold their colleagues off."""
        with database.transaction() as session:
            make_person(session, email="jo@post.example")
        fail(database, 10, email=mara.email)

        assert signed_in_as(database, "jo@post.example").secret

    def test_fifty_failures_hold_an_address_off(self, database: Database, mara: Person) -> None:
        """Whoever tries many mails from one address is not heard any more there, whomever they try."""
        for number in range(50):
            fail(database, 1, email=f"guess{number}@post.example")

        refused = attempt(database, check(database, mara.email))
        assert refused == SignInRefused(retry_at=NOW + timedelta(minutes=15))
        assert signed_in_as(database, mara.email, address=ELSEWHERE).secret

    def test_thirty_failures_hold_a_mail_off_at_new_addresses(self, database: Database, mara: Person) -> None:
        """Guesses from everywhere stop; where the person is known they still get in."""
        assert signed_in_as(database, mara.email).secret
        for number in range(30):
            fail(database, 1, address=f"198.51.100.{number}")

        checked = check(database, mara.email)
        refused = attempt(database, checked, address="203.0.113.5")
        assert refused == SignInRefused(retry_at=NOW + timedelta(minutes=15))
        assert isinstance(attempt(database, checked), SignedIn)

    def test_refused_unheard_leaves_no_entry(self, database: Database, mara: Person) -> None:
        """A guesser who goes on cannot fill the log."""
        fail(database, 10)
        for _ in range(3):
            attempt(database, wrong(mara.email))

        assert len(facts(database, "facility.sign-in.failed")) == 10

    def test_ended_windows_are_forgotten(self, database: Database, mara: Person) -> None:
        """The counters do not grow for ever; a known address is kept for 30 days."""
        assert signed_in_as(database, mara.email).secret
        fail(database, 1, email="guess@post.example")
        with database.transaction() as session:
            sign_in_counters.forget_ended(session, now=NOW + timedelta(minutes=16))
        with database.reading() as session:
            kept = [key.partition(":")[0] for key in session.scalars(select(SignInCounter.scope))]
        assert kept == ["known"]

        with database.transaction() as session:
            sign_in_counters.forget_ended(session, now=NOW + timedelta(days=31))
        with database.reading() as session:
            assert session.scalars(select(SignInCounter.scope)).all() == []
