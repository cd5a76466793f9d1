"""What a product's page shows of its named seats."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from licensing.models.entitlements import AssigneeKind
from licensing.queries.assignments import open_assignments, seats_taken
from licensing.queries.contracts import lot_terms
from licensing.rules.assignments import METRICS_OF, named_capacity


def named_shown(session: Session, product_id: UUID, on: date) -> dict[str, Any]:
    """Return the named seats of a product, and by kind how many of how many are taken, where lots give some."""
    lots = [lot for lot in lot_terms(session, [product_id])[product_id] if lot.covers(on)]
    kinds = [kind for kind in AssigneeKind if any(lot.metric in METRICS_OF[kind] for lot in lots)]
    return {
        "assigned": open_assignments(session, product_id),
        "named_limits": [
            (kind.value, seats_taken(session, product_id, kind, on), named_capacity(lots, kind, on)) for kind in kinds
        ],
        "named_kinds": [(kind.value, kind.value) for kind in kinds],
    }
