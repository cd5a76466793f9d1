"""The API of captures: agents send what licence servers print, and anybody may look up what was kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Request, Response
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser

from answerprint.core import clock
from answerprint.core.http import View, current_actor, database, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.collectors.reading import Diagnostic
from licensing.models.observed import Capture
from licensing.queries import captures
from licensing.queries.captures import ReadText
from licensing.schemas.captures import CaptureIn, CaptureOut, CapturePage, DiagnosticPage
from licensing.service.captures import take_capture

_PLAIN = "text/plain"
_AS_BYTES = {
    "requestBody": {"content": {_PLAIN: {"schema": {"type": "string", "format": "binary"}}}},
    "description": "As `text/plain` the body is the capture's bytes; `server_id` and `taken_at` stand in the query.",
}


class CaptureParser(FlaskParser):
    """Reads a capture from JSON, or from a plain body, so that bytes that are no text come as they are."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the fields that were sent."""
        if req.mimetype != _PLAIN:
            return super().load_json(req, schema)
        return {**req.args.to_dict(), "text": req.get_data()}


blueprint = Blueprint(
    "licensing_captures", __name__, url_prefix="/licensing", description="What licence servers printed"
)
blueprint.ARGUMENTS_PARSER = CaptureParser()


def _reads_text_first(view: View) -> Callable[..., Any]:
    """Read the text in a session of its own, before the route's transaction opens.

    Reading a large text takes the better part of a second, and on SQLite the transaction keeps all other writers out.
    The use case reads again where the server's kind or zone changed in between.
    """

    @wraps(view)
    def run(sent: dict[str, Any]) -> Any:
        with database().reading() as session:
            text = captures.read_text(
                session,
                server_id=sent["server_id"],
                raw=sent["text"],
                taken_at=sent["taken_at"],
                now=clock.now(),
            )
        return view(sent, text)

    return run


@blueprint.post("/captures")
@blueprint.doc(**_AS_BYTES)
@blueprint.arguments(CaptureIn)
@_reads_text_first
@writes(Permission.CAPTURES_WRITE)
@blueprint.alt_response(200, schema=CaptureOut, description="It was sent before; nothing changed.", success=True)
@blueprint.response(201, CaptureOut)
def post_capture(session: Session, sent: dict[str, Any], text: ReadText) -> tuple[Capture, int]:
    """Keep what a licence server printed."""
    taken = take_capture(
        session,
        current_actor(),
        server_id=sent["server_id"],
        raw=sent["text"],
        taken_at=sent["taken_at"],
        now=clock.now(),
        text=text,
    )
    return taken.capture, 201 if taken.is_new else 200


@blueprint.get("/servers/<uuid:server_id>/captures")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CapturePage)
def get_captures(session: Session, server_id: UUID) -> Page[Capture]:
    """List the captures of a licence server, the newest first."""
    return captures.list_captures(session, server_id, page_request(str, str))


@blueprint.get("/captures/<uuid:capture_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CaptureOut)
def get_capture(session: Session, capture_id: UUID) -> Capture:
    """Show a capture without its text."""
    return captures.find_capture(session, capture_id)


@blueprint.get("/captures/<uuid:capture_id>/raw")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=_PLAIN)
def get_capture_raw(session: Session, capture_id: UUID) -> Response:
    """Fetch the text of a capture, byte for byte as it came."""
    raw = captures.raw_text(session, capture_id)
    # No charset is named: the bytes are the server's, in whatever it wrote.
    answer = Response(raw, content_type=_PLAIN)
    answer.headers["Content-Disposition"] = f'attachment; filename="capture-{capture_id}.txt"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.get("/captures/<uuid:capture_id>/diagnostics")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, DiagnosticPage)
def get_capture_diagnostics(session: Session, capture_id: UUID) -> Page[Diagnostic]:
    """List the lines of a capture that are in doubt, in the order of its text."""
    return captures.list_diagnostics(session, capture_id, page_request(int))
