"""The API of people, their roles and invitations, and of whoever calls."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility import links
from facility.links import NEVER_STORED
from facility.queries import people as people_queries
from facility.queries.people import PersonRow, TokenRow, person_row
from facility.roles import Role
from facility.schemas.people import (
    DepartmentIn,
    InvitationOut,
    MeOut,
    NewPersonOut,
    PersonIn,
    PersonOut,
    PersonPage,
    PersonPatch,
    RolesIn,
    SessionsEndedOut,
)
from facility.schemas.tokens import TokenPage
from facility.service import departments, invitations, people, sign_in
from facility.service.invitations import NewInvitation

blueprint = Blueprint("facility_people", __name__, url_prefix="/facility", description="People and roles")


@blueprint.get("/me")
@reads(Permission.SELF)
@blueprint.response(200, MeOut)
def show_me(session: Session) -> dict[str, Any]:
    """Say who calls and what they may do."""
    actor = current_actor()
    person = person_row(session, UUID(actor.id))
    return {
        "id": person.id,
        "name": person.name,
        "kind": actor.kind.value,
        "roles": person.roles,
        "permissions": sorted(actor.permissions),
    }


@blueprint.get("/people")
@reads(Permission.PEOPLE_READ)
@blueprint.response(200, PersonPage)
def list_people(session: Session) -> Page[PersonRow]:
    """List the people of the house, by name."""
    return people_queries.people(session, page_request(str))


@blueprint.post("/people")
@blueprint.arguments(PersonIn)
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(201, NewPersonOut)
def post_person(session: Session, payload: dict[str, Any]) -> Any:
    """Add a person; the answer holds the link by which they set their password, once."""
    new = people.add_person(
        session,
        current_actor(),
        name=payload["name"],
        email=payload["email"],
        roles=[Role(role) for role in payload["roles"]],
        now=clock.now(),
    )
    person = tagged(person_row(session, new.person.id))
    return {"person": person, "invitation": _link(new.invitation)}, 201, NEVER_STORED


@blueprint.get("/people/<uuid:person_id>")
@reads(Permission.PEOPLE_READ)
@blueprint.response(200, PersonOut)
def get_person(session: Session, person_id: UUID) -> PersonRow:
    """Show one person."""
    return tagged(person_row(session, person_id))


@blueprint.patch("/people/<uuid:person_id>")
@blueprint.arguments(PersonPatch)
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, PersonOut)
def patch_person(session: Session, payload: dict[str, Any], person_id: UUID) -> PersonRow:
    """Change a person's name or mail."""
    people.change_person(session, current_actor(), person_id=person_id, version=held_version(), **payload)
    return tagged(person_row(session, person_id))


@blueprint.put("/people/<uuid:person_id>/roles")
@blueprint.arguments(RolesIn)
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, PersonOut)
def put_roles(session: Session, payload: dict[str, Any], person_id: UUID) -> PersonRow:
    """Let a person hold exactly these roles."""
    roles = [Role(role) for role in payload["roles"]]
    people.change_roles(session, current_actor(), person_id=person_id, version=held_version(), roles=roles)
    return tagged(person_row(session, person_id))


@blueprint.put("/people/<uuid:person_id>/department")
@blueprint.arguments(DepartmentIn)
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, PersonOut)
def put_department(session: Session, payload: dict[str, Any], person_id: UUID) -> PersonRow:
    """Let a person work in this department from today on; seats that they hold are its cost."""
    today, version = clock.now().astimezone(facility_zone()).date(), held_version()
    departments.change_department(session, current_actor(), person_id=person_id, version=version, on=today, **payload)
    return tagged(person_row(session, person_id))


@blueprint.post("/people/<uuid:person_id>/deactivate")
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, PersonOut)
def post_deactivation(session: Session, person_id: UUID) -> PersonRow:
    """Deactivate a person: sessions end and tokens are revoked at once."""
    now, version = clock.now(), held_version()
    people.deactivate_person(session, current_actor(), person_id=person_id, version=version, now=now)
    return tagged(person_row(session, person_id))


@blueprint.post("/people/<uuid:person_id>/reactivate")
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, PersonOut)
def post_reactivation(session: Session, person_id: UUID) -> PersonRow:
    """Take a person back; they need an invitation to sign in."""
    people.reactivate_person(session, current_actor(), person_id=person_id, version=held_version())
    return tagged(person_row(session, person_id))


@blueprint.post("/people/<uuid:person_id>/invitations")
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(201, InvitationOut)
def post_invitation(session: Session, person_id: UUID) -> Any:
    """Make a new one-time link for a person; links made before open nothing any more."""
    made = invitations.invite_person(session, current_actor(), person_id=person_id, now=clock.now())
    return _link(made), 201, NEVER_STORED


@blueprint.delete("/people/<uuid:person_id>/sessions")
@writes(Permission.PEOPLE_WRITE)
@blueprint.response(200, SessionsEndedOut)
def delete_sessions(session: Session, person_id: UUID) -> dict[str, int]:
    """End all sessions of a person."""
    ended = sign_in.end_sessions(session, current_actor(), person_id=person_id, now=clock.now())
    return {"sessions_ended": ended}


@blueprint.get("/people/<uuid:person_id>/tokens")
@reads(Permission.PEOPLE_READ)
@blueprint.response(200, TokenPage)
def list_tokens_of(session: Session, person_id: UUID) -> Page[TokenRow]:
    """List another person's tokens, the newest first."""
    return Page(items=people_queries.tokens_of(session, person_row(session, person_id).id), next=None)


def _link(made: NewInvitation) -> dict[str, Any]:
    return {"url": links.invitation_url(made.secret), "expires_at": made.expires_at}
