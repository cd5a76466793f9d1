"""The lists of a project whole: its agreements, its material and its links, of which its page shows the newest."""

from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from reviews.pages.frame import blueprint, project_head
from reviews.queries import agreements, links, materials
from reviews.queries.links import STATES, LinkFilters
from reviews.queries.parties import contact_names

_PROJECT = "/reviews/projects/<uuid:project_id>"
LINK_STATES = (
    ("", "all"),
    ("open", "open"),
    ("ended", "ended"),
    ("waiting", "waiting for a release"),
    ("due", "still open on a platform"),
)


@blueprint.get(f"{_PROJECT}/agreements")
@reads(Permission.REVIEWS_READ)
def show_agreements(session: Session, project_id: UUID) -> str:
    """Show a project's agreements, the newest first."""
    page = agreements.agreements_of(session, current_actor(), project_id, page_request(int))
    return render_template(
        "reviews/project_list.html",
        **project_head(session, project_id),
        which="agreements",
        agreements=page.items,
        **_links("agreements", page.next, project_id),
    )


@blueprint.get(f"{_PROJECT}/materials")
@reads(Permission.REVIEWS_READ)
def show_materials(session: Session, project_id: UUID) -> str:
    """Show a project's material, by name."""
    page = materials.materials_of(session, current_actor(), project_id, page_request(str))
    return render_template(
        "reviews/project_list.html",
        **project_head(session, project_id),
        which="materials",
        materials=page.items,
        **_links("materials", page.next, project_id),
    )


@blueprint.get(f"{_PROJECT}/links")
@reads(Permission.REVIEWS_READ)
def show_links(session: Session, project_id: UUID) -> str:
    """Show a project's links, the newest first; ``state`` narrows them."""
    filters, now = asked_links(project_id), clock.now()
    page = links.links(session, current_actor(), filters, page_request(str), now=now)
    return render_template(
        "reviews/project_list.html",
        **project_head(session, project_id),
        which="links",
        links=page.items,
        names=contact_names(session, [one.contact_id for one in page.items]),
        versions=materials.version_labels(session, [one.material_version_id for one in page.items]),
        state=filters.state or "",
        states=LINK_STATES,
        **_links("links", page.next, project_id),
    )


def asked_links(project_id: UUID) -> LinkFilters:
    """Return which links of a project the address asks for; raises ``Invalid`` for a state that is none."""
    state = request.args.get("state") or None
    if state is not None and state not in STATES:
        sentence = f"state is one of {', '.join(STATES)}."
        raise Invalid(sentence, fields={"state": [sentence]})
    return LinkFilters(project_id=project_id, state=state)


def _links(which: str, following: str | None, project_id: UUID) -> dict[str, str]:
    here, file = f"reviews_pages.show_{which}", f"reviews_pages.download_{which}"
    return list_links(here, following, file=file, kept=("state",), project_id=project_id)
