"""The API of named seats, and of those who leave."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.entitlements import AssigneeKind
from licensing.queries import assignments
from licensing.rules.assignments import NamedSeat
from licensing.rules.exchange.assigned import read_assigned
from licensing.rules.leavers import read_leavers
from licensing.schemas.assignments import (
    AssignedExportIn,
    AssignedSeatsOut,
    AssignmentIn,
    AssignmentOut,
    AssignmentPage,
    AssignmentQuery,
    LeaversIn,
    LeaversOut,
    SwapIn,
)
from licensing.service.assigned_exports import AssignedSeats, assign_all_of
from licensing.service.assignments import assign_seat, return_assignment, swap_seat
from licensing.service.leavers import return_all_of

_CSV = "text/csv"
_AS_CSV = {
    "requestBody": {"content": {_CSV: {"schema": {"type": "string"}}}},
    "description": "As `text/csv` the body is a line for each person: mail, name and account in its cells, no header.",
}


class _LeaversParser(FlaskParser):
    """Reads the list of leavers from JSON, or from lines of CSV."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the fields that were sent."""
        if req.mimetype != _CSV:
            return super().load_json(req, schema)
        return {"leavers": read_leavers(req.get_data().decode("utf-8", "replace"))}


blueprint = Blueprint(
    "licensing_assignments", __name__, url_prefix="/licensing", description="Named seats, and leavers"
)
blueprint.ARGUMENTS_PARSER = _LeaversParser()


@blueprint.get("/assignments")
@blueprint.arguments(AssignmentQuery, location="query", unknown="exclude")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, AssignmentPage)
def list_assignments(session: Session, query: dict[str, Any]) -> Page[NamedSeat]:
    """List named seats, the newest first."""
    state = query.get("state")
    is_open = None if state is None else state == "open"
    return assignments.list_assignments(session, query.get("product_id"), page_request(str), is_open=is_open)


@blueprint.post("/assignments")
@blueprint.arguments(AssignmentIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(201, AssignmentOut)
def post_assignment(session: Session, payload: dict[str, Any]) -> NamedSeat:
    """Assign a named seat to a person or a device."""
    kind = AssigneeKind(payload.pop("kind"))
    return tagged(assign_seat(session, current_actor(), **payload, kind=kind, on=_today()))


@blueprint.post("/assignments/import")
@blueprint.arguments(AssignedExportIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(201, AssignedSeatsOut)
def post_assigned_export(session: Session, payload: dict[str, Any]) -> AssignedSeats:
    """Assign the named seats that a vendor's export shows, all of them or none."""
    return assign_all_of(session, current_actor(), rows=read_assigned(**payload), on=_today())


@blueprint.get("/assignments/<uuid:assignment_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, AssignmentOut)
def get_assignment(session: Session, assignment_id: UUID) -> NamedSeat:
    """Show one named seat."""
    return tagged(assignments.named_seat(session, assignments.find_assignment(session, assignment_id)))


@blueprint.post("/assignments/<uuid:assignment_id>/swap")
@blueprint.arguments(SwapIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(201, AssignmentOut)
def post_swap(session: Session, payload: dict[str, Any], assignment_id: UUID) -> NamedSeat:
    """Let a named seat become another's, from the day on which the contract lets it."""
    return tagged(
        swap_seat(session, current_actor(), assignment_id=assignment_id, on=_today(), version=held_version(), **payload)
    )


@blueprint.post("/assignments/<uuid:assignment_id>/return")
@writes(Permission.SEATS_WRITE)
@blueprint.response(200, AssignmentOut)
def post_assignment_return(session: Session, assignment_id: UUID) -> NamedSeat:
    """Give a named seat back; it counts until its cooling-off is over."""
    return tagged(return_assignment(session, current_actor(), assignment_id=assignment_id, on=_today()))


@blueprint.post("/leavers")
@blueprint.doc(**_AS_CSV)
@blueprint.arguments(LeaversIn)
@writes(Permission.SEATS_WRITE)
@blueprint.response(200, LeaversOut)
def post_leavers(session: Session, payload: dict[str, Any]) -> dict[str, Any]:
    """Give back all that these people hold, in one transaction, and say what was found for whom."""
    now = clock.now()
    found = return_all_of(session, current_actor(), leavers=payload["leavers"], now=now, on=_today())
    return {"items": found}


def _today() -> date:
    return clock.now().astimezone(facility_zone()).date()
