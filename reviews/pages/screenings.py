"""Screenings on pages: planned, invited to, and the room: who came, and what they decided there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from facility.public import person_names, project_for
from facility.queries.projects import members_of
from reviews.pages.frame import blueprint, contact_choices, in_force, moment_of, project_head, typed_moment
from reviews.pages.room_forms import (
    DECIDED,
    InviteForm,
    RoomDecisionForm,
    ScreeningChangeForm,
    ScreeningForm,
    SignInForm,
)
from reviews.queries import attendance, materials
from reviews.queries.agreements import terms_of
from reviews.queries.attendance import RoomRound
from reviews.queries.parties import contact_names, undertaking_by_id
from reviews.rules.attendance import SUPERVISED
from reviews.rules.viewing import declare
from reviews.rules.vocabulary import DisplayClass, Room, Value, title
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

_SCREENING = "reviews_pages.show_screening"


@blueprint.get("/reviews/projects/<uuid:project_id>/screenings")
@reads(Permission.REVIEWS_READ)
def show_screenings(session: Session, project_id: UUID) -> str:
    """Show a project's screenings, the newest first."""
    page = attendance.screenings_of(session, current_actor(), project_id, page_request(str))
    here, file = "reviews_pages.show_screenings", "reviews_pages.download_screenings"
    return render_template(
        "reviews/screenings.html",
        **project_head(session, project_id),
        screenings=page.items,
        hosts=person_names(session, [one.host_id for one in page.items]),
        **list_links(here, page.next, file=file, project_id=project_id),
    )


