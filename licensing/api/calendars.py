"""The calendars of licensing, by addresses that open without signing in: contract dates, a project's reservations."""

from typing import Any

from flask import Response, current_app, request, url_for
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.calendar import MEDIA_TYPE, CalendarEvent, write_feed
from answerprint.core.http import database, facility_zone, open_to_all
from facility.models import FeedTopic
from facility.queries.feeds import OpenFeed, open_feed
from licensing.queries.calendar import dated_records, reserved_days
from licensing.rules.calendar import KEPT, date_event, reservation_event

blueprint = Blueprint("licensing_calendars", __name__, url_prefix="/licensing", description="Calendars to subscribe to")
_PAGES = {
    "contract": ("licensing_pages.show_contract", "contract_id"),
    "reservation": ("licensing_pages.show_reservation", "reservation_id"),
}


@blueprint.get("/calendars/<secret>.ics")
@blueprint.response(200, {"type": "string"}, content_type="text/calendar")
@open_to_all
def get_calendar(secret: str) -> Response:
    """Read a calendar by its address (RFC 5545), in its owner's sight; every address that opens nothing is a 404."""
    with database().reading() as session:
        name, events = _shown(session, open_feed(session, secret))
    answer = Response(write_feed(name, events), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="answerprint.ics"'
    # The secret is in the address: nobody between keeps the answer, and the reader asks whether it changed.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _shown(session: Session, feed: OpenFeed) -> tuple[str, tuple[CalendarEvent, ...]]:
    """Return the calendar's name and events; of what its owner may not see any more there is nothing in it."""
    since = clock.now().astimezone(facility_zone()).date() - KEPT
    match feed.topic:
        case FeedTopic.CONTRACTS:
            dates = dated_records(session, since) if feed.may_see else []
            return "Contract dates", tuple(date_event(one, _link) for one in dates)
        case FeedTopic.RESERVATIONS:
            project_id = feed.project_id if feed.may_see else None
            code, found = reserved_days(session, feed.actor, project_id, since) if project_id else ("", [])
            name = f"{code} reservations" if code else "Reservations"
            return name, tuple(reservation_event(one, _link) for one in found)


def _link(about: str) -> str:
    noun, _, identifier = about.partition(":")
    endpoint, argument = _PAGES[noun]
    values: dict[str, Any] = {argument: identifier}
    return f"{current_app.config['ANSWERPRINT_URL']}{url_for(endpoint, **values)}"
