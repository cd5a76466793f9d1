"""The bytes of the screening room. Each range, and each block of it, asks the database whether it may still be seen."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.http import database
from answerprint.core.shown_once import sha256_of
from reviews.gate.frame import as_client, blueprint, visit_secret, with_visit
from reviews.gate.watching import media_root
from reviews.players.files import ByteRange, UnsatisfiableRangeError, read_blocks, read_range
from reviews.players.showing import film_of
from reviews.players.tokens import Shown, may_be_seen, shown_version, view_of_token
from reviews.queries.faces import outside_name
from reviews.queries.gate import Visitor
from reviews.rules.gate import Step
from reviews.service.downloads import note_download

_UNSAFE = re.compile(r"[^\w.-]+")


def _nothing() -> Response:
    return Response(status=404)


@blueprint.get("/media/<token>")
@with_visit(Step.READY, elsewhere=_nothing)
def show_media(visitor: Visitor, token: str) -> Response:
    """Send bytes of the version, to the browser whose view lasts and whose token does."""
    with database().reading() as session:
        view_id = view_of_token(session, token[:200], visit_id=visitor.visit_id, now=clock.now())
        shown = _shown(visitor, session)
    if view_id is None or shown is None:
        return _nothing()
    return _answer(shown, view_id, request.headers.get("Range"))


@blueprint.post("/visit/download")
@with_visit(Step.READY, elsewhere=_nothing)
def post_download(visitor: Visitor) -> Response:
    """Send the whole file to keep, where downloads are agreed; it is recorded."""
    link = visitor.opened.link
    if link is None or not link.allows_download or visitor.view is None:
        return _nothing()
    with database().transaction() as session:
        shown = _shown(visitor, session)
        if shown is None:
            return _nothing()
        note_download(session, as_client(visitor), visit_id=visitor.visit_id, now=clock.now())
        name = _UNSAFE.sub("-", outside_name(session, visitor.project_id))
    response = _answer(shown, visitor.view.id, None)
    suffix = Path(shown.media_path or "").suffix
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}_v{shown.number:03}{suffix}")
    return response


def _shown(visitor: Visitor, session: Session) -> Shown | None:
    link = visitor.opened.link
    return shown_version(session, link.material_version_id) if link is not None else None


def _answer(shown: Shown, view_id: UUID, asked: str | None) -> Response:
    secret, film = visit_secret(), film_of(media_root(), shown)
    if secret is None or film is None:
        return _nothing()
    size, tag = film.size, f'"{shown.sha256}"'
    if request.headers.get("If-Range", tag) != tag:
        asked = None
    try:
        wanted = read_range(asked, size)
    except UnsatisfiableRangeError:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    part = wanted or ByteRange(0, size - 1)
    digest = sha256_of(secret.text)
    if not _is_open(database(), view_id, digest):
        return _nothing()
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(part.length),
        "Content-Disposition": "inline",
        "ETag": tag,
    }
    if wanted is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    body = () if request.method == "HEAD" else _blocks(database(), film.path, part, view_id, digest)
    return Response(body, 206 if wanted else 200, headers, content_type=film.player.media_type, direct_passthrough=True)


def _blocks(database: Database, path: Path, part: ByteRange, view_id: UUID, digest: str) -> Iterator[bytes]:
    """Yield the blocks of a range for as long as they may be seen; what is stopped ends short."""
    for block in read_blocks(path, part):
        if not _is_open(database, view_id, digest):
            return
        yield block


def _is_open(database: Database, view_id: UUID, digest: str) -> bool:
    with database.reading() as session:
        return may_be_seen(session, view_id=view_id, visit_secret_sha256=digest, now=clock.now())
