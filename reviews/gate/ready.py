"""The page of who passed the gate: what waits for them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response

from answerprint.core.http import database
from reviews.gate.agreement import show_agreement
from reviews.gate.decisions import decision_section
from reviews.gate.frame import gate_page
from reviews.players.html5 import player_for
from reviews.players.tokens import shown_version
from reviews.queries.faces import outside_name, sayable
from reviews.queries.gate import Visitor
from reviews.rules.gate import TOLD


def show_ready(visitor: Visitor) -> Response:
    """Show what waits for a visitor of whom nothing more is asked."""
    link = visitor.opened.link
    if link is None:
        return show_agreement(visitor)
    with database().reading() as session:
        name = outside_name(session, visitor.project_id)
        shown = shown_version(session, link.material_version_id)
        platform = sayable(session, visitor.project_id, link.platform)
        enforces = sayable(session, visitor.project_id, link.platform_enforces)
    return gate_page(
        "ready",
        name=name,
        shown=shown,
        link=link,
        platform=platform,
        enforces=enforces,
        view=visitor.view,
        told=TOLD[visitor.standing],
        is_live=visitor.standing.value == "live",
        plays=link.target == "hand-off" or player_for(shown.media_path) is not None,
        until=in_zone(visitor.view.ends_at if visitor.view else link.ends_at, link.zone),
        decisions=decision_section(visitor),
    )


def in_zone(moment: datetime, zone: str) -> str:
    """Write an instant as the sender's clocks show it, and in UTC."""
    return f"{moment.astimezone(ZoneInfo(zone)):%d %B %Y, %H:%M} {zone} ({moment:%H:%M} UTC)"
