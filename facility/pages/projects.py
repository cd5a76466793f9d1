"""Clients and projects, and who works on them."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.list_file import Column, ListFile, every_row, exports, list_file, list_links
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from answerprint.core.permissions import Permission
from facility.pages.frame import blueprint
from facility.queries.people import people_to_choose
from facility.queries.projects import (
    ClientRow,
    ProjectRow,
    members_of,
    visible_client,
    visible_clients,
    visible_project,
    visible_projects,
)
from facility.schemas.forms import ClientChangeForm, ClientForm, MemberForm, ProjectChangeForm, ProjectForm
from facility.service import clients, projects

_PROJECT = "facility_pages.show_project"
_CLIENTS: tuple[Column[ClientRow], ...] = (("name", lambda one: one.name), ("id", lambda one: one.id))
_PROJECTS: tuple[Column[ProjectRow], ...] = (
    ("code", lambda one: one.code),
    ("name", lambda one: one.name),
    ("client", lambda one: one.client_name),
    ("state", lambda one: "open" if one.is_open else "closed"),
    ("id", lambda one: one.id),
)


@blueprint.get("/clients")
@reads(Permission.PROJECTS_READ)
def show_clients(session: Session) -> str:
    """Show the clients, by name."""
    page = visible_clients(session, current_actor(), page_request(str))
    links = list_links("facility_pages.show_clients", page.next, file="facility_pages.download_clients")
    return render_template("facility/clients.html", clients=page.items, **links)


@blueprint.get("/clients.csv")
@exports(Permission.PROJECTS_READ)
def download_clients(session: Session) -> ListFile:
    """Send the clients that this person may know of as a table."""
    actor = current_actor()
    return list_file("clients", _CLIENTS, every_row(lambda page: visible_clients(session, actor, page), str))


@blueprint.get("/clients/new")
@reads(Permission.PROJECTS_WRITE)
def show_new_client(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that adds a client."""
    return render_template("facility/client.html", client=None)


@blueprint.post("/clients/new")
@submits(Permission.PROJECTS_WRITE, shows=show_new_client)
def post_new_client(session: Session) -> Response:
    """Add a client."""
    clients.add_client(session, current_actor(), **read_form(ClientForm()))
    return see_other("facility_pages.show_clients", done="client-added")


@blueprint.get("/clients/<uuid:client_id>/change")
@reads(Permission.PROJECTS_WRITE)
def show_client_change(session: Session, client_id: UUID) -> str:
    """Show the form of a client's name."""
    return render_template("facility/client.html", client=visible_client(session, current_actor(), client_id))


@blueprint.post("/clients/<uuid:client_id>/change")
@submits(Permission.PROJECTS_WRITE, shows=show_client_change)
def post_client_change(session: Session, client_id: UUID) -> Response:
    """Give a client another name."""
    clients.rename_client(session, current_actor(), client_id=client_id, **read_form(ClientChangeForm()))
    return see_other("facility_pages.show_clients", done="client-renamed")


@blueprint.get("/projects")
@reads(Permission.PROJECTS_READ)
def show_projects(session: Session) -> str:
    """Show the projects that this person may know of, by code."""
    page = visible_projects(session, current_actor(), page_request(str))
    links = list_links("facility_pages.show_projects", page.next, file="facility_pages.download_projects")
    return render_template("facility/projects.html", projects=page.items, **links)


@blueprint.get("/projects.csv")
@exports(Permission.PROJECTS_READ)
def download_projects(session: Session) -> ListFile:
    """Send the projects that this person may know of as a table."""
    actor = current_actor()
    return list_file("projects", _PROJECTS, every_row(lambda page: visible_projects(session, actor, page), str))


@blueprint.get("/projects/new")
@reads(Permission.PROJECTS_WRITE)
def show_new_project(session: Session) -> str:
    """Show the form that adds a project."""
    known = visible_clients(session, current_actor(), PageRequest(limit=PAGE_SIZE_MAX))
    return render_template("facility/project_new.html", clients=known.items)


@blueprint.post("/projects/new")
@submits(Permission.PROJECTS_WRITE, shows=show_new_project)
def post_new_project(session: Session) -> Response:
    """Add a project."""
    project = projects.add_project(session, current_actor(), **read_form(ProjectForm()))
    return see_other(_PROJECT, done="project-added", project_id=project.id)


@blueprint.get("/projects/<uuid:project_id>")
@reads(Permission.PROJECTS_READ)
def show_project(session: Session, project_id: UUID) -> str:
    """Show one project and who works on it; who may change that sees the form for it."""
    project = visible_project(session, current_actor(), project_id)
    members = members_of(session, current_actor(), project_id)
    may_change = current_actor().may(Permission.PROJECTS_WRITE)
    others = people_to_choose(session, without={member.person_id for member in members}) if may_change else []
    return render_template("facility/project.html", project=project, members=members, others=others)


@blueprint.get("/projects/<uuid:project_id>/change")
@reads(Permission.PROJECTS_WRITE)
def show_project_change(session: Session, project_id: UUID) -> str:
    """Show the form of a project."""
    project = visible_project(session, current_actor(), project_id)
    return render_template("facility/project_change.html", project=project)


@blueprint.post("/projects/<uuid:project_id>/change")
@submits(Permission.PROJECTS_WRITE, shows=show_project_change)
def post_project_change(session: Session, project_id: UUID) -> Response:
    """Change a project's code or name, close it or open it again."""
    projects.change_project(session, current_actor(), project_id=project_id, **read_form(ProjectChangeForm()))
    return see_other(_PROJECT, done="project-changed", project_id=project_id)


@blueprint.post("/projects/<uuid:project_id>/members")
@submits(Permission.PROJECTS_WRITE, shows=show_project)
def post_member(session: Session, project_id: UUID) -> Response:
    """Let a person work on a project."""
    projects.add_member(session, current_actor(), project_id=project_id, **read_form(MemberForm()))
    return see_other(_PROJECT, done="member-added", project_id=project_id)


@blueprint.post("/projects/<uuid:project_id>/members/<uuid:person_id>/remove")
@writes(Permission.PROJECTS_WRITE)
def post_member_removal(session: Session, project_id: UUID, person_id: UUID) -> Response:
    """Take a person off a project."""
    projects.remove_member(session, current_actor(), project_id=project_id, person_id=person_id)
    return see_other(_PROJECT, done="member-removed", project_id=project_id)
