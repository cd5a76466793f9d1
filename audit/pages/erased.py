"""What was erased and why: the orders behind values that are gone, as the pages name them."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound
from audit.queries.orders import OrderRow, order_row


def orders_behind(session: Session, ids: Iterable[str]) -> dict[str, OrderRow]:
    """Return these orders by id. What names no order of this house, as a row that was altered may, is left out."""
    found = {}
    for one in set(ids):
        with suppress(NotFound, ValueError):
            found[one] = order_row(session, UUID(one))
    return found
