"""The API of event logs and options files: agents send them, and anybody may look up what was read of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import View, current_actor, database, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.api.captures import CaptureParser
from licensing.models.eventlogs import LogPart, ServerOptions
from licensing.queries import log_parts, logged_denials
from licensing.queries.log_parts import ReadPart
from licensing.queries.logged_denials import ServerDenials
from licensing.queries.options import find_options
from licensing.schemas.logs import (
    LoggedDenialPage,
    LogPartOut,
    LogPartPage,
    LogText,
    OptionsOut,
    ProductDenialsOut,
)
from licensing.service.eventlogs import take_log
from licensing.service.options import take_options

blueprint = Blueprint(
    "licensing_logs", __name__, url_prefix="/licensing", description="Event logs and options files of licence servers"
)
blueprint.ARGUMENTS_PARSER = CaptureParser()

_AS_BYTES = {
    "requestBody": {"content": {"text/plain": {"schema": {"type": "string", "format": "binary"}}}},
    "description": "As `text/plain` the body is the bytes themselves.",
}


def _reads_text_first(view: View) -> Callable[..., Any]:
    """Read the part before the route's transaction opens, which on SQLite keeps all other writers out."""

    @wraps(view)
    def run(sent: dict[str, Any], server_id: UUID) -> Any:
        with database().reading() as session:
            text = log_parts.read_log(session, server_id=server_id, raw=sent["text"])
        return view(sent, text, server_id)

    return run


@blueprint.post("/servers/<uuid:server_id>/logs")
@blueprint.doc(**_AS_BYTES)
@blueprint.arguments(LogText)
@_reads_text_first
@writes(Permission.CAPTURES_WRITE)
@blueprint.alt_response(200, schema=LogPartOut, description="It was sent before; nothing changed.", success=True)
@blueprint.response(201, LogPartOut)
def post_log_part(session: Session, sent: dict[str, Any], text: ReadPart, server_id: UUID) -> tuple[LogPart, int]:
    """Take in the next part of a licence server's event log."""
    taken = take_log(session, current_actor(), server_id=server_id, raw=sent["text"], now=clock.now(), text=text)
    return taken.part, 201 if taken.is_new else 200


@blueprint.get("/servers/<uuid:server_id>/logs")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, LogPartPage)
def get_log_parts(session: Session, server_id: UUID) -> Page[LogPart]:
    """List the parts of a licence server's event log, the newest first."""
    return log_parts.list_parts(session, server_id, page_request(int))


@blueprint.get("/servers/<uuid:server_id>/denials")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, LoggedDenialPage)
def get_server_denials(session: Session, server_id: UUID) -> ServerDenials:
    """List what a licence server denied, as its log tells, the newest first."""
    return logged_denials.list_denials(session, server_id, page_request(str, int))


@blueprint.get("/products/<uuid:product_id>/denials")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ProductDenialsOut)
def get_product_denials(session: Session, product_id: UUID) -> dict[str, Any]:
    """Show how often a product was denied in the last 30 days, by what each denial was."""
    found = logged_denials.denials_of_product(session, product_id, now=clock.now())
    return {"product_id": product_id, "has_logs": found is not None, "denials": found}


@blueprint.route("/servers/<uuid:server_id>/options", methods=["PUT"])
@blueprint.doc(**_AS_BYTES)
@blueprint.arguments(LogText)
@writes(Permission.CAPTURES_WRITE)
@blueprint.response(200, OptionsOut)
def put_options(session: Session, sent: dict[str, Any], server_id: UUID) -> ServerOptions:
    """Read a licence server's options file in the place of the one before."""
    return take_options(session, current_actor(), server_id=server_id, raw=sent["text"], now=clock.now())


@blueprint.get("/servers/<uuid:server_id>/options")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, OptionsOut)
def get_options(session: Session, server_id: UUID) -> ServerOptions:
    """Show what a licence server's newest options file means."""
    return find_options(session, server_id)
