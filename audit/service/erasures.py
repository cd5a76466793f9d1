"""Erase somebody's personal values, by order of two people.

What is destroyed is a key of 32 bytes: without it the sealed values say nothing, in this database and in backups that
do not hold the key. The values' rows are emptied besides, and each log records which of its digests lost their value,
so that it explains its own gaps. The tree stays as it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import NotFound
from audit import rules
from audit.facts.orders import ErasureAsked, ErasureCarriedOut, ValuesErased
from audit.models import Disclosure, Hold, Log, Order, Subject
from audit.queries.orders import held_logs, held_subjects, lock_order, open_order_for, take_turn
from audit.queries.subjects import OpenedValue, opened_values, scope_of, tags_known_by, taken_along, texts_of
from audit.record import record
from audit.rules import OrderKind, OrderState

DIGESTS_AN_ENTRY = 1000
"""An entry is at most 65,535 bytes; so many digests leave room for the ground."""


class NothingToErase(NotFound):
    """The trail holds nothing of this subject."""

    code = "nothing-to-erase"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took from the trail, and what the domains need to forget the same: tags, and texts in clear.

    ``person_id`` is the person who was erased, or ``None`` where it was a text of its own.
    """

    order_id: UUID
    person_id: UUID | None
    subjects: int
    logs: int
    entries: int
    values: int
    tags: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)


def ask_erasure(session: Session, actor: Actor, *, subject: str, ground: str, now: datetime) -> Order:
    """Order that a subject's values be erased. Nothing is erased until another person carries the order out.

    Raises ``NothingToErase``, ``OrderStands`` where an order for it waits already, ``Held``, and ``GroundRefused``
    where the ground names whom it is to erase.
    """
    rules.person_of(actor)
    take_turn(session)
    scope = scope_of(session, subject)
    if not scope.values and session.get(Subject, subject) is None:
        raise NothingToErase("The trail holds nothing under this. Look for it as it was recorded.")
    if open_order_for(session, subject) is not None:
        raise rules.OrderStands("An order to erase this waits already. Have somebody else decide it.")
    _check_not_held(session, scope.subjects)
    why = rules.check_ground(ground, texts_of(session, subject))
    order = Order(
        kind=OrderKind.ERASURE.value,
        subject=subject,
        ground=why,
        state=OrderState.ASKED.value,
        asked_by=actor.id,
        asked_at=now,
    )
    session.add(order)
    session.flush()  # the fact names its id
    told = rules.told_subject(subject)
    record(session, actor, ErasureAsked(about=f"order:{order.id}", subject=told, ground=why, asked_at=now))
    return order


def carry_out_erasure(
    session: Session, actor: Actor, *, order_id: UUID, texts: Collection[str] = (), now: datetime
) -> Erased:
    """Carry an erasure out, as another person than who ordered it: it cannot be undone.

    ``texts`` are what the erased person is called elsewhere in the house; they count like the names that were recorded.
    What goes along is said at ``taken_along``. Raises ``TwoPeopleNeeded``, ``OrderClosed``, ``Held``, and
    ``ValuesDamaged`` where a value is not the one that was recorded.
    """
    order = lock_order(session, order_id, OrderKind.ERASURE)
    rules.check_open(order.state)
    subject = order.subject or ""
    rules.check_other_person(actor, asked_by=order.asked_by, subject=subject)
    take_turn(session)
    # Who records with these keys at this moment is waited for, and what he records is erased too.
    _lock_keys(session, [subject])
    subjects = taken_along(session, subject, texts)
    _lock_keys(session, subjects)
    _check_not_held(session, subjects)
    tags, values = tags_known_by(session, subject, texts), list(opened_values(session, subjects))
    order.state, order.decided_by, order.decided_at = OrderState.APPROVED.value, actor.id, now
    session.flush()
    _destroy(session, order.id, subjects)
    _record_digests(session, actor, order, values)
    _forget_texts(session, subjects)
    order.state = OrderState.DONE.value
    session.flush()
    erased = Erased(
        order_id=order.id,
        person_id=UUID(subject.removeprefix("person:")) if subject.startswith("person:") else None,
        subjects=len(subjects),
        logs=len({one.log_id for one in values}),
        entries=len({(one.log_id, one.index) for one in values}),
        values=len(values),
        tags=tags,
        texts=frozenset(one.text for one in values if one.is_called) | frozenset(texts),
    )
    _record_end(session, actor, order, rules.told_subject(subject), erased, now=now)
    return erased


def _check_not_held(session: Session, subjects: Collection[str]) -> None:
    rules.check_not_held(subjects, held_subjects(session), what="somebody whom this order erases")
    in_logs = select(Log.name).join(Disclosure, Disclosure.log_id == Log.id).where(Disclosure.subject.in_(subjects))
    rules.check_not_held(session.scalars(in_logs.distinct()).all(), held_logs(session), what="a log that holds values")


def _lock_keys(session: Session, subjects: Sequence[str]) -> None:
    held = select(Subject.subject).where(Subject.subject.in_(subjects)).order_by(Subject.subject)
    session.execute(held.with_for_update()).all()


def _destroy(session: Session, order_id: UUID, subjects: Sequence[str]) -> None:
    """Destroy the keys and empty the rows. A key goes only by an order that names it, so the order names each in turn.

    The subject that the order was given for comes last: its name is the one that stays.
    """
    for subject in subjects:
        session.execute(update(Order).where(Order.id == order_id).values(subject=subject))
        session.execute(delete(Subject).where(Subject.subject == subject))
    emptied = {"subject": f"erased:{order_id}", "tag": None, "sealed": None}
    session.execute(update(Disclosure).where(Disclosure.subject.in_(subjects)).values(emptied))


def _record_digests(session: Session, actor: Actor, order: Order, values: Sequence[OpenedValue]) -> None:
    """Record in each log which of its digests lost their value."""
    for log_id, of_log in groupby(values, key=lambda one: one.log_id):
        log = session.get_one(Log, log_id)
        digests = sorted(one.digest for one in of_log)
        for start in range(0, len(digests), DIGESTS_AN_ENTRY):
            some = digests[start : start + DIGESTS_AN_ENTRY]
            fact = ValuesErased(about=f"order:{order.id}", order=order.id, ground=order.ground, digests=some)
            record(session, actor, fact, log=log.name)


def _forget_texts(session: Session, subjects: Collection[str]) -> None:
    """Forget the tags of erased texts where closed orders and lifted holds name them."""
    texts = [one for one in subjects if one.startswith("text:")]
    if not texts:
        return
    is_open = Order.state == OrderState.ASKED.value
    session.execute(update(Order).where(Order.subject.in_(texts), ~is_open).values(subject=None))
    session.execute(update(Hold).where(Hold.subject.in_(texts), Hold.lifted_at.is_not(None)).values(subject=None))


def _record_end(
    session: Session, actor: Actor, order: Order, subject: str | None, erased: Erased, *, now: datetime
) -> None:
    fact = ErasureCarriedOut(
        about=f"order:{order.id}",
        subject=subject,
        ground=order.ground,
        asked_by=order.asked_by,
        decided_at=now,
        subjects=erased.subjects,
        logs=erased.logs,
        entries=erased.entries,
        values=erased.values,
    )
    record(session, actor, fact)
