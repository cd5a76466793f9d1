"""Reads of calendar feeds: one's own, and whose an address is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, ActorKind
from answerprint.core.shown_once import is_secret, sha256_of
from facility import rules
from facility.errors import DeadFeed, UnknownFeed
from facility.models import CalendarFeed, FeedTopic, Person, Project, RoleGrant
from facility.queries.access import in_order
from facility.roles import permissions_of, sees_all_projects


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A calendar feed as its person sees it: everything but the secret."""

    id: UUID
    topic: str
    project_id: UUID | None
    project_code: str
    created_at: datetime
    rotated_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """What an address opens: in whose sight, what, and of which project. ``may_see`` as roles are at this moment."""

    actor: Actor
    topic: FeedTopic
    project_id: UUID | None
    may_see: bool


def feeds_of(session: Session, person_id: UUID) -> Sequence[FeedRow]:
    """List a person's calendar feeds, the newest first."""
    wanted = _feeds().where(CalendarFeed.person_id == person_id).order_by(CalendarFeed.id.desc())
    return [_row(feed, code) for feed, code in session.execute(wanted)]


def feed_row(session: Session, feed_id: UUID) -> FeedRow:
    """Return one calendar feed; raises ``UnknownFeed``."""
    found = session.execute(_feeds().where(CalendarFeed.id == feed_id)).one_or_none()
    if found is None:
        raise unknown_feed()
    return _row(found[0], found[1])


def feed_by_id(session: Session, feed_id: UUID) -> CalendarFeed:
    """Return a calendar feed itself; raises ``UnknownFeed``."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None:
        raise unknown_feed()
    return feed


def unknown_feed() -> UnknownFeed:
    """Return the refusal of a feed that is not there, or is another's."""
    return UnknownFeed("There is no such calendar of yours.")


def open_feed(session: Session, secret: str) -> OpenFeed:
    """Return what an address opens; raises ``DeadFeed``, the same for every address that opens nothing.

    Whoever reads it sees what its person may see now, and only what its topic shows.
    """
    wanted = (
        select(CalendarFeed.person_id, CalendarFeed.topic, CalendarFeed.project_id, RoleGrant.role)
        .join_from(CalendarFeed, Person, CalendarFeed.person_id == Person.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(CalendarFeed.secret_sha256 == sha256_of(secret), CalendarFeed.revoked_at.is_(None), Person.is_active)
    )
    rows = session.execute(wanted).all() if is_secret(secret) else []
    # A topic of a later release opens nothing here.
    if not rows or rows[0].topic not in set(FeedTopic):
        raise DeadFeed("This calendar address opens nothing (any more). Its owner makes a new one at My calendars.")
    feed, roles, topic = rows[0], in_order(row.role for row in rows), FeedTopic(rows[0].topic)
    allowed = permissions_of(roles) & {rules.right_for(topic)}
    actor = Actor(
        kind=ActorKind.PERSON,
        id=str(feed.person_id),
        permissions=allowed,
        person_id=feed.person_id,
        sees_all_projects=sees_all_projects(roles),
    )
    return OpenFeed(actor=actor, topic=topic, project_id=feed.project_id, may_see=bool(allowed))


def _feeds() -> Select[CalendarFeed, str]:
    return select(CalendarFeed, Project.code).outerjoin(Project, Project.id == CalendarFeed.project_id)


def _row(feed: CalendarFeed, code: str | None) -> FeedRow:
    return FeedRow(
        id=feed.id,
        topic=feed.topic,
        project_id=feed.project_id,
        project_code=code or "",
        created_at=feed.created_at,
        rotated_at=feed.rotated_at,
        revoked_at=feed.revoked_at,
    )
