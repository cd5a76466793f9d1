"""The API of one's own API tokens."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.links import NEVER_STORED
from facility.queries.people import TokenRow, token_row, tokens_of
from facility.schemas.tokens import NewTokenOut, TokenIn, TokenOut, TokenPage
from facility.service import tokens

blueprint = Blueprint("facility_tokens", __name__, url_prefix="/facility", description="Your own API tokens")


@blueprint.get("/tokens")
@reads(Permission.TOKENS)
@blueprint.response(200, TokenPage)
def list_tokens(session: Session) -> Page[TokenRow]:
    """List your own tokens, the newest first."""
    return Page(items=tokens_of(session, UUID(current_actor().id)), next=None)


@blueprint.post("/tokens")
@blueprint.arguments(TokenIn)
@writes(Permission.TOKENS)
@blueprint.response(201, NewTokenOut)
def post_token(session: Session, payload: dict[str, Any]) -> Any:
    """Make a token in your own name; the answer shows it once."""
    new = tokens.make_token(
        session,
        current_actor(),
        name=payload["name"],
        scopes=frozenset(Permission(scope) for scope in payload["scopes"]),
        expires_at=payload["expires_at"],
        now=clock.now(),
    )
    return {"token": token_row(session, new.token.id), "secret": new.secret}, 201, NEVER_STORED


@blueprint.post("/tokens/<uuid:token_id>/revoke")
@writes(Permission.TOKENS)
@blueprint.response(200, TokenOut)
def post_revocation(session: Session, token_id: UUID) -> TokenRow:
    """Revoke a token at once: your own, or with the right to change people anybody's."""
    tokens.revoke_token(session, current_actor(), token_id=token_id, now=clock.now())
    return token_row(session, token_id)
