"""Change the keys that sign the logs: hand over, add a second algorithm, revoke. All logs in one transaction.

Publishing waits for these transactions and they for it, by the lock on a log's row; who opens a log waits for the
house's. So no checkpoint is signed by a key while it hands over, and no log is opened with a key that has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, Invalid
from audit.cosignature import ML_DSA_44
from audit.facts.keys import KeyAdded, KeyHandedOver, KeyReplaced, KeyRevoked
from audit.models import KeyRevocation, Log, LogKey
from audit.note import Signer, VerifierKey, encode_base64
from audit.queries import keys, logs
from audit.record import HOUSE, record
from audit.rollback import keys_of
from audit.signing import SigningKey
from audit.succession import KeyState, Succession, sign_handover, sign_replacement, sign_revocation


class NotTheLogsKey(Conflict):
    """The key given does not sign the logs, or may not sign them any more."""

    code = "not-the-logs-key"


class StandsBecause(StrEnum):
    """Why what a revoked key signed stands up to a size."""

    NAMED = "named"
    WITNESSED = "witnessed"
    NEVER_WITNESSED = "never-witnessed"


@dataclass(frozen=True, slots=True)
class KeyHandover:
    """A log was handed to a new key: checkpoints of more than ``since`` entries are signed with it."""

    log: str
    since: int
    vkey: str


@dataclass(frozen=True, slots=True)
class KeyFallen:
    """A key of a log was revoked: what it signed of up to ``stands`` entries stands."""

    log: str
    vkey: str
    stands: int
    because: StandsBecause

    def sentence(self) -> str:
        """Say what stands, and why so much."""
        match self.because:
            case StandsBecause.NAMED:
                return f"{self.log}: what the key signed of up to {self.stands} entries stands, as you named it."
            case StandsBecause.WITNESSED:
                return f"{self.log}: what the key signed of up to {self.stands} entries stands, as a witness cosigned."
            case StandsBecause.NEVER_WITNESSED:
                return f"{self.log}: nothing that the key signed stands on its own: no witness ever cosigned."


def rotate_key(session: Session, actor: Actor, *, old: SigningKey, new: SigningKey) -> list[KeyHandover]:
    """Hand every log over from ``old`` to ``new``; a log that ``new`` signs already stays as it is.

    From the commit on only ``new`` can publish. Raises ``NotTheLogsKey``, and then no log is handed over.
    """
    done = []
    for log in _locked_logs(session):
        signed_by, heir = keys_of(session, log), Signer(log.origin, new)
        if signed_by.current.vkey != heir.vkey:
            signed_by = _hand_over(session, actor, log, signed_by, Signer(log.origin, old), heir)
            done.append(KeyHandover(log.name, signed_by.current.since, heir.vkey))
    return done


def replace_lost_key(session: Session, actor: Actor, *, new: SigningKey, ground: str) -> list[KeyHandover]:
    """Have ``new`` sign every log in place of a key that was lost; a log that it signs already stays as it is.

    Nobody who trusts the lost key is led over. Raises ``Invalid`` without a ground, and ``NotTheLogsKey``.
    """
    if not ground.strip():
        raise Invalid("Say on what ground the key is replaced: it stands on the log for ever.")
    done = []
    for log in _locked_logs(session):
        signed_by, heir = keys_of(session, log), Signer(log.origin, new)
        if signed_by.current.vkey == heir.vkey:
            continue
        _require_new(log, signed_by, heir)
        since = logs.log_size(session, log)
        statement = sign_replacement(since, new=heir)
        signed_by.after(statement)
        _add_row(session, log, since, keys.FIRST, heir.key.public_key, statement)
        lost, text = signed_by.current.vkey, statement.decode()
        fact = KeyReplaced(
            about=f"log:{log.name}", old_key=lost, new_key=heir.vkey, since=since, ground=ground, statement=text
        )
        record(session, actor, fact, log=log.name)
        done.append(KeyHandover(log.name, since, heir.vkey))
    return done


def report_compromise(
    session: Session,
    actor: Actor,
    *,
    revoked: SigningKey,
    new: SigningKey,
    stands: Mapping[str, int] | None = None,
) -> list[KeyFallen]:
    """Revoke a key of the logs that is in wrong hands; where it signs now it is handed over to ``new`` first.

    What it signed stands up to the size that ``stands`` names for a log, or else up to the last checkpoint that a
    witness cosigned, or else not at all. A log where it was revoked before stays as it is. Raises ``NotTheLogsKey``
    where it never signed, or ``new`` is not the key that signs now; ``Invalid`` where a size cannot stand.
    """
    named, found = stands or {}, _locked_logs(session)
    if unknown := named.keys() - {log.name for log in found}:
        raise Invalid(f"There is no log named {min(unknown)}.")
    done, signed = [], False
    for log in found:
        signed_by, fallen, heir = keys_of(session, log), Signer(log.origin, revoked), Signer(log.origin, new)
        state = signed_by.standing(fallen.vkey).state
        signed = signed or state is not KeyState.UNKNOWN
        if state in (KeyState.UNKNOWN, KeyState.REVOKED):
            continue
        if state is KeyState.CURRENT:
            signed_by = _hand_over(session, actor, log, signed_by, fallen, heir)
        done.append(_revoke(session, actor, log, signed_by, (fallen, heir), named.get(log.name)))
    if not signed:
        raise NotTheLogsKey("The key given never signed a log of this house.")
    return done


def add_mldsa_key(session: Session, actor: Actor, *, key: MLDSA44PublicKey) -> list[str]:
    """Have ``key`` sign every log beside the first, in place of the one that does so far; return the logs' names."""
    done = []
    for log in _locked_logs(session):
        if keys.mldsa_vkey(session, log) != VerifierKey(log.origin, ML_DSA_44, key.public_bytes_raw()).vkey:
            adopt_mldsa_key(session, actor, log=log, key=key.public_bytes_raw(), since=logs.log_size(session, log))
            done.append(log.name)
    return done


