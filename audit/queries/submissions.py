"""Reads of what witnesses are asked about: what they saw last, and proofs that a checkpoint extends that."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.db import Database
from audit.models import Cosignature, Log
from audit.policy import Policy
from audit.queries import tree
from audit.tree import consistency_proof
from audit.witness.client import Prove


def prover(database: Database, log: Log, size: int) -> Prove:
    """Return who proves that the log's first ``size`` entries extend an older checkpoint.

    Each proof is read in a session of its own: witnesses are asked by several threads, and none may hold one open.
    """

    def prove(old: int) -> Sequence[bytes]:
        with database.reading() as session:
            return consistency_proof(old, size, tree.tile_reader(session, log, size))

    return prove


def sizes_seen(session: Session, log: Log, policy: Policy, size: int) -> dict[str, int]:
    """Return, by verifier key, the largest size up to ``size`` that each witness is known to have cosigned."""
    newest = select(Cosignature.witness, Cosignature.key_id, func.max(Cosignature.size))
    of_log = newest.where(Cosignature.log_id == log.id, Cosignature.size <= size)
    rows = session.execute(of_log.group_by(Cosignature.witness, Cosignature.key_id))
    known = {(witness, key_id): seen for witness, key_id, seen in rows}
    keys = [one.verifier.key for one in policy.witnesses]
    return {key.vkey: known[key.name, key.key_id.hex()] for key in keys if (key.name, key.key_id.hex()) in known}
