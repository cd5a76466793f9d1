"""Calendar feeds: an address with a secret, in its person's sight, until it is rotated or revoked."""

import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from facility.errors import BadFeed, DeadFeed, FeedEnded, TokensNeedPerson, TopicRefused, UnknownFeed, UnknownProject
from facility.models import FeedTopic, Person
from facility.queries.feeds import OpenFeed, feeds_of, open_feed
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.erasure import forget_person
from facility.service.feeds import NewFeed, make_feed, revoke_feed, rotate_feed
from facility.service.people import change_roles, deactivate_person, reactivate_person
from facility.service.projects import add_member
from tests.facility.browser import Browser, program_of
from tests.facility.factories import NOW, actor_of, make_person, make_project
from tests.facility.trail import everything_stored, facts

CONTRACTS, RESERVATIONS = FeedTopic.CONTRACTS, FeedTopic.RESERVATIONS


@pytest.fixture(name="tech")
def _tech(database: Database) -> Actor:
    """Somebody of tech, at a browser."""
    with database.transaction() as session:
        return actor_of(session, make_person(session, Role.TECH).id)


def made(database: Database, actor: Actor, topic: FeedTopic = CONTRACTS, project_id: UUID | None = None) -> NewFeed:
    """Make a feed in a transaction of its own."""
    with database.transaction() as session:
        return make_feed(session, actor, topic=topic, project_id=project_id, now=NOW)


def opened(database: Database, secret: str) -> OpenFeed:
    """Return what an address opens."""
    with database.reading() as session:
        return open_feed(session, secret)


def is_dead(database: Database, secret: str) -> bool:
    """Report whether an address opens nothing."""
    try:
        opened(database, secret)
    except DeadFeed:
        return True
    return False


class TestMaking:
    """What a feed may be made of."""

    def test_it_opens_in_its_persons_sight(self, database: Database, tech: Actor) -> None:
        """It may see what its topic shows, and nothing else of what its person may."""
        feed = opened(database, made(database, tech).secret)

        assert (feed.topic, feed.project_id, feed.may_see) == (CONTRACTS, None, True)
        assert feed.actor.permissions == {Permission.CONTRACTS_READ}
        assert (feed.actor.person_id, feed.actor.sees_all_projects) == (tech.person_id, True)

    def test_the_secret_is_256_bits_and_stored_nowhere(self, database: Database, tech: Actor) -> None:
        """The table has its digest, and the trail not even that."""
        new = made(database, tech)

        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new.secret)
        assert new.secret not in everything_stored(database)
        assert new.secret not in repr(new)
        assert new.feed.secret_sha256 not in "".join(str(one) for one in facts(database, "facility.feed.made"))

    def test_it_shows_no_more_than_its_maker_sees(self, database: Database) -> None:
        """Contracts need their right, and a project must be one of the maker's."""
        with database.transaction() as session:
            producer = actor_of(session, make_person(session, Role.PRODUCER).id)
            project_id = make_project(session).id

        with pytest.raises(TopicRefused, match=r"licensing\.contracts\.read"):
            made(database, producer)
        with pytest.raises(UnknownProject):
            made(database, producer, RESERVATIONS, project_id)

    def test_a_token_of_few_rights_gets_no_address_of_many(self, database: Database, tech: Actor) -> None:
        """Neither by making a feed nor by giving one of its person's another address."""
        held = made(database, tech)
        narrow = replace(tech, permissions=frozenset({Permission.TOKENS}))

        with pytest.raises(TopicRefused):
            made(database, narrow)
        with pytest.raises(TopicRefused), database.transaction() as session:
            rotate_feed(session, narrow, feed_id=held.feed.id, now=NOW)
        assert not is_dead(database, held.secret)

    def test_a_project_stands_where_its_topic_has_one(self, database: Database, tech: Actor) -> None:
        """Reservations are a project's, and contracts are nobody's project."""
        with database.transaction() as session:
            project_id = make_project(session).id

        for topic, project in ((RESERVATIONS, None), (CONTRACTS, project_id)):
            with pytest.raises(BadFeed) as refused:
                made(database, tech, topic, project)
            assert list(refused.value.fields) == ["project_id"]

    def test_the_house_itself_makes_none(self, database: Database) -> None:
        """An address is a person's."""
        with pytest.raises(TokensNeedPerson):
            made(database, SYSTEM)


