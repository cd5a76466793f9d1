"""Reads of the keys that sign a log: the one it was opened with, and those that came after and beside it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.cosignature import ML_DSA_44
from audit.errors import BrokenSuccession, MalformedStatement
from audit.models import Cosignature, KeyRevocation, Log, LogKey
from audit.note import ED25519, VerifierKey, decode_base64, encode_base64, parse_note, parse_vkey
from audit.succession import KeyPeriod, Succession, parse_statement

FIRST = "ed25519"
BESIDE = "ml-dsa-44"


def opening_vkey(log: Log) -> str:
    """Return the verifier key that a log was opened with, as C2SP signed-note writes it."""
    return VerifierKey(log.origin, ED25519, decode_base64(log.public_key)).vkey


def signing_vkey(session: Session, log: Log) -> str:
    """Return the verifier key of the Ed25519 key that signs a log now, as the rows say it."""
    return signing_vkeys(session).get(log.id, opening_vkey(log))


def signing_vkeys(session: Session) -> dict[int, str]:
    """Return the verifier key that signs now of each log that was ever handed over, by the log's id."""
    return _newest(session, FIRST, ED25519)


def mldsa_vkey(session: Session, log: Log) -> str | None:
    """Return the verifier key of the ML-DSA-44 key that signs beside, where there is one."""
    return mldsa_vkeys(session).get(log.id)


def mldsa_vkeys(session: Session) -> dict[int, str]:
    """Return the verifier key of each log's ML-DSA-44 key by the log's id; a log without one is left out."""
    return _newest(session, BESIDE, ML_DSA_44)


def _newest(session: Session, algorithm: str, signature_type: int) -> dict[int, str]:
    newest = select(LogKey.log_id, func.max(LogKey.since).label("since"))
    newest = newest.where(LogKey.algorithm == algorithm).group_by(LogKey.log_id)
    last = newest.subquery()
    rows = session.execute(
        select(Log.id, Log.origin, LogKey.public_key)
        .join(LogKey, LogKey.log_id == Log.id)
        .join(last, (last.c.log_id == LogKey.log_id) & (last.c.since == LogKey.since))
        .where(LogKey.algorithm == algorithm)
    )
    return {
        log_id: VerifierKey(origin, signature_type, decode_base64(public_key)).vkey
        for log_id, origin, public_key in rows
    }


def key_statements(session: Session, log: Log) -> list[bytes]:
    """Return the log's handovers and revocations in the order in which they were made, as ``Succession`` reads them.

    Raises ``Malformed`` where a row holds no statement.
    """
    handovers = session.scalars(
        select(LogKey.statement).where(LogKey.log_id == log.id, LogKey.algorithm == FIRST).order_by(LogKey.since)
    ).all()
    revocations = session.scalars(
        select(KeyRevocation.statement)
        .where(KeyRevocation.log_id == log.id)
        .order_by(KeyRevocation.stands, KeyRevocation.public_key)
    ).all()
    ordered: list[bytes] = []
    for handover in handovers:
        if handover is None:
            raise MalformedStatement("a key has no statement by which it was handed the log")
        # Whoever signs last on a revocation signs the log then, so it stands after his handover.
        key_id = parse_vkey(parse_statement(parse_note(handover).text).vkey).key_id
        ordered += [handover, *(one for one in revocations if parse_note(one).signatures[-1].key_id == key_id)]
    return ordered + [one for one in revocations if one not in ordered]


def succession_of(session: Session, log: Log) -> Succession:
    """Return the log's keys in their order.

    Raises a ``VerificationError`` where the statements do not follow from each other, or the rows say something else.
    """
    succession = Succession.read(opening_vkey(log), key_statements(session, log))
    handed = session.execute(
        select(LogKey.since, LogKey.public_key)
        .where(LogKey.log_id == log.id, LogKey.algorithm == FIRST)
        .order_by(LogKey.since)
    ).all()
    revoked = {
        row.public_key: row.stands
        for row in session.scalars(select(KeyRevocation).where(KeyRevocation.log_id == log.id))
    }
    stated = [(period.since, _public_text(period)) for period in succession.periods[1:]]
    ended = {_public_text(period): period.stands for period in succession.periods if period.stands is not None}
    if [tuple(row) for row in handed] != stated or revoked != ended:
        raise BrokenSuccession(f"the rows of the keys of {log.name} do not say what their statements say")
    return succession


def _public_text(period: KeyPeriod) -> str:
    return encode_base64(period.verifier.key.public_key)


def last_witnessed(session: Session, log: Log) -> int:
    """Return the size of the newest checkpoint that a witness cosigned, 0 where none ever did."""
    newest = select(func.max(Cosignature.size)).where(Cosignature.log_id == log.id)
    return session.scalar(newest) or 0
