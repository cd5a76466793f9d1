"""Checkpoints that somebody kept outside the house, held against what stands in the database."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from audit.drill.leaves import leaf_hashes
from audit.errors import UnknownKey, VerificationError
from audit.keyrows import read_keys
from audit.models import Log, StoredCheckpoint
from audit.note import ED25519, Verifier, VerifierKey, decode_base64, parse_note
from audit.succession import KeyState
from audit.tree import Frontier
from audit.verdict import Finding


def contradiction(session: Session, kept: bytes, trusted_keys: Collection[str] | None) -> Finding | None:
    """Return where the database contradicts a kept checkpoint, or ``None``.

    Raises a ``VerificationError`` where ``kept`` is no checkpoint that one of the keys signed. Without keys the one in
    the log's row is believed.
    """
    origin = parse_checkpoint(parse_note(kept).text).origin
    log = session.scalars(select(Log).where(Log.origin == origin)).one_or_none()
    if log is None:
        _opened(kept, origin, trusted_keys or [])
        return Finding("", f"the log {origin}", "is missing, and a checkpoint of it was kept")
    keys, _ = read_keys(session, log)
    if keys.state(trusted_keys)[0] in (KeyState.UNKNOWN, KeyState.REVOKED):
        raise UnknownKey("the checkpoint that was kept is of a log that none of the keys given signs")
    checkpoint = keys.succession.open_checkpoint(kept)
    tree = Frontier()
    tree.extend(leaf_hashes(session.connection(), log.id, checkpoint.size))
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
    failure: VerificationError = UnknownKey(f"no key is at hand for {origin}")
    for key in keys:
        try:
            vkey = VerifierKey(origin, ED25519, decode_base64(key)).vkey
            return open_checkpoint(kept, Verifier.from_vkey(vkey), origin)
        except VerificationError as error:
            failure = error
    raise failure
