"""Whether what the rows say of a log may be handed on: they are believed only where something signed says the same.

A bundle that no verifier could fault would otherwise carry what somebody wrote into the database.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from audit.bundle.gaps import said_by_trail
from audit.bundle.verdict import BundleFault
from audit.bundle.witnesses import witnessed
from audit.checkpoint import Checkpoint
from audit.errors import VerificationError
from audit.facts.keys import KeyHandedOver, KeyReplaced, KeyRevoked
from audit.facts.orders import LogPruned
from audit.models import Entry, Log, StoredCheckpoint
from audit.note import Verifier
from audit.policies import PolicyInForce
from audit.queries.cosignatures import newest_witnessing
from audit.queries.keys import key_statements, succession_of
from audit.queries.logs import log_named
from audit.queries.orders import minimum_of
from audit.record import HOUSE


class NotToBeHandedOn(Conflict):
    """The log does not hold as it stands; the sentence says what, and how to look further."""

    code = "not-to-be-handed-on"


def _refusal(log: Log, what: str) -> NotToBeHandedOn:
    return NotToBeHandedOn(f"The log {log.name} does not hold: {what}. Run: answerprint audit verify")


def opened(session: Session, log: Log, newest: StoredCheckpoint) -> tuple[Checkpoint, Verifier]:
    """Return a checkpoint and the key that signed it, which was not revoked before."""
    try:
        succession = succession_of(session, log)
        checkpoint = succession.open_checkpoint(newest.note)
        succession.require_standing(checkpoint.size)
    except VerificationError as error:
        raise _refusal(log, f"its newest checkpoint does not stand: {error}") from error
    return checkpoint, succession.key_for(checkpoint.size)


def statements_of(session: Session, log: Log) -> list[bytes]:
    """Return the statements on the log's keys, each of which an entry of the log repeats."""
    found = key_statements(session, log)
    if not found or minimum_of(session, log):
        # An entry that was pruned repeats nothing any more.
        return found
    kinds = (KeyHandedOver.kind, KeyReplaced.kind, KeyRevoked.kind)
    bodies = session.scalars(select(Entry.body).where(Entry.log_id == log.id, Entry.kind.in_(kinds)))
    said = {str(one["data"].get("statement")).encode() for one in map(said_by_trail, bodies) if one is not None}
    if not said.issuperset(found):
        raise _refusal(log, "a key was handed over, replaced or revoked, and no entry says so")
    return found


def minimum_handed_on(session: Session, log: Log) -> int:
    """Return the log's minimum index, which the house log orders."""
    minimum, house = minimum_of(session, log), log_named(session, HOUSE)
    if not minimum:
        return 0
    orders = select(Entry.body).where(Entry.log_id == house.id, Entry.kind == LogPruned.kind)
    said = [one["data"] for one in map(said_by_trail, session.scalars(orders)) if one is not None]
    is_ordered = any((one.get("log"), one.get("minimum")) == (log.name, minimum) for one in said)
    # The order itself may have been pruned from the house log since; then nothing is left to ask.
    if not is_ordered and (log.id == house.id or not minimum_of(session, house)):
        raise _refusal(log, f"entries below {minimum} are gone, and no entry of the house log orders it")
    return minimum


def require_cosignatures(session: Session, log: Log, note: bytes, policy: PolicyInForce, signer: Verifier) -> None:
    """Refuse a checkpoint with a line that its witness never signed, or that has lost lines which were there."""
    try:
        seen = witnessed(note, policy.policy, signer)
    except BundleFault as fault:
        raise _refusal(log, f"{fault.place} {fault.reason}") from fault
    last = newest_witnessing(session, log, seen.checkpoint.size)
    if last is not None and last.is_quorum_met and last.policy_sha256 == policy.sha256 and not seen.is_quorum_met:
        raise _refusal(log, "its witnesses were a quorum, and their cosignatures are not there")
