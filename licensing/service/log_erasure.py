"""Forget who held seats and was denied, as event logs told, once an order of two people has erased it."""

import secrets
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from answerprint.core.actor import Actor
from answerprint.core.sealing import Seal
from audit.record import record
from licensing.facts.eventlogs import LoggedNamesErased
from licensing.models.eventlogs import EventLog, LoggedDenial, LoggedSession
from licensing.rules.log_parts import forget_names

_COLUMNS: tuple[InstrumentedAttribute[str | None], ...] = (
    LoggedSession.user,
    LoggedSession.host,
    LoggedDenial.user,
    LoggedDenial.host,
)


def forget_logged(session: Session, actor: Actor, *, order_id: UUID, tags: Collection[str], seal: Seal) -> int:
    """Put a made-up name in the place of every user and host whose tag is one of ``tags``; return in how many rows.

    Each text gets one of its own, which says nothing of it: who held seats together still did, so no bound changes.
    What is open under it is no longer known to the log: its return is then one without a checkout.
    """
    found = {text for column in _COLUMNS for text in session.scalars(select(column).distinct()) if text}
    names = {text: f"erased-{secrets.token_hex(6)}" for text in found if seal.tag(text) in tags}
    if not names:
        return 0
    rows = sum(_put(session, column, text, name) for column in _COLUMNS for text, name in names.items())
    for log in session.scalars(select(EventLog).with_for_update()):
        log.carried = forget_names(log.carried, names)
    session.flush()
    record(session, actor, LoggedNamesErased(about=f"order:{order_id}", order=order_id, rows=rows))
    return rows


def _put(session: Session, column: InstrumentedAttribute[str | None], text: str, name: str) -> int:
    done = session.execute(update(column.class_).where(column == text).values({column: name}))
    return done.rowcount if isinstance(done, CursorResult) else 0
