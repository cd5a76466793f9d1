"""The trail's API: logs as C2SP tlog-tiles, entries with their proofs, verification."""

import dataclasses
from typing import Any

from flask import Response, current_app, make_response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotFound
from audit import queries
from audit.errors import MalformedTile
from audit.queries import EntryFilter
from audit.schemas import EntryDetailOut, EntryPage, EntryQuery, LogList, VerificationOut
from audit.service.checkpoints import publish_checkpoint
from audit.tiles import Bundle, Tile, parse_entries_path, parse_tile_path
from audit.verification import verify_database

blueprint = Blueprint("audit", __name__, url_prefix="/audit", description="The signed trail")

_STABLE = "private, max-age=31536000, immutable"
_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@blueprint.get("/logs")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, LogList)
def list_logs(session: Session) -> dict[str, Any]:
    """List the logs with their sizes and verifier keys."""
    return {"items": queries.list_logs(session)}


@blueprint.get("/entries")
@blueprint.arguments(EntryQuery, location="query")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, EntryPage)
def find_entries(session: Session, sought: dict[str, Any]) -> Any:
    """Search the entries of all logs, newest first."""
    names = {field.name for field in dataclasses.fields(EntryFilter)}
    wanted = EntryFilter(**{name: value for name, value in sought.items() if name in names})
    return queries.find_entries(session, wanted, page_request(str, str, int))


@blueprint.get("/logs/<name>/entries/<int:index>")
@writes(Permission.AUDIT_READ)
@blueprint.response(200, EntryDetailOut)
def show_entry(session: Session, name: str, index: int) -> dict[str, Any]:
    """Show one entry with its proof; a checkpoint is signed if none covers it yet."""
    log = queries.log_named(session, name)
    entry = queries.entry_at(session, log, index)
    return {
        "row": entry.row,
        "body": entry.body.decode(),
        "leaf_hash": entry.leaf_hash.hex(),
        "disclosures": entry.disclosures,
        "proof": _receipt(session, name, index).decode(),
    }


@blueprint.get("/logs/<name>/entries/<int:index>/receipt")
@writes(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-proof", "content": _TEXT}})
def show_receipt(session: Session, name: str, index: int) -> Response:
    """Give the receipt of one entry: a .tlog-proof that anyone can check offline."""
    response = _text(_receipt(session, name, index))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{index}.tlog-proof"'
    return response


@blueprint.get("/logs/<name>/checkpoint")
@reads(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-checkpoint", "content": _TEXT}})
def show_checkpoint(session: Session, name: str) -> Response:
    """Give the newest signed checkpoint of a log."""
    newest = queries.newest_checkpoint(session, queries.log_named(session, name))
    if newest is None:
        raise NotFound("This log has no checkpoint yet. Ask for a receipt of an entry and one is signed.")
    return _text(newest.note)


@blueprint.get("/logs/<name>/tile/<path:path>")
@reads(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-tiles: a tile or an entry bundle", "content": _BYTES}})
def show_tile(session: Session, name: str, path: str) -> Response:
    """Give a tile, at `tile/<level>/<index>[.p/<width>]`, or its entries, at `tile/entries/<index>[.p/<width>]`."""
    log, asked = queries.log_named(session, name), _asked_tile(f"tile/{path}")
    newest = queries.newest_checkpoint(session, log)
    if newest is None or newest.size < _leaves_under(asked):
        raise NotFound("No checkpoint of this log covers that tile.")
    if isinstance(asked, Tile):
        response = make_response(queries.tile_bytes(session, log, asked))
    else:
        response = make_response(queries.entry_bundle(session, log, asked))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Cache-Control"] = _STABLE
    return response


@blueprint.post("/verifications")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, VerificationOut)
def verify(session: Session) -> Any:
    """Verify every log now, against the key that this house signs with."""
    return verify_database(session, trusted_keys=[trusted_key()])


def trusted_key() -> str:
    """Return the public half of the house's key file, in base64: it does not come from the database."""
    return queries.public_text(current_app.extensions["answerprint.log_key"].public_key())


def _receipt(session: Session, name: str, index: int) -> bytes:
    log = queries.log_named(session, name)
    queries.entry_at(session, log, index)
    held = current_app.extensions
    checkpoint = queries.checkpoint_covering(session, log, index) or publish_checkpoint(
        session,
        current_actor(),
        log_name=name,
        key=held["answerprint.log_key"],
        second_place=held["answerprint.second_place"],
    )
    return queries.prove(session, log, index, checkpoint).encode()


def _asked_tile(path: str) -> Tile | Bundle:
    try:
        return parse_entries_path(path) if path.startswith("tile/entries/") else parse_tile_path(path)
    except MalformedTile as error:
        raise NotFound("There is no tile at this path: it is not in the form of C2SP tlog-tiles.") from error


def _leaves_under(asked: Tile | Bundle) -> int:
    level = asked.level if isinstance(asked, Tile) else 0
    return (asked.index * 256 + asked.width) << 8 * level


def _text(raw: bytes) -> Response:
    response = make_response(raw)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
