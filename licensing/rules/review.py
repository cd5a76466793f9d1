"""What of the entitlements somebody should look at."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from licensing.models.entitlements import AssigneeKind
from licensing.rules.assignments import named_capacity
from licensing.rules.capacity import LotTerms


class ReviewCode(StrEnum):
    """What a finding of the review is about."""

    UNKNOWN_FEATURE = "unknown-feature"
    EXPIRED_IN_USE = "expired-lots-in-use"
    UNCOUNTED = "uncounted-lot"
    OVER_ASSIGNED = "over-assigned"


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """Something to look at, of which product where of one, and why, in a sentence."""

    code: ReviewCode
    product_id: UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class ProductInUse:
    """A product with its lots, the use that is known of it, and how many named seats are taken by kind."""

    product_id: UUID
    name: str
    lots: Collection[LotTerms]
    checked_out: int
    seen_in_use: int | None
    assigned: dict[AssigneeKind, int]


def findings_of(product: ProductInUse, on: date) -> Iterator[ReviewFinding]:
    """Give what is to be looked at of one product on a day."""
    covering = [lot for lot in product.lots if lot.covers(on)]
    in_use = max(product.checked_out, product.seen_in_use or 0)
    if in_use and not covering:
        yield ReviewFinding(ReviewCode.EXPIRED_IN_USE, product.product_id, _expired(product, in_use, on))
    for lot in covering:
        if lot.quantity is None:
            until = f"until {lot.ends_on.isoformat()}" if lot.ends_on else "without end"
            sentence = f"{product.name}: a lot of metric {lot.metric} is uncounted, {until}, so nothing bounds its use."
            yield ReviewFinding(ReviewCode.UNCOUNTED, product.product_id, sentence)
    for kind, taken in product.assigned.items():
        capacity = named_capacity(product.lots, kind, on)
        if capacity.quantity is not None and taken > capacity.quantity:
            sentence = f"{product.name}: {taken} assigned to a {kind}, the lots of today give {capacity.quantity}."
            yield ReviewFinding(ReviewCode.OVER_ASSIGNED, product.product_id, sentence)


def unknown_feature(name: str, server: str) -> ReviewFinding:
    """Return the finding of a feature that counts for no product."""
    sentence = f"“{name}” on {server} counts for no product, so its use is not held against any lot."
    return ReviewFinding(ReviewCode.UNKNOWN_FEATURE, None, sentence)


def _expired(product: ProductInUse, in_use: int, on: date) -> str:
    ended = [lot.ends_on for lot in product.lots if lot.ends_on is not None and lot.ends_on < on]
    why = f"its last lot ended on {max(ended).isoformat()}" if ended else "no lot of it was entered"
    return f"{product.name}: {in_use} in use and no lot covers today; {why}."
