"""Read named seats: who has which, how many are taken, and from when one may become another's."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from licensing.errors import NoSuchAssignment, naming
from licensing.models.catalogue import Contract, Lot
from licensing.models.entitlements import AssigneeKind, Assignment
from licensing.queries.catalogue import FIRST
from licensing.rules.assignments import METRICS_OF, NamedSeat, first_day_of_swap


def _cooling_off() -> ScalarSelect[int]:
    """Return the longest cooling-off for the assignment of the outer query."""
    is_of_kind = or_(
        *((Assignment.kind == kind.value) & Lot.metric.in_(metrics) for kind, metrics in METRICS_OF.items())
    )
    return (
        select(func.coalesce(func.max(Contract.cooling_off_days), 0))
        .join(Lot, Lot.contract_id == Contract.id)
        .where(Lot.product_id == Assignment.product_id, is_of_kind, Lot.starts_on <= Assignment.since)
        .where(Lot.ends_on.is_(None) | (Lot.ends_on >= Assignment.since))
        .correlate(Assignment)
        .scalar_subquery()
    )


_SEATS = select(Assignment, _cooling_off())


def open_assignments(session: Session, product_id: UUID) -> list[NamedSeat]:
    """Return the named seats of a product that are assigned, by kind and name."""
    statement = (
        _SEATS.where(Assignment.product_id == product_id, Assignment.ended_on.is_(None))
        # People before devices.
        .order_by(Assignment.kind.desc(), Assignment.assignee, Assignment.id)
    )
    return [_seat(one, days) for one, days in session.execute(statement)]


def list_assignments(
    session: Session, product_id: UUID | None = None, page: PageRequest = FIRST, *, is_open: bool | None = None
) -> Page[NamedSeat]:
    """List named seats, the newest first. The cursor is ``(id,)``: identifiers sort by the time of their making."""
    statement = _SEATS.order_by(Assignment.id.desc()).limit(page.limit + 1)
    if product_id is not None:
        statement = statement.where(Assignment.product_id == product_id)
    if is_open is not None:
        has_ended = Assignment.ended_on.is_not(None)
        statement = statement.where(~has_ended if is_open else has_ended)
    if page.after is not None:
        statement = statement.where(Assignment.id < _place(page.after))
    rows = [_seat(one, days) for one, days in session.execute(statement)]
    return cut(rows, page, key=lambda seat: (str(seat.id),))


def find_assignment(session: Session, assignment_id: UUID) -> Assignment:
    """Return one assignment; raises ``NoSuchAssignment``."""
    found = session.get(Assignment, assignment_id)
    if found is None:
        raise naming(NoSuchAssignment, "assignment_id", "There is no such named seat.")
    return found


def named_seat(session: Session, one: Assignment) -> NamedSeat:
    """Return a named seat as it stands."""
    return _seat(one, cooling_off_days(session, one.product_id, AssigneeKind(one.kind), one.since))


def cooling_off_days(session: Session, product_id: UUID, kind: AssigneeKind, since: date) -> int:
    """Return the longest cooling-off of the contracts whose named lots covered the day of the assignment."""
    longest = (
        select(func.max(Contract.cooling_off_days))
        .join(Lot, Lot.contract_id == Contract.id)
        .where(Lot.product_id == product_id, Lot.metric.in_([metric.value for metric in METRICS_OF[kind]]))
        .where(Lot.starts_on <= since, Lot.ends_on.is_(None) | (Lot.ends_on >= since))
    )
    return int(session.scalar(longest) or 0)


def seats_taken(session: Session, product_id: UUID, kind: AssigneeKind, on: date) -> int:
    """Return how many named seats are assigned on a day, or given back and not free yet."""
    taken = (
        select(func.count())
        .select_from(Assignment)
        .where(Assignment.product_id == product_id, Assignment.kind == kind.value, _is_taken(on))
    )
    return int(session.scalar(taken) or 0)


def assignees_of(session: Session, product_id: UUID, kind: AssigneeKind) -> Sequence[str]:
    """Return to whom named seats of a product are assigned."""
    statement = select(Assignment.assignee).where(
        Assignment.product_id == product_id, Assignment.kind == kind.value, Assignment.ended_on.is_(None)
    )
    return session.scalars(statement).all()


def _is_taken(on: date) -> ColumnElement[Any]:
    return Assignment.ended_on.is_(None) | (Assignment.free_on > on)


def _seat(one: Assignment, days: int) -> NamedSeat:
    return NamedSeat(
        id=one.id,
        product_id=one.product_id,
        kind=one.kind,
        assignee=one.assignee,
        since=one.since,
        ended_on=one.ended_on,
        free_on=one.free_on,
        may_swap_on=first_day_of_swap(one.since, days),
        version=one.version,
    )


def _place(key: Key) -> UUID:
    try:
        return UUID(str(key[0]))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise naming(Invalid, "cursor", sentence) from error
