"""Reads of orders, holds, retention, and how far a log is and may be pruned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import Invalid, NotFound
from audit.models import Entry, Hold, Log, Order, Pruning, Retention
from audit.queries import logs
from audit.queries.subjects import taken_along
from audit.record import HOUSE
from audit.rules import RETENTION_DAYS, OrderKind, OrderState, Prunable, horizon


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as lists show it. A text subject is forgotten with its text: then ``subject`` is ``None``."""

    id: UUID
    kind: str
    subject: str | None
    log: str | None
    minimum: int | None
    ground: str
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A legal hold as lists show it; it holds until ``lifted_at``."""

    id: UUID
    subject: str | None
    log: str | None
    reason: str
    set_by: str
    set_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """How long a log keeps its entries at least. ``version`` is 0 where nobody chose the days yet."""

    log: str
    days: int
    version: int


_ORDERS = select(Order, Log.name).outerjoin(Log, Log.id == Order.log_id)
_HOLDS = select(Hold, Log.name).outerjoin(Log, Log.id == Hold.log_id)


def list_orders(session: Session, page: PageRequest, *, state: str | None = None) -> Page[OrderRow]:
    """List orders, the newest first. The cursor is ``(id,)``: identifiers sort by the time of their making."""
    statement = _ORDERS.order_by(Order.id.desc()).limit(page.limit + 1)
    if state is not None:
        statement = statement.where(Order.state == state)
    if page.after is not None:
        statement = statement.where(Order.id < _cursor_id(page))
    rows = [_order_row(row) for row in session.execute(statement)]
    return cut(rows, page, lambda row: (str(row.id),))


def order_row(session: Session, order_id: UUID) -> OrderRow:
    """Return one order, or raise ``NotFound``."""
    row = session.execute(_ORDERS.where(Order.id == order_id)).one_or_none()
    if row is None:
        raise _no_order()
    return _order_row(row)


def lock_order(session: Session, order_id: UUID, kind: OrderKind | None = None) -> Order:
    """Return an order itself, held until the commit; raises ``NotFound`` where there is none of this kind."""
    order = session.scalars(select(Order).where(Order.id == order_id).with_for_update()).one_or_none()
    if order is None or (kind is not None and order.kind != kind):
        raise _no_order()
    return order


def open_order_for(session: Session, subject: str) -> UUID | None:
    """Return the order that waits to erase this subject, if there is one."""
    is_open = (Order.subject == subject, Order.state == OrderState.ASKED.value)
    return session.scalars(select(Order.id).where(*is_open).limit(1)).one_or_none()


def list_holds(session: Session) -> Sequence[HoldRow]:
    """Return all holds, those that hold first, then the newest first."""
    order = (Hold.lifted_at.is_not(None), Hold.id.desc())
    return [_hold_row(row) for row in session.execute(_HOLDS.order_by(*order))]


def hold_row(session: Session, hold_id: UUID) -> HoldRow:
    """Return one hold, or raise ``NotFound``."""
    row = session.execute(_HOLDS.where(Hold.id == hold_id)).one_or_none()
    if row is None:
        raise _no_hold()
    return _hold_row(row)


def lock_hold(session: Session, hold_id: UUID) -> Hold:
    """Return a hold itself, held until the commit, or raise ``NotFound``."""
    hold = session.scalars(select(Hold).where(Hold.id == hold_id).with_for_update()).one_or_none()
    if hold is None:
        raise _no_hold()
    return hold


def held_subjects(session: Session) -> frozenset[str]:
    """Return all subjects under a hold: those named, and with a person all texts that would go with them."""
    named = session.scalars(select(Hold.subject).where(Hold.lifted_at.is_(None), Hold.subject.is_not(None)).distinct())
    return frozenset(one for subject in named.all() if subject for one in taken_along(session, subject))


def held_logs(session: Session) -> frozenset[str]:
    """Return the names of all logs under a hold."""
    named = select(Log.name).join(Hold, Hold.log_id == Log.id).where(Hold.lifted_at.is_(None))
    return frozenset(session.scalars(named))


def take_turn(session: Session) -> None:
    """Wait for whoever holds, erases or prunes at this moment: a hold counts from its commit on, for everybody."""
    session.execute(select(Log.id).where(Log.name == HOUSE).with_for_update())


def retention_of(session: Session, log: Log) -> RetentionRow:
    """Return how long a log keeps its entries."""
    row = session.get(Retention, log.id)
    if row is None:
        return RetentionRow(log.name, RETENTION_DAYS, 0)
    return RetentionRow(log.name, row.days, row.version)


def minimum_of(session: Session, log: Log) -> int:
    """Return the log's minimum index (C2SP tlog-tiles): the first entry that was not pruned."""
    return session.scalar(select(func.max(Pruning.minimum)).where(Pruning.log_id == log.id)) or 0


def prunable(session: Session, log: Log, *, now: datetime) -> Prunable:
    """Return how far a log may be pruned at ``now``."""
    days = retention_of(session, log).days
    newest = logs.newest_checkpoint(session, log)
    is_young = (Entry.log_id == log.id, Entry.recorded_at > horizon(now, days))
    return Prunable(
        size=logs.log_size(session, log),
        pruned=minimum_of(session, log),
        signed=newest.size if newest is not None else 0,
        first_young=session.scalar(select(func.min(Entry.index)).where(*is_young)),
        days=days,
    )


def _order_row(row: Row[Order, str]) -> OrderRow:
    order, log = row
    return OrderRow(
        id=order.id,
        kind=order.kind,
        subject=order.subject,
        log=log,
        minimum=order.minimum,
        ground=order.ground,
        state=order.state,
        asked_by=order.asked_by,
        asked_at=order.asked_at,
        decided_by=order.decided_by,
        decided_at=order.decided_at,
        version=order.version,
    )


def _hold_row(row: Row[Hold, str]) -> HoldRow:
    hold, log = row
    return HoldRow(
        id=hold.id,
        subject=hold.subject,
        log=log,
        reason=hold.reason,
        set_by=hold.set_by,
        set_at=hold.set_at,
        lifted_by=hold.lifted_by,
        lifted_at=hold.lifted_at,
    )


def _no_order() -> NotFound:
    return NotFound("There is no such order.")


def _no_hold() -> NotFound:
    return NotFound("There is no such hold.")


def _cursor_id(page: PageRequest) -> UUID:
    try:
        return UUID(str(page.after[0] if page.after else ""))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error