def adopt_mldsa_key(session: Session, actor: Actor, *, log: Log, key: bytes, since: int) -> None:
    """Have an ML-DSA-44 key sign the checkpoints of more than ``since`` entries of one log."""
    _add_row(session, log, since, keys.BESIDE, key, None)
    vkey = VerifierKey(log.origin, ML_DSA_44, key).vkey
    fact = KeyAdded(about=f"log:{log.name}", algorithm=keys.BESIDE, key=vkey, since=since)
    record(session, actor, fact, log=log.name)


def _locked_logs(session: Session) -> Sequence[Log]:
    # The house first and by itself: who was opening a log has committed then, and the second statement sees it.
    session.execute(select(Log.id).where(Log.name == HOUSE).with_for_update())
    return session.scalars(select(Log).order_by(Log.id).with_for_update()).all()


def _hand_over(session: Session, actor: Actor, log: Log, signed_by: Succession, old: Signer, new: Signer) -> Succession:
    if signed_by.current.vkey != old.vkey:
        raise NotTheLogsKey(f"The key given does not sign the log {log.name}: {signed_by.current.vkey} does.")
    _require_new(log, signed_by, new)
    since = logs.log_size(session, log)
    statement = sign_handover(since, old=old, new=new)
    handed = signed_by.after(statement)
    _add_row(session, log, since, keys.FIRST, new.key.public_key, statement)
    about = f"log:{log.name}"
    fact = KeyHandedOver(about=about, old_key=old.vkey, new_key=new.vkey, since=since, statement=statement.decode())
    record(session, actor, fact, log=log.name)
    return handed


def _require_new(log: Log, signed_by: Succession, new: Signer) -> None:
    if signed_by.standing(new.vkey).state is not KeyState.UNKNOWN:
        raise NotTheLogsKey(f"The new key signed the log {log.name} before, and a key never comes back. Make another.")


def _revoke(
    session: Session, actor: Actor, log: Log, signed_by: Succession, signers: tuple[Signer, Signer], named: int | None
) -> KeyFallen:
    fallen, heir = signers
    if signed_by.current.vkey != heir.vkey:
        raise NotTheLogsKey(f"The new key does not sign the log {log.name}: {signed_by.current.vkey} does.")
    until = signed_by.standing(fallen.vkey).until or 0
    if named is not None and not 0 <= named <= until:
        raise Invalid(f"{named} entries of {log.name} cannot stand: the key signed up to {until}.")
    witnessed = min(keys.last_witnessed(session, log), until)
    stands = witnessed if named is None else named
    statement = sign_revocation(stands, revoked=fallen, current=heir)
    signed_by.after(statement)
    public_key = encode_base64(fallen.key.public_key)
    row = {"log_id": log.id, "public_key": public_key, "stands": stands, "statement": statement}
    session.execute(insert(KeyRevocation).values(row))
    fact = KeyRevoked(about=f"log:{log.name}", key=fallen.vkey, stands=stands, statement=statement.decode())
    record(session, actor, fact, log=log.name)
    if named is not None:
        return KeyFallen(log.name, fallen.vkey, stands, StandsBecause.NAMED)
    because = StandsBecause.WITNESSED if witnessed else StandsBecause.NEVER_WITNESSED
    return KeyFallen(log.name, fallen.vkey, stands, because)


def _add_row(
    session: Session, log: Log, since: int, algorithm: str, public_key: bytes, statement: bytes | None
) -> None:
    row = {"log_id": log.id, "since": since, "algorithm": algorithm, "public_key": encode_base64(public_key)}
    session.execute(insert(LogKey).values(row | {"statement": statement}))
