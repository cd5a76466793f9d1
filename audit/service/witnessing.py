"""Ask a log's witnesses for cosignatures, after its checkpoint was committed and outside any transaction.

Nobody who records waits for a witness: what was signed is read first, then they are asked, then one transaction keeps
what they said. Where the house falls in between, the next turn finds the checkpoint without a witnessing, and asks. Two
processes may ask at once; a witness cosigns one checkpoint as often as it is asked, and both answers are kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, insert_if_absent
from audit.errors import VerificationError
from audit.facts.witnessing import QuorumMet, QuorumMissed
from audit.models import Cosignature, Log, StoredCheckpoint, Witnessing
from audit.note import Signature
from audit.policies import OnFailure, Policies, PolicyInForce
from audit.policy import check
from audit.queries import logs
from audit.queries.cosignatures import cosigned_note, is_quorum_told_missed
from audit.queries.submissions import prover, sizes_seen
from audit.record import record
from audit.service.split_views import find_split_views
from audit.witness.client import Answer, collect

THE_POLICY = "the policy"
"""Stands in the failures where the policy itself does not fit the log; a witness's name has no space in it."""
MAX_FAILURES_TOLD = 20
MAX_FAILURE = 300
MAX_NAME = 240


@dataclass(frozen=True, slots=True)
class WitnessingOutcome:
    """What came of asking: whether the quorum is met with all that was ever collected, and who failed now, and why."""

    log: str
    size: int
    is_quorum_met: bool
    failures: dict[str, str]


def ask_witnesses(
    database: Database, *, log_name: str, policies: Policies, now: datetime, evidence: Path, seconds: float = 10.0
) -> WitnessingOutcome | None:
    """Ask the witnesses of a log's policy about its newest checkpoint, and keep what they say.

    Each has ``seconds``, and all together 30. Returns ``None`` where no policy is in force or nothing was signed. What
    proves a split view is kept in the folder ``evidence`` and told to the house log.
    """
    with database.reading() as session:
        log = logs.log_named(session, log_name)
        checkpoint, policy = logs.newest_checkpoint(session, log), policies.policy_for(log_name, now)
    if checkpoint is None or policy is None:
        return None
    answers, failures = _asked(checkpoint, policy, database, log, seconds)
    shown = {_printable(one.witness): one.shown for one in answers if one.shown is not None}
    if shown:
        find_split_views(database, log_name=log_name, shown=shown, evidence=evidence)
    with database.transaction() as session:
        # The lock of publishing: of two processes one is the first to see that the quorum changed.
        session.execute(select(Log.id).where(Log.id == log.id).with_for_update())
        _keep_lines(session, checkpoint, [one.cosignature for one in answers if one.cosignature is not None], now)
        outcome = _judge(session, log, checkpoint, policy, failures)
        _keep_outcome(session, log, policy, outcome, now)
    return outcome


def _asked(
    checkpoint: StoredCheckpoint, policy: PolicyInForce, database: Database, log: Log, seconds: float
) -> tuple[tuple[Answer, ...], dict[str, str]]:
    with database.reading() as session:
        known = sizes_seen(session, log, policy.policy, checkpoint.size)
    prove = prover(database, log, checkpoint.size)
    try:
        answers = collect(checkpoint.note, policy.policy, prove, seconds=seconds, known=known).answers
    except VerificationError as error:
        return (), {THE_POLICY: str(error)[:MAX_FAILURE]}
    failures = {one.witness: one.failure for one in answers if one.failure is not None}
    too_long = [one.witness for one in answers if one.cosignature and len(one.cosignature.name) > MAX_NAME]
    failures |= dict.fromkeys(too_long, f"its key's name has more than {MAX_NAME} characters, and is not kept")
    return answers, {_printable(witness): why[:MAX_FAILURE] for witness, why in failures.items()}


def _keep_lines(session: Session, checkpoint: StoredCheckpoint, cosignatures: list[Signature], now: datetime) -> None:
    for one in cosignatures:
        if len(one.name) > MAX_NAME:
            continue
        values = {
            "log_id": checkpoint.log_id,
            "size": checkpoint.size,
            "witness": one.name,
            "key_id": one.key_id.hex(),
            "collected_at": now,
            "line": one.line(),
        }
        insert_if_absent(session, cast("Table", Cosignature.__table__), values)


def _judge(
    session: Session, log: Log, checkpoint: StoredCheckpoint, policy: PolicyInForce, failures: dict[str, str]
) -> WitnessingOutcome:
    """Judge the note as it is served from now on: a cosignature that was had before counts, whoever failed today."""
    try:
        is_met = check(policy.policy, cosigned_note(session, log, checkpoint)).is_quorum_met
    except VerificationError as error:
        is_met, failures = False, failures | {THE_POLICY: str(error)[:MAX_FAILURE]}
    return WitnessingOutcome(log.name, checkpoint.size, is_met, failures)


def _keep_outcome(session: Session, log: Log, policy: PolicyInForce, outcome: WitnessingOutcome, now: datetime) -> None:
    values = {
        "log_id": log.id,
        "size": outcome.size,
        "asked_at": now,
        "policy_sha256": policy.sha256,
        "is_quorum_met": outcome.is_quorum_met,
        "failures": json.dumps(outcome.failures, sort_keys=True),
    }
    insert_if_absent(session, cast("Table", Witnessing.__table__), values)
    was_missed, about = is_quorum_told_missed(session, log), f"log:{log.name}"
    if outcome.is_quorum_met and was_missed:
        record(session, SYSTEM, QuorumMet(about=about, log=log.name, size=outcome.size))
    if not outcome.is_quorum_met and not was_missed and policy.on_failure is OnFailure.CLOSED:
        told = [{"witness": one, "why": why} for one, why in sorted(outcome.failures.items())]
        fact = QuorumMissed(about=about, log=log.name, size=outcome.size, failures=told[:MAX_FAILURES_TOLD])
        record(session, SYSTEM, fact)


def _printable(name: str) -> str:
    """Return a policy's name, which may be any octets, as text that JSON and a database take."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:MAX_NAME]
