"""Reads of logs: which there are, how long they are, what was signed of them."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound
from audit.models import Head, Log, StoredCheckpoint
from audit.note import encode_base64
from audit.queries import keys


@dataclass(frozen=True, slots=True)
class LogSummary:
    """A log as a list shows it: how many entries it has, and how many of them a signed checkpoint covers.

    ``vkey`` is the key that signs now, ``mldsa_vkey`` the one of ML-DSA-44 beside it.
    """

    name: str
    origin: str
    vkey: str
    size: int
    signed_size: int
    mldsa_vkey: str | None = None


def log_named(session: Session, name: str) -> Log:
    """Return the log of this name, or raise ``NotFound``."""
    log = session.scalars(select(Log).where(Log.name == name)).one_or_none()
    if log is None:
        raise NotFound(f"There is no log named {name}.")
    return log


def vkey_of(log: Log) -> str:
    """Return the verifier key that the log was opened with, as C2SP signed-note writes it."""
    return keys.opening_vkey(log)


def current_vkey(session: Session, log: Log) -> str:
    """Return the verifier key that signs the log now."""
    return keys.signing_vkey(session, log)


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as the logs' rows hold it."""
    return encode_base64(key.public_bytes_raw())


def list_logs(session: Session) -> list[LogSummary]:
    """Return all logs by name."""
    signed = (
        select(StoredCheckpoint.log_id, func.max(StoredCheckpoint.size).label("size"))
        .group_by(StoredCheckpoint.log_id)
        .subquery()
    )
    rows = session.execute(
        select(Log, Head.size, func.coalesce(signed.c.size, 0))
        .join(Head, Head.log_id == Log.id)
        .outerjoin(signed, signed.c.log_id == Log.id)
        .order_by(Log.name)
    )
    handed_over, beside = keys.signing_vkeys(session), keys.mldsa_vkeys(session)
    return [
        LogSummary(
            name=log.name,
            origin=log.origin,
            vkey=handed_over.get(log.id, vkey_of(log)),
            size=size,
            signed_size=signed_size,
            mldsa_vkey=beside.get(log.id),
        )
        for log, size, signed_size in rows
    ]


def log_size(session: Session, log: Log) -> int:
    """Return how many entries a log has."""
    return session.scalars(select(Head.size).where(Head.log_id == log.id)).one()


def newest_checkpoint(session: Session, log: Log) -> StoredCheckpoint | None:
    """Return the signed checkpoint of the largest size, or ``None`` where nothing was signed yet."""
    return session.scalars(
        select(StoredCheckpoint)
        .where(StoredCheckpoint.log_id == log.id)
        .order_by(StoredCheckpoint.size.desc())
        .limit(1)
    ).one_or_none()


def checkpoint_covering(session: Session, log: Log, index: int) -> StoredCheckpoint | None:
    """Return the newest checkpoint if it covers the entry at ``index``."""
    newest = newest_checkpoint(session, log)
    return newest if newest is not None and newest.size > index else None