@blueprint.get("/reviews/projects/<uuid:project_id>/screenings/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_screening(session: Session, project_id: UUID) -> str:
    """Show the form of a screening."""
    return _form(session, project_id, None)


@blueprint.post("/reviews/projects/<uuid:project_id>/screenings/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_screening)
def post_screening(session: Session, project_id: UUID) -> Response:
    """Plan a screening."""
    project_for(session, current_actor(), project_id)
    form = _with_moments(read_form(ScreeningForm()))
    entry = ScreeningEntry(**form, zone=facility_zone().key)
    planned = plan_screening(session, current_actor(), entry=entry, now=clock.now())
    return see_other(_SCREENING, done="screening-planned", screening_id=planned.id)


@blueprint.get("/reviews/screenings/<uuid:screening_id>")
@reads(Permission.REVIEWS_READ)
def show_screening(session: Session, screening_id: UUID) -> str:
    """Show a screening, who is invited and who came, and what can be decided there."""
    actor = current_actor()
    row = attendance.screening_row(session, actor, screening_id)
    head = project_head(session, row.project_id)
    nda_text_id = terms_of(session, row.agreement_version_id).security.nda_text_id
    came = attendance.attendances_of(session, screening_id)
    rounds = attendance.rounds_in_room(session, actor, screening_id)
    names = contact_names(session, [one.contact_id for one in came])
    return render_template(
        "reviews/screening.html",
        **head,
        row=row,
        attendances=came,
        contacts=contact_choices(session, head["project"].client_id),
        undertaking=undertaking_by_id(session, nda_text_id) if nda_text_id is not None else None,
        rounds=[(one, _deciders(one, names)) for one in rounds if one.approvers],
        people=person_names(session, [row.host_id, *(one.signed_in_by for one in came if one.signed_in_by)]),
        is_host=actor.person_id == row.host_id,
        values=[(one.value, title(one)) for one in DECIDED],
        displays=[(one.value, title(one)) for one in DisplayClass],
        rooms=[(one.value, title(one)) for one in Room],
    )


@blueprint.get("/reviews/screenings/<uuid:screening_id>/change")
@reads(Permission.REVIEWS_WRITE)
def show_screening_change(session: Session, screening_id: UUID) -> str:
    """Show the form of a screening that is planned."""
    row = attendance.screening_row(session, current_actor(), screening_id)
    return _form(session, row.project_id, row)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/change")
@submits(Permission.REVIEWS_WRITE, shows=show_screening_change)
def post_screening_change(session: Session, screening_id: UUID) -> Response:
    """Change a screening; who is invited is told where it is another one for them."""
    form = _with_moments(read_form(ScreeningChangeForm()))
    version = form.pop("version")
    changes = ScreeningChanges(**({"calibrated_on": None, "calibration_sha256": None} | form))  # type: ignore[typeddict-item]
    change_screening(
        session, current_actor(), screening_id=screening_id, changes=changes, version=version, now=clock.now()
    )
    return see_other(_SCREENING, done="screening-changed", screening_id=screening_id)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/invite")
@submits(Permission.REVIEWS_WRITE, shows=show_screening)
def post_invitation(session: Session, screening_id: UUID) -> Response:
    """Invite somebody of the client's."""
    who = [read_form(InviteForm())["invited_id"]]
    invite_contacts(session, current_actor(), screening_id=screening_id, contact_ids=who, now=clock.now())
    return see_other(_SCREENING, done="contact-invited", screening_id=screening_id)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/sign-in")
@submits(Permission.REVIEWS_WRITE, shows=show_screening)
def post_sign_in(session: Session, screening_id: UUID) -> Response:
    """Sign somebody in who is seen in the room."""
    form = read_form(SignInForm())
    read = form.get("undertaking_sha256") if form["has_read"] else None
    sign_in_attendee(
        session,
        current_actor(),
        screening_id=screening_id,
        contact_id=form["contact_id"],
        undertaking_sha256=read,
        now=clock.now(),
    )
    return see_other(_SCREENING, done="attendee-signed-in", screening_id=screening_id)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/decision")
@submits(Permission.REVIEWS_WRITE, shows=show_screening)
def post_room_decision(session: Session, screening_id: UUID) -> Response:
    """Take down, as the host, what an approver decided in the room."""
    form = read_form(RoomDecisionForm())
    label, _, contact = form["who"].partition(":")
    viewing = declare(form["display"], form["room"], form.get("sound", ""))
    made = decide_in_room(
        session,
        current_actor(),
        screening_id=screening_id,
        round_id=form["round_id"],
        contact_id=UUID(contact),
        entry=DecisionEntry(label, Value(form["value"]), viewing, form["statement_sha256"]),
        now=clock.now(),
    )
    return see_other("reviews_pages.show_round", done="decision-taken-down", round_id=made.round_id)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/hold")
@submits(Permission.REVIEWS_WRITE, shows=show_screening)
def post_holding(session: Session, screening_id: UUID) -> Response:
    """Note that a screening took place."""
    note_held(session, current_actor(), screening_id=screening_id, now=clock.now())
    return see_other(_SCREENING, done="screening-held", screening_id=screening_id)


@blueprint.post("/reviews/screenings/<uuid:screening_id>/cancel")
@submits(Permission.REVIEWS_WRITE, shows=show_screening)
def post_cancellation(session: Session, screening_id: UUID) -> Response:
    """Call a screening off."""
    cancel_screening(session, current_actor(), screening_id=screening_id, now=clock.now())
    return see_other(_SCREENING, done="screening-cancelled", screening_id=screening_id)


def _form(session: Session, project_id: UUID, row: Any) -> str:
    agreements, methods = in_force(session, project_id, SUPERVISED)
    return render_template(
        "reviews/screening_form.html",
        **project_head(session, project_id),
        row=row,
        starts=typed_moment(row.starts_at) if row else "",
        ends=typed_moment(row.ends_at) if row else "",
        agreements=agreements,
        methods=methods,
        versions=materials.versions_to_choose(session, current_actor(), project_id),
        hosts=[
            (str(one.person_id), one.name) for one in members_of(session, current_actor(), project_id) if one.is_active
        ],
    )


def _deciders(waiting: RoomRound, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    return [
        (f"{one.label}:{one.contact_id}", f"{names.get(one.contact_id, 'unknown')} as {one.label}")
        for one in waiting.approvers
    ]


def _with_moments(form: dict[str, Any]) -> dict[str, Any]:
    return form | {name: moment_of(form[name]) for name in ("starts_at", "ends_at")}