class TestEnding:
    """An address ends, and every one that ended is the same."""

    def test_another_address_kills_the_one_before(self, database: Database, tech: Actor) -> None:
        """At once, with a fact, and the feed stays."""
        before = made(database, tech)
        with database.transaction() as session:
            after = rotate_feed(session, tech, feed_id=before.feed.id, now=NOW)

        assert is_dead(database, before.secret)
        assert not is_dead(database, after.secret)
        assert len(facts(database, "facility.feed.rotated")) == 1

    def test_a_revoked_one_stays_dead(self, database: Database, tech: Actor) -> None:
        """Twice is once, and no new address brings it back."""
        new = made(database, tech)
        for _ in range(2):
            with database.transaction() as session:
                revoke_feed(session, tech, feed_id=new.feed.id, now=NOW)
        with pytest.raises(FeedEnded), database.transaction() as session:
            rotate_feed(session, tech, feed_id=new.feed.id, now=NOW)

        assert is_dead(database, new.secret)
        assert len(facts(database, "facility.feed.revoked")) == 1

    def test_others_feeds_are_not_found(self, database: Database, tech: Actor) -> None:
        """Its person gives it another address, an admin may end it, and nobody else learns that it is there."""
        new = made(database, tech)
        with database.transaction() as session:
            other = actor_of(session, make_person(session, Role.TECH, email="jo@post.example").id)
            admin = actor_of(session, make_person(session, Role.ADMIN, email="ada@post.example").id)
        for actor, act in ((other, revoke_feed), (other, rotate_feed), (admin, rotate_feed)):
            with pytest.raises(UnknownFeed), database.transaction() as session:
                act(session, actor, feed_id=new.feed.id, now=NOW)
        with database.transaction() as session:
            revoke_feed(session, admin, feed_id=new.feed.id, now=NOW)

        assert is_dead(database, new.secret)

    @pytest.mark.parametrize("how", ["deactivated", "forgotten"])
    def test_who_has_left_has_none(self, database: Database, tech: Actor, how: str) -> None:
        """It ends with its person, and who comes back makes a new one."""
        new = made(database, tech)
        assert tech.person_id is not None
        with database.transaction() as session:
            version = person_row(session, tech.person_id).version
            if how == "forgotten":
                forget_person(session, SYSTEM, person_id=tech.person_id, order_id=UUID(int=1), now=NOW)
            else:
                deactivate_person(session, SYSTEM, person_id=tech.person_id, version=version, now=NOW)
        assert is_dead(database, new.secret)
        with database.transaction() as session:
            version = person_row(session, tech.person_id).version
            reactivate_person(session, SYSTEM, person_id=tech.person_id, version=version)

        assert is_dead(database, new.secret)

    def test_an_inactive_person_is_enough(self, database: Database, tech: Actor) -> None:
        """However a person became inactive: the address is dead while they are."""
        new = made(database, tech)
        with database.transaction() as session:
            session.get_one(Person, tech.person_id).is_active = False
            make_project(session)  # a fact, so that the guard lets it pass

        assert is_dead(database, new.secret)

    @pytest.mark.parametrize("secret", ["", "x", "A" * 43, "ä" * 43, "A" * 44, "none"])
    def test_a_strange_address_reads_like_a_dead_one(self, database: Database, secret: str) -> None:
        """What was never made is no other answer."""
        with pytest.raises(DeadFeed, match="opens nothing"):
            opened(database, secret)

    def test_it_loses_what_its_person_loses(self, database: Database, tech: Actor) -> None:
        """Rights are those of this moment: the address opens, and shows nothing."""
        new = made(database, tech)
        assert tech.person_id is not None
        with database.transaction() as session:
            version = person_row(session, tech.person_id).version
            change_roles(session, SYSTEM, person_id=tech.person_id, version=version, roles=[Role.PRODUCER])

        assert not opened(database, new.secret).may_see


