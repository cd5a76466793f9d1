"""API tokens."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility.errors import ScopesRefused, TokenRefused, TokensNeedPerson, UnknownToken
from facility.models import TokenUse
from facility.queries.access import TokenBearer, token_bearer
from facility.queries.people import person_row, tokens_of
from facility.roles import Role
from facility.service.people import change_roles
from facility.service.tokens import NewToken, make_token, revoke_token
from facility.token_uses import note_token_use
from tests.facility.factories import NOW, OFFICE, actor_of, make_person
from tests.facility.trail import bodies, everything_stored, facts

SEATS = (Permission.LICENSING_READ, Permission.SEATS_WRITE)
DAY = timedelta(days=1)


@pytest.fixture(name="tech")
def _tech(database: Database) -> Actor:
    """Somebody of tech, at a browser."""
    with database.transaction() as session:
        return actor_of(session, make_person(session, Role.TECH).id)


def made(
    database: Database, actor: Actor, scopes: Iterable[Permission] = SEATS, expires_at: datetime = NOW + DAY
) -> NewToken:
    """Make a token in a transaction of its own."""
    with database.transaction() as session:
        return make_token(session, actor, name="render farm", scopes=frozenset(scopes), expires_at=expires_at, now=NOW)


def sent(database: Database, secret: str, *, now: datetime = NOW) -> TokenBearer | None:
    """Return what a token opens."""
    with database.reading() as session:
        return token_bearer(session, secret, now=now, address=OFFICE)


def bearer(database: Database, secret: str, *, now: datetime = NOW) -> Actor | None:
    """Return whom a token stands for."""
    found = sent(database, secret, now=now)
    return found.actor if found else None


def is_noted(database: Database, secret: str, *, now: datetime = NOW) -> bool:
    """Report whether a token's use in this minute is noted."""
    found = sent(database, secret, now=now)
    return found is not None and found.is_noted


class TestMaking:
    """What a token may be made of."""

    def test_token_acts_in_its_persons_name(self, database: Database, tech: Actor) -> None:
        """It may what it was made for, and nothing else of what its person may."""
        new = made(database, tech)

        actor = bearer(database, new.secret)
        assert actor is not None
        assert (actor.kind, actor.id, actor.person_id) == (ActorKind.TOKEN, tech.id, tech.person_id)
        assert actor.permissions == frozenset(SEATS)
        assert (actor.token_id, actor.sees_all_projects) == (new.token.id, True)

    def test_secret_has_a_form_that_scanners_find(self, database: Database, tech: Actor) -> None:
        """A leaked token is recognised by its first letters."""
        assert re.fullmatch(r"apt_[A-Za-z0-9_-]{43}", made(database, tech).secret)

    def test_secret_and_name_are_stored_in_no_entry(self, database: Database, tech: Actor) -> None:
        """The secret stands in no table at all."""
        new = made(database, tech)

        assert new.secret not in everything_stored(database)
        assert new.secret not in repr(new)
        assert "render farm" not in bodies(database)

    def test_token_may_no_more_than_its_maker(self, database: Database, tech: Actor) -> None:
        """The scope beyond one's own rights is named."""
        with pytest.raises(ScopesRefused, match=r"audit\.read") as refusal:
            made(database, tech, [Permission.SEATS_WRITE, Permission.AUDIT_READ])

        assert "scopes" in refusal.value.fields

    def test_token_without_scope_is_refused(self, database: Database, tech: Actor) -> None:
        """It would open nothing."""
        with pytest.raises(TokenRefused):
            made(database, tech, [])

    @pytest.mark.parametrize("lasts", [timedelta(0), -DAY, 366 * DAY + timedelta(seconds=1)])
    def test_end_is_asked_for_and_bounded(self, database: Database, tech: Actor, lasts: timedelta) -> None:
        """A token ends later than now and within 366 days."""
        with pytest.raises(TokenRefused) as refusal:
            made(database, tech, expires_at=NOW + lasts)

        assert "expires_at" in refusal.value.fields

    def test_longest_token(self, database: Database, tech: Actor) -> None:
        """366 days are the longest, so that a leap year is a year."""
        assert made(database, tech, expires_at=NOW + 366 * DAY).secret

    def test_token_of_a_token_ends_no_later(self, database: Database, tech: Actor) -> None:
        """A leaked token cannot live on in a child, nor have one that may more."""
        maker = bearer(database, made(database, tech, [Permission.TOKENS, Permission.SEATS_WRITE]).secret)
        assert maker is not None

        with pytest.raises(TokenRefused):
            made(database, maker, [Permission.SEATS_WRITE], expires_at=NOW + 2 * DAY)
        with pytest.raises(ScopesRefused):
            made(database, maker, [Permission.LICENSING_READ])
        assert made(database, maker, [Permission.SEATS_WRITE]).secret

    def test_house_itself_makes_none(self, database: Database) -> None:
        """A token acts in a person's name."""
        with pytest.raises(TokensNeedPerson):
            made(database, SYSTEM)


