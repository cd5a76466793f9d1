"""The keys that sign a log, as its rows say, and its stored checkpoints held against them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.checkpoint import Checkpoint
from audit.cosignature import LOG_TYPES, ML_DSA_44
from audit.errors import BrokenSuccession, RevokedKey, UnknownKey, VerificationError
from audit.facts.keys import KeyAdded, KeyHandedOver, KeyReplaced, KeyRevoked
from audit.models import KeyRevocation, Log, LogKey, StoredCheckpoint
from audit.note import Verifier, VerifierKey, decode_base64, encode_base64, parse_note, parse_vkey, verify_note
from audit.queries.keys import BESIDE, FIRST, opening_vkey, succession_of
from audit.stretch import Meant
from audit.succession import KeyState, Succession

Told = Iterator[tuple[str, str]]
"""Findings: the place, and what is wrong there."""


@dataclass(slots=True)
class KeyLine:
    """Which key signs which checkpoint of a log: the line of its Ed25519 keys, and ML-DSA-44 beside it since a size."""

    succession: Succession
    beside: list[tuple[int, Verifier]] = field(default_factory=list)

    def open(self, raw: bytes) -> Checkpoint:
        """Return a checkpoint that each key due at its size signed, and nobody else; raises ``VerificationError``."""
        checkpoint = self.succession.open_checkpoint(raw)
        due = [verifier for since, verifier in self.beside if since < checkpoint.size][-1:]
        known = [period.verifier for period in self.succession.periods] + [one for _, one in self.beside]
        signed = verify_note(raw, known)
        if len(signed.signatures) != len(parse_note(raw).signatures):
            raise UnknownKey("it bears a signature by a key that is none of this log's")
        if any(one.key not in signed.keys for one in due):
            raise UnknownKey("the log's ML-DSA-44 key has not signed it")
        return checkpoint

    def state(self, trusted: Collection[str] | None) -> tuple[KeyState | None, str]:
        """Say what the keys given are to this log, the best of them, with a sentence; ``None`` where none was."""
        if trusted is None:
            return None, ""
        order = (KeyState.CURRENT, KeyState.SUPERSEDED, KeyState.REPLACED, KeyState.REVOKED, KeyState.UNKNOWN)
        standings = [self.succession.standing(self._vkey(key)) for key in trusted]
        best = min(standings, key=lambda one: order.index(one.state), default=None)
        match best.state if best is not None else KeyState.UNKNOWN:
            case KeyState.UNKNOWN:
                return KeyState.UNKNOWN, "is none of the keys that were given"
            case KeyState.REVOKED if best is not None:
                return KeyState.REVOKED, f"given is a revoked key: what it signed stands up to {best.stands} entries"
            case KeyState.REPLACED if best is not None:
                return KeyState.REPLACED, (
                    f"given was lost at {best.lost_at} entries, and another signs since without its signature: give "
                    "the new one, from outside the house, or ask a witness who cosigned across it"
                )
            case KeyState.SUPERSEDED if best is not None:
                return KeyState.SUPERSEDED, f"given is a superseded key: it handed over at {best.until} entries"
        return KeyState.CURRENT, ""

    def believes(self, trusted: Collection[str] | None, size: int) -> bool:
        """Report whether who trusts these keys may believe a checkpoint of this size on its own."""
        try:
            self.succession.require_standing(size)
        except RevokedKey:
            return False
        if trusted is None:
            return True
        for key in trusted:
            try:
                self.succession.trusting(self._vkey(key)).key_for(size)
            except (UnknownKey, RevokedKey):
                continue
            return True
        return False

    def _vkey(self, public_key: str) -> str:
        origin, kind = self.succession.origin, self.succession.current.verifier.key.signature_type
        try:
            return VerifierKey(origin, kind, decode_base64(public_key)).vkey
        except ValueError:
            return ""


def read_keys(session: Session, log: Log) -> tuple[KeyLine, list[tuple[str, str]]]:
    """Return the keys of a log as far as they hold, and what does not."""
    found: list[tuple[str, str]] = []
    try:
        keys = KeyLine(succession_of(session, log))
    except (VerificationError, ValueError, TypeError) as error:
        found.append(("the keys", f"do not hold: {error}"))
        keys = KeyLine(Succession.read(opening_vkey(log)))
    rows = select(LogKey.since, LogKey.public_key).where(LogKey.log_id == log.id, LogKey.algorithm != FIRST)
    for since, public_key in session.execute(rows.order_by(LogKey.since)):
        try:
            vkey = VerifierKey(log.origin, ML_DSA_44, decode_base64(public_key)).vkey
            keys.beside.append((since, Verifier.from_vkey(vkey, LOG_TYPES)))
        except (VerificationError, ValueError) as error:
            found.append((f"the key since {since}", f"is no key: {error}"))
    return keys, found


def open_checkpoints(session: Session, log: Log, keys: KeyLine) -> tuple[dict[int, Checkpoint], list[tuple[str, str]]]:
    """Return the stored checkpoints that hold by themselves, by size, and what is wrong with the others."""
    checkpoints: dict[int, Checkpoint] = {}
    found: list[tuple[str, str]] = []
    columns = select(StoredCheckpoint.size, StoredCheckpoint.note).where(StoredCheckpoint.log_id == log.id)
    for size, note in session.execute(columns.order_by(StoredCheckpoint.size)):
        try:
            checkpoint = keys.open(note)
        except (VerificationError, ValueError, TypeError, AttributeError) as error:
            found.append((f"checkpoint {size}", f"does not hold: {str(error).partition(chr(10))[0]}"))
            continue
        if checkpoint.size != size:
            found.append((f"checkpoint {size}", f"signs {checkpoint.size} entries"))
        else:
            checkpoints[size] = checkpoint
    return checkpoints, found


def key_row_faults(session: Session, log: Log, meant: Iterable[Meant], *, pruned_below: int) -> Told:
    """Hold the rows of a log's keys and revocations against the entries that announce them, both ways.

    Where the log was pruned an announcement may be gone. A statement stands by its own signatures then, and an
    ML-DSA-44 key by the checkpoints that it signed.
    """
    rows, told = set(_rows(session, log)), set()
    for one in meant:
        try:
            told |= set(_announced(one))
        except (VerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"entry {one.index}", f"announces no key: {error}"
    for row in sorted(rows - told, key=repr):
        if not pruned_below:
            yield f"the {row[0]} at {row[1]} entries", "is announced by no entry of this log"
    for row in sorted(told - rows, key=repr):
        yield f"the {row[0]} at {row[1]} entries", "is announced by an entry, and has no row that says the same"


Row = tuple[str, int, str, str, bytes | None]


def _rows(session: Session, log: Log) -> Iterator[Row]:
    columns = (LogKey.since, LogKey.algorithm, LogKey.public_key, LogKey.statement)
    for since, algorithm, public_key, statement in session.execute(select(*columns).where(LogKey.log_id == log.id)):
        yield "key", since, algorithm, public_key, statement
    revoked = (KeyRevocation.stands, KeyRevocation.public_key, KeyRevocation.statement)
    for stands, public_key, statement in session.execute(select(*revoked).where(KeyRevocation.log_id == log.id)):
        yield "revocation", stands, "", public_key, statement


def _announced(one: Meant) -> Iterator[Row]:
    said = one.said.data
    match one.said.kind:
        case KeyHandedOver.kind | KeyReplaced.kind:
            yield "key", said["since"], FIRST, _public(said["new_key"]), said["statement"].encode()
        case KeyAdded.kind if said["algorithm"] == BESIDE:
            yield "key", said["since"], BESIDE, _public(said["key"]), None
        case KeyAdded.kind:
            raise BrokenSuccession(f"the algorithm {said['algorithm']!r} is not known here")
        case KeyRevoked.kind:
            yield "revocation", said["stands"], "", _public(said["key"]), said["statement"].encode()


def _public(vkey: str) -> str:
    return encode_base64(parse_vkey(vkey).public_key)
