"""Named seats: assigned to a person or a device, swapped when the contract allows, and given back."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import AlreadyThere, AssignmentEnded, AssignmentLimitReached, naming, refuse_stale
from licensing.facts.assignments import AssignmentReturned, SeatAssigned, SeatSwapped
from licensing.models.entitlements import AssigneeKind, Assignment
from licensing.queries.assignments import assignees_of, cooling_off_days, find_assignment, named_seat, seats_taken
from licensing.queries.checkouts import lock_pool
from licensing.queries.contracts import lot_terms
from licensing.rules.assignments import (
    NamedSeat,
    check_assignee,
    check_swap,
    first_day_of_swap,
    may_assign,
    named_capacity,
    same_name,
)


def assign_seat(
    session: Session, actor: Actor, *, product_id: UUID, kind: AssigneeKind, assignee: str, on: date
) -> NamedSeat:
    """Assign a named seat; raises ``AssignmentLimitReached`` where the lots of the day carry no more of the kind."""
    check_assignee(assignee)
    pool = lock_pool(session, product_id)
    _refuse_twice(session, product_id, kind, assignee)
    capacity = named_capacity(lot_terms(session, [product_id])[product_id], kind, on)
    taken = seats_taken(session, product_id, kind, on)
    if not may_assign(capacity, taken):
        sentence = (
            f"All {capacity.limit} named seats of {pool.product_name} for a {kind} are taken on {on.isoformat()}."
        )
        raise naming(AssignmentLimitReached, "assignee", sentence)
    assignment = _begin(session, product_id, kind, assignee, on)
    fact = SeatAssigned(
        about=f"assignment:{assignment.id}",
        product=product_id,
        assignee_kind=kind.value,
        assignee=assignment.assignee,
        since=on,
        assigned=taken + 1,
        capacity=capacity.quantity,
    )
    record(session, actor, fact, log=pool.log)
    return named_seat(session, assignment)


def swap_seat(
    session: Session, actor: Actor, *, assignment_id: UUID, assignee: str, on: date, version: int
) -> NamedSeat:
    """Let a named seat become another's; raises ``CoolingOff`` with the first day it may, or ``AssignmentEnded``."""
    check_assignee(assignee)
    old, log = _lock_open(session, assignment_id)
    refuse_stale(version, old.version)
    kind = AssigneeKind(old.kind)
    check_swap(first_day_of_swap(old.since, cooling_off_days(session, old.product_id, kind, old.since)), on)
    _refuse_twice(session, old.product_id, kind, assignee)
    old.ended_on = old.free_on = max(on, old.since)
    new = _begin(session, old.product_id, kind, assignee, on)
    fact = SeatSwapped(
        about=f"assignment:{old.id}",
        product=old.product_id,
        followed_by=new.id,
        old_assignee=old.assignee,
        new_assignee=new.assignee,
        on=on,
    )
    record(session, actor, fact, log=log)
    return named_seat(session, new)


def return_assignment(session: Session, actor: Actor, *, assignment_id: UUID, on: date) -> NamedSeat:
    """Give a named seat back; it counts until its cooling-off is over. Raises ``AssignmentEnded``."""
    assignment, log = _lock_open(session, assignment_id)
    days = cooling_off_days(session, assignment.product_id, AssigneeKind(assignment.kind), assignment.since)
    ended_on = max(on, assignment.since)
    free_on = max(ended_on, first_day_of_swap(assignment.since, days))
    assignment.ended_on, assignment.free_on = ended_on, free_on
    session.flush()  # the answer names the new version
    fact = AssignmentReturned(
        about=f"assignment:{assignment.id}",
        product=assignment.product_id,
        assignee=assignment.assignee,
        ended_on=ended_on,
        free_on=free_on,
    )
    record(session, actor, fact, log=log)
    return named_seat(session, assignment)


def _begin(session: Session, product_id: UUID, kind: AssigneeKind, assignee: str, on: date) -> Assignment:
    assignment = Assignment(product_id=product_id, kind=kind.value, assignee=assignee.strip(), since=on)
    session.add(assignment)
    session.flush()  # its id is known, and its own checks speak now
    return assignment


def _lock_open(session: Session, assignment_id: UUID) -> tuple[Assignment, str]:
    """Lock the pool, then the assignment as it is under that lock; raises ``AssignmentEnded``."""
    assignment = find_assignment(session, assignment_id)
    log = lock_pool(session, assignment.product_id).log
    session.refresh(assignment, with_for_update=True)
    if assignment.ended_on is not None:
        sentence = f"This named seat was given back on {assignment.ended_on.isoformat()}. Assign one anew."
        raise naming(AssignmentEnded, "assignment_id", sentence)
    return assignment, log


def _refuse_twice(session: Session, product_id: UUID, kind: AssigneeKind, assignee: str) -> None:
    if any(same_name(assignee, held) for held in assignees_of(session, product_id, kind)):
        raise naming(AlreadyThere, "assignee", "They have a named seat of this product already.")
