"""Pages of event logs: the door for a part of one, and what the logs of a server and of a product tell."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import see_other, submits
from answerprint.core.http import View, current_actor, database, reads
from answerprint.core.paging import PageRequest
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from licensing.models.catalogue import LicenceServer
from licensing.queries.catalogue import find
from licensing.queries.counted import counted_now
from licensing.queries.log_parts import ReadPart, list_parts, read_log
from licensing.queries.logged_denials import DAYS_SHOWN, denials_of_product, list_denials
from licensing.rules.log_parts import LOG_KINDS
from licensing.service.eventlogs import take_log

_PARTS_SHOWN = PageRequest(limit=20)
_DENIALS_SHOWN = PageRequest(limit=50)


def log_of_server(session: Session, server: LicenceServer) -> dict[str, Any]:
    """Return what a server's page shows of its event log."""
    if server.kind not in LOG_KINDS:
        return {"has_log_kind": False}
    return {
        "has_log_kind": True,
        "log_parts": list_parts(session, server.id, _PARTS_SHOWN),
        "denials": list_denials(session, server.id, _DENIALS_SHOWN),
    }


def denials_shown(session: Session, product_id: UUID) -> dict[str, Any]:
    """Return what a product's page shows of denials, and of its holders as they are counted."""
    found = denials_of_product(session, product_id, now=clock.now())
    return {"denials": found, "denial_days": DAYS_SHOWN, "counted": counted_now(session, product_id, clock.now())}


@reads(Permission.CAPTURES_WRITE)
def new_log_part(session: Session, server_id: UUID) -> str:
    """Show the form that takes in a part of an event log."""
    return render_template("licensing/log_form.html", server=find(session, LicenceServer, server_id))


def _reads_text_first(view: View) -> Callable[..., Any]:
    """Read the part before the transaction opens, which on SQLite keeps all other writers out."""

    @wraps(view)
    def run(server_id: UUID) -> Any:
        file = request.files.get("file")
        raw = file.read() if file is not None else b""
        if not raw:
            sentence = "Choose the log's file."
            raise Invalid(sentence, fields={"file": [sentence]})
        with database().reading() as session:
            text = read_log(session, server_id=server_id, raw=raw)
        return view(server_id=server_id, raw=raw, text=text)

    return run


@_reads_text_first
@submits(Permission.CAPTURES_WRITE, shows=new_log_part)
def take_in_log_part(session: Session, server_id: UUID, raw: bytes, text: ReadPart) -> Any:
    """Take in a part of an event log as a file."""
    taken = take_log(session, current_actor(), server_id=server_id, raw=raw, now=clock.now(), text=text)
    return see_other(
        "licensing_pages.show_server", server_id=server_id, done="log-taken" if taken.is_new else "log-known"
    )
