"""What the trail's routes take of the running app: its keys and policies, and what is served of a log."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from flask import Response, current_app, send_file
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, database
from answerprint.core.problems import NotFound
from audit.keys import LogKeys
from audit.models import Log, StoredCheckpoint
from audit.policies import NO_POLICIES, OnFailure, Policies
from audit.proof import TlogProof
from audit.queries import cosignatures, logs, tree
from audit.queries.cosignatures import NotWitnessedYet, cosigned_note
from audit.queries.exports import ExportRow, ExportState, bundle_file
from audit.service.checkpoints import publish_checkpoint
from audit.service.export_jobs import note_fetch
from audit.service.readings import Reading, note_reading

_NO_FILE: dict[str, str] = {
    ExportState.WAITING: "This bundle is not made yet. Look again in a moment.",
    ExportState.WORKING: "This bundle is not made yet. Look again in a moment.",
    ExportState.FAILED: "This bundle could not be made: the export says why.",
    ExportState.ENDED: "The file was deleted when its time was over. Ask for the export again.",
}


def trusted_key() -> str:
    """Return the public half of the house's key file, in base64: it does not come from the database."""
    return logs.public_text(_keys().signing.public_key())


def policies() -> Policies:
    """Return the policies that the app was started with."""
    return cast("Policies", current_app.extensions.get("answerprint.policies", NO_POLICIES))


def newest_served(session: Session, log: Log) -> StoredCheckpoint | None:
    """Return the newest checkpoint that may be shown: of a log whose policy fails closed, one that is witnessed."""
    return cosignatures.newest_served(session, log, _on_failure(log))


def served_covering(session: Session, log: Log, index: int) -> StoredCheckpoint | None:
    """Return the newest checkpoint that may be shown, if it covers the entry at ``index``."""
    return cosignatures.checkpoint_covering(session, log, index, _on_failure(log))


def shows_only_witnessed(log: Log) -> bool:
    """Report whether the log's policy fails closed: then only what its witnesses have cosigned is shown."""
    return policies().on_failure(log.name, clock.now()) is OnFailure.CLOSED


def sign(session: Session, log: Log) -> StoredCheckpoint:
    """Sign a log as it stands, as whoever asks for a proof may.

    Raises ``NotWitnessedYet`` for a log whose policy fails closed: what is signed here is not witnessed yet.
    """
    if shows_only_witnessed(log):
        sentence = "This log is shown only as its witnesses have cosigned it, and they are asked every half minute."
        raise NotWitnessedYet(f"{sentence} Ask again then.")
    keys = _keys()
    return publish_checkpoint(
        session,
        current_actor(),
        log_name=log.name,
        key=keys.signing,
        beside=keys.beside,
        second_place=current_app.extensions["answerprint.second_place"],
    )


def prove(session: Session, log: Log, index: int, checkpoint: StoredCheckpoint) -> TlogProof:
    """Return the proof that ``checkpoint`` covers an entry, with what its witnesses have cosigned of it."""
    proof = tree.prove(session, log, index, checkpoint)
    return replace(proof, checkpoint_raw=cosigned_note(session, log, checkpoint))


def tell(reading: Reading) -> None:
    """Record that this reader has read something, before the answer leaves."""
    note_reading(database(), current_actor(), reading, now=clock.now())


def hand_out(session: Session, job: ExportRow) -> Response:
    """Answer with the bundle of an export; that this reader takes it is recorded in the same transaction.

    Raises ``NotFound`` where there is no file: not yet, not any more, or because it failed.
    """
    file = bundle_file(cast("Path", current_app.extensions["answerprint.exports"]), job.id)
    if job.state != ExportState.MADE or not file.exists():
        raise NotFound(_NO_FILE.get(job.state, "The file is gone. Ask for the export again."))
    note_fetch(session, current_actor(), job=job)
    response = send_file(file, "application/zip", as_attachment=True, download_name=job.file_name, conditional=False)
    # It holds personal values: nothing on its way keeps a copy, and neither does the house.
    response.headers["Cache-Control"] = "no-store"
    return response


def _on_failure(log: Log) -> OnFailure | None:
    return policies().on_failure(log.name, clock.now())


def _keys() -> LogKeys:
    return cast("LogKeys", current_app.extensions["answerprint.log_keys"])