class TestRoutes:
    """The page and the API."""

    def test_the_api_shows_an_address_once(self, app: Flask, database: Database, ada: Person) -> None:
        """Made, listed without its address, given another, revoked."""
        program = program_of(app.test_client(), database, ada.id)
        with database.transaction() as session:
            project = make_project(session)
        made_here = program.call(
            "POST", "/calendar-feeds", {"topic": "licensing.reservations", "project_id": str(project.id)}
        )
        feed, url = made_here.json["feed"], made_here.json["url"]
        again = program.call("POST", f"/calendar-feeds/{feed['id']}/rotate")
        listed = program.call("GET", "/calendar-feeds")
        revoked = program.call("POST", f"/calendar-feeds/{feed['id']}/revoke")

        assert (made_here.status_code, made_here.headers["Cache-Control"]) == (201, "no-store")
        assert re.fullmatch(r"http://localhost/api/v1/licensing/calendars/[A-Za-z0-9_-]{43}\.ics", url)
        assert again.json["url"] != url
        assert [one["project_code"] for one in listed.json["items"]] == ["NB-204"]
        assert url.split("/")[-1][:43] not in listed.text
        assert revoked.json["revoked_at"] is not None

    def test_a_wrong_topic_names_its_field(self, app: Flask, database: Database, ada: Person) -> None:
        """What no calendar shows is refused by name."""
        answer = program_of(app.test_client(), database, ada.id).call("POST", "/calendar-feeds", {"topic": "audit"})

        assert (answer.status_code, [one["field"] for one in answer.json["errors"]]) == (422, ["topic"])

    def test_the_page_makes_rotates_and_revokes(self, admin: Browser) -> None:
        """The address is shown once; afterwards the list knows the feed, not the address."""
        shown = admin.submit("/calendars/new", topic="licensing.contracts").text
        found = re.search(r"/calendars/([A-Za-z0-9_-]{43})\.ics", shown)
        assert found is not None
        listed = admin.read("/calendars")
        rotation = re.search(r'action="(/calendars/[^"]+/rotate)"', listed)
        revocation = re.search(r'action="(/calendars/[^"]+/revoke)"', listed)
        assert rotation is not None
        assert revocation is not None
        again = admin.submit("/calendars", to=rotation[1]).text
        gone = admin.submit("/calendars", to=revocation[1])

        assert found[1] not in listed
        assert found[1] not in again
        assert gone.status_code == 303
        assert "REVOKED" in admin.read("/calendars")
        assert "My calendars" in admin.read("/tokens")

    def test_an_admin_ends_anothers(self, admin: Browser, database: Database, tech: Actor) -> None:
        """On the person's page, where the feed is listed without its address."""
        new = made(database, tech)
        page = f"/people/{tech.person_id}"
        gone = admin.submit(page, to=f"{page}/calendars/{new.feed.id}/revoke")

        assert gone.status_code == 303
        assert is_dead(database, new.secret)
        assert new.secret not in admin.read(page)

    def test_a_form_half_filled_says_what_is_missing(self, admin: Browser) -> None:
        """Reservations without a project show the form again."""
        answer = admin.submit("/calendars/new", topic="licensing.reservations")

        assert answer.status_code == 422
        assert "Choose the project whose reservations" in answer.text


def test_a_persons_feeds_are_listed_newest_first(database: Database, tech: Actor) -> None:
    """Each with its project, and nobody else's."""
    with database.transaction() as session:
        project_id = make_project(session).id
        producer = actor_of(session, make_person(session, Role.PRODUCER, email="jo@post.example").id)
        assert producer.person_id is not None
        add_member(session, SYSTEM, project_id=project_id, person_id=producer.person_id)
    made(database, tech)
    made(database, producer, RESERVATIONS, project_id)
    made(database, tech, RESERVATIONS, project_id)
    assert tech.person_id is not None
    with database.reading() as session:
        found = feeds_of(session, tech.person_id)

    assert [(one.topic, one.project_code) for one in found] == [
        ("licensing.reservations", "NB-204"),
        ("licensing.contracts", ""),
    ]
