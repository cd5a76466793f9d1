"""My tokens: make one (it is shown once) and revoke it."""

from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.list_file import Column, ListFile, exports, list_file
from answerprint.core.permissions import Permission
from facility import rules
from facility.pages.frame import blueprint
from facility.queries.people import TokenRow, tokens_of
from facility.schemas.forms import TokenForm
from facility.service.tokens import make_token, revoke_token

_COLUMNS: tuple[Column[TokenRow], ...] = (
    ("name", lambda one: one.name),
    ("may", lambda one: one.scopes),
    ("made (UTC)", lambda one: one.created_at),
    ("last used (UTC)", lambda one: one.last_used_at),
    ("ends (UTC)", lambda one: one.expires_at),
    ("revoked (UTC)", lambda one: one.revoked_at),
)


@blueprint.get("/tokens")
@reads(Permission.TOKENS)
def show_tokens(session: Session) -> str:
    """Show this person's tokens."""
    tokens, file_href = tokens_of(session, UUID(current_actor().id)), url_for("facility_pages.download_tokens")
    return render_template("facility/tokens.html", tokens=tokens, file_href=file_href)


@blueprint.get("/tokens.csv")
@exports(Permission.TOKENS)
def download_tokens(session: Session) -> ListFile:
    """Send this person's tokens as a table, without their secrets."""
    return list_file("tokens", _COLUMNS, tokens_of(session, UUID(current_actor().id)))


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
