"""A witness shows a checkpoint that this house's entries do not make: keep the proof, and tell the house log."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.facts.witnessing import SplitViewFound
from audit.models import Log
from audit.note import encode_base64
from audit.queries import logs
from audit.queries.split_views import Contradiction, contradiction_with, is_told
from audit.record import record
from audit.witness.accusations import keep_evidence, keep_unknown


def find_split_views(
    database: Database, *, log_name: str, shown: Mapping[str, bytes], evidence: Path
) -> dict[str, Contradiction]:
    """Return, by witness, which of the checkpoints that witnesses show for a log speak against it.

    Each is kept as a file in the folder ``evidence``, and recorded in the house log once.
    """
    with database.reading() as session:
        log = logs.log_named(session, log_name)
        judged = {witness: contradiction_with(session, log, raw) for witness, raw in shown.items()}
        found = {witness: one for witness, one in judged.items() if one is not None}
        new = {witness: one for witness, one in found.items() if not is_told(session, log.name, one)}
    for one in new.values():
        # The file comes first: a fact that names what is nowhere to be found would be worse than a file without one.
        if one.evidence is not None:
            keep_evidence(evidence, one.evidence)
        else:
            keep_unknown(evidence, one.raw)
    if new:
        with database.transaction() as session:
            _tell(session, log, new)
    return found


def _tell(session: Session, log: Log, found: Mapping[str, Contradiction]) -> None:
    # One process at a time, so that each finding is told once.
    session.execute(select(Log.id).where(Log.id == log.id).with_for_update())
    told: set[tuple[int, bytes, str]] = set()
    for witness, one in found.items():
        this = (one.shown.size, one.shown.root, one.proof)
        if this in told or is_told(session, log.name, one):
            continue
        told.add(this)
        fact = SplitViewFound(
            about=f"log:{log.name}",
            log=log.name,
            witness=witness,
            size=one.shown.size,
            root=encode_base64(one.shown.root),
            held=one.held,
            proof=one.proof,
            evidence=sha256(one.raw).hexdigest(),
        )
        record(session, SYSTEM, fact)
