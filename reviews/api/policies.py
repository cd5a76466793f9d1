"""The API of the floors under all agreements and links, and of terms to begin with."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, reads, tagged, writes
from answerprint.core.permissions import Permission
from reviews.queries import templates
from reviews.queries.below_floor import below_floor
from reviews.queries.policies import PolicyRow, policy_row
from reviews.queries.templates import TemplateRow, template_of
from reviews.schemas.policies import (
    AgreementTemplateIn,
    AgreementTemplateList,
    AgreementTemplateOut,
    AgreementTemplatePut,
    AgreementTemplateQuery,
    BelowFloorList,
    BelowFloorQuery,
    ReviewPolicyIn,
    ReviewPolicyOut,
)
from reviews.service.policies import set_floor
from reviews.service.templates import add_template, change_template, remove_template

blueprint = Blueprint("reviews_policies", __name__, url_prefix="/reviews", description="Floors and terms to begin with")


@blueprint.get("/policy")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ReviewPolicyOut)
def get_house_policy(session: Session) -> PolicyRow:
    """Show what the house demands of every agreement and link; version 0 where nothing was set yet."""
    return tagged(policy_row(session, current_actor(), None))


@blueprint.put("/policy")
@blueprint.arguments(ReviewPolicyIn)
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(200, ReviewPolicyOut)
def put_house_policy(session: Session, payload: dict[str, Any]) -> PolicyRow:
    """Set what the house demands; If-Match is "0" where nothing was set yet."""
    return _set(session, None, payload)


@blueprint.get("/clients/<uuid:client_id>/policy")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ReviewPolicyOut)
def get_client_policy(session: Session, client_id: UUID) -> PolicyRow:
    """Show what a client demands by itself, and together with the house."""
    return tagged(policy_row(session, current_actor(), client_id))


@blueprint.put("/clients/<uuid:client_id>/policy")
@blueprint.arguments(ReviewPolicyIn)
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(200, ReviewPolicyOut)
def put_client_policy(session: Session, payload: dict[str, Any], client_id: UUID) -> PolicyRow:
    """Set what a client demands; If-Match is "0" where nothing was set yet."""
    return _set(session, client_id, payload)


@blueprint.get("/below-policy")
@blueprint.arguments(BelowFloorQuery, location="query")
@reads(Permission.REVIEWS_POLICY)
@blueprint.response(200, BelowFloorList)
def list_below_floor(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """List all that is live and goes under the policy of today: agreements and links."""
    return {"items": below_floor(session, asked.get("client_id"), now=clock.now())}


@blueprint.get("/agreement-templates")
@blueprint.arguments(AgreementTemplateQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementTemplateList)
def list_templates(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """List terms to begin with: a client's own, and those for all."""
    return {"items": templates.templates_for(session, current_actor(), asked.get("client_id"))}


@blueprint.post("/agreement-templates")
@blueprint.arguments(AgreementTemplateIn)
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(201, AgreementTemplateOut)
def post_template(session: Session, payload: dict[str, Any]) -> TemplateRow:
    """Add terms to begin with, for a client or for all."""
    client_id = payload.pop("client_id", None)
    return tagged(template_of(add_template(session, current_actor(), client_id=client_id, **payload)))


@blueprint.get("/agreement-templates/<uuid:template_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementTemplateOut)
def get_template(session: Session, template_id: UUID) -> TemplateRow:
    """Show terms to begin with."""
    return tagged(templates.template_row(session, current_actor(), template_id))


@blueprint.put("/agreement-templates/<uuid:template_id>")
@blueprint.arguments(AgreementTemplatePut)
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(200, AgreementTemplateOut)
def put_template(session: Session, payload: dict[str, Any], template_id: UUID) -> TemplateRow:
    """Change terms to begin with; agreements that began with them stay as they are."""
    version = held_version()
    return tagged(
        template_of(change_template(session, current_actor(), template_id=template_id, **payload, version=version))
    )


@blueprint.delete("/agreement-templates/<uuid:template_id>")
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(204)
def delete_template(session: Session, template_id: UUID) -> None:
    """Remove terms to begin with."""
    remove_template(session, current_actor(), template_id=template_id, version=held_version())


def _set(session: Session, client_id: UUID | None, payload: dict[str, Any]) -> PolicyRow:
    set_floor(session, current_actor(), client_id=client_id, demands=payload["demands"], version=held_version())
    return tagged(policy_row(session, current_actor(), client_id))
