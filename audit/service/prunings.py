"""Prune the oldest entries of a log, by order of two people: C2SP tlog-tiles, "minimum index".

The rows of entries and of their personal values go. Every tile stays, so that all proofs and roots can still be made.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit import rules
from audit.facts.orders import LogPruned, PruningAsked
from audit.models import Disclosure, Entry, Log, Order, Pruning, Tile
from audit.queries.logs import log_named
from audit.queries.orders import held_logs, held_subjects, lock_order, minimum_of, prunable, take_turn
from audit.record import record
from audit.rollback import broken
from audit.rules import OrderKind, OrderState
from audit.tiles import WIDTH
from audit.tree import leaf_hash

TILES_A_TURN = 40


def ask_pruning(session: Session, actor: Actor, *, log_name: str, minimum: int, ground: str, now: datetime) -> Order:
    """Order that a log be pruned below ``minimum``. Nothing goes until another person carries the order out.

    Raises ``MinimumRefused``, ``NothingSigned``, ``Held`` and ``OrderStands``.
    """
    rules.person_of(actor)
    take_turn(session)
    log = log_named(session, log_name)
    rules.check_minimum(minimum, prunable(session, log, now=now))
    _check_not_held(session, log, minimum)
    is_open = (Order.kind == OrderKind.PRUNING.value, Order.log_id == log.id, Order.state == OrderState.ASKED.value)
    if session.scalars(select(Order.id).where(*is_open).limit(1)).first() is not None:
        raise rules.OrderStands("An order to prune this log waits already. Have somebody else decide it.")
    order = Order(
        kind=OrderKind.PRUNING.value,
        log_id=log.id,
        minimum=minimum,
        ground=rules.check_ground(ground),
        state=OrderState.ASKED.value,
        asked_by=actor.id,
        asked_at=now,
    )
    session.add(order)
    session.flush()  # the fact names its id
    fact = PruningAsked(about=f"order:{order.id}", log=log.name, minimum=minimum, ground=order.ground, asked_at=now)
    record(session, actor, fact)
    return order


def carry_out_pruning(session: Session, actor: Actor, *, order_id: UUID, now: datetime) -> int:
    """Prune a log, as another person than who ordered it, and return how many entries went: it cannot be undone.

    Every entry is hashed once more before it goes. Raises ``TwoPeopleNeeded``, ``OrderClosed``, ``Held``,
    ``MinimumRefused``, and ``LogBroken`` where an entry is not what its tile says.
    """
    order = lock_order(session, order_id, OrderKind.PRUNING)
    rules.check_open(order.state)
    rules.check_other_person(actor, asked_by=order.asked_by, subject=None)
    take_turn(session)
    log, minimum = session.get_one(Log, order.log_id), order.minimum or 0
    # Whoever signs this log holds its row: tiles and entries are not read while they go.
    session.execute(select(Log.id).where(Log.id == log.id).with_for_update())
    rules.check_minimum(minimum, prunable(session, log, now=now))
    _check_not_held(session, log, minimum)
    start = minimum_of(session, log)
    order.state, order.decided_by, order.decided_at = OrderState.APPROVED.value, actor.id, now
    session.flush()
    session.execute(insert(Pruning).values(log_id=log.id, minimum=minimum, order_id=order.id))
    # Recorded first: to hash and delete many takes long, and the entry says when it was decided.
    record(session, actor, _pruned(session, log, order, entries=minimum - start, now=now))
    _delete(session, log, start, minimum)
    order.state = OrderState.DONE.value
    session.flush()
    return minimum - start


def _check_not_held(session: Session, log: Log, minimum: int) -> None:
    rules.check_not_held([log.name], held_logs(session), what="this log")
    held = held_subjects(session)
    places = (Disclosure.log_id == log.id, Disclosure.index < minimum, Disclosure.subject.in_(held))
    touched = session.scalars(select(Disclosure.subject).where(*places).limit(1)).all() if held else []
    rules.check_not_held(touched, held, what="somebody whose values stand below this minimum")


def _delete(session: Session, log: Log, start: int, end: int) -> None:
    """Delete entries and their values, some tiles at a time: no statement holds more than it must."""
    for first in range(start, end, TILES_A_TURN * WIDTH):
        last = min(first + TILES_A_TURN * WIDTH, end)
        _check_tiles(session, log, first, last)
        for table in (Disclosure, Entry):
            session.execute(delete(table).where(table.log_id == log.id, table.index >= first, table.index < last))


def _check_tiles(session: Session, log: Log, first: int, last: int) -> None:
    """Raise ``LogBroken`` unless the entries are what the tiles say: the tiles alone stand for them from now on."""
    bodies = session.scalars(
        select(Entry.body).where(Entry.log_id == log.id, Entry.index >= first, Entry.index < last).order_by(Entry.index)
    )
    hashes = b"".join(leaf_hash(body) for body in bodies)
    tiles = session.scalars(
        select(Tile.hashes)
        .where(Tile.log_id == log.id, Tile.level == 0, Tile.index >= first // WIDTH, Tile.index < last // WIDTH)
        .order_by(Tile.index)
    )
    if hashes != b"".join(tiles):
        raise broken(log, f"does not hold between entries {first} and {last}, so it is not pruned")


def _pruned(session: Session, log: Log, order: Order, *, entries: int, now: datetime) -> LogPruned:
    oldest = select(Entry.recorded_at).where(Entry.log_id == log.id, Entry.index == order.minimum)
    return LogPruned(
        about=f"log:{log.name}",
        log=log.name,
        minimum=order.minimum or 0,
        order=order.id,
        asked_by=order.asked_by,
        decided_at=now,
        ground=order.ground,
        entries=entries,
        oldest_kept_at=session.scalars(oldest).one(),
    )
