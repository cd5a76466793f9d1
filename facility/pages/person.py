"""One person: what is known of them, and what an admin may do."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.permissions import Permission
from facility.links import invitation_url
from facility.pages.frame import blueprint
from facility.queries.departments import departments_known
from facility.queries.feeds import feeds_of
from facility.queries.people import person_by_id, person_row, tokens_of
from facility.roles import Role
from facility.schemas.forms import DepartmentForm, PersonChangeForm, RolesForm, VersionForm
from facility.service.departments import change_department
from facility.service.feeds import revoke_feed
from facility.service.invitations import invite_person
from facility.service.people import change_person, change_roles, deactivate_person, reactivate_person
from facility.service.sign_in import end_sessions
from facility.service.tokens import revoke_token

_PERSON = "facility_pages.show_person"


@blueprint.get("/people/<uuid:person_id>")
@reads(Permission.PEOPLE_READ)
def show_person(session: Session, person_id: UUID) -> str:
    """Show one person with their tokens and calendars."""
    person, tokens, feeds = person_row(session, person_id), tokens_of(session, person_id), feeds_of(session, person_id)
    return render_template("facility/person.html", person=person, tokens=tokens, feeds=feeds)


@blueprint.get("/people/<uuid:person_id>/change")
@reads(Permission.PEOPLE_WRITE)
def show_person_change(session: Session, person_id: UUID) -> str:
    """Show the form of a person's name and mail."""
    return render_template("facility/person_change.html", person=person_row(session, person_id))


@blueprint.post("/people/<uuid:person_id>/change")
@submits(Permission.PEOPLE_WRITE, shows=show_person_change)
def post_person_change(session: Session, person_id: UUID) -> Response:
    """Give a person another name or mail."""
    change_person(session, current_actor(), person_id=person_id, **read_form(PersonChangeForm()))
    return see_other(_PERSON, done="person-changed", person_id=person_id)


@blueprint.get("/people/<uuid:person_id>/roles")
@reads(Permission.PEOPLE_WRITE)
def show_roles(session: Session, person_id: UUID) -> str:
    """Show the form of a person's roles."""
    person = person_row(session, person_id)
    return render_template("facility/roles.html", person=person, roles=[role.value for role in Role])


@blueprint.post("/people/<uuid:person_id>/roles")
@submits(Permission.PEOPLE_WRITE, shows=show_roles)
def post_roles(session: Session, person_id: UUID) -> Response:
    """Let a person hold exactly the roles ticked."""
    form = read_form(RolesForm())
    roles = [Role(role) for role in form["roles"]]
    change_roles(session, current_actor(), person_id=person_id, version=form["version"], roles=roles)
    return see_other(_PERSON, done="roles-changed", person_id=person_id)


@blueprint.get("/people/<uuid:person_id>/department")
@reads(Permission.PEOPLE_WRITE)
def show_department(session: Session, person_id: UUID) -> str:
    """Show the form of a person's department."""
    person, known = person_row(session, person_id), departments_known(session)
    return render_template("facility/department.html", person=person, known=known)


@blueprint.post("/people/<uuid:person_id>/department")
@submits(Permission.PEOPLE_WRITE, shows=show_department)
def post_department(session: Session, person_id: UUID) -> Response:
    """Let a person work in another department from today on."""
    today = clock.now().astimezone(facility_zone()).date()
    change_department(session, current_actor(), person_id=person_id, on=today, **read_form(DepartmentForm()))
    return see_other(_PERSON, done="department-changed", person_id=person_id)


@blueprint.post("/people/<uuid:person_id>/deactivate")
@submits(Permission.PEOPLE_WRITE, shows=show_person)
def post_deactivation(session: Session, person_id: UUID) -> Response:
    """Let nobody act as this person any more."""
    version = read_form(VersionForm())["version"]
    deactivate_person(session, current_actor(), person_id=person_id, version=version, now=clock.now())
    return see_other(_PERSON, done="person-deactivated", person_id=person_id)


@blueprint.post("/people/<uuid:person_id>/reactivate")
@submits(Permission.PEOPLE_WRITE, shows=show_person)
def post_reactivation(session: Session, person_id: UUID) -> Response:
    """Take a person back."""
    version = read_form(VersionForm())["version"]
    reactivate_person(session, current_actor(), person_id=person_id, version=version)
    return see_other(_PERSON, done="person-reactivated", person_id=person_id)


@blueprint.post("/people/<uuid:person_id>/invite")
@submits(Permission.PEOPLE_WRITE, shows=show_person)
def post_new_link(session: Session, person_id: UUID) -> str:
    """Make a new one-time link and show it, once."""
    made = invite_person(session, current_actor(), person_id=person_id, now=clock.now())
    return render_template(
        "facility/invitation_made.html",
        person=person_by_id(session, person_id),
        url=invitation_url(made.secret),
        expires_at=made.expires_at,
    )


@blueprint.post("/people/<uuid:person_id>/end-sessions")
@submits(Permission.PEOPLE_WRITE, shows=show_person)
def post_sessions_end(session: Session, person_id: UUID) -> Response:
    """End all sessions of a person."""
    end_sessions(session, current_actor(), person_id=person_id, now=clock.now())
    return see_other(_PERSON, done="sessions-ended", person_id=person_id)


@blueprint.post("/people/<uuid:person_id>/tokens/<uuid:token_id>/revoke")
@writes(Permission.PEOPLE_WRITE)
def post_revocation_for(session: Session, person_id: UUID, token_id: UUID) -> Response:
    """Revoke another person's token."""
    revoke_token(session, current_actor(), token_id=token_id, now=clock.now())
    return see_other(_PERSON, done="token-revoked", person_id=person_id)


@blueprint.post("/people/<uuid:person_id>/calendars/<uuid:feed_id>/revoke")
@writes(Permission.PEOPLE_WRITE)
def post_feed_revocation_for(session: Session, person_id: UUID, feed_id: UUID) -> Response:
    """Revoke another person's calendar."""
    revoke_feed(session, current_actor(), feed_id=feed_id, now=clock.now())
    return see_other(_PERSON, done="feed-revoked", person_id=person_id)
