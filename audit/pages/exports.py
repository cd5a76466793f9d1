"""The pages of export jobs: order a bundle, watch it being made, take it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from audit import serving
from audit.bundle.source import Period, Selection
from audit.pages.frame import blueprint, midnight
from audit.queries import exports, logs
from audit.schemas.exports import ExportForm
from audit.service.export_jobs import ask_export


@blueprint.get("/trail/exports")
@reads(Permission.AUDIT_READ)
def show_exports(session: Session) -> str:
    """Show the bundles that were ordered, and the form to order one."""
    page = exports.list_exports(session, page_request(str))
    return render_template(
        "audit/exports.html",
        exports=page.items,
        logs=[(one.name, one.name) for one in logs.list_logs(session)],
        **list_links("audit_pages.show_exports", page.next, file="audit_pages.download_exports"),
    )


@blueprint.post("/trail/exports")
@submits(Permission.AUDIT_READ, shows=show_exports)
def post_export(session: Session) -> Redirect:
    """Order a bundle of a log."""
    typed: dict[str, Any] = read_form(ExportForm())
    period = Period(
        midnight("since", request.form.get("since", "").strip()),
        midnight("until", request.form.get("until", "").strip(), later=timedelta(days=1)),
    )
    chosen = Selection(period, typed.get("project"), with_values=not typed["without_values"])
    made = ask_export(session, current_actor(), log_name=typed["log"], selection=chosen, now=clock.now())
    return see_other("audit_pages.show_export", job_id=made.id, done="export-asked")


@blueprint.get("/trail/exports/<uuid:job_id>")
@reads(Permission.AUDIT_READ)
def show_export(session: Session, job_id: UUID) -> str:
    """Show how far a bundle is, and where to take it."""
    return render_template("audit/export.html", job=exports.export_row(session, job_id))


@blueprint.get("/trail/exports/<uuid:job_id>/bundle")
@writes(Permission.AUDIT_READ)
def download_bundle(session: Session, job_id: UUID) -> Response:
    """Send the bundle. That somebody took it is recorded."""
    return serving.hand_out(session, exports.export_row(session, job_id))
