"""Reads of what witnesses said: the note with their lines, and which checkpoint may be served.

A log whose policy fails closed serves only what its witnesses have cosigned: without that, whoever holds the log's key
could show each reader a history of his own.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from audit.facts.witnessing import QuorumMet, QuorumMissed
from audit.models import Cosignature, Entry, Log, StoredCheckpoint, Witnessing
from audit.note import MAX_SIGNATURES
from audit.policies import OnFailure, Policies
from audit.queries import logs
from audit.record import HOUSE
from audit.witness.turns import Asked, is_due

_GAP = b"\n\n"


class NotWitnessedYet(Conflict):
    """The log is signed so far, and its witnesses have not cosigned it yet."""

    code = "not-witnessed-yet"


def cosigned_note(session: Session, log: Log, checkpoint: StoredCheckpoint) -> bytes:
    """Return a checkpoint's note as it is served: with the newest line of each witness's key after the log's own."""
    # A note that has more lines than a reader takes would be worth nothing to anybody.
    room = MAX_SIGNATURES - checkpoint.note.rpartition(_GAP)[2].count(b"\n")
    lines = _newest_lines(session, log, checkpoint.size)
    return checkpoint.note + "".join(lines[: max(room, 0)]).encode()


def _newest_lines(session: Session, log: Log, size: int) -> list[str]:
    rows = session.execute(
        select(Cosignature.witness, Cosignature.key_id, Cosignature.line)
        .where(Cosignature.log_id == log.id, Cosignature.size == size)
        .order_by(Cosignature.witness, Cosignature.key_id, Cosignature.collected_at)
    )
    return list({(witness, key_id): line for witness, key_id, line in rows}.values())


def newest_served(session: Session, log: Log, on_failure: OnFailure | None) -> StoredCheckpoint | None:
    """Return the newest checkpoint that may be served; ``on_failure`` is that of the policy in force.

    Of a closed log it is one whose newest witnessing met the quorum; otherwise the newest that was signed.
    """
    if on_failure is not OnFailure.CLOSED:
        return logs.newest_checkpoint(session, log)
    is_quorum_met = (
        select(Witnessing.is_quorum_met)
        .where(Witnessing.log_id == log.id, Witnessing.size == StoredCheckpoint.size)
        .order_by(Witnessing.asked_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return session.scalars(
        select(StoredCheckpoint)
        .where(StoredCheckpoint.log_id == log.id, is_quorum_met)
        .order_by(StoredCheckpoint.size.desc())
        .limit(1)
    ).one_or_none()


def checkpoint_covering(
    session: Session, log: Log, index: int, on_failure: OnFailure | None
) -> StoredCheckpoint | None:
    """Return the newest checkpoint that may be served, if it covers the entry at ``index``."""
    newest = newest_served(session, log, on_failure)
    return newest if newest is not None and newest.size > index else None


def newest_witnessing(session: Session, log: Log, size: int) -> Witnessing | None:
    """Return what came of asking the witnesses about the checkpoint of this size, the last time."""
    return session.scalars(
        select(Witnessing)
        .where(Witnessing.log_id == log.id, Witnessing.size == size)
        .order_by(Witnessing.asked_at.desc())
        .limit(1)
    ).one_or_none()


def is_quorum_told_missed(session: Session, log: Log) -> bool:
    """Report whether the last that the house log says of a log's quorum is that it was missed."""
    house = select(Log.id).where(Log.name == HOUSE).scalar_subquery()
    kind = session.scalars(
        select(Entry.kind)
        .where(Entry.log_id == house, Entry.about == f"log:{log.name}")
        .where(Entry.kind.in_((QuorumMissed.kind, QuorumMet.kind)))
        .order_by(Entry.index.desc())
        .limit(1)
    ).one_or_none()
    return kind == QuorumMissed.kind


def logs_to_ask(session: Session, policies: Policies, now: datetime) -> list[str]:
    """Return the logs whose witnesses are to be asked now about the newest checkpoint."""
    named = select(Log).where(Log.name.in_(policies.logs)).order_by(Log.name)
    return [log.name for log in session.scalars(named) if _is_due(session, log, policies, now)]


def _is_due(session: Session, log: Log, policies: Policies, now: datetime) -> bool:
    policy, newest = policies.policy_for(log.name, now), logs.newest_checkpoint(session, log)
    if policy is None or newest is None:
        return False
    return is_due(_asked(session, log, newest.size), policy_sha256=policy.sha256, now=now)


def _asked(session: Session, log: Log, size: int) -> Asked | None:
    last = newest_witnessing(session, log, size)
    if last is None:
        return None
    count = select(func.count()).select_from(Witnessing).where(Witnessing.log_id == log.id, Witnessing.size == size)
    return Asked(session.scalars(count).one(), last.asked_at, last.policy_sha256, last.is_quorum_met)
