"""The API of clients, projects, and who works on them."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.models import Client
from facility.queries.projects import (
    ClientRow,
    MemberRow,
    ProjectRow,
    members_of,
    visible_client,
    visible_clients,
    visible_project,
    visible_projects,
)
from facility.schemas.projects import (
    ClientIn,
    ClientOut,
    ClientPage,
    MemberIn,
    MemberPage,
    ProjectIn,
    ProjectOut,
    ProjectPage,
    ProjectPatch,
)
from facility.service import clients, projects

blueprint = Blueprint("facility_projects", __name__, url_prefix="/facility", description="Clients and projects")


@blueprint.get("/clients")
@reads(Permission.PROJECTS_READ)
@blueprint.response(200, ClientPage)
def list_clients(session: Session) -> Page[ClientRow]:
    """List the clients that you may know of, by name."""
    return visible_clients(session, current_actor(), page_request(str))


@blueprint.post("/clients")
@blueprint.arguments(ClientIn)
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(201, ClientOut)
def post_client(session: Session, payload: dict[str, Any]) -> Client:
    """Add a client."""
    return tagged(clients.add_client(session, current_actor(), name=payload["name"]))


@blueprint.get("/clients/<uuid:client_id>")
@reads(Permission.PROJECTS_READ)
@blueprint.response(200, ClientOut)
def get_client(session: Session, client_id: UUID) -> ClientRow:
    """Show one client."""
    return tagged(visible_client(session, current_actor(), client_id))


@blueprint.patch("/clients/<uuid:client_id>")
@blueprint.arguments(ClientIn)
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(200, ClientOut)
def patch_client(session: Session, payload: dict[str, Any], client_id: UUID) -> Client:
    """Give a client another name."""
    version = held_version()
    return tagged(
        clients.rename_client(session, current_actor(), client_id=client_id, version=version, name=payload["name"])
    )


@blueprint.get("/projects")
@reads(Permission.PROJECTS_READ)
@blueprint.response(200, ProjectPage)
def list_projects(session: Session) -> Page[ProjectRow]:
    """List the projects that you may know of, by code."""
    return visible_projects(session, current_actor(), page_request(str))


@blueprint.post("/projects")
@blueprint.arguments(ProjectIn)
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(201, ProjectOut)
def post_project(session: Session, payload: dict[str, Any]) -> ProjectRow:
    """Add a project."""
    project = projects.add_project(session, current_actor(), **payload)
    return tagged(visible_project(session, current_actor(), project.id))


@blueprint.get("/projects/<uuid:project_id>")
@reads(Permission.PROJECTS_READ)
@blueprint.response(200, ProjectOut)
def get_project(session: Session, project_id: UUID) -> ProjectRow:
    """Show one project."""
    return tagged(visible_project(session, current_actor(), project_id))


@blueprint.patch("/projects/<uuid:project_id>")
@blueprint.arguments(ProjectPatch)
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(200, ProjectOut)
def patch_project(session: Session, payload: dict[str, Any], project_id: UUID) -> ProjectRow:
    """Change a project's code or name, close it or open it again."""
    projects.change_project(session, current_actor(), project_id=project_id, version=held_version(), **payload)
    return tagged(visible_project(session, current_actor(), project_id))


@blueprint.get("/projects/<uuid:project_id>/members")
@reads(Permission.PROJECTS_READ)
@blueprint.response(200, MemberPage)
def list_members(session: Session, project_id: UUID) -> Page[MemberRow]:
    """List who works on a project, by name."""
    return Page(items=members_of(session, current_actor(), project_id), next=None)


@blueprint.post("/projects/<uuid:project_id>/members")
@blueprint.arguments(MemberIn)
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(201, MemberPage)
def post_member(session: Session, payload: dict[str, Any], project_id: UUID) -> Page[MemberRow]:
    """Let a person work on a project; answers with all who do."""
    projects.add_member(session, current_actor(), project_id=project_id, person_id=payload["person_id"])
    return Page(items=members_of(session, current_actor(), project_id), next=None)


@blueprint.delete("/projects/<uuid:project_id>/members/<uuid:person_id>")
@writes(Permission.PROJECTS_WRITE)
@blueprint.response(204)
def delete_member(session: Session, project_id: UUID, person_id: UUID) -> None:
    """Take a person off a project."""
    projects.remove_member(session, current_actor(), project_id=project_id, person_id=person_id)
