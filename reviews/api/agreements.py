"""The API of agreements: begun, changed, sent, accepted for the house, revised, cloned, taken back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.models.agreements import AgreementVersion
from reviews.queries import agreement_details, agreements
from reviews.queries.affected_links import affected_links
from reviews.queries.agreement_details import AgreementText, VersionDetail
from reviews.queries.agreements import AgreementRow
from reviews.queries.findings import Standing
from reviews.schemas.agreements import (
    AffectedLinkList,
    AgreementCloneIn,
    AgreementDifferenceOut,
    AgreementDifferenceQuery,
    AgreementDraftPatch,
    AgreementIn,
    AgreementOut,
    AgreementPage,
    AgreementQuery,
    AgreementSendAgainIn,
    AgreementStandingOut,
    AgreementTextOut,
    AgreementVersionDetail,
    AgreementVersionList,
    AgreementVersionOut,
    AgreementWithdrawalIn,
    HouseAcceptanceIn,
)
from reviews.service.acceptances import accept_for_house
from reviews.service.agreement_sending import send_agreement, send_agreement_again
from reviews.service.agreements import (
    change_draft,
    clone_agreement,
    draft_agreement,
    revise_agreement,
    withdraw_agreement,
)

blueprint = Blueprint("reviews_agreements", __name__, url_prefix="/reviews", description="Review agreements")


def _now_and_today() -> tuple[datetime, date]:
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


@blueprint.get("/agreements")
@blueprint.arguments(AgreementQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementPage)
def list_agreements(session: Session, asked: dict[str, Any]) -> Page[AgreementRow]:
    """List a project's agreements, the newest first."""
    return agreements.agreements_of(session, current_actor(), asked["project_id"], page_request(int))


@blueprint.post("/agreements")
@blueprint.arguments(AgreementIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, AgreementVersionOut)
def post_agreement(session: Session, payload: dict[str, Any]) -> AgreementVersion:
    """Begin an agreement for a project; its first version is a draft."""
    return tagged(draft_agreement(session, current_actor(), **payload, now=clock.now()))


@blueprint.post("/agreements/clones")
@blueprint.arguments(AgreementCloneIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, AgreementVersionOut)
def post_clone(session: Session, payload: dict[str, Any]) -> AgreementVersion:
    """Begin an agreement with the terms of another project's; what is another client's stays behind."""
    return tagged(clone_agreement(session, current_actor(), **payload, now=clock.now()))


@blueprint.get("/agreements/<uuid:agreement_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementOut)
def get_agreement(session: Session, agreement_id: UUID) -> AgreementRow:
    """Show one agreement, with its newest version and the one in force."""
    return agreements.agreement_row(session, current_actor(), agreement_id)


@blueprint.get("/agreements/<uuid:agreement_id>/versions")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementVersionList)
def list_agreement_versions(session: Session, agreement_id: UUID) -> dict[str, Any]:
    """List all versions of an agreement, the newest first."""
    row = agreements.agreement_row(session, current_actor(), agreement_id)
    return {"items": agreements.versions(session, row.id)}


@blueprint.post("/agreements/<uuid:agreement_id>/versions")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, AgreementVersionOut)
def post_agreement_version(session: Session, agreement_id: UUID) -> AgreementVersion:
    """Begin a new draft from the version in force, which goes on until both accept the new one."""
    return tagged(revise_agreement(session, current_actor(), agreement_id=agreement_id))


@blueprint.get("/agreement-versions/<uuid:version_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementVersionDetail)
def get_version(session: Session, version_id: UUID) -> VersionDetail:
    """Show a version with what it says and who accepted it."""
    return tagged(agreement_details.version_detail(session, current_actor(), version_id))


@blueprint.patch("/agreement-versions/<uuid:version_id>")
@blueprint.arguments(AgreementDraftPatch)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, AgreementVersionOut)
def patch_version(session: Session, payload: dict[str, Any], version_id: UUID) -> AgreementVersion:
    """Give a draft other terms, all of them."""
    terms, version = payload["terms"], held_version()
    return tagged(change_draft(session, current_actor(), version_id=version_id, terms=terms, version=version))


@blueprint.get("/agreement-versions/<uuid:version_id>/text")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementTextOut)
def get_text(session: Session, version_id: UUID) -> AgreementText:
    """Show what both sides hold to, in words; of a draft what would be sent now."""
    return agreement_details.agreement_text(session, current_actor(), version_id)


@blueprint.get("/agreement-versions/<uuid:version_id>/findings")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementStandingOut)
def get_findings(session: Session, version_id: UUID) -> Standing:
    """Say what speaks against a version as the house stands today."""
    now, on = _now_and_today()
    return agreement_details.version_standing(session, current_actor(), version_id, now=now, on=on)


@blueprint.get("/agreement-versions/<uuid:version_id>/difference")
@blueprint.arguments(AgreementDifferenceQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AgreementDifferenceOut)
def get_difference(session: Session, asked: dict[str, Any], version_id: UUID) -> dict[str, Any]:
    """Say section by section what differs from an older version."""
    found = agreement_details.version_difference(session, current_actor(), version_id, against=asked["against"])
    return {"items": found}


@blueprint.get("/agreement-versions/<uuid:version_id>/links")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, AffectedLinkList)
def list_affected_links(session: Session, version_id: UUID) -> dict[str, Any]:
    """List the live links of the agreement, and what of them this version's terms do not allow."""
    return {"items": affected_links(session, current_actor(), version_id, now=clock.now())}


@blueprint.post("/agreement-versions/<uuid:version_id>/sending")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, AgreementVersionOut)
def post_sending(session: Session, version_id: UUID) -> AgreementVersion:
    """Freeze a draft's text and send it to the client's signatories."""
    now, on = _now_and_today()
    return tagged(
        send_agreement(
            session,
            current_actor(),
            version_id=version_id,
            version=held_version(),
            base_url=current_app.config["ANSWERPRINT_URL"],
            now=now,
            on=on,
        )
    )


@blueprint.post("/agreement-versions/<uuid:version_id>/sending-again")
@blueprint.arguments(AgreementSendAgainIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, AgreementVersionOut)
def post_sending_again(session: Session, payload: dict[str, Any], version_id: UUID) -> AgreementVersion:
    """Send a signatory a new way to a version; the ways they had before are closed."""
    base_url = current_app.config["ANSWERPRINT_URL"]
    return tagged(
        send_agreement_again(
            session, current_actor(), version_id=version_id, **payload, base_url=base_url, now=clock.now()
        )
    )


@blueprint.post("/agreement-versions/<uuid:version_id>/acceptance")
@blueprint.arguments(HouseAcceptanceIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, AgreementVersionOut)
def post_house_acceptance(session: Session, payload: dict[str, Any], version_id: UUID) -> AgreementVersion:
    """Accept a version for the house, having read the text of this hash."""
    return tagged(accept_for_house(session, current_actor(), version_id=version_id, **payload, now=clock.now()))


@blueprint.post("/agreement-versions/<uuid:version_id>/withdrawal")
@blueprint.arguments(AgreementWithdrawalIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, AgreementVersionOut)
def post_agreement_withdrawal(session: Session, payload: dict[str, Any], version_id: UUID) -> AgreementVersion:
    """Take a version back; nobody can accept it any more."""
    version, now = held_version(), clock.now()
    return tagged(
        withdraw_agreement(session, current_actor(), version_id=version_id, **payload, version=version, now=now)
    )
