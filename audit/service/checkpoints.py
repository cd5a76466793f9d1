"""Sign a log as it stands: one checkpoint for all entries that wait for one."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict
from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cosignature import MlDsaCosigner
from audit.errors import VerificationError
from audit.facts.logs import CheckpointPublished
from audit.models import Entry, Log, StoredCheckpoint
from audit.models import Tile as StoredTile
from audit.note import NoteSigner, Signature, Signer, encode_base64
from audit.queries import keys, logs, tree
from audit.record import HOUSE, record
from audit.rollback import broken, keys_of, opened
from audit.second_place import SecondPlace
from audit.signing import SigningKey
from audit.succession import KeyState, Succession
from audit.tiles import Tile, full_tiles
from audit.tree import leaf_hash, tree_root


class KeyMismatch(Conflict):
    """The key at hand is not the key that signs this log now."""

    code = "log-key-mismatch"


@dataclass(frozen=True, slots=True)
class _Beside:
    """Signs a checkpoint with ML-DSA-44; the time stays zero, since who says when is the witness."""

    cosigner: MlDsaCosigner

    def sign(self, text: str) -> Signature:
        """Return the signature over ``text``."""
        return self.cosigner.cosign(text, 0)


def publish_checkpoint(
    session: Session,
    actor: Actor,
    *,
    log_name: str,
    key: SigningKey,
    beside: MLDSA44PrivateKey | None = None,
    former: SigningKey | None = None,
    second_place: SecondPlace | None = None,
) -> StoredCheckpoint:
    """Return a signed checkpoint of all entries that stand now; signs one if the newest covers fewer.

    New entries are hashed again first, the tree is checked to extend the last one signed, and the second place is moved
    on before the commit. ``former``, the key before this one, signs the first checkpoint of ``key`` too. Raises
    ``LogBroken`` or ``KeyMismatch``, and then nothing is signed.
    """
    log = logs.log_named(session, log_name)
    # The log's own row serves as the lock of publishing; recording never takes it, so nobody waits for a signature.
    session.execute(select(Log.id).where(Log.id == log.id).with_for_update())
    succession = keys_of(session, log)
    signers = _signers(session, log, succession, key, beside)
    newest, size = logs.newest_checkpoint(session, log), logs.log_size(session, log)
    if second_place is not None:
        newest = _agree(session, actor, log, newest, size, second_place)
    signed_size = newest.size if newest is not None else 0
    if newest is not None and signed_size == size:
        return newest
    if newest is not None:
        _check_extends(session, log, newest, succession)
    _check_hashes(session, log, signed_size, size)
    _fill_tiles(session, log, signed_size, size)
    checkpoint = Checkpoint(log.origin, size, _root(session, log, size))
    if former is not None and signed_size <= succession.current.since:
        signers += _former(log, succession, former)
    note = sign_checkpoint(checkpoint, *signers)
    if second_place is not None:
        _move_on(second_place, log, newest, note)
    return _keep(session, actor, log, checkpoint, note)


def _signers(
    session: Session, log: Log, succession: Succession, key: SigningKey, beside: MLDSA44PrivateKey | None
) -> list[NoteSigner]:
    """Return who signs a checkpoint of this log now: the keys that it names, no more and no fewer."""
    signer, expected = Signer(log.origin, key), succession.current.vkey
    if signer.vkey != expected:
        raise KeyMismatch(
            f"The key file is not the key that signs the log {log.name}, which is {expected}. "
            "Put the right key file in its place."
        )
    expected_beside = keys.mldsa_vkey(session, log)
    if expected_beside is None:
        return [signer]
    if beside is None or MlDsaCosigner(log.origin, beside).key.vkey != expected_beside:
        raise KeyMismatch(
            f"The log {log.name} is signed with an ML-DSA-44 key too, and it is not at hand. "
            "Name its file in ANSWERPRINT_MLDSA_KEY_FILE."
        )
    return [signer, _Beside(MlDsaCosigner(log.origin, beside))]


def _former(log: Log, succession: Succession, former: SigningKey) -> list[NoteSigner]:
    """Return the key before this one as a signer, unless it was revoked: its word would add nothing."""
    signer = Signer(log.origin, former)
    standing = succession.standing(signer.vkey)
    is_the_one_before = standing.until == succession.current.since
    return [signer] if standing.state is KeyState.SUPERSEDED and is_the_one_before else []


def _agree(
    session: Session, actor: Actor, log: Log, newest: StoredCheckpoint | None, size: int, second_place: SecondPlace
) -> StoredCheckpoint | None:
    """Return the newest checkpoint that both places hold; one that a crash left in the second place is taken over."""
    kept = second_place.last(log.name)
    if kept == (newest.note if newest else None):
        return newest
    if kept is None:
        raise broken(log, "has lost its last checkpoint from the second place")
    last = opened(log, kept, keys_of(session, log))
    if newest is not None and last.size <= newest.size:
        raise broken(log, f"has another checkpoint of {last.size} entries in the second place")
    _check_hashes(session, log, newest.size if newest else 0, last.size)
    _fill_tiles(session, log, newest.size if newest else 0, min(size, last.size))
    if last.size > size or _root(session, log, last.size) != last.root:
        raise broken(log, f"does not hold the {last.size} entries that the second place says were signed")
    return _keep(session, actor, log, last, kept)


def _move_on(second_place: SecondPlace, log: Log, newest: StoredCheckpoint | None, note: bytes) -> None:
    try:
        second_place.swap(log.name, expected=newest.note if newest else None, new=note)
    except VerificationError as error:
        raise broken(log, "was signed by somebody else meanwhile") from error


def _fill_tiles(session: Session, log: Log, start: int, end: int) -> None:
    for level, index in full_tiles(start, end):
        hashes = tree.tile_bytes(session, log, Tile(level, index))
        session.execute(insert(StoredTile).values(log_id=log.id, level=level, index=index, hashes=hashes))


def _keep(session: Session, actor: Actor, log: Log, checkpoint: Checkpoint, note: bytes) -> StoredCheckpoint:
    """Keep a signed checkpoint; the house log names each one of a counterparty's log."""
    stored = StoredCheckpoint(log_id=log.id, size=checkpoint.size, note=note)
    session.add(stored)
    if log.name != HOUSE:
        about, root = f"log:{log.name}", encode_base64(checkpoint.root)
        fact = CheckpointPublished(about=about, log=log.name, origin=log.origin, size=checkpoint.size, root=root)
        record(session, actor, fact)
    session.flush()  # the next log of the same transaction must find it
    return stored


def _root(session: Session, log: Log, size: int) -> bytes:
    return tree_root(size, tree.tile_reader(session, log, size))


def _check_extends(session: Session, log: Log, newest: StoredCheckpoint, succession: Succession) -> None:
    signed = opened(log, newest.note, succession)
    if _root(session, log, signed.size) != signed.root:
        raise broken(log, f"does not extend its checkpoint of {signed.size} entries")


def _check_hashes(session: Session, log: Log, start: int, end: int) -> None:
    columns = (Entry.index, Entry.body, Entry.leaf_hash)
    fresh = select(*columns).where(Entry.log_id == log.id, Entry.index >= start).order_by(Entry.index)
    expected = start
    for index, body, leaf in session.execute(fresh.execution_options(yield_per=1000)):
        if index != expected or leaf_hash(body) != leaf:
            raise broken(log, f"does not hold at entry {expected}")
        expected += 1
    if expected < end:
        raise broken(log, f"ends at entry {expected} of {end}")
