"""The API of one's own calendar feeds."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.links import NEVER_STORED, feed_url
from facility.models import FeedTopic
from facility.queries.feeds import FeedRow, feed_row, feeds_of
from facility.schemas.feeds import FeedIn, FeedOut, FeedPage, NewFeedOut
from facility.service.feeds import NewFeed, make_feed, revoke_feed, rotate_feed

blueprint = Blueprint("facility_feeds", __name__, url_prefix="/facility", description="Your own calendar feeds")


def _shown(session: Session, new: NewFeed) -> dict[str, Any]:
    session.flush()
    return {"feed": feed_row(session, new.feed.id), "url": feed_url(FeedTopic(new.feed.topic), new.secret)}


@blueprint.get("/calendar-feeds")
@reads(Permission.TOKENS)
@blueprint.response(200, FeedPage)
def list_feeds(session: Session) -> Page[FeedRow]:
    """List your own calendar feeds, the newest first."""
    return Page(items=list(feeds_of(session, UUID(current_actor().id))), next=None)


@blueprint.post("/calendar-feeds")
@blueprint.arguments(FeedIn)
@writes(Permission.TOKENS)
@blueprint.response(201, NewFeedOut)
def post_feed(session: Session, payload: dict[str, Any]) -> Any:
    """Make a calendar feed; the answer shows its address once."""
    topic, project_id = FeedTopic(payload["topic"]), payload["project_id"]
    new = make_feed(session, current_actor(), topic=topic, project_id=project_id, now=clock.now())
    return _shown(session, new), 201, NEVER_STORED


@blueprint.post("/calendar-feeds/<uuid:feed_id>/rotate")
@writes(Permission.TOKENS)
@blueprint.response(200, NewFeedOut)
def post_feed_rotation(session: Session, feed_id: UUID) -> Any:
    """Give a calendar feed another address, shown once; the one before is dead at once."""
    new = rotate_feed(session, current_actor(), feed_id=feed_id, now=clock.now())
    return _shown(session, new), 200, NEVER_STORED


@blueprint.post("/calendar-feeds/<uuid:feed_id>/revoke")
@writes(Permission.TOKENS)
@blueprint.response(200, FeedOut)
def post_feed_revocation(session: Session, feed_id: UUID) -> FeedRow:
    """Revoke a calendar feed at once: your own, or with the right to change people anybody's."""
    revoke_feed(session, current_actor(), feed_id=feed_id, now=clock.now())
    session.flush()
    return feed_row(session, feed_id)
