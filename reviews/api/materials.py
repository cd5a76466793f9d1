"""The API of material, its versions, and how it is named."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.models.materials import NamingTemplate
from reviews.queries import materials
from reviews.queries.materials import MaterialRow, NameJudged
from reviews.rules.naming import Severity, Template, Token, TokenKind
from reviews.rules.naming_documents import read_template
from reviews.rules.naming_presets import PRESETS
from reviews.schemas.materials import (
    MaterialPage,
    MaterialVersionIn,
    MaterialVersionList,
    NameQuery,
    NameVerdict,
    NamingTemplateIn,
    NamingTemplateList,
    NamingTemplateOut,
    RegisteredOut,
)
from reviews.service.materials import Registered, VersionEntry, register_version
from reviews.service.naming import set_naming_template

blueprint = Blueprint("reviews_materials", __name__, url_prefix="/reviews", description="Material and its versions")


@blueprint.get("/projects/<uuid:project_id>/materials")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, MaterialPage)
def list_materials(session: Session, project_id: UUID) -> Page[MaterialRow]:
    """List a project's material by name."""
    return materials.materials_of(session, current_actor(), project_id, page_request(str))


@blueprint.post("/projects/<uuid:project_id>/materials")
@blueprint.arguments(MaterialVersionIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, RegisteredOut)
def post_material_version(session: Session, payload: dict[str, Any], project_id: UUID) -> Registered:
    """Register a version of a material; with the first one the material itself."""
    entry = VersionEntry(**payload)
    return register_version(session, current_actor(), project_id=project_id, entry=entry, now=clock.now())


@blueprint.get("/projects/<uuid:project_id>/name")
@blueprint.arguments(NameQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, NameVerdict)
def get_name(session: Session, asked: dict[str, Any], project_id: UUID) -> NameJudged:
    """Hold a name against the project's template, before there is a file."""
    return materials.judge_name(session, current_actor(), project_id, **asked)


@blueprint.get("/materials/<uuid:material_id>/versions")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, MaterialVersionList)
def list_material_versions(session: Session, material_id: UUID) -> dict[str, Any]:
    """List a material's versions, the newest first."""
    return {"items": materials.versions_of(session, current_actor(), material_id, now=clock.now())}


@blueprint.get("/naming-templates")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, NamingTemplateList)
def list_naming_templates(session: Session) -> dict[str, Any]:
    """List the house's templates of names, and those to begin with."""
    shown = [_shown(one) for one in materials.naming_templates(session)]
    return {"items": shown, "presets": {name: asdict(preset) for name, preset in PRESETS.items()}}


@blueprint.put("/naming-templates/<string:name>")
@blueprint.arguments(NamingTemplateIn)
@writes(Permission.REVIEWS_POLICY)
@blueprint.response(200, NamingTemplateOut)
def put_naming_template(session: Session, payload: dict[str, Any], name: str) -> dict[str, Any]:
    """Set a template of names; If-Match is "0" for a new one."""
    template = Template(
        tokens=tuple(_token(one) for one in payload["tokens"]),
        separator=payload.get("separator", "_"),
        extensions=payload.get("extensions", ()),
    )
    found = set_naming_template(session, current_actor(), name=name, template=template, version=held_version())
    return _shown(tagged(found))


def _token(payload: dict[str, Any]) -> Token:
    severity = Severity(payload.get("severity", Severity.BLOCK.value))
    return Token(**(payload | {"kind": TokenKind(payload["kind"]), "severity": severity}))


def _shown(found: NamingTemplate) -> dict[str, Any]:
    return asdict(read_template(found.tokens)) | {"id": found.id, "name": found.name, "version": found.version}
