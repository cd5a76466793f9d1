"""Pages of licence servers: their state, what they said, and the door for what they say next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import View, current_actor, database, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from licensing.collectors.registry import COMMANDS, CollectorKind
from licensing.models.catalogue import LicenceServer
from licensing.models.observed import Capture
from licensing.pages.forms import CaptureForm, ServerForm
from licensing.pages.logs import log_of_server
from licensing.queries.captures import (
    ReadText,
    find_capture,
    list_captures,
    newest_capture,
    raw_text,
    read_again,
    read_text,
)
from licensing.queries.catalogue import find, list_products
from licensing.queries.observed import features_of, server_states
from licensing.rules.servers import ServerEntry
from licensing.service.captures import take_capture
from licensing.service.servers import add_server

DIAGNOSTICS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SentCapture:
    """A capture as the form sent it; ``taken_at`` is ``None`` where the text must say it."""

    raw: bytes
    taken_at: datetime | None


@reads(Permission.LICENSING_READ)
def show_server(session: Session, server_id: UUID) -> str:
    """Show a licence server: whether it answers, what its newest capture shows, and the captures before."""
    server = find(session, LicenceServer, server_id)
    page = list_captures(session, server_id, page_request(str, str))
    seen = next(one for one in server_states(session, clock.now()) if one.server_id == server_id)
    newest = newest_capture(session, server_id)
    file = "licensing_pages.download_captures"
    return render_template(
        "licensing/server.html",
        server=server,
        seen=seen,
        captures=page.items,
        **list_links("licensing_pages.show_server", page.next, file=file, server_id=server_id),
        is_first_page="cursor" not in request.args,
        shown_limit=DIAGNOSTICS_SHOWN,
        **_newest(session, server_id, newest),
        **log_of_server(session, server),
    )


@reads(Permission.LICENSING_READ)
def download_capture(session: Session, capture_id: UUID) -> Response:
    """Send a capture byte for byte as it came."""
    capture = find_capture(session, capture_id)
    name = f"capture-{capture.taken_at:%Y%m%dT%H%M%SZ}-{capture.sha256[:8]}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(raw_text(session, capture_id), content_type="text/plain", headers=headers)


@reads(Permission.CAPTURES_WRITE)
def new_capture(session: Session, server_id: UUID) -> str:
    """Show the form that takes in what a licence server printed."""
    server = find(session, LicenceServer, server_id)
    command = COMMANDS[CollectorKind(server.kind)]
    return render_template("licensing/capture_form.html", server=server, command=command)


def _reads_text_first(view: View) -> Callable[..., Any]:
    """Read the text before the transaction opens, which on SQLite keeps all other writers out."""

    @wraps(view)
    def run(server_id: UUID) -> Any:
        with database().reading() as session:
            server = find(session, LicenceServer, server_id)
            sent = _sent(ZoneInfo(server.zone))
            text = read_text(session, server_id=server_id, raw=sent.raw, taken_at=sent.taken_at, now=clock.now())
        return view(server_id=server_id, sent=sent, text=text)

    return run


@_reads_text_first
@submits(Permission.CAPTURES_WRITE, shows=new_capture)
def take_in_capture(session: Session, server_id: UUID, sent: SentCapture, text: ReadText) -> Any:
    """Take in what a licence server printed, as a file or as text."""
    taken = take_capture(
        session,
        current_actor(),
        server_id=server_id,
        raw=sent.raw,
        taken_at=sent.taken_at,
        now=clock.now(),
        text=text,
    )
    done = "capture-taken" if taken.is_new else "capture-known"
    return see_other("licensing_pages.show_server", server_id=server_id, done=done)


@reads(Permission.CONTRACTS_WRITE)
def new_server(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that adds a licence server."""
    return render_template("licensing/server_form.html", kinds=[(kind.value, kind.value) for kind in CollectorKind])


@submits(Permission.CONTRACTS_WRITE, shows=new_server)
def post_server(session: Session) -> Any:
    """Add a licence server."""
    server = add_server(session, current_actor(), entry=ServerEntry(**read_form(ServerForm())))
    return see_other("licensing_pages.show_server", server_id=server.id, done="server-added")


def _newest(session: Session, server_id: UUID, capture: Capture | None) -> dict[str, Any]:
    """Read the newest capture again, for its features with the products they count for, and for its doubts."""
    if capture is None:
        return {"newest": None, "features": (), "diagnostics": (), "products": {}}
    reading = read_again(capture, raw_text(session, capture.id))
    names = {product.id: product.name for product in list_products(session).items}
    mapped = {one.feature: one.product_id for one in features_of(session) if one.server_id == server_id}
    return {
        "newest": capture,
        "features": reading.features,
        "diagnostics": reading.diagnostics,
        "products": {feature: (product_id, names.get(product_id, "")) for feature, product_id in mapped.items()},
    }


def _sent(zone: ZoneInfo) -> SentCapture:
    payload = read_form(CaptureForm())
    taken_at: datetime | None = payload.get("taken_at")
    file = request.files.get("file")
    raw = file.read() if file is not None else b""
    if not raw and "text" not in payload:
        sentence = "Choose a file, or paste what the command printed."
        raise Invalid(sentence, fields={"text": [sentence]})
    # A browser sends the lines of a text field with CR and LF; the command printed LF.
    pasted = str(payload.get("text", "")).replace("\r\n", "\n") + "\n"
    return SentCapture(raw or pasted.encode(), taken_at.replace(tzinfo=zone) if taken_at else None)
