"""The list of people, and adding one."""

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import Column, ListFile, every_row, exports, list_file, list_links
from answerprint.core.permissions import Permission
from facility.links import invitation_url
from facility.pages.frame import blueprint
from facility.queries import people as people_queries
from facility.queries.people import PersonRow
from facility.roles import Role
from facility.schemas.forms import PersonForm
from facility.service.people import add_person

_COLUMNS: tuple[Column[PersonRow], ...] = (
    ("name", lambda one: one.name),
    ("mail address", lambda one: one.email),
    ("roles", lambda one: tuple(role.value for role in one.roles)),
    ("state", lambda one: "left" if not one.is_active else "active" if one.has_password else "invited"),
    ("added (UTC)", lambda one: one.created_at),
)


@blueprint.get("/people")
@reads(Permission.PEOPLE_READ)
def show_people(session: Session) -> str:
    """Show the people of the house, by name."""
    page = people_queries.people(session, page_request(str))
    links = list_links("facility_pages.show_people", page.next, file="facility_pages.download_people")
    return render_template("facility/people.html", people=page.items, **links)


@blueprint.get("/people.csv")
@exports(Permission.PEOPLE_READ)
def download_people(session: Session) -> ListFile:
    """Send all people of the house as a table."""
    return list_file("people", _COLUMNS, every_row(lambda page: people_queries.people(session, page), str))


@blueprint.get("/people/new")
@reads(Permission.PEOPLE_WRITE)
def show_new_person(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that adds a person."""
    return render_template("facility/person_new.html", roles=[role.value for role in Role])


@blueprint.post("/people/new")
@submits(Permission.PEOPLE_WRITE, shows=show_new_person)
def post_new_person(session: Session) -> str:
    """Add a person and show the link for them, once: it stands in no address, so there is nothing to come back to."""
    form = read_form(PersonForm())
    new = add_person(
        session,
        current_actor(),
        name=form["name"],
        email=form["email"],
        roles=[Role(role) for role in form["roles"]],
        now=clock.now(),
    )
    return render_template(
        "facility/invitation_made.html",
        person=new.person,
        url=invitation_url(new.invitation.secret),
        expires_at=new.invitation.expires_at,
    )
