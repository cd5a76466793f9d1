"""The API of incidents, and of leak drills: who could have seen a version between two moments."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.exports.exposure_csv import FILE_NAME, exposure_table
from reviews.queries import incidents, leaks
from reviews.queries.incidents import IncidentRow
from reviews.schemas.incidents import (
    ExposureList,
    ExposureQuery,
    IncidentDetail,
    IncidentFreezeIn,
    IncidentIn,
    IncidentPage,
    IncidentQuery,
    IncidentStepIn,
    IncidentWordsIn,
)
from reviews.service.incidents import (
    IncidentEntry,
    close_incident,
    freeze_from_incident,
    mark_notified,
    open_incident,
    take_step,
)
from reviews.service.leak_drills import run_drill

blueprint = Blueprint("reviews_incidents", __name__, url_prefix="/reviews", description="Incidents and leak drills")


@blueprint.get("/incidents")
@blueprint.arguments(IncidentQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, IncidentPage)
def list_incidents(session: Session, asked: dict[str, Any]) -> Page[IncidentRow]:
    """List incidents, the newest first."""
    page, now = page_request(str), clock.now()
    return incidents.incidents_of(session, current_actor(), page, project_id=asked.get("project_id"), now=now)


@blueprint.post("/incidents")
@blueprint.arguments(IncidentIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(201, IncidentDetail)
def post_incident(session: Session, payload: dict[str, Any]) -> dict[str, Any]:
    """Open an incident; its clock runs from when it was detected."""
    opened = open_incident(session, current_actor(), entry=IncidentEntry(**payload), now=clock.now())
    return _detail(session, opened.id)


@blueprint.get("/incidents/<uuid:incident_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, IncidentDetail)
def get_incident(session: Session, incident_id: UUID) -> dict[str, Any]:
    """Show one incident and what was done about it."""
    return _detail(session, incident_id)


@blueprint.post("/incidents/<uuid:incident_id>/steps")
@blueprint.arguments(IncidentStepIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(201, IncidentDetail)
def post_step(session: Session, payload: dict[str, Any], incident_id: UUID) -> dict[str, Any]:
    """Write down what was done; it is never changed."""
    take_step(session, current_actor(), incident_id=incident_id, **payload, now=clock.now())
    return _detail(session, incident_id)


@blueprint.post("/incidents/<uuid:incident_id>/notification")
@blueprint.arguments(IncidentWordsIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(200, IncidentDetail)
def post_notification(session: Session, payload: dict[str, Any], incident_id: UUID) -> dict[str, Any]:
    """Mark that the client was told, and how."""
    mark_notified(session, current_actor(), incident_id=incident_id, **payload, now=clock.now())
    return _detail(session, incident_id)


@blueprint.post("/incidents/<uuid:incident_id>/freezes")
@blueprint.arguments(IncidentFreezeIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(201, IncidentDetail)
def post_incident_freeze(session: Session, payload: dict[str, Any], incident_id: UUID) -> dict[str, Any]:
    """Freeze because of an incident, and write that down, in one act."""
    subject_id = payload.get("subject_id")
    freeze_from_incident(
        session,
        current_actor(),
        incident_id=incident_id,
        scope=payload["scope"],
        subject_id=subject_id,
        now=clock.now(),
    )
    return _detail(session, incident_id)


@blueprint.post("/incidents/<uuid:incident_id>/closing")
@blueprint.arguments(IncidentWordsIn)
@writes(Permission.REVIEWS_FREEZE)
@blueprint.response(200, IncidentDetail)
def post_closing(session: Session, payload: dict[str, Any], incident_id: UUID) -> dict[str, Any]:
    """Close an incident with what it came to."""
    close_incident(session, current_actor(), incident_id=incident_id, **payload, now=clock.now())
    return _detail(session, incident_id)


@blueprint.get("/material-versions/<uuid:version_id>/exposure")
@blueprint.arguments(ExposureQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ExposureList)
def get_exposure(session: Session, asked: dict[str, Any], version_id: UUID) -> dict[str, Any]:
    """Say who could have seen a version between two moments."""
    return {"items": leaks.exposure(session, current_actor(), version_id, asked["since"], asked["until"])}


@blueprint.post("/material-versions/<uuid:version_id>/exposure/exports")
@blueprint.arguments(ExposureQuery)
@writes(Permission.REVIEWS_READ)
@blueprint.response(200, content_type="text/csv")
def post_exposure_export(session: Session, asked: dict[str, Any], version_id: UUID) -> Response:
    """Take that list along as a table; that somebody did is recorded."""
    rows = run_drill(session, current_actor(), material_version_id=version_id, **asked)
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"', "Cache-Control": "no-store"}
    return Response("".join(exposure_table(rows)), content_type="text/csv; charset=utf-8", headers=headers)


def _detail(session: Session, incident_id: UUID) -> dict[str, Any]:
    shown = tagged(incidents.incident_row(session, current_actor(), incident_id, now=clock.now()))
    return asdict(shown) | {"steps": incidents.steps_of(session, incident_id)}
