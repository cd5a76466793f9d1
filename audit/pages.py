"""The pages of the trail: search it, read an entry with its proof, verify everything now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from answerprint.core.forms import see_other
from answerprint.core.http import current_actor, facility_zone, page_request, reads, writes
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid, NotFound
from audit import queries
from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.disclosure import read_disclosure
from audit.errors import VerificationError
from audit.models import Log, StoredCheckpoint
from audit.note import Verifier
from audit.proof import TlogProof, verify_proof
from audit.service.checkpoints import publish_checkpoint
from audit.tree import node_hash
from audit.verification import verify_database

blueprint = Blueprint("audit_pages", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step from the entry to the root: the subtree beside the path, and what both give together.

    The subtree covers the entries ``first`` to ``last``, both included; ``covers_first`` to ``covers_last`` are those
    under the result.
    """

    is_left: bool
    first: int
    last: int
    beside: bytes
    covers_first: int
    covers_last: int
    result: bytes


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A proof as the page shows it; ``fault`` is empty where it holds."""

    checkpoint: Checkpoint
    steps: tuple[ProofStep, ...]
    fault: str


@blueprint.get("/trail")
@reads(Permission.AUDIT_READ)
def show_trail(session: Session) -> str:
    """Show the logs and the entries that were searched for, newest first."""
    asked = {name: request.args.get(name, "").strip() for name in ("log", "kind", "actor", "about", "since", "until")}
    sought = queries.EntryFilter(
        log=asked["log"] or None,
        kind=asked["kind"] or None,
        actor=asked["actor"] or None,
        about=asked["about"] or None,
        since=_midnight("since", asked["since"], later=timedelta()),
        until=_midnight("until", asked["until"], later=timedelta(days=1)),
    )
    page = queries.find_entries(session, sought, page_request(str, str, int))
    filters: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return render_template(
        "audit/trail.html",
        logs=queries.list_logs(session),
        kinds=queries.known_kinds(session),
        asked=asked,
        filters=filters,
        entries=page.items,
        next_href=url_for("audit_pages.show_trail", **filters, cursor=page.next) if page.next else "",
        first_href=url_for("audit_pages.show_trail", **filters) if "cursor" in request.args else "",
    )


@blueprint.get("/trail/<log_name>")
@reads(Permission.AUDIT_READ)
def show_log(session: Session, log_name: str) -> str:
    """Show one log: its key, its size, and its newest checkpoint."""
    log = queries.log_named(session, log_name)
    newest = queries.newest_checkpoint(session, log)
    return render_template(
        "audit/log.html",
        log=log,
        vkey=queries.vkey_of(log),
        size=queries.log_size(session, log),
        checkpoint=newest,
        note=newest.note.decode() if newest else "",
    )


@blueprint.get("/trail/<log_name>/checkpoint")
@reads(Permission.AUDIT_READ)
def download_checkpoint(session: Session, log_name: str) -> Response:
    """Send the newest checkpoint as the file that verifiers read."""
    log = queries.log_named(session, log_name)
    return _file(_newest(session, log).note, f"{log.name}.checkpoint", "text/plain; charset=utf-8")


@blueprint.get("/trail/<log_name>/<int:index>")
@reads(Permission.AUDIT_READ)
def show_entry(session: Session, log_name: str, index: int) -> str:
    """Show an entry: what, who and when, its bytes, and the way from its hash to a signed root."""
    log = queries.log_named(session, log_name)
    entry = queries.entry_at(session, log, index)
    covering = queries.checkpoint_covering(session, log, index)
    body: dict[str, Any] = json.loads(entry.body)
    return render_template(
        "audit/entry.html",
        log=log,
        entry=entry,
        body=body,
        size=queries.log_size(session, log),
        personal=[read_disclosure(text)[1:] for text in entry.disclosures.values()],
        erased=len(body.get("_sd", [])) - len(entry.disclosures),
        proof=_shown_proof(log, entry, queries.prove(session, log, index, covering)) if covering else None,
    )


@blueprint.get("/trail/<log_name>/<int:index>/proof")
@reads(Permission.AUDIT_READ)
def download_proof(session: Session, log_name: str, index: int) -> Response:
    """Send the proof of an entry as the file that verifiers read."""
    log = queries.log_named(session, log_name)
    covering = queries.checkpoint_covering(session, log, queries.entry_at(session, log, index).row.index)
    if covering is None:
        raise NotFound("No checkpoint covers this entry yet, so nothing proves it. Ask again after the next one.")
    proof = queries.prove(session, log, index, covering)
    return _file(proof.encode(), f"{log.name}-{index}.tlog-proof", "text/plain; charset=utf-8")


@blueprint.get("/trail/<log_name>/<int:index>/body")
@reads(Permission.AUDIT_READ)
def download_body(session: Session, log_name: str, index: int) -> Response:
    """Send the bytes of an entry, exactly as they were hashed."""
    entry = queries.entry_at(session, queries.log_named(session, log_name), index)
    return _file(entry.body, f"{log_name}-{index}.json", "application/json")


@blueprint.post("/trail/verify")
@reads(Permission.AUDIT_READ)
def verify_now(session: Session) -> str:
    """Read and hash every row of the trail now, and show the verdict; nothing is changed."""
    # The key comes from its file, not from the database that is verified.
    trusted = [queries.public_text(current_app.extensions["answerprint.log_key"].public_key())]
    return render_template("audit/verdict.html", verdict=verify_database(session, trusted_keys=trusted))


@blueprint.post("/trail/<log_name>/<int:index>")
@writes(Permission.AUDIT_READ)
def sign_now(session: Session, log_name: str, index: int) -> Any:
    """Sign a checkpoint that covers an entry, as whoever asks for a proof may; the entry is shown with it."""
    held = current_app.extensions
    key, second_place = held["answerprint.log_key"], held["answerprint.second_place"]
    publish_checkpoint(session, current_actor(), log_name=log_name, key=key, second_place=second_place)
    return see_other("audit_pages.show_entry", log_name=log_name, index=index)


def proof_steps(index: int, size: int, leaf: bytes, hashes: tuple[bytes, ...]) -> tuple[ProofStep, ...]:
    """Return the steps from leaf ``index`` to the root of a tree of ``size``, as RFC 6962 2.1.1 lists the hashes."""
    steps: list[ProofStep] = []
    result = leaf
    for (is_left, step), beside in zip(_ways_up(index, size), hashes, strict=True):
        result = node_hash(beside, result) if is_left else node_hash(result, beside)
        steps.append(replace(step, beside=beside, result=result))
    return tuple(steps)


def _ways_up(index: int, size: int) -> Iterator[tuple[bool, ProofStep]]:
    start, end = 0, size
    down: list[tuple[bool, ProofStep]] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        is_left = index >= middle
        first, last = (start, middle - 1) if is_left else (middle, end - 1)
        down.append((is_left, ProofStep(is_left, first, last, b"", start, end - 1, b"")))
        start, end = (middle, end) if is_left else (start, middle)
    yield from reversed(down)


def _shown_proof(log: Log, entry: queries.EntryDetail, proof: TlogProof) -> ShownProof:
    text, _, _ = proof.checkpoint_raw.decode().partition("\n\n")
    checkpoint = parse_checkpoint(text + "\n")
    try:
        verify_proof(proof, entry.body, Verifier.from_vkey(queries.vkey_of(log)), log.origin)
        fault = ""
    except VerificationError as error:
        fault = str(error)
    return ShownProof(checkpoint, proof_steps(proof.index, checkpoint.size, entry.leaf_hash, proof.hashes), fault)


def _newest(session: Session, log: Log) -> StoredCheckpoint:
    newest = queries.newest_checkpoint(session, log)
    if newest is None:
        raise NotFound(f"No checkpoint of the log {log.name} was signed yet. Ask again after the next one.")
    return newest


def _midnight(name: str, text: str, *, later: timedelta) -> datetime | None:
    """Return the start of a day in the facility's zone; raises ``Invalid`` naming the field."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + later
    except (ValueError, OverflowError) as error:
        sentence = "A day is written like 2026-03-14."
        raise Invalid(sentence, fields={name: [sentence]}) from error
    return datetime(day.year, day.month, day.day, tzinfo=facility_zone())


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
