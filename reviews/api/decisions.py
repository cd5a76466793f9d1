"""The API of rounds, decisions and notes. Decisions themselves are made at the gate alone."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, reads, writes
from answerprint.core.permissions import Permission
from reviews.models.decisions import Note
from reviews.queries import decisions
from reviews.queries.decisions import RoundRow
from reviews.queries.materials import version_by_id
from reviews.queries.note_exports import NoteExport, export_notes
from reviews.schemas.decisions import (
    DecisionList,
    NoteExportQuery,
    NoteIn,
    NoteList,
    NoteOut,
    RoundIn,
    RoundList,
    RoundOut,
)
from reviews.service.notes import NoteEntry, write_note
from reviews.service.rounds import close_round, give_notice, open_round

blueprint = Blueprint("reviews_decisions", __name__, url_prefix="/reviews", description="Rounds, decisions and notes")


@blueprint.get("/agreements/<uuid:agreement_id>/rounds")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, RoundList)
def list_rounds(session: Session, agreement_id: UUID) -> dict[str, Any]:
    """List an agreement's rounds, the newest first."""
    return {"items": decisions.rounds_of(session, current_actor(), agreement_id)}


@blueprint.post("/agreements/<uuid:agreement_id>/rounds")
@blueprint.arguments(RoundIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, RoundOut)
def post_round(session: Session, payload: dict[str, Any], agreement_id: UUID) -> RoundRow:
    """Put a version before the client's approvers."""
    opened = open_round(session, current_actor(), agreement_id=agreement_id, **payload, now=clock.now())
    return decisions.round_row(session, current_actor(), opened.id)


@blueprint.get("/rounds/<uuid:round_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, RoundOut)
def get_round(session: Session, round_id: UUID) -> RoundRow:
    """Show one round, and whom it waits for."""
    return decisions.round_row(session, current_actor(), round_id)


@blueprint.post("/rounds/<uuid:round_id>/notice")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, RoundOut)
def post_notice(session: Session, round_id: UUID) -> RoundRow:
    """Tell those who have not decided that their silence will approve, where that was agreed."""
    give_notice(session, current_actor(), round_id=round_id, now=clock.now())
    return decisions.round_row(session, current_actor(), round_id)


@blueprint.post("/rounds/<uuid:round_id>/close")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, RoundOut)
def post_close(session: Session, round_id: UUID) -> RoundRow:
    """Close a round that nobody will decide any more."""
    close_round(session, current_actor(), round_id=round_id, now=clock.now())
    return decisions.round_row(session, current_actor(), round_id)


@blueprint.get("/rounds/<uuid:round_id>/decisions")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, DecisionList)
def list_decisions(session: Session, round_id: UUID) -> dict[str, Any]:
    """List all decisions of a round, those that were taken back too."""
    decisions.round_row(session, current_actor(), round_id)
    return {"items": decisions.decisions_of(session, round_id)}


@blueprint.get("/material-versions/<uuid:version_id>/notes")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, NoteList)
def list_notes(session: Session, version_id: UUID) -> dict[str, Any]:
    """List a version's notes by their place in it, internal ones too."""
    version_by_id(session, current_actor(), version_id)
    return {"items": decisions.notes_of(session, version_id, with_internal=True)}


@blueprint.post("/material-versions/<uuid:version_id>/notes")
@blueprint.arguments(NoteIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, NoteOut)
def post_note(session: Session, payload: dict[str, Any], version_id: UUID) -> Note:
    """Write a note on a version."""
    entry = NoteEntry(**payload)
    return write_note(session, current_actor(), material_version_id=version_id, entry=entry, now=clock.now())


@blueprint.get("/material-versions/<uuid:version_id>/notes/export")
@blueprint.arguments(NoteExportQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, content_type="text/plain")
def export(session: Session, asked: dict[str, Any], version_id: UUID) -> Response:
    """Export a version's notes for a spreadsheet, for Resolve, or as OpenTimelineIO."""
    made: NoteExport = export_notes(session, current_actor(), version_id, **asked)
    answer = Response(made.text, content_type=made.content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=made.file_name)
    return answer
