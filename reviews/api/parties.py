"""The API of a client's people, of undertakings, and of how projects are called outside."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.public import project_for
from reviews.models.parties import Contact, NdaText, ProjectFace
from reviews.queries import faces, parties
from reviews.queries.parties import ContactRow
from reviews.schemas.parties import (
    ContactIn,
    ContactOut,
    ContactPage,
    ContactPatch,
    ContactQuery,
    FaceIn,
    FaceOut,
    HostIn,
    HostList,
    UndertakingIn,
    UndertakingList,
    UndertakingOut,
)
from reviews.service.contacts import add_contact, change_contact
from reviews.service.faces import FaceEntry, allow_host, drop_host, set_face
from reviews.service.undertakings import add_undertaking

blueprint = Blueprint("reviews_parties", __name__, url_prefix="/reviews", description="Clients' people")


@blueprint.get("/contacts")
@blueprint.arguments(ContactQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ContactPage)
def list_contacts(session: Session, asked: dict[str, Any]) -> Page[ContactRow]:
    """List a client's contacts, the newest first."""
    return parties.contacts_of(session, current_actor(), asked["client_id"], page_request(str))


@blueprint.post("/contacts")
@blueprint.arguments(ContactIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, ContactOut)
def post_contact(session: Session, payload: dict[str, Any]) -> ContactRow:
    """Add somebody of a client's."""
    contact = add_contact(session, current_actor(), **payload, now=clock.now())
    return tagged(parties.contact_row(session, current_actor(), contact.id))


@blueprint.get("/contacts/<uuid:contact_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ContactOut)
def get_contact(session: Session, contact_id: UUID) -> ContactRow:
    """Show one contact."""
    return tagged(parties.contact_row(session, current_actor(), contact_id))


@blueprint.patch("/contacts/<uuid:contact_id>")
@blueprint.arguments(ContactPatch)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ContactOut)
def patch_contact(session: Session, payload: Any, contact_id: UUID) -> ContactRow:
    """Change a contact."""
    contact: Contact = change_contact(
        session, current_actor(), contact_id=contact_id, changes=payload, version=held_version()
    )
    return tagged(parties.contact_row(session, current_actor(), contact.id))


@blueprint.get("/clients/<uuid:client_id>/undertakings")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, UndertakingList)
def list_undertakings(session: Session, client_id: UUID) -> dict[str, Any]:
    """List all versions of a client's undertakings."""
    return {"items": parties.undertakings_of(session, current_actor(), client_id)}


@blueprint.post("/undertakings")
@blueprint.arguments(UndertakingIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, UndertakingOut)
def post_undertaking(session: Session, payload: dict[str, Any]) -> NdaText:
    """Add an undertaking, or the next version of one."""
    return add_undertaking(session, current_actor(), **payload, now=clock.now())


@blueprint.get("/projects/<uuid:project_id>/face")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, FaceOut)
def get_face(session: Session, project_id: UUID) -> ProjectFace:
    """Show how a project is called outside; version 0 where nothing was chosen yet."""
    project = project_for(session, current_actor(), project_id)
    chosen = faces.face_of(session, project.id)
    return tagged(chosen or ProjectFace(project_id=project.id, alias="", is_alias_in_force=False, version=0))


@blueprint.put("/projects/<uuid:project_id>/face")
@blueprint.arguments(FaceIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, FaceOut)
def put_face(session: Session, payload: dict[str, Any], project_id: UUID) -> ProjectFace:
    """Choose how a project is called outside; If-Match is "0" where nothing was chosen yet."""
    entry = FaceEntry(**payload)
    return tagged(set_face(session, current_actor(), project_id=project_id, entry=entry, version=held_version()))


@blueprint.get("/projects/<uuid:project_id>/hosts")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, HostList)
def list_hosts(session: Session, project_id: UUID) -> dict[str, Any]:
    """List the hosts to which a project's links may hand off."""
    project = project_for(session, current_actor(), project_id)
    return {"items": faces.allowed_hosts(session, project.id)}


@blueprint.post("/projects/<uuid:project_id>/hosts")
@blueprint.arguments(HostIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, HostList)
def post_host(session: Session, payload: dict[str, Any], project_id: UUID) -> dict[str, Any]:
    """Let links of a project hand off to a host."""
    allow_host(session, current_actor(), project_id=project_id, host=payload["host"])
    return {"items": faces.allowed_hosts(session, project_id)}


@blueprint.delete("/projects/<uuid:project_id>/hosts/<string:host>")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(204)
def delete_host(session: Session, project_id: UUID, host: str) -> None:
    """Let no new link of a project hand off to a host."""
    drop_host(session, current_actor(), project_id=project_id, host=host)
