"""The API of freezes, and of authenticators that were lost."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.models.links import Freeze
from reviews.queries.freezes import freezes
from reviews.schemas.links import FreezeIn, FreezeOut, FreezePage
from reviews.service.freezes import lift_freeze, set_freeze
from reviews.service.totp import reset_authenticator

blueprint = Blueprint("reviews_freezes", __name__, url_prefix="/reviews", description="Freezes of what clients see")


@blueprint.get("/freezes")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, FreezePage)
def list_freezes(session: Session) -> Page[Freeze]:
    """List freezes, the newest first, those that were lifted too."""
    return freezes(session, current_actor(), page_request(str))


@blueprint.post("/freezes")
@blueprint.arguments(FreezeIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(201, FreezeOut)
def post_freeze(session: Session, payload: dict[str, Any]) -> Freeze:
    """Stop what a contact, a client, a project or everybody sees, at the next byte."""
    return set_freeze(
        session,
        current_actor(),
        scope=payload["scope"],
        subject_id=payload.get("subject_id"),
        reason=payload["reason"],
        now=clock.now(),
    )


@blueprint.post("/freezes/<uuid:freeze_id>/lift")
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(200, FreezeOut)
def post_freeze_lifting(session: Session, freeze_id: UUID) -> Freeze:
    """Lift a freeze."""
    return lift_freeze(session, current_actor(), freeze_id=freeze_id, now=clock.now())


@blueprint.post("/contacts/<uuid:contact_id>/authenticator/reset")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(204)
def post_authenticator_reset(session: Session, contact_id: UUID) -> None:
    """Forget a contact's authenticator, which they lost; they set up another one at the gate."""
    reset_authenticator(session, current_actor(), contact_id=contact_id)
