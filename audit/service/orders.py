"""Decide against an order: another person refuses it, or who gave it takes it back. Nothing ends by either."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit import rules
from audit.facts.orders import ErasureRefused, ErasureWithdrawn, PruningRefused, PruningWithdrawn
from audit.models import Log, Order
from audit.queries.orders import lock_order
from audit.record import Fact, record
from audit.rules import OrderKind, OrderState


def refuse_order(session: Session, actor: Actor, *, order_id: UUID, reason: str, now: datetime) -> Order:
    """Refuse an open order, as another person than who gave it. Raises ``TwoPeopleNeeded`` and ``OrderClosed``."""
    order = lock_order(session, order_id)
    rules.check_open(order.state)
    rules.check_other_person(actor, asked_by=order.asked_by, subject=None)
    why = rules.check_ground(reason, field="reason")
    about = f"order:{order.id}"
    fact: Fact
    if order.kind == OrderKind.ERASURE:
        subject = rules.told_subject(order.subject)
        fact = ErasureRefused(about=about, subject=subject, reason=why, decided_at=now)
    else:
        log, minimum = _log_of(session, order), order.minimum or 0
        fact = PruningRefused(about=about, log=log, minimum=minimum, reason=why, decided_at=now)
    _close(session, order, actor, state=OrderState.REFUSED, now=now)
    record(session, actor, fact)
    return order


def withdraw_order(session: Session, actor: Actor, *, order_id: UUID, now: datetime) -> Order:
    """Take an open order of one's own back. Raises ``TwoPeopleNeeded`` for another's and ``OrderClosed``."""
    order = lock_order(session, order_id)
    rules.check_open(order.state)
    rules.check_withdraws_own(actor, asked_by=order.asked_by)
    about = f"order:{order.id}"
    fact: Fact
    if order.kind == OrderKind.ERASURE:
        fact = ErasureWithdrawn(about=about, subject=rules.told_subject(order.subject), decided_at=now)
    else:
        log, minimum = _log_of(session, order), order.minimum or 0
        fact = PruningWithdrawn(about=about, log=log, minimum=minimum, decided_at=now)
    _close(session, order, actor, state=OrderState.WITHDRAWN, now=now)
    record(session, actor, fact)
    return order


def _log_of(session: Session, order: Order) -> str:
    log = session.get(Log, order.log_id)
    return log.name if log is not None else ""


def _close(session: Session, order: Order, actor: Actor, *, state: OrderState, now: datetime) -> None:
    order.state, order.decided_by, order.decided_at = state.value, actor.id, now
    session.flush()
