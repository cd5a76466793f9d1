"""Material on pages: registered, its versions, their notes, and who holds an older one."""

from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.permissions import Permission
from facility.public import person_names
from reviews.pages.forms import MaterialForm, NoteForm
from reviews.pages.frame import blueprint, project_head
from reviews.queries import decisions, materials
from reviews.queries.held_files import check_of
from reviews.queries.note_exports import frames_of
from reviews.queries.parties import contact_names
from reviews.queries.views import holders_of_older
from reviews.rules.vocabulary import MaterialKind, title
from reviews.service.materials import VersionEntry, register_version
from reviews.service.notes import NoteEntry, write_note


@blueprint.get("/reviews/projects/<uuid:project_id>/materials/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_material(session: Session, project_id: UUID) -> str:
    """Show the form that registers a version."""
    template = materials.template_of(session, project_id)
    kinds = [(one.value, title(one)) for one in MaterialKind]
    return render_template(
        "reviews/material_form.html", **project_head(session, project_id), template=template, kinds=kinds
    )


@blueprint.post("/reviews/projects/<uuid:project_id>/materials/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_material)
def post_material(session: Session, project_id: UUID) -> Response:
    """Register a version."""
    entry = VersionEntry(**read_form(MaterialForm()))
    made = register_version(session, current_actor(), project_id=project_id, entry=entry, now=clock.now())
    return see_other("reviews_pages.show_material_version", done="version-registered", version_id=made.version.id)


@blueprint.get("/reviews/materials/<uuid:material_id>")
@reads(Permission.REVIEWS_READ)
def show_material(session: Session, material_id: UUID) -> str:
    """Show a material's versions, and who holds one that is not the newest."""
    material, now = materials.material_by_id(session, current_actor(), material_id), clock.now()
    holders = holders_of_older(session, current_actor(), material_id, now=now)
    return render_template(
        "reviews/material.html",
        **project_head(session, material.project_id),
        material=material,
        versions=materials.versions_of(session, current_actor(), material_id, now=now),
        holders=holders,
        names=contact_names(session, [one.contact_id for one in holders]),
    )


@blueprint.get("/reviews/versions/<uuid:version_id>")
@reads(Permission.REVIEWS_READ)
def show_material_version(session: Session, version_id: UUID) -> str:
    """Show a version with its hash and its notes."""
    material, version = materials.version_by_id(session, current_actor(), version_id)
    notes = decisions.notes_of(session, version_id, with_internal=True)
    clients = contact_names(session, [one.contact_id for one in notes if one.contact_id is not None])
    people = person_names(session, [one.person_id for one in notes if one.person_id is not None])
    return render_template(
        "reviews/version.html",
        **project_head(session, material.project_id),
        material=material,
        version=version,
        check=check_of(session, version_id),
        notes=notes,
        names=clients | people,
        at=frames_of(version),
        export=url_for("reviews_decisions.export", version_id=version_id),
    )


@blueprint.post("/reviews/versions/<uuid:version_id>/notes")
@submits(Permission.REVIEWS_WRITE, shows=show_material_version)
def post_note(session: Session, version_id: UUID) -> Response:
    """Write a note for the house."""
    form = read_form(NoteForm())
    _, version = materials.version_by_id(session, current_actor(), version_id)
    frame = frames_of(version).frame(form.get("timecode"))
    entry = NoteEntry(form["text"], in_frame=frame, is_internal=form["is_internal"])
    write_note(session, current_actor(), material_version_id=version_id, entry=entry, now=clock.now())
    return see_other("reviews_pages.show_material_version", done="note-written", version_id=version_id)
