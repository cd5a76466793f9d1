"""Where reviews begin: the projects, and one project with all that is reviewed in it."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.list_file import list_links
from answerprint.core.paging import PageRequest
from answerprint.core.permissions import Permission
from reviews.pages.forms import FaceForm, HostForm
from reviews.pages.frame import blueprint, project_head
from reviews.queries import agreements, faces, links, materials, overview
from reviews.queries.links import LinkFilters
from reviews.queries.parties import contact_names
from reviews.service.faces import FaceEntry, allow_host, drop_host, set_face

_SHOWN = PageRequest(limit=20)
"""How much of each of its lists a project's page shows."""


@blueprint.get("/reviews")
@reads(Permission.REVIEWS_READ)
def show_reviews(session: Session) -> str:
    """Show the projects with what is reviewed in them."""
    page = overview.project_summaries(session, current_actor(), page_request(str), now=clock.now())
    links = list_links("reviews_pages.show_reviews", page.next, file="reviews_pages.download_reviews")
    return render_template("reviews/projects.html", projects=page.items, **links)


@blueprint.get("/reviews/projects/<uuid:project_id>")
@reads(Permission.REVIEWS_READ)
def show_project(session: Session, project_id: UUID) -> str:
    """Show a project's agreements, material and newest links."""
    head, actor, now = project_head(session, project_id), current_actor(), clock.now()
    newest = links.links(session, actor, LinkFilters(project_id=project_id), _SHOWN, now=now)
    agreed = agreements.agreements_of(session, actor, project_id, _SHOWN)
    registered = materials.materials_of(session, actor, project_id, _SHOWN)
    shown = newest.items
    return render_template(
        "reviews/project.html",
        **head,
        agreements=agreed.items,
        materials=registered.items,
        links=shown,
        more={"agreements": agreed.next, "materials": registered.next, "links": newest.next},
        names=contact_names(session, [one.contact_id for one in shown]),
        versions=materials.version_labels(session, [one.material_version_id for one in shown]),
        now=now,
    )


@blueprint.get("/reviews/projects/<uuid:project_id>/face")
@reads(Permission.REVIEWS_WRITE)
def show_face(session: Session, project_id: UUID) -> str:
    """Show how a project is called outside, and where its links may hand off to."""
    head = project_head(session, project_id)
    return render_template(
        "reviews/face.html",
        **head,
        face=faces.face_of(session, project_id),
        hosts=faces.allowed_hosts(session, project_id),
        templates=[(str(one.id), one.name) for one in materials.naming_templates(session)],
    )


@blueprint.post("/reviews/projects/<uuid:project_id>/face")
@submits(Permission.REVIEWS_WRITE, shows=show_face)
def post_face(session: Session, project_id: UUID) -> Response:
    """Choose how a project is called outside."""
    form = read_form(FaceForm())
    version, lines = form.pop("version"), form.pop("titles", None)
    titles = tuple(line.strip() for line in lines.splitlines() if line.strip()) if lines is not None else None
    entry = FaceEntry(**form, titles=titles)
    set_face(session, current_actor(), project_id=project_id, entry=entry, version=version)
    return see_other("reviews_pages.show_project", done="face-set", project_id=project_id)


@blueprint.post("/reviews/projects/<uuid:project_id>/hosts")
@submits(Permission.REVIEWS_WRITE, shows=show_face)
def post_host(session: Session, project_id: UUID) -> Response:
    """Let links of a project hand off to a host."""
    allow_host(session, current_actor(), project_id=project_id, **read_form(HostForm()))
    return see_other("reviews_pages.show_face", done="host-allowed", project_id=project_id)


@blueprint.post("/reviews/projects/<uuid:project_id>/hosts/<string:host>/drop")
@writes(Permission.REVIEWS_WRITE)
def post_host_drop(session: Session, project_id: UUID, host: str) -> Response:
    """Let no new link hand off to a host."""
    drop_host(session, current_actor(), project_id=project_id, host=host)
    return see_other("reviews_pages.show_face", done="host-dropped", project_id=project_id)
