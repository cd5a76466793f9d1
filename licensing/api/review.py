"""The API of the review: features that count for no product, and lots to look at."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Feature
from licensing.queries.review import FeatureToReview, features_to_review, review_findings
from licensing.rules.review import ReviewFinding
from licensing.schemas.catalogue import FeatureOut
from licensing.schemas.review import FeatureToReviewPage, MatchIn, ReviewFindingList, SeenFeatureIn
from licensing.service.matching import accept_match, refuse_match, set_feature_aside

blueprint = Blueprint("licensing_review", __name__, url_prefix="/licensing", description="The review of features")


@blueprint.get("/review/features")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, FeatureToReviewPage)
def list_features_to_review(session: Session) -> Page[FeatureToReview]:
    """List the features that count for no product, with the product that each may be."""
    on = clock.now().astimezone(facility_zone()).date()
    return features_to_review(session, page_request(str, str), on=on)


@blueprint.get("/review/findings")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ReviewFindingList)
def list_review_findings(session: Session) -> Page[ReviewFinding]:
    """List what is to be looked at: unknown features, products in use without lots, uncounted lots."""
    now = clock.now()
    found = review_findings(session, on=now.astimezone(facility_zone()).date(), now=now)
    return Page(items=found, next=None)


@blueprint.post("/review/acceptances")
@blueprint.arguments(MatchIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, FeatureOut)
def post_match_acceptance(session: Session, payload: dict[str, Any]) -> Feature:
    """Let a feature count for a product from now on."""
    return accept_match(session, current_actor(), **payload)


@blueprint.post("/review/refusals")
@blueprint.arguments(MatchIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(204)
def post_match_refusal(session: Session, payload: dict[str, Any]) -> None:
    """Never propose this product for a feature of this name again."""
    refuse_match(session, current_actor(), **payload, now=clock.now())


@blueprint.post("/review/set-aside")
@blueprint.arguments(SeenFeatureIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(204)
def post_feature_set_aside(session: Session, payload: dict[str, Any]) -> None:
    """Say that a feature is of no product that is counted here."""
    set_feature_aside(session, current_actor(), **payload, now=clock.now())
