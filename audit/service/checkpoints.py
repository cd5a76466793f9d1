"""Sign a log as it stands: one checkpoint for all entries that wait for one."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict
from audit import queries
from audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from audit.facts import CheckpointPublished
from audit.models import Entry, Log, StoredCheckpoint
from audit.models import Tile as StoredTile
from audit.note import Signer, Verifier, encode_base64
from audit.record import HOUSE, record
from audit.tiles import Tile, full_tiles
from audit.tree import leaf_hash, tree_root


class LogBroken(Conflict):
    """What is stored does not agree with what was signed, so nothing more is signed."""

    code = "log-broken"


class KeyMismatch(Conflict):
    """The key at hand is not the key that this log was opened with."""

    code = "log-key-mismatch"


def publish_checkpoint(session: Session, actor: Actor, *, log_name: str, key: Ed25519PrivateKey) -> StoredCheckpoint:
    """Return a signed checkpoint of all entries that stand now; signs one if the newest covers fewer.

    New entries are hashed again first, and the tree is checked to extend the last one signed. Raises ``LogBroken``
    or ``KeyMismatch``, and then nothing is signed.
    """
    log = queries.log_named(session, log_name)
    # The log's own row serves as the lock of publishing; recording never takes it, so nobody waits for a signature.
    session.execute(select(Log.id).where(Log.id == log.id).with_for_update())
    signer = Signer(log.origin, key)
    if signer.vkey != queries.vkey_of(log):
        raise KeyMismatch(f"The key file is not the key of the log {log_name}. Put the right key file in its place.")
    newest, size = queries.newest_checkpoint(session, log), queries.log_size(session, log)
    signed_size = newest.size if newest is not None else 0
    if newest is not None and signed_size == size:
        return newest
    if newest is not None:
        _check_extends(session, log, newest)
    _check_hashes(session, log, signed_size, size)
    for level, index in full_tiles(signed_size, size):
        hashes = queries.tile_bytes(session, log, Tile(level, index))
        session.execute(insert(StoredTile).values(log_id=log.id, level=level, index=index, hashes=hashes))
    root = tree_root(size, queries.tile_reader(session, log, size))
    stored = StoredCheckpoint(
        log_id=log.id, size=size, note=sign_checkpoint(Checkpoint(log.origin, size, root), signer)
    )
    session.add(stored)
    if log.name != HOUSE:
        about = f"log:{log.name}"
        published = CheckpointPublished(
            about=about, log=log.name, origin=log.origin, size=size, root=encode_base64(root)
        )
        record(session, actor, published)
    session.flush()  # the next log of the same transaction must find it
    return stored


def _check_extends(session: Session, log: Log, newest: StoredCheckpoint) -> None:
    signed = open_checkpoint(newest.note, Verifier.from_vkey(queries.vkey_of(log)), log.origin)
    if tree_root(signed.size, queries.tile_reader(session, log, signed.size)) != signed.root:
        raise _broken(log, f"does not extend its checkpoint of {signed.size} entries")


def _check_hashes(session: Session, log: Log, start: int, end: int) -> None:
    columns = (Entry.index, Entry.body, Entry.leaf_hash)
    fresh = select(*columns).where(Entry.log_id == log.id, Entry.index >= start).order_by(Entry.index)
    expected = start
    for index, body, leaf in session.execute(fresh.execution_options(yield_per=1000)):
        if index != expected or leaf_hash(body) != leaf:
            raise _broken(log, f"does not hold at entry {expected}")
        expected += 1
    if expected < end:
        raise _broken(log, f"ends at entry {expected} of {end}")


def _broken(log: Log, what: str) -> LogBroken:
    return LogBroken(
        f"The log {log.name} {what}. Nothing was signed. Run 'answerprint audit verify' and call for help."
    )
