"""What other domains may ask of licensing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from licensing.models.catalogue import Product
from licensing.queries.catalogue import find
from licensing.queries.checkouts import capacity_of, seats_checked_out


@dataclass(frozen=True, slots=True)
class SeatsFree:
    """The seats of a product at a moment. ``free`` is ``None`` where nothing bounds use, never a large number."""

    product_id: UUID
    product_name: str
    checked_out: int
    quantity: int | None
    free: int | None
    is_uncounted: bool


def seats_free_today(session: Session, product_id: UUID, on: date, now: datetime) -> SeatsFree:
    """Return how many seats of a product could be checked out now; raises ``NotInCatalogue``."""
    product = find(session, Product, product_id)
    capacity, held = capacity_of(session, product_id, on), seats_checked_out(session, product_id, now)
    return SeatsFree(
        product_id=product.id,
        product_name=product.name,
        checked_out=held,
        quantity=capacity.quantity,
        free=None if capacity.limit is None else max(0, capacity.limit - held),
        is_uncounted=capacity.is_uncounted,
    )
