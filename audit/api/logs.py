"""The API of logs: their keys and checkpoints, their tiles, and whether everything holds."""

from typing import Any

from flask import Response, make_response
from sqlalchemy.orm import Session

from answerprint.core.http import reads
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotFound
from audit import serving
from audit.api.frame import BYTES, TEXT, blueprint, text
from audit.errors import MalformedTile
from audit.queries import logs, tree
from audit.queries.cosignatures import cosigned_note
from audit.schemas.logs import LogList, VerificationOut
from audit.service.readings import Reading
from audit.tiles import Bundle, Tile, parse_entries_path, parse_tile_path
from audit.verification import verify_database

_STABLE = "private, max-age=31536000, immutable"


@blueprint.get("/logs")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, LogList)
def list_logs(session: Session) -> dict[str, Any]:
    """List the logs with their sizes and verifier keys."""
    return {"items": logs.list_logs(session)}


@blueprint.get("/logs/<name>/checkpoint")
@reads(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-checkpoint", "content": TEXT}})
def show_checkpoint(session: Session, name: str) -> Response:
    """Give the newest checkpoint of a log, with what its witnesses have cosigned of it."""
    log = logs.log_named(session, name)
    newest = serving.newest_served(session, log)
    if newest is None:
        raise NotFound("This log has no checkpoint to show yet. Ask again in a minute.")
    return text(cosigned_note(session, log, newest))


@blueprint.get("/logs/<name>/tile/<path:path>")
@reads(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-tiles: a tile or an entry bundle", "content": BYTES}})
def show_tile(session: Session, name: str, path: str) -> Response:
    """Give a tile, at `tile/<level>/<index>[.p/<width>]`, or its entries, at `tile/entries/<index>[.p/<width>]`."""
    log, asked = logs.log_named(session, name), _asked_tile(f"tile/{path}")
    newest = serving.newest_served(session, log)
    if newest is None or newest.size < _leaves_under(asked):
        raise NotFound("No checkpoint of this log covers that tile.")
    if isinstance(asked, Tile):
        response = make_response(tree.tile_bytes(session, log, asked))
    else:
        response = make_response(tree.entry_bundle(session, log, asked))
        serving.tell(Reading.of_bundle(log.name, asked.index, shown=asked.width))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Cache-Control"] = _STABLE
    return response


@blueprint.post("/verifications")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, VerificationOut)
def verify(session: Session) -> Any:
    """Verify every log now, against the key that this house signs with."""
    verdict = verify_database(session, trusted_keys=[serving.trusted_key()])
    read = sum(log.size for log in verdict.logs)
    serving.tell(Reading.of_verification(findings=len(verdict.findings), shown=read))
    return verdict


def _asked_tile(path: str) -> Tile | Bundle:
    try:
        return parse_entries_path(path) if path.startswith("tile/entries/") else parse_tile_path(path)
    except MalformedTile as error:
        raise NotFound("There is no tile at this path: it is not in the form of C2SP tlog-tiles.") from error


def _leaves_under(asked: Tile | Bundle) -> int:
    level = asked.level if isinstance(asked, Tile) else 0
    return (asked.index * 256 + asked.width) << 8 * level
