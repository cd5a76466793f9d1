"""The pages of the trail as a whole: search it, look at a log, verify everything now."""

from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from answerprint.core.forms import by_field
from answerprint.core.http import facility_zone, page_request, reads
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest, read_cursor
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid, NotFound
from audit import serving
from audit.models import Log, StoredCheckpoint
from audit.pages.frame import blueprint, file, midnight
from audit.pages.table import entries_table
from audit.queries import logs, search
from audit.queries.cosignatures import cosigned_note
from audit.queries.entries import EntryRow
from audit.queries.search import EntryFilter, FoundEntries
from audit.schemas.entries import SearchForm
from audit.service.readings import Reading
from audit.verification import verify_database

TABLE_ROWS = 50_000
"""How many entries a table to take along holds at most."""
_CURSOR = (str, int, int)


@blueprint.get("/trail")
@reads(Permission.AUDIT_READ)
def show_trail(session: Session) -> Response:
    """Show the logs and the entries that were searched for, newest first. That somebody searched is recorded."""
    asked = _asked()
    try:
        sought, page = _sought(asked), page_request(*_CURSOR)
    except Invalid as refusal:
        return make_response(_trail(session, asked, FoundEntries([], None), refusal.fields), 422)
    found = search.find_entries(session, sought, page)
    if page.after is None:
        serving.tell(Reading.of_search(sought, shown=len(found.items)))
    return make_response(_trail(session, asked, found, {}))


@blueprint.get("/trail/entries.csv")
@reads(Permission.AUDIT_READ)
def download_entries(session: Session) -> Response:
    """Send all entries that fit the search, newest first, as a table. That somebody took them is recorded."""
    sought = _sought(_asked())
    rows, is_whole = _all_entries(session, sought)
    serving.tell(Reading.of_search(sought, shown=len(rows), form="table"))
    content = entries_table(rows, facility_zone(), is_whole=is_whole)
    return file(content.encode(), "entries.csv", "text/csv; charset=utf-8")


@blueprint.get("/trail/<log_name>")
@reads(Permission.AUDIT_READ)
def show_log(session: Session, log_name: str) -> str:
    """Show one log: its key, its size, and its newest checkpoint."""
    log = logs.log_named(session, log_name)
    newest = serving.newest_served(session, log)
    return render_template(
        "audit/log.html",
        log=log,
        vkey=logs.current_vkey(session, log),
        size=logs.log_size(session, log),
        checkpoint=newest,
        note=cosigned_note(session, log, newest).decode() if newest else "",
    )


@blueprint.get("/trail/<log_name>/checkpoint")
@reads(Permission.AUDIT_READ)
def download_checkpoint(session: Session, log_name: str) -> Response:
    """Send the newest checkpoint as the file that verifiers read."""
    log = logs.log_named(session, log_name)
    note = cosigned_note(session, log, _newest(session, log))
    return file(note, f"{log.name}.checkpoint", "text/plain; charset=utf-8")


@blueprint.post("/trail/verify")
@reads(Permission.AUDIT_READ)
def verify_now(session: Session) -> str:
    """Read and hash every row of the trail now, and show the verdict; nothing is changed."""
    # The key comes from its file, not from the database that is verified.
    verdict = verify_database(session, trusted_keys=[serving.trusted_key()])
    return render_template("audit/verdict.html", verdict=verdict)


def _asked() -> dict[str, str]:
    """Return the search as it stands in the address."""
    return {name: request.args.get(name, "").strip() for name in SearchForm().fields}


def _sought(asked: dict[str, str]) -> EntryFilter:
    """Return what is sought; raises ``Invalid`` naming the fields at fault."""
    try:
        loaded: dict[str, Any] = SearchForm().load({name: text for name, text in asked.items() if text})
    except ValidationError as error:
        raise Invalid("This search needs another look.", fields=by_field(error.messages)) from error
    loaded["with_readings"] = loaded.pop("readings")
    loaded["since"] = midnight("since", asked["since"])
    loaded["until"] = midnight("until", asked["until"], later=timedelta(days=1))
    if "project" in loaded:
        loaded["project"] = str(loaded["project"])
    return EntryFilter(**loaded)


def _trail(session: Session, asked: dict[str, str], found: FoundEntries, faults: dict[str, list[str]]) -> str:
    filters: dict[str, Any] = {name: text for name, text in asked.items() if text}
    return render_template(
        "audit/trail.html",
        logs=logs.list_logs(session),
        kinds=search.known_kinds(session),
        asked=asked,
        filters=filters,
        found=found,
        faults=faults,
        next_href=url_for("audit_pages.show_trail", **filters, cursor=found.next) if found.next else "",
        first_href=url_for("audit_pages.show_trail", **filters) if "cursor" in request.args else "",
    )


def _all_entries(session: Session, sought: EntryFilter) -> tuple[list[EntryRow], bool]:
    """Return the entries of all pages up to the most that a table holds, and whether these are all."""
    rows: list[EntryRow] = []
    page: PageRequest | None = PageRequest(limit=PAGE_SIZE_MAX)
    while page is not None and len(rows) < TABLE_ROWS:
        found = search.find_entries(session, sought, page)
        rows += found.items
        page = PageRequest(read_cursor(found.next, shape=_CURSOR), PAGE_SIZE_MAX) if found.next else None
    return rows, page is None


def _newest(session: Session, log: Log) -> StoredCheckpoint:
    newest = serving.newest_served(session, log)
    if newest is None:
        raise NotFound(f"There is no checkpoint of the log {log.name} to show yet. Ask again in a minute.")
    return newest
