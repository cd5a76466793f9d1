"""The API of export jobs: order a bundle, see how far it is, take it."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from audit import serving
from audit.api.frame import blueprint
from audit.bundle.source import Period, Selection
from audit.queries import exports
from audit.queries.exports import ExportRow
from audit.schemas.exports import ExportIn, ExportOut, ExportPage
from audit.service.export_jobs import ask_export

_ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@blueprint.get("/exports")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, ExportPage)
def list_exports(session: Session) -> Page[ExportRow]:
    """List the exports, the newest first."""
    return exports.list_exports(session, page_request(str))


@blueprint.post("/exports")
@blueprint.arguments(ExportIn)
@writes(Permission.AUDIT_READ)
@blueprint.response(202, ExportOut)
def post_export(session: Session, payload: dict[str, Any]) -> Any:
    """Order a bundle of a log; `Location` says where it tells how far it is."""
    chosen = Selection(
        Period(payload.get("since"), payload.get("until")),
        payload.get("project"),
        with_values=not payload["without_values"],
    )
    made = ask_export(session, current_actor(), log_name=payload["log"], selection=chosen, now=clock.now())
    return made, {"Location": url_for("audit.get_export", job_id=made.id)}


@blueprint.get("/exports/<uuid:job_id>")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, ExportOut)
def get_export(session: Session, job_id: UUID) -> ExportRow:
    """Show how far an export is."""
    return exports.export_row(session, job_id)


@blueprint.get("/exports/<uuid:job_id>/bundle")
@writes(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "The bundle", "content": _ZIP}})
def get_bundle(session: Session, job_id: UUID) -> Response:
    """Take the bundle of an export that is made. That somebody took it is recorded."""
    return serving.hand_out(session, exports.export_row(session, job_id))
