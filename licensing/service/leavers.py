"""Those who leave give back all they hold, in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.ids import new_id
from audit.record import record
from licensing.facts.assignments import LeaversReturned
from licensing.models.catalogue import Product
from licensing.models.entitlements import AssigneeKind, Assignment
from licensing.models.seats import Checkout
from licensing.queries.checkouts import lock_pool
from licensing.rules.leavers import LeaverFound, checked_leavers, leavers_of
from licensing.service.assignments import return_assignment
from licensing.service.leases import expire_leases_of, return_seat


@dataclass(slots=True)
class _Returned:
    assignments: int = 0
    checkouts: int = 0
    products: set[UUID] = field(default_factory=set)


def return_all_of(
    session: Session, actor: Actor, *, leavers: list[tuple[str, ...]], now: datetime, on: date
) -> list[LeaverFound]:
    """Give back every named seat and end every checkout of these people; say what was found for whom.

    A person is known by any of the names, whatever its case. Raises ``BadAssignment`` for a list of nobody.
    """
    people = checked_leavers(leavers)
    known = leavers_of(people)
    returned = [_Returned() for _ in people]
    # Pools are locked in the order of their keys, as everywhere, so that no two of these wait for each other.
    for product_id in sorted({held[1] for held in _held(session, known)}):
        log = lock_pool(session, product_id).log
        expire_leases_of(session, SYSTEM, product_id=product_id, log=log, now=now)
    for record_id, product_id, place, is_checkout in list(_held(session, known)):
        one = returned[place]
        one.products.add(product_id)
        if is_checkout:
            return_seat(session, actor, checkout_id=record_id, now=now)
            one.checkouts += 1
        else:
            return_assignment(session, actor, assignment_id=record_id, on=on)
            one.assignments += 1
    _record(session, actor, returned)
    names = {row.id: row.name for row in session.execute(select(Product.id, Product.name))}
    return [
        LeaverFound(person, one.assignments, one.checkouts, tuple(sorted(names[key] for key in one.products)))
        for person, one in zip(people, returned, strict=True)
    ]


def _held(session: Session, known: dict[str, int]) -> Iterator[tuple[UUID, UUID, int, bool]]:
    """Give what is held by those known, by product: id, product, place in the list, and whether it is a checkout."""
    seats = select(Assignment.id, Assignment.product_id, Assignment.assignee).where(
        Assignment.ended_on.is_(None), Assignment.kind == AssigneeKind.PERSON.value
    )
    leases = select(Checkout.id, Checkout.product_id, Checkout.holder).where(Checkout.ended_at.is_(None))
    # Databases differ in what is the same name in another case, so it is asked here.
    for statement, is_checkout in ((seats, False), (leases, True)):
        for record_id, product_id, name in session.execute(statement):
            place = known.get(name.strip().casefold())
            if place is not None:
                yield record_id, product_id, place, is_checkout


def _record(session: Session, actor: Actor, returned: list[_Returned]) -> None:
    fact = LeaversReturned(
        about=f"leavers:{new_id()}",
        leavers=len(returned),
        found=sum(1 for one in returned if one.assignments or one.checkouts),
        assignments=sum(one.assignments for one in returned),
        checkouts=sum(one.checkouts for one in returned),
    )
    record(session, actor, fact)
