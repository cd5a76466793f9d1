"""Watching: a person presses a button, a view is granted with its entry, and only then is there anything to see."""

from datetime import UTC
from pathlib import Path

from flask import Response, current_app, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.http import database
from answerprint.core.types import isoformat
from reviews.gate.frame import as_client, blueprint, gate_page, to_step, with_visit
from reviews.gate.language import say_moment
from reviews.gate.ready import show_told
from reviews.models.links import ScreeningLink
from reviews.players.html5 import player_for
from reviews.players.showing import film_of
from reviews.players.tokens import Shown, mint_token, renew_token, shown_version
from reviews.queries.faces import outside_name
from reviews.queries.gate import Visitor
from reviews.queries.links import open_target
from reviews.rules.gate import Step
from reviews.service.views import ViewNotGranted, Watching, grant_view


def media_root() -> Path:
    """Return the folder of the screening room."""
    return Path(current_app.extensions["answerprint.media"])


@blueprint.post("/visit/watch")
@with_visit(Step.READY)
def post_watch(visitor: Visitor) -> AnyResponse:
    """Let the visitor in, and answer with the player or with the way out: sent again, it is the same view."""
    link = visitor.opened.link
    if link is None:
        return to_step()
    with database().reading() as session:
        shown = shown_version(session, link.material_version_id)
    if link.target == "room" and film_of(media_root(), shown) is None:
        return gate_page("absent", status=503)
    with database().transaction() as session:
        now = clock.now()
        outcome = grant_view(session, as_client(visitor), visit_id=visitor.visit_id, now=now)
        if isinstance(outcome, Watching) and link.target == "room":
            token = mint_token(session, view_id=outcome.view_id, visit_id=visitor.visit_id, now=now)
            return _room(session, visitor, link, shown, outcome, token)
        if isinstance(outcome, Watching):
            return _hand_off(session, link, outcome)
    assert isinstance(outcome, ViewNotGranted)  # noqa: S101 - narrows a type; the other outcome was answered above
    return show_told(link, outcome.why, status=409)


def _nothing() -> Response:
    return Response(status=404)


@blueprint.post("/visit/token")
@with_visit(Step.READY, elsewhere=_nothing)
def post_token(visitor: Visitor) -> AnyResponse:
    """Let the token of a view that lasts serve another minute; the player asks for this while it plays."""
    if visitor.view is None:
        return _nothing()
    with database().transaction() as session:
        token = request.form.get("token", "")[:200]
        is_renewed = renew_token(session, token, visit_id=visitor.visit_id, now=clock.now())
    return jsonify({"ends_at": isoformat(visitor.view.ends_at)}) if is_renewed else _nothing()


def _room(
    session: Session, visitor: Visitor, link: ScreeningLink, shown: Shown, outcome: Watching, token: str
) -> Response:
    return gate_page(
        "watch",
        name=outside_name(session, visitor.project_id),
        shown=shown,
        link=link,
        player=player_for(shown.media_path),
        token=token,
        viewer=visitor.opened.contact.name,
        now=isoformat(clock.now()),
        now_words=f"{clock.now().astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        until=say_moment(outcome.ends_at, link.zone),
    )


def _hand_off(session: Session, link: ScreeningLink, outcome: Watching) -> Response:
    # The seal is opened here and nowhere else: after the grant, in its transaction.
    target = open_target(session, link.id, link.target_sealed or b"")
    return gate_page("hand_off", target=target, link=link, until=say_moment(outcome.ends_at, link.zone))
