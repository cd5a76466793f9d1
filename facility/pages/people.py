"""The list of people, and adding one."""

from flask import render_template, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.permissions import Permission
from facility.links import invitation_url
from facility.pages.frame import blueprint
from facility.queries import people as people_queries
from facility.roles import Role
from facility.schemas.forms import PersonForm
from facility.service.people import add_person


@blueprint.get("/people")
@reads(Permission.PEOPLE_READ)
def show_people(session: Session) -> str:
    """Show the people of the house, by name."""
    page = people_queries.people(session, page_request(str))
    next_href = url_for("facility_pages.show_people", cursor=page.next) if page.next else ""
    return render_template("facility/people.html", people=page.items, next_href=next_href)


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
