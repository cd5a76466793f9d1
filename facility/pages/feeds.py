"""My calendars: make a feed (its address is shown once), give it another address, revoke it."""

from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, reads, writes
from answerprint.core.list_file import Column, ListFile, exports, list_file
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from answerprint.core.permissions import Permission
from facility import rules
from facility.links import feed_url
from facility.models import FeedTopic
from facility.pages.frame import blueprint
from facility.queries.feeds import FeedRow, feed_row, feeds_of
from facility.queries.projects import visible_projects
from facility.schemas.forms import FeedForm
from facility.service.feeds import NewFeed, make_feed, revoke_feed, rotate_feed

_WORDS = {
    FeedTopic.CONTRACTS: "Dates of contracts and lots",
    FeedTopic.RESERVATIONS: "Reservations of a project",
}

_COLUMNS: tuple[Column[FeedRow], ...] = (
    ("shows", lambda one: one.topic),
    ("project", lambda one: one.project_code),
    ("made (UTC)", lambda one: one.created_at),
    ("address since (UTC)", lambda one: one.rotated_at or one.created_at),
    ("revoked (UTC)", lambda one: one.revoked_at),
)


@blueprint.get("/calendars")
@reads(Permission.TOKENS)
def show_feeds(session: Session) -> str:
    """Show this person's calendar feeds."""
    feeds = feeds_of(session, UUID(current_actor().id))
    file_href = url_for("facility_pages.download_feeds")
    return render_template("facility/calendars.html", feeds=feeds, words=_words(), file_href=file_href)


@blueprint.get("/calendars.csv")
@exports(Permission.TOKENS)
def download_feeds(session: Session) -> ListFile:
    """Send this person's calendar feeds as a table, without their addresses."""
    return list_file("calendars", _COLUMNS, feeds_of(session, UUID(current_actor().id)))


@blueprint.get("/calendars/new")
@reads(Permission.TOKENS)
def show_new_feed(session: Session) -> str:
    """Show the form that makes a calendar feed; ``topic`` and ``project_id`` in the address are chosen already."""
    actor = current_actor()
    projects = visible_projects(session, actor, PageRequest(limit=PAGE_SIZE_MAX)).items
    topics = [(topic.value, words) for topic, words in _WORDS.items() if actor.may(rules.right_for(topic))]
    return render_template(
        "facility/calendar_new.html",
        topics=topics,
        topic=request.args.get("topic", topics[0][0] if topics else ""),
        projects=[("", "none"), *((str(one.id), f"{one.code} {one.name}") for one in projects)],
        project_id=request.args.get("project_id", ""),
    )


@blueprint.post("/calendars/new")
@submits(Permission.TOKENS, shows=show_new_feed)
def post_new_feed(session: Session) -> str:
    """Make a calendar feed and show its address, once."""
    form = read_form(FeedForm())
    topic, project_id = FeedTopic(form["topic"]), form.get("project_id")
    return _shown(session, make_feed(session, current_actor(), topic=topic, project_id=project_id, now=clock.now()))


@blueprint.post("/calendars/<uuid:feed_id>/rotate")
@writes(Permission.TOKENS)
def post_feed_rotation(session: Session, feed_id: UUID) -> str:
    """Give a calendar feed another address and show it, once."""
    return _shown(session, rotate_feed(session, current_actor(), feed_id=feed_id, now=clock.now()))


@blueprint.post("/calendars/<uuid:feed_id>/revoke")
@writes(Permission.TOKENS)
def post_feed_revocation(session: Session, feed_id: UUID) -> Response:
    """Revoke a calendar feed at once."""
    revoke_feed(session, current_actor(), feed_id=feed_id, now=clock.now())
    return see_other("facility_pages.show_feeds", done="feed-revoked")


def _words() -> dict[str, str]:
    return {topic.value: words for topic, words in _WORDS.items()}


def _shown(session: Session, new: NewFeed) -> str:
    session.flush()
    feed, url = feed_row(session, new.feed.id), feed_url(FeedTopic(new.feed.topic), new.secret)
    return render_template("facility/calendar_made.html", feed=feed, url=url, words=_words())
