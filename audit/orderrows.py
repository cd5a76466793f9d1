"""Rows of orders, holds, retention and prunings, held against what the house log says of them.

When an order was given or decided stands in its row and in its entry's words as its use case was told: the two are the
same. Entries of before those words were added say only when they were recorded, a moment later: of these the row must
agree within a minute. A subject that is a text of its own is never named on the log, so of
its row only the form is checked. Where the house log was pruned, what an entry said may be gone with it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.types import isoformat
from audit.facts.orders import (
    ErasureAsked,
    ErasureCarriedOut,
    ErasureRefused,
    ErasureWithdrawn,
    HoldLifted,
    HoldSet,
    LogPruned,
    PruningAsked,
    PruningRefused,
    PruningWithdrawn,
    RetentionSet,
)
from audit.models import Hold, Order, Pruning, Retention
from audit.record import HOUSE
from audit.rules import RETENTION_DAYS, OrderKind, OrderState
from audit.stretch import Meant

_RECORDED_WITHIN = timedelta(minutes=1)
"""Before facts said when, they were recorded so soon after."""
Fault = tuple[str, str]

_TEXT = re.compile(r"text:[0-9a-f]{32}")
_ASKED = {OrderKind.ERASURE: ErasureAsked.kind, OrderKind.PRUNING: PruningAsked.kind}
_ENDED = {
    (OrderKind.ERASURE, OrderState.DONE): ErasureCarriedOut.kind,
    (OrderKind.ERASURE, OrderState.REFUSED): ErasureRefused.kind,
    (OrderKind.ERASURE, OrderState.WITHDRAWN): ErasureWithdrawn.kind,
    (OrderKind.PRUNING, OrderState.DONE): LogPruned.kind,
    (OrderKind.PRUNING, OrderState.REFUSED): PruningRefused.kind,
    (OrderKind.PRUNING, OrderState.WITHDRAWN): PruningWithdrawn.kind,
}
_VERSIONS = {OrderState.ASKED: 1, OrderState.REFUSED: 2, OrderState.WITHDRAWN: 2, OrderState.DONE: 3}
"""How often a row was written by the time it stands so."""


@dataclass(slots=True)
class HouseTold:
    """What the house log says, by kind and by what it is about. ``is_whole`` where nothing of it was pruned."""

    logs: Mapping[int, str]
    is_whole: bool
    by_kind: dict[str, dict[str, list[Meant]]] = field(default_factory=dict)

    @classmethod
    def read(cls, logs: Mapping[int, str], meant: Iterable[Meant], *, is_whole: bool) -> "HouseTold":
        """Sort what the house log says."""
        told = cls(logs, is_whole)
        for one in meant:
            about = f"order:{one.said.data.get('order')}" if one.said.kind == LogPruned.kind else one.said.about
            told.by_kind.setdefault(one.said.kind, {}).setdefault(about, []).append(one)
        return told

    def about(self, kind: str, about: str) -> list[Meant]:
        """Return the entries of a kind about something, the oldest first."""
        return self.by_kind.get(kind, {}).get(about, [])


def order_faults(session: Session, told: HouseTold) -> Iterator[Fault]:
    """Say which rows of orders, holds, retention and prunings do not say what the house log says."""
    orders = list(session.scalars(select(Order)))
    holds = list(session.scalars(select(Hold)))
    for order in orders:
        fault = _order_fault(order, told)
        if fault is not None:
            yield f"the order {order.id}", fault
    for hold in holds:
        fault = _hold_fault(hold, told)
        if fault is not None:
            yield f"the hold {hold.id}", fault
    known = {f"order:{order.id}" for order in orders} | {f"hold:{hold.id}" for hold in holds}
    for kind in (*_ASKED.values(), HoldSet.kind):
        for about in sorted(told.by_kind.get(kind, {}).keys() - known):
            yield about.replace(":", " ", 1), "was recorded, and has no row"
    yield from _retention_faults(session, told)
    yield from _pruning_faults(session, told, orders)


def _order_fault(order: Order, told: HouseTold) -> str | None:
    try:
        kind, state = OrderKind(order.kind), OrderState(order.state)
    except ValueError:
        return f"is of no kind or state that an order has: {order.kind}, {order.state}"
    if _VERSIONS.get(state) != order.version:
        return f"is in a state that no order stays in, or was written more often: {order.state}, {order.version}"
    asked = told.about(_ASKED[kind], f"order:{order.id}")
    if not asked and not told.is_whole:
        return None
    if len(asked) != 1 or not _is_asked(order, kind, asked[0], told):
        return "is not what the house log says was asked"
    return _end_fault(order, kind, state, told)


def _end_fault(order: Order, kind: OrderKind, state: OrderState, told: HouseTold) -> str | None:
    ends = {end: name for (of_kind, end), name in _ENDED.items() if of_kind is kind}
    ended = [(end, one) for end, name in ends.items() for one in told.about(name, f"order:{order.id}")]
    if [end for end, _ in ended] != ([] if state is OrderState.ASKED else [state]):
        return f"is {order.state}, and the house log says something else"
    if not ended:
        is_open = order.decided_by is None and order.decided_at is None
        return None if is_open else "waits, and somebody has decided it"
    return None if _is_decided(order, ended[0][1]) else "was not decided as the house log says"


def _is_asked(order: Order, kind: OrderKind, one: Meant, told: HouseTold) -> bool:
    said = one.said.data
    is_by = one.said.actor == order.asked_by and said.get("ground") == order.ground
    if not is_by or not _is_at("asked_at", order.asked_at, one):
        return False
    if kind is OrderKind.ERASURE:
        return order.log_id is None and order.minimum is None and _is_subject(order.subject, said.get("subject"))
    log = told.logs.get(order.log_id) if order.log_id is not None else None
    return (log, order.minimum, order.subject) == (said.get("log"), said.get("minimum"), None)


def _is_decided(order: Order, one: Meant) -> bool:
    said = one.said.data
    is_other = order.decided_by != order.asked_by or order.state == OrderState.WITHDRAWN
    is_by = said.get("asked_by", order.asked_by) == order.asked_by and said.get("ground", order.ground) == order.ground
    return one.said.actor == order.decided_by and is_other and is_by and _is_at("decided_at", order.decided_at, one)


def _hold_fault(hold: Hold, told: HouseTold) -> str | None:
    about = f"hold:{hold.id}"
    been_set, lifted = told.about(HoldSet.kind, about), told.about(HoldLifted.kind, about)
    if not been_set and not told.is_whole:
        return None
    if len(been_set) != 1 or not _is_set(hold, been_set[0], told):
        return "is not what the house log says was set"
    if hold.lifted_at is None:
        return None if not lifted and hold.lifted_by is None else "stands, and the house log says that it was lifted"
    if len(lifted) != 1 or lifted[0].said.actor != hold.lifted_by or not _is_at("lifted_at", hold.lifted_at, lifted[0]):
        return "was not lifted as the house log says"
    return None if lifted[0].said.data.get("set_at") == isoformat(hold.set_at) else "was set at another time"


def _is_set(hold: Hold, one: Meant, told: HouseTold) -> bool:
    said = one.said.data
    log = told.logs.get(hold.log_id) if hold.log_id is not None else None
    is_same = (one.said.actor, said.get("reason"), said.get("log")) == (hold.set_by, hold.reason, log)
    return is_same and _is_subject(hold.subject, said.get("subject")) and _is_at("set_at", hold.set_at, one)


def _is_subject(subject: str | None, named: object) -> bool:
    if named is None:
        return subject is None or _TEXT.fullmatch(subject) is not None
    return subject == named


def _is_at(name: str, moment: datetime | None, one: Meant) -> bool:
    if moment is None:
        return False
    if name in one.said.data:
        return bool(one.said.data[name] == isoformat(moment))
    at = datetime.fromisoformat(one.said.at)
    return at.tzinfo is not None and abs(at - moment) <= _RECORDED_WITHIN


def _retention_faults(session: Session, told: HouseTold) -> Iterator[Fault]:
    rows = {told.logs.get(one.log_id): one for one in session.scalars(select(Retention))}
    for log, row in rows.items():
        been_set = told.about(RetentionSet.kind, f"log:{log}")
        if not been_set and not told.is_whole:
            continue
        days = been_set[-1].said.data.get("new_days") if been_set else RETENTION_DAYS
        if row.days != days or (told.is_whole and row.version != len(been_set)):
            yield f"the retention of {log}", "is not what the house log says was set"
    for about in told.by_kind.get(RetentionSet.kind, {}):
        if about.removeprefix("log:") not in rows:
            yield f"the retention of {about.removeprefix('log:')}", "was set, and has no row"


def _pruning_faults(session: Session, told: HouseTold, orders: Iterable[Order]) -> Iterator[Fault]:
    done = {one.id: (one.log_id, one.minimum) for one in orders if one.state == OrderState.DONE}
    columns = select(Pruning.log_id, Pruning.minimum, Pruning.order_id).order_by(Pruning.minimum)
    rows = [
        (told.logs.get(log_id), log_id, minimum, order_id) for log_id, minimum, order_id in session.execute(columns)
    ]
    # The newest pruning of the house log itself stands behind what it pruned; an older one may have gone with that.
    newest = next((row for row in reversed(rows) if row[0] == HOUSE), None)
    for row in rows:
        log, log_id, minimum, order_id = row
        is_named = any(
            _pruned(one) == (log, minimum, order_id) for one in told.about(LogPruned.kind, f"order:{order_id}")
        )
        if done.get(order_id) != (log_id, minimum):
            yield f"the minimum {minimum} of {log}", "was set without an order that two people carried out"
        elif not is_named and (told.is_whole or row == newest):
            yield f"the minimum {minimum} of {log}", "is named by no entry of the house log"
    known = {(log, minimum, order_id) for log, _, minimum, order_id in rows}
    for about, entries in told.by_kind.get(LogPruned.kind, {}).items():
        if any(_pruned(one) not in known for one in entries):
            yield f"the pruning of {about.replace(':', ' ', 1)}", "was recorded, and has no row that says the same"


def _pruned(one: Meant) -> tuple[object, object, UUID | None]:
    said = one.said.data
    try:
        order = UUID(str(said.get("order")))
    except ValueError:
        order = None
    return said.get("log"), said.get("minimum"), order
