"""The page of who passed the gate: what waits for them."""

from flask import Response

from answerprint.core.http import database
from reviews.gate.agreement import show_agreement
from reviews.gate.decisions import decision_section
from reviews.gate.frame import gate_page
from reviews.gate.language import say, say_moment
from reviews.models.links import ScreeningLink
from reviews.players.html5 import player_for
from reviews.players.tokens import shown_version
from reviews.queries.faces import outside_name, sayable
from reviews.queries.gate import Visitor
from reviews.rules.gate import TOLD, Standing


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
        signs_now=visitor.signs_now,
        told=say(TOLD[visitor.standing]),
        is_live=visitor.standing.value == "live",
        plays=link.target == "hand-off" or player_for(shown.media_path) is not None,
        until=say_moment(visitor.view.ends_at if visitor.view else link.ends_at, link.zone),
        decisions=decision_section(visitor),
    )


def show_told(link: ScreeningLink | None, standing: Standing, *, status: int = 200) -> Response:
    """Tell a verified recipient how their link stands; when it opens, where it is yet to."""
    awaited = link is not None and standing in (Standing.NOT_BEGUN, Standing.NOT_RELEASED)
    window = (say_moment(link.starts_at, link.zone), say_moment(link.ends_at, link.zone)) if link and awaited else None
    return gate_page("told", sentence=say(TOLD[standing]), window=window, status=status)
