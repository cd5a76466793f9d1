"""The API of screenings: planned, changed, called off, held; who is invited, who came, and what they decided there."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.queries import attendance, decisions
from reviews.queries.attendance import ScreeningRow
from reviews.rules.viewing import declare
from reviews.rules.vocabulary import Value
from reviews.schemas.decisions import DecisionList
from reviews.schemas.screenings import (
    InvitationIn,
    RoomDecisionIn,
    RoomRoundList,
    ScreeningDetail,
    ScreeningIn,
    ScreeningOut,
    ScreeningPage,
    ScreeningPatch,
    ScreeningQuery,
    SignInIn,
)
from reviews.service.attendances import decide_in_room, sign_in_attendee
from reviews.service.decisions import DecisionEntry
from reviews.service.invitations import invite_contacts
from reviews.service.screenings import (
    ScreeningChanges,
    ScreeningEntry,
    cancel_screening,
    change_screening,
    note_held,
    plan_screening,
)

blueprint = Blueprint("reviews_screenings", __name__, url_prefix="/reviews", description="Supervised screenings")


@blueprint.get("/screenings")
@blueprint.arguments(ScreeningQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ScreeningPage)
def list_screenings(session: Session, asked: dict[str, Any]) -> Page[ScreeningRow]:
    """List a project's screenings, the newest first."""
    return attendance.screenings_of(session, current_actor(), asked["project_id"], page_request(str))


@blueprint.post("/screenings")
@blueprint.arguments(ScreeningIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, ScreeningOut)
def post_screening(session: Session, payload: dict[str, Any]) -> ScreeningRow:
    """Plan a screening."""
    planned = plan_screening(session, current_actor(), entry=ScreeningEntry(**payload), now=clock.now())
    return _shown(session, planned.id)


@blueprint.get("/screenings/<uuid:screening_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ScreeningDetail)
def get_screening(session: Session, screening_id: UUID) -> dict[str, Any]:
    """Show one screening, who was invited and who came."""
    return _detail(session, screening_id)


@blueprint.patch("/screenings/<uuid:screening_id>")
@blueprint.arguments(ScreeningPatch)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ScreeningOut)
def patch_screening(session: Session, payload: dict[str, Any], screening_id: UUID) -> ScreeningRow:
    """Change a screening; those invited are told where it is another one for them."""
    changes = ScreeningChanges(**payload)  # type: ignore[typeddict-item] # the schema knows the same fields
    change_screening(
        session,
        current_actor(),
        screening_id=screening_id,
        changes=changes,
        version=held_version(),
        now=clock.now(),
    )
    return _shown(session, screening_id)


@blueprint.post("/screenings/<uuid:screening_id>/cancellation")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ScreeningOut)
def post_cancellation(session: Session, screening_id: UUID) -> ScreeningRow:
    """Call a screening off; those invited are told."""
    cancel_screening(session, current_actor(), screening_id=screening_id, now=clock.now())
    return _shown(session, screening_id)


@blueprint.post("/screenings/<uuid:screening_id>/invitations")
@blueprint.arguments(InvitationIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ScreeningDetail)
def post_invitations(session: Session, payload: dict[str, Any], screening_id: UUID) -> dict[str, Any]:
    """Invite some of the client's people."""
    invite_contacts(session, current_actor(), screening_id=screening_id, **payload, now=clock.now())
    return _detail(session, screening_id)


@blueprint.post("/screenings/<uuid:screening_id>/sign-ins")
@blueprint.arguments(SignInIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ScreeningDetail)
def post_sign_in(session: Session, payload: dict[str, Any], screening_id: UUID) -> dict[str, Any]:
    """Sign somebody in who is seen in the room."""
    sign_in_attendee(session, current_actor(), screening_id=screening_id, **payload, now=clock.now())
    return _detail(session, screening_id)


@blueprint.post("/screenings/<uuid:screening_id>/holding")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ScreeningOut)
def post_holding(session: Session, screening_id: UUID) -> ScreeningRow:
    """Note that a screening took place."""
    note_held(session, current_actor(), screening_id=screening_id, now=clock.now())
    return _shown(session, screening_id)


@blueprint.get("/screenings/<uuid:screening_id>/rounds")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, RoomRoundList)
def list_rounds_in_room(session: Session, screening_id: UUID) -> dict[str, Any]:
    """List the open rounds of what is shown: the text to sign, and who of those present may sign it."""
    return {"items": attendance.rounds_in_room(session, current_actor(), screening_id)}


@blueprint.post("/screenings/<uuid:screening_id>/decisions")
@blueprint.arguments(RoomDecisionIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, DecisionList)
def post_room_decision(session: Session, payload: dict[str, Any], screening_id: UUID) -> dict[str, Any]:
    """Take down, as the host, what an approver decided in the room; they are told by mail."""
    entry = DecisionEntry(
        label=payload["label"],
        value=Value(payload["value"]),
        viewing=declare(payload["display"], payload["room"], payload.get("sound", "")),
        statement_sha256=payload["statement_sha256"],
    )
    decision = decide_in_room(
        session,
        current_actor(),
        screening_id=screening_id,
        round_id=payload["round_id"],
        contact_id=payload["contact_id"],
        entry=entry,
        now=clock.now(),
    )
    return {"items": decisions.decisions_of(session, decision.round_id)}


def _shown(session: Session, screening_id: UUID) -> ScreeningRow:
    return tagged(attendance.screening_row(session, current_actor(), screening_id))


def _detail(session: Session, screening_id: UUID) -> dict[str, Any]:
    shown = asdict(_shown(session, screening_id))
    return shown | {"attendances": attendance.attendances_of(session, screening_id)}