class TestEnding:
    """A token ends."""

    def test_token_ends_on_time(self, database: Database, tech: Actor) -> None:
        """At its end it opens nothing."""
        secret = made(database, tech).secret

        assert bearer(database, secret, now=NOW + DAY - timedelta(seconds=1))
        assert bearer(database, secret, now=NOW + DAY) is None

    def test_revoked_token_opens_nothing(self, database: Database, tech: Actor) -> None:
        """Revoking counts at once, and twice is once."""
        new = made(database, tech)
        for _ in range(2):
            with database.transaction() as session:
                revoke_token(session, tech, token_id=new.token.id, now=NOW)

        assert bearer(database, new.secret) is None
        assert len(facts(database, "facility.token.revoked")) == 1

    def test_others_tokens_are_not_found(self, database: Database, tech: Actor) -> None:
        """Only its person and an admin revoke a token; others do not learn that it is there."""
        new = made(database, tech)
        with database.transaction() as session:
            other = actor_of(session, make_person(session, Role.TECH, email="jo@post.example").id)
            admin = actor_of(session, make_person(session, Role.ADMIN, email="ada@post.example").id)

        with pytest.raises(UnknownToken), database.transaction() as session:
            revoke_token(session, other, token_id=new.token.id, now=NOW)
        with database.transaction() as session:
            assert revoke_token(session, admin, token_id=new.token.id, now=NOW).revoked_at == NOW

    def test_token_loses_what_its_person_loses(self, database: Database, tech: Actor) -> None:
        """Rights are those of this moment, within the scopes."""
        secret = made(database, tech).secret
        assert tech.person_id is not None
        with database.transaction() as session:
            version = person_row(session, tech.person_id).version
            change_roles(session, SYSTEM, person_id=tech.person_id, version=version, roles=[Role.PRODUCER])

        actor = bearer(database, secret)
        assert actor is not None
        assert actor.permissions == {Permission.LICENSING_READ}
        assert not actor.sees_all_projects

    @pytest.mark.parametrize("secret", ["", "apt_", "apt_" + "x" * 43, "x" * 47, "apt_" + "ä" * 43])
    def test_strange_token_is_nobody(self, database: Database, secret: str) -> None:
        """What is no token of ours is no error either."""
        assert bearer(database, secret) is None


class TestUse:
    """When a token was last used."""

    def test_use_is_noted_to_the_minute(self, database: Database, tech: Actor) -> None:
        """A busy token writes once a minute, and never backwards."""
        new = made(database, tech)
        minute = NOW.replace(second=0)
        assert not is_noted(database, new.secret)
        for moment in (NOW, NOW + timedelta(seconds=2), NOW + 2 * timedelta(minutes=1), NOW):
            with database.transaction() as session:
                note_token_use(session, new.token.id, now=moment)

        assert is_noted(database, new.secret)
        assert not is_noted(database, new.secret, now=NOW + timedelta(minutes=3))
        with database.reading() as session:
            assert session.scalars(select(TokenUse.last_used_at)).all() == [minute + timedelta(minutes=2)]
            assert tech.person_id is not None
            [row] = tokens_of(session, tech.person_id)
            assert row.last_used_at == minute + timedelta(minutes=2)
