"""Calendar feeds: an address that programs read without signing in, in a person's sight, until it is revoked."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from answerprint.core.permissions import Permission
from answerprint.core.shown_once import new_secret, sha256_of
from audit.record import record
from facility import rules
from facility.errors import FeedEnded, TokensNeedPerson
from facility.facts import FeedMade, FeedRevoked, FeedRotated
from facility.models import CalendarFeed, FeedTopic
from facility.queries.feeds import feed_by_id, unknown_feed
from facility.queries.projects import visible_project


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed with an address that was just made. The secret in it is shown now and never again."""

    feed: CalendarFeed
    secret: str = field(repr=False)


def make_feed(session: Session, actor: Actor, *, topic: FeedTopic, project_id: UUID | None, now: datetime) -> NewFeed:
    """Make a calendar feed of the actor's own that shows no more than the actor may see.

    Raises ``TopicRefused``, ``BadFeed``, and ``UnknownProject`` for a project that the actor may not know of.
    """
    if actor.person_id is None:
        raise TokensNeedPerson("A calendar address is a person's. Sign in and make it on the page My calendars.")
    _check(session, actor, topic, project_id)
    secret = new_secret()
    feed = CalendarFeed(
        id=new_id(),
        person_id=actor.person_id,
        topic=topic.value,
        project_id=project_id,
        secret_sha256=sha256_of(secret),
        created_at=now,
    )
    session.add(feed)
    fact = FeedMade(about=f"feed:{feed.id}", person_id=feed.person_id, topic=topic.value, project=project_id)
    record(session, actor, fact)
    return NewFeed(feed=feed, secret=secret)


def rotate_feed(session: Session, actor: Actor, *, feed_id: UUID, now: datetime) -> NewFeed:
    """Give a feed of one's own another address; the one before opens nothing any more. Raises ``FeedEnded``.

    What it shows is checked again: who holds a token of few rights gets no address that shows more.
    """
    feed = feed_by_id(session, feed_id)
    if feed.person_id != actor.person_id or feed.topic not in set(FeedTopic):
        raise unknown_feed()
    if feed.revoked_at is not None:
        raise FeedEnded("This calendar was revoked, and stays so. Make a new one.")
    _check(session, actor, FeedTopic(feed.topic), feed.project_id)
    secret = new_secret()
    feed.secret_sha256 = sha256_of(secret)
    feed.rotated_at = now
    record(session, actor, FeedRotated(about=f"feed:{feed.id}", person_id=feed.person_id))
    return NewFeed(feed=feed, secret=secret)


def revoke_feed(session: Session, actor: Actor, *, feed_id: UUID, now: datetime) -> CalendarFeed:
    """End a feed of one's own at once, or with the right to change people anybody's; raises ``UnknownFeed``."""
    feed = feed_by_id(session, feed_id)
    if feed.person_id != actor.person_id and not actor.may(Permission.PEOPLE_WRITE):
        raise unknown_feed()
    if feed.revoked_at is not None:
        return feed
    feed.revoked_at = now
    record(session, actor, FeedRevoked(about=f"feed:{feed.id}", person_id=feed.person_id))
    return feed


def _check(session: Session, actor: Actor, topic: FeedTopic, project_id: UUID | None) -> None:
    rules.check_topic(topic, allowed=actor.permissions)
    rules.check_project_of_feed(topic, project_id)
    if project_id is not None:
        visible_project(session, actor, project_id)
