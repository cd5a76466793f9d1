"""Assign the named seats that a vendor's export shows, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from audit.record import record
from licensing.collectors.table_cells import RowError
from licensing.errors import AlreadyThere, AssignmentLimitReached, BadAssignment
from licensing.facts.assignments import AssignmentsImported
from licensing.models.catalogue import Product
from licensing.rules.exchange.assigned import AssignedRow, rows_at_fault
from licensing.service.assignments import assign_seat


@dataclass(frozen=True, slots=True)
class AssignedSeats:
    """What an export brought: seats newly assigned, and those that were before."""

    assigned: int
    known: int


def assign_all_of(session: Session, actor: Actor, *, rows: Sequence[AssignedRow], on: date) -> AssignedSeats:
    """Assign each row's seat unless it is assigned; raises ``BadImport`` naming each row at fault, and assigns none."""
    products = _products(session)
    errors: list[RowError] = []
    assigned = known = 0
    # Pools are locked in the order of their keys, as everywhere, so that no two of these wait for each other.
    for row in sorted(rows, key=lambda one: str(products.get(one.product.casefold()))):
        product_id = products.get(row.product.casefold())
        if product_id is None:
            sentence = f"No one product of the catalogue is “{row.product[:120]}”: add it, or rename one."
            errors.append(RowError(row.line, "product", sentence))
            continue
        try:
            assign_seat(session, actor, product_id=product_id, kind=row.kind, assignee=row.assignee, on=on)
            assigned += 1
        except AlreadyThere:
            known += 1
        except (AssignmentLimitReached, BadAssignment) as error:
            errors.append(RowError(row.line, "", error.detail))
    if errors:
        raise rows_at_fault(tuple(sorted(errors, key=lambda error: error.line)))
    fact = AssignmentsImported(about=f"import:{new_id()}", rows=len(rows), assigned=assigned, known=known)
    record(session, actor, fact)
    return AssignedSeats(assigned, known)


def _products(session: Session) -> dict[str, UUID]:
    """Return the products by name, in lower case; a name that two vendors' products bear is no one's."""
    found: dict[str, list[UUID]] = {}
    for product_id, name in session.execute(select(Product.id, Product.name)):
        found.setdefault(name.casefold(), []).append(product_id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}
