"""Legal holds: what one covers is neither erased nor pruned. One person sets it, and one lifts it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, Invalid
from audit import rules
from audit.facts.orders import HoldLifted, HoldSet
from audit.models import Hold, Log
from audit.queries.logs import log_named
from audit.queries.orders import lock_hold, take_turn
from audit.queries.subjects import texts_of
from audit.record import record


class HoldEnded(Conflict):
    """The hold was lifted before."""

    code = "hold-ended"


def set_hold(
    session: Session,
    actor: Actor,
    *,
    subject: str | None = None,
    log_name: str | None = None,
    reason: str,
    now: datetime,
) -> Hold:
    """Hold a subject or a log, exactly one of them, from this moment on; orders that wait for it stay refused.

    Raises ``GroundRefused`` where the reason names whom it holds.
    """
    if (subject is None) == (log_name is None):
        sentence = "Name what is held: a subject, or a log."
        raise Invalid(sentence, fields={"subject": [sentence]})
    take_turn(session)
    why = rules.check_ground(reason, texts_of(session, subject) if subject else (), field="reason")
    log = log_named(session, log_name) if log_name is not None else None
    hold = Hold(subject=subject, log_id=log.id if log else None, reason=why, set_by=actor.id, set_at=now)
    session.add(hold)
    session.flush()  # the fact names its id
    told = rules.told_subject(subject)
    fact = HoldSet(about=f"hold:{hold.id}", subject=told, log=log_name, reason=why, set_at=now)
    record(session, actor, fact)
    return hold


def lift_hold(session: Session, actor: Actor, *, hold_id: UUID, now: datetime) -> Hold:
    """Lift a hold; orders may go on from then. Raises ``HoldEnded`` where it was lifted before."""
    take_turn(session)
    hold = lock_hold(session, hold_id)
    if hold.lifted_at is not None:
        raise HoldEnded("This hold was lifted before.")
    hold.lifted_by, hold.lifted_at = actor.id, now
    session.flush()
    log = session.get(Log, hold.log_id) if hold.log_id is not None else None
    fact = HoldLifted(
        about=f"hold:{hold.id}",
        subject=rules.told_subject(hold.subject),
        log=log.name if log is not None else None,
        set_at=hold.set_at,
        lifted_at=now,
    )
    record(session, actor, fact)
    return hold
