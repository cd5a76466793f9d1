"""Incidents on pages, and the leak drill: who could have seen a version between two moments."""

from datetime import timedelta
from uuid import UUID

from flask import make_response, render_template, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Refusal
from facility.public import person_names
from reviews.exports.exposure_csv import FILE_NAME, exposure_table
from reviews.pages.frame import blueprint, moment_of, project_head, typed_moment
from reviews.pages.room_forms import (
    STEPS,
    IncidentEndForm,
    IncidentForm,
    IncidentFreezeForm,
    IncidentStepForm,
    IncidentToldForm,
    SpanForm,
)
from reviews.queries import incidents, leaks, materials
from reviews.service.incidents import (
    IncidentEntry,
    close_incident,
    freeze_from_incident,
    mark_notified,
    open_incident,
    take_step,
)
from reviews.service.leak_drills import run_drill

_INCIDENT = "reviews_pages.show_incident"
_SPAN = timedelta(days=30)


@blueprint.get("/reviews/projects/<uuid:project_id>/incidents")
@reads(Permission.REVIEWS_READ)
def show_incidents(session: Session, project_id: UUID) -> str:
    """Show a project's incidents, the newest first."""
    now = clock.now()
    page = incidents.incidents_of(session, current_actor(), page_request(str), project_id=project_id, now=now)
    here, file = "reviews_pages.show_incidents", "reviews_pages.download_incidents"
    links = list_links(here, page.next, file=file, project_id=project_id)
    return render_template("reviews/incidents.html", **project_head(session, project_id), incidents=page.items, **links)


@blueprint.get("/reviews/projects/<uuid:project_id>/incidents/new")
@reads(Permission.REVIEWS_FREEZE)
def show_new_incident(session: Session, project_id: UUID) -> str:
    """Show the form that opens an incident."""
    return render_template(
        "reviews/incident_form.html",
        **project_head(session, project_id),
        detected=typed_moment(clock.now()),
        versions=materials.versions_to_choose(session, current_actor(), project_id),
    )


@blueprint.post("/reviews/projects/<uuid:project_id>/incidents/new")
@submits(Permission.REVIEWS_FREEZE, shows=show_new_incident)
def post_incident(session: Session, project_id: UUID) -> Response:
    """Open an incident; its clock runs from when it was detected."""
    form, now = read_form(IncidentForm()), clock.now()
    detected, version_id = moment_of(form["detected_at"]), form.get("material_version_id")
    entry = IncidentEntry(project_id, form["title"], detected, version_id)
    opened = open_incident(session, current_actor(), entry=entry, now=now)
    return see_other(_INCIDENT, done="incident-opened", incident_id=opened.id)


@blueprint.get("/reviews/incidents/<uuid:incident_id>")
@reads(Permission.REVIEWS_READ)
def show_incident(session: Session, incident_id: UUID) -> str:
    """Show an incident, its clock, and what was done about it."""
    row = incidents.incident_row(session, current_actor(), incident_id, now=clock.now())
    steps = incidents.steps_of(session, incident_id)
    seen = row.material_version_id
    return render_template(
        "reviews/incident.html",
        **project_head(session, row.project_id),
        row=row,
        steps=steps,
        kinds=[(one, one) for one in STEPS],
        version=materials.version_labels(session, [seen])[seen] if seen is not None else "",
        people=person_names(session, [row.opened_by, *(one.taken_by for one in steps)]),
    )


@blueprint.post("/reviews/incidents/<uuid:incident_id>/steps")
@submits(Permission.REVIEWS_FREEZE, shows=show_incident)
def post_incident_step(session: Session, incident_id: UUID) -> Response:
    """Write down what was done."""
    form = read_form(IncidentStepForm())
    take_step(session, current_actor(), incident_id=incident_id, **form, now=clock.now())
    return see_other(_INCIDENT, done="step-taken", incident_id=incident_id)


@blueprint.post("/reviews/incidents/<uuid:incident_id>/notified")
@submits(Permission.REVIEWS_FREEZE, shows=show_incident)
def post_incident_notified(session: Session, incident_id: UUID) -> Response:
    """Mark that the client was told, and how."""
    text = read_form(IncidentToldForm())["told"]
    mark_notified(session, current_actor(), incident_id=incident_id, text=text, now=clock.now())
    return see_other(_INCIDENT, done="client-told", incident_id=incident_id)


@blueprint.post("/reviews/incidents/<uuid:incident_id>/freeze")
@submits(Permission.REVIEWS_FREEZE, shows=show_incident)
def post_incident_freeze(session: Session, incident_id: UUID) -> Response:
    """Freeze the project, its client, or everything because of an incident."""
    scope, now = read_form(IncidentFreezeForm())["scope"], clock.now()
    row = incidents.incident_row(session, current_actor(), incident_id, now=now)
    head = project_head(session, row.project_id)
    subject = head["project"].client_id if scope == "client" else None
    freeze_from_incident(session, current_actor(), incident_id=incident_id, scope=scope, subject_id=subject, now=now)
    return see_other(_INCIDENT, done="freeze-set", incident_id=incident_id)


@blueprint.post("/reviews/incidents/<uuid:incident_id>/close")
@submits(Permission.REVIEWS_FREEZE, shows=show_incident)
def post_incident_end(session: Session, incident_id: UUID) -> Response:
    """Close an incident with what it came to."""
    text = read_form(IncidentEndForm())["outcome"]
    close_incident(session, current_actor(), incident_id=incident_id, text=text, now=clock.now())
    return see_other(_INCIDENT, done="incident-closed", incident_id=incident_id)


@blueprint.get("/reviews/versions/<uuid:version_id>/exposure")
@reads(Permission.REVIEWS_READ)
def show_exposure(session: Session, version_id: UUID) -> str:
    """Show who could have seen a version between two moments; the last thirty days where none are named."""
    material, version = materials.version_by_id(session, current_actor(), version_id)
    now = clock.now()
    typed = {"since": typed_moment(now - _SPAN), "until": typed_moment(now + timedelta(minutes=1))}
    typed |= {name: request.values[name] for name in typed if request.values.get(name)}
    found, problem = [], ""
    try:
        since, until = (moment_of(SpanForm().load(typed)[name]) for name in ("since", "until"))
        found = list(leaks.exposure(session, current_actor(), version_id, since, until))
    except (Refusal, ValidationError) as error:
        problem = error.detail if isinstance(error, Refusal) else "Give two moments, such as 2026-03-14T09:00."
    return render_template(
        "reviews/exposure.html",
        **project_head(session, material.project_id),
        material=material,
        version=version,
        found=found,
        typed=typed,
        problem=problem,
    )


@blueprint.post("/reviews/versions/<uuid:version_id>/exposure")
@submits(Permission.REVIEWS_READ, shows=show_exposure)
def post_exposure(session: Session, version_id: UUID) -> Response:
    """Take that list along as a table; that somebody did is recorded."""
    form = read_form(SpanForm())
    since, until = moment_of(form["since"]), moment_of(form["until"])
    rows = run_drill(session, current_actor(), material_version_id=version_id, since=since, until=until)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Cache-Control": "no-store",
    }
    return make_response("".join(exposure_table(rows)), 200, headers)
