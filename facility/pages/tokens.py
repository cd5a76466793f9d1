"""My tokens: make one (it is shown once) and revoke it."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.permissions import Permission
from facility import rules
from facility.pages.frame import blueprint
from facility.queries.people import tokens_of
from facility.schemas.forms import TokenForm
from facility.service.tokens import make_token, revoke_token


@blueprint.get("/tokens")
@reads(Permission.TOKENS)
def show_tokens(session: Session) -> str:
    """Show this person's tokens."""
    return render_template("facility/tokens.html", tokens=tokens_of(session, UUID(current_actor().id)))


@blueprint.get("/tokens/new")
@reads(Permission.TOKENS)
def show_new_token(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that makes a token."""
    return render_template("facility/token_new.html", scopes=sorted(current_actor().permissions))


@blueprint.post("/tokens/new")
@submits(Permission.TOKENS, shows=show_new_token)
def post_new_token(session: Session) -> str:
    """Make a token and show it, once."""
    form = read_form(TokenForm())
    new = make_token(
        session,
        current_actor(),
        name=form["name"],
        scopes=frozenset(Permission(scope) for scope in form["scopes"]),
        expires_at=rules.end_of_day(form["expires_on"], zone=facility_zone()),
        now=clock.now(),
    )
    return render_template("facility/token_made.html", token=new.token, secret=new.secret)


@blueprint.post("/tokens/<uuid:token_id>/revoke")
@writes(Permission.TOKENS)
def post_token_revocation(session: Session, token_id: UUID) -> Response:
    """Revoke a token at once."""
    revoke_token(session, current_actor(), token_id=token_id, now=clock.now())
    return see_other("facility_pages.show_tokens", done="token-revoked")
