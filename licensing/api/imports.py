"""The API of imports and exports of lots."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.entitlements import StoredMapping
from licensing.queries.entitlements import stored_mappings
from licensing.queries.exchange import held_lots, import_source
from licensing.queries.file_claims import look_at
from licensing.rules.exchange.drafts import Preview
from licensing.rules.exchange.export import cyclonedx_of, iso19770_3_of
from licensing.rules.exchange.sources import ImportSource, preview_import
from licensing.schemas.imports import (
    ImportIn,
    ImportPreviewOut,
    ImportResultOut,
    StoredMappingIn,
    StoredMappingList,
    StoredMappingOut,
)
from licensing.service.imports import ImportResult, carry_out_import
from licensing.service.mappings import keep_mapping

blueprint = Blueprint(
    "licensing_imports", __name__, url_prefix="/licensing", description="Lots that come in and go out as text"
)
_JSON = {"type": "object"}


@blueprint.post("/imports/preview")
@blueprint.arguments(ImportIn)
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, ImportPreviewOut)
def post_import_preview(session: Session, payload: dict[str, Any]) -> Preview:
    """Show what a text would enter and what is wrong with which row; nothing is entered."""
    return look_at(session, _source(session, payload), on=clock.now().astimezone(facility_zone()).date())


@blueprint.post("/imports")
@blueprint.arguments(ImportIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, ImportResultOut)
def post_import(session: Session, payload: dict[str, Any]) -> ImportResult:
    """Enter all lots of a text, or none of them."""
    source = _source(session, payload)
    return carry_out_import(session, current_actor(), preview=preview_import(source), source=source)


@blueprint.get("/imports/mappings")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, StoredMappingList)
def list_mappings(session: Session) -> Page[StoredMapping]:
    """List the mappings of tables that were kept."""
    return Page(items=stored_mappings(session), next=None)


@blueprint.post("/imports/mappings")
@blueprint.arguments(StoredMappingIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, StoredMappingOut)
def post_mapping(session: Session, payload: dict[str, Any]) -> StoredMapping:
    """Keep a mapping of tables under a name, in the place of one that has it."""
    return keep_mapping(session, current_actor(), name=payload["name"], mapping=payload["mapping"])


@blueprint.get("/entitlements.cdx.json")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, _JSON)
def get_cyclonedx(session: Session) -> Response:
    """Fetch all lots as CycloneDX, without keys."""
    answer = jsonify(cyclonedx_of(held_lots(session), at=clock.now()))
    answer.headers["Content-Type"] = "application/vnd.cyclonedx+json; version=1.6"
    return answer


@blueprint.get("/entitlements.iso19770-3.json")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, _JSON)
def get_iso19770_3(session: Session) -> Response:
    """Fetch all lots as JSON in the shape of ISO/IEC 19770-3; the original contract prevails."""
    return jsonify(iso19770_3_of(held_lots(session), at=clock.now()))


def _source(session: Session, payload: dict[str, Any]) -> ImportSource:
    payload.setdefault("starts_on", clock.now().astimezone(facility_zone()).date())
    return import_source(session, **payload)
