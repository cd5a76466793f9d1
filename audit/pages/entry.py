"""The page of an entry: what it says, its bytes, and what proves it."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template
from sqlalchemy.orm import Session

from answerprint.core.forms import see_other
from answerprint.core.http import reads, writes
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotFound
from audit import serving
from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.disclosure import read_disclosure
from audit.errors import VerificationError
from audit.models import Log, StoredCheckpoint
from audit.note import parse_note
from audit.pages.erased import orders_behind
from audit.pages.frame import blueprint, file
from audit.pages.proof_path import ProofStep, proof_steps
from audit.proof import TlogProof, verify_proof
from audit.queries import entries, logs
from audit.queries.entries import EntryDetail
from audit.queries.keys import succession_of
from audit.service.readings import Reading


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A proof as the page shows it; ``fault`` is empty where it holds. ``cosigners`` are the witnesses' names."""

    checkpoint: Checkpoint
    steps: tuple[ProofStep, ...]
    fault: str
    cosigners: tuple[str, ...]


@blueprint.get("/trail/<log_name>/<int:index>")
@reads(Permission.AUDIT_READ)
def show_entry(session: Session, log_name: str, index: int) -> str:
    """Show an entry: what, who and when, its bytes, and the way from its hash to a signed root.

    That somebody saw the personal values beside it is recorded.
    """
    log = logs.log_named(session, log_name)
    entry = entries.entry_at(session, log, index)
    covering = serving.served_covering(session, log, index)
    body: dict[str, Any] = json.loads(entry.body)
    if entry.disclosures:
        serving.tell(Reading.of_entry(log_name, index, shown=len(entry.disclosures)))
    return render_template(
        "audit/entry.html",
        log=log,
        entry=entry,
        body=body,
        size=logs.log_size(session, log),
        personal=[read_disclosure(text)[1:] for text in entry.disclosures.values()],
        erased_by=entries.erasing_entries(session, log, entry) if entry.erased else {},
        orders=orders_behind(session, entry.erased.values()),
        lost=len(body.get("_sd", [])) - len(entry.disclosures) - len(entry.erased) - len(entry.sealed),
        proof=_shown_proof(session, log, entry, covering) if covering else None,
        waits_for_witnesses=serving.shows_only_witnessed(log),
    )


@blueprint.get("/trail/<log_name>/<int:index>/proof")
@reads(Permission.AUDIT_READ)
def download_proof(session: Session, log_name: str, index: int) -> Response:
    """Send the proof of an entry as the file that verifiers read."""
    log = logs.log_named(session, log_name)
    covering = serving.served_covering(session, log, entries.entry_at(session, log, index).row.index)
    if covering is None:
        raise NotFound("No checkpoint covers this entry yet, so nothing proves it. Ask again after the next one.")
    proof = serving.prove(session, log, index, covering)
    return file(proof.encode(), f"{log.name}-{index}.tlog-proof", "text/plain; charset=utf-8")


@blueprint.get("/trail/<log_name>/<int:index>/body")
@reads(Permission.AUDIT_READ)
def download_body(session: Session, log_name: str, index: int) -> Response:
    """Send the bytes of an entry, exactly as they were hashed: personal values are not among them."""
    entry = entries.entry_at(session, logs.log_named(session, log_name), index)
    return file(entry.body, f"{log_name}-{index}.json", "application/json")


@blueprint.post("/trail/<log_name>/<int:index>")
@writes(Permission.AUDIT_READ)
def sign_now(session: Session, log_name: str, index: int) -> Any:
    """Sign a checkpoint that covers an entry, as whoever asks for a proof may; the entry is shown with it."""
    serving.sign(session, logs.log_named(session, log_name))
    return see_other("audit_pages.show_entry", log_name=log_name, index=index)


def _shown_proof(session: Session, log: Log, entry: EntryDetail, covering: StoredCheckpoint) -> ShownProof:
    proof = serving.prove(session, log, entry.row.index, covering)
    note = parse_note(proof.checkpoint_raw)
    checkpoint = parse_checkpoint(note.text)
    steps = proof_steps(proof.index, checkpoint.size, entry.leaf_hash, proof.hashes)
    cosigners = tuple(sorted({one.name for one in note.signatures} - {log.origin}))
    return ShownProof(checkpoint, steps, _fault(session, log, entry, proof, checkpoint), cosigners)


def _fault(session: Session, log: Log, entry: EntryDetail, proof: TlogProof, checkpoint: Checkpoint) -> str:
    """Return why the proof does not hold, under the key that the log's own succession has for its size."""
    try:
        succession = succession_of(session, log)
        verify_proof(proof, entry.body, succession.key_for(checkpoint.size), log.origin)
        succession.require_standing(checkpoint.size)
    except VerificationError as error:
        return str(error)
    return ""
