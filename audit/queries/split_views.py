"""Reads that hold a checkpoint which a witness shows against what this house has signed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.canonical import parse_canonical
from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.facts.witnessing import SplitViewFound
from audit.models import Entry, Log
from audit.note import encode_base64, parse_note
from audit.queries import logs, tree
from audit.record import HOUSE
from audit.witness.evidence import Evidence, find_contradiction, named_proof

UNKNOWN = "unknown"
"""The log's key signed more entries than this database holds: nothing here can be held against it."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A checkpoint that the log's key signed and this house's own entries do not make.

    ``raw`` is what is kept of it: a file of evidence where ``evidence`` is one, else the checkpoint itself.
    """

    shown: Checkpoint
    held: int
    evidence: Evidence | None
    raw: bytes

    @property
    def proof(self) -> str:
        """What is proved by it."""
        return self.evidence.kind if self.evidence is not None else UNKNOWN


def contradiction_with(session: Session, log: Log, shown: bytes) -> Contradiction | None:
    """Return how a checkpoint of this log, with the log's own signature on it, speaks against what was signed here.

    ``None`` where both may be true. The newest checkpoint is read anew: what another process has signed since counts.
    """
    theirs = parse_checkpoint(parse_note(shown).text)
    newest = logs.newest_checkpoint(session, log)
    if newest is None or newest.size < theirs.size:
        return Contradiction(theirs, newest.size if newest is not None else 0, None, shown)
    ours = parse_checkpoint(parse_note(newest.note).text)
    proof = named_proof(theirs.size, ours.size, tree.tile_reader(session, log, ours.size))
    evidence = find_contradiction((theirs, shown), (ours, newest.note), proof)
    return Contradiction(theirs, ours.size, evidence, evidence.encode()) if evidence is not None else None


def is_told(session: Session, log_name: str, found: Contradiction) -> bool:
    """Report whether the house log says of this checkpoint already that it was found, and with this proof."""
    told = (
        select(Entry.body)
        .join(Log, Log.id == Entry.log_id)
        .where(Log.name == HOUSE, Entry.kind == SplitViewFound.kind, Entry.about == f"log:{log_name}")
    )
    expected = (found.shown.size, encode_base64(found.shown.root), found.proof)
    for body in session.scalars(told):
        match parse_canonical(body)["data"]:
            case {"size": size, "root": root, "proof": proof} if (size, root, proof) == expected:
                return True
    return False
