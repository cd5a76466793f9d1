"""The pages of the trail as a whole: search it, look at a log."""

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session

from answerprint.core.http import page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid, NotFound
from audit import serving
from audit.models import Log, StoredCheckpoint
from audit.pages.asked import CURSOR, FILTERS, asked_search, sought_entries
from audit.pages.frame import blueprint, file, verifications
from audit.pages.verdicts import verdict_word
from audit.queries import logs, search
from audit.queries.cosignatures import cosigned_note
from audit.queries.search import FoundEntries
from audit.service.readings import Reading
from audit.verifying import newest_verdict


@blueprint.get("/trail")
@reads(Permission.AUDIT_READ)
def show_trail(session: Session) -> Response:
    """Show the logs and the entries that were searched for, newest first. That somebody searched is recorded."""
    asked = asked_search(request.args)
    try:
        sought, page = sought_entries(asked), page_request(*CURSOR)
    except Invalid as refusal:
        return make_response(_trail(session, asked, FoundEntries([], None), refusal.fields), 422)
    found = search.find_entries(session, sought, page)
    if page.after is None:
        serving.tell(Reading.of_search(sought, shown=len(found.items)))
    return make_response(_trail(session, asked, found, {}))


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


def _trail(session: Session, asked: dict[str, str], found: FoundEntries, faults: dict[str, list[str]]) -> str:
    verified = newest_verdict(verifications())
    return render_template(
        "audit/trail.html",
        logs=logs.list_logs(session),
        kinds=search.known_kinds(session),
        asked=asked,
        is_filtered=any(asked.values()),
        found=found,
        faults=faults,
        verified=verified,
        word=verdict_word(verified.verdict) if verified and verified.verdict else "",
        **list_links("audit_pages.show_trail", found.next, file="audit_pages.download_entries", kept=FILTERS),
    )


def _newest(session: Session, log: Log) -> StoredCheckpoint:
    newest = serving.newest_served(session, log)
    if newest is None:
        raise NotFound(f"There is no checkpoint of the log {log.name} to show yet. Ask again in a minute.")
    return newest
