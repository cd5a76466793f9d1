"""Checkpoints that somebody kept outside the house, held against what stands in the database."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from audit.errors import VerificationError
from audit.logwalk import Finding
from audit.models import Entry, Log, StoredCheckpoint
from audit.note import ED25519, Verifier, VerifierKey, decode_base64, parse_note
from audit.tree import Frontier


def contradiction(session: Session, kept: bytes, trusted_keys: Collection[str] | None) -> Finding | None:
    """Return where the database contradicts a kept checkpoint, or ``None``.

    Raises a ``VerificationError`` where ``kept`` is no checkpoint that one of the keys signed. Without keys the one in
    the log's row is believed.
    """
    origin = parse_checkpoint(parse_note(kept).text).origin
    log = session.scalars(select(Log).where(Log.origin == origin)).one_or_none()
    checkpoint = _opened(kept, origin, trusted_keys or ([log.public_key] if log is not None else []))
    if log is None:
        return Finding("", f"the log {origin}", "is missing, and a checkpoint of it was kept")
    leaves = select(Entry.leaf_hash).where(Entry.log_id == log.id, Entry.index < checkpoint.size)
    tree = Frontier()
    tree.extend(session.scalars(leaves.order_by(Entry.index)))
    place = f"checkpoint {checkpoint.size}"
    if tree.size < checkpoint.size:
        return Finding(log.name, place, f"was kept, and there are only {tree.size} entries: the log was cut")
    if checkpoint.size and tree.root() != checkpoint.root:
        return Finding(log.name, place, "was kept, and signs other entries than these")
    stored = select(StoredCheckpoint.size).where(StoredCheckpoint.log_id == log.id)
    if session.scalar(stored.where(StoredCheckpoint.size == checkpoint.size)) is None:
        return Finding(log.name, place, "was kept, and is not stored here")
    return None


def _opened(kept: bytes, origin: str, keys: Collection[str]) -> Checkpoint:
    failure: VerificationError = VerificationError(f"no key is at hand for {origin}")
    for key in keys:
        try:
            vkey = VerifierKey(origin, ED25519, decode_base64(key)).vkey
            return open_checkpoint(kept, Verifier.from_vkey(vkey), origin)
        except VerificationError as error:
            failure = error
    raise failure
