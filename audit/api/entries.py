"""The API of entries: search them, read one with its proof, take its receipt."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.permissions import Permission
from audit import serving
from audit.api.frame import TEXT, blueprint, text
from audit.models import Log
from audit.queries import entries, logs, search
from audit.queries.cosignatures import NotWitnessedYet
from audit.queries.search import EntryFilter, FoundEntries
from audit.schemas.entries import EntryDetailOut, EntryPage, EntryQuery
from audit.service.readings import Reading, record_reading


@blueprint.get("/entries")
@blueprint.arguments(EntryQuery, location="query")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, EntryPage)
def find_entries(session: Session, sought: dict[str, Any]) -> FoundEntries:
    """Search the entries of all logs, newest first. That somebody searched is recorded."""
    page = page_request(str, int, int)
    project = sought.get("project")
    wanted = {name: sought[name] for name in EntryFilter.__slots__ if name in sought}
    wanted |= {"project": project and str(project), "with_readings": sought["readings"]}
    asked = EntryFilter(**wanted)
    found = search.find_entries(session, asked, page)
    if page.after is None:
        serving.tell(Reading.of_search(asked, shown=len(found.items)))
    return found


@blueprint.get("/logs/<name>/entries/<int:index>")
@writes(Permission.AUDIT_READ)
@blueprint.response(200, EntryDetailOut)
def show_entry(session: Session, name: str, index: int) -> dict[str, Any]:
    """Show one entry with its proof; a checkpoint is signed if none covers it yet.

    There is no proof where the log is shown only as its witnesses have cosigned it, and they have not yet.
    """
    log = logs.log_named(session, name)
    entry = entries.entry_at(session, log, index)
    if entry.disclosures:
        reading = Reading.of_entry(name, index, shown=len(entry.disclosures))
        record_reading(session, current_actor(), reading, now=clock.now())
    return {
        "row": entry.row,
        "body": entry.body.decode(),
        "leaf_hash": entry.leaf_hash.hex(),
        "disclosures": entry.disclosures,
        "erased": entry.erased,
        "sealed": entry.sealed,
        "proof": _proof(session, log, index),
    }


@blueprint.get("/logs/<name>/entries/<int:index>/receipt")
@writes(Permission.AUDIT_READ)
@blueprint.doc(responses={200: {"description": "C2SP tlog-proof", "content": TEXT}})
def show_receipt(session: Session, name: str, index: int) -> Response:
    """Give the receipt of one entry: a .tlog-proof that anyone can check offline."""
    log = logs.log_named(session, name)
    entries.entry_at(session, log, index)
    response = text(_receipt(session, log, index))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{index}.tlog-proof"'
    return response


def _proof(session: Session, log: Log, index: int) -> str | None:
    try:
        return _receipt(session, log, index).decode()
    except NotWitnessedYet:
        return None


def _receipt(session: Session, log: Log, index: int) -> bytes:
    checkpoint = serving.served_covering(session, log, index) or serving.sign(session, log)
    return serving.prove(session, log, index, checkpoint).encode()
