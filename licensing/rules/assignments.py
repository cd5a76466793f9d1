"""Named seats: how many the lots of a day carry, and when one that was assigned may become another's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from licensing.errors import BadAssignment, CoolingOff, naming
from licensing.models.catalogue import Metric
from licensing.models.entitlements import AssigneeKind
from licensing.rules.capacity import Capacity, LotTerms, capacity_on

ASSIGNEE_LENGTH_MAX = 120
METRICS_OF: dict[AssigneeKind, frozenset[Metric]] = {
    AssigneeKind.PERSON: frozenset({Metric.NAMED_USER, Metric.USER, Metric.CLIENT_ACCESS}),
    AssigneeKind.DEVICE: frozenset({Metric.DEVICE, Metric.NODE_LOCKED}),
}
"""The metrics of the lots whose seats are assigned by name."""


@dataclass(frozen=True, slots=True)
class NamedSeat:
    """A named seat as it stands; ``may_swap_on`` is the first day on which it may become another's."""

    id: UUID
    product_id: UUID
    kind: str
    assignee: str
    since: date
    ended_on: date | None
    free_on: date | None
    may_swap_on: date
    version: int


def named_capacity(lots: Collection[LotTerms], kind: AssigneeKind, day: date) -> Capacity:
    """Return how many seats the lots of a product give by name on a day."""
    return capacity_on([lot for lot in lots if lot.metric in METRICS_OF[kind]], day)


def may_assign(capacity: Capacity, taken: int) -> bool:
    """Report whether one more named seat stays within what the lots and their overage allow."""
    return capacity.limit is None or taken < capacity.limit


def first_day_of_swap(since: date, cooling_off_days: int) -> date:
    """Return the first day on which a seat assigned on ``since`` may become another's."""
    try:
        return since + timedelta(days=cooling_off_days)
    except OverflowError:
        return date.max


def check_swap(may_swap_on: date, on: date) -> None:
    """Refuse a swap within the cooling-off; raises ``CoolingOff``, which says the first day it may."""
    if on < may_swap_on:
        sentence = f"The contract lets this seat become another's from {may_swap_on.isoformat()} on."
        raise naming(CoolingOff, "assignee", sentence)


def check_assignee(assignee: str) -> None:
    """Refuse a seat for nobody; raises ``BadAssignment`` naming ``assignee``."""
    if not 1 <= len(assignee.strip()) <= ASSIGNEE_LENGTH_MAX or not assignee.isprintable():
        sentence = f"A named seat is for somebody or something: 1 to {ASSIGNEE_LENGTH_MAX} letters."
        raise naming(BadAssignment, "assignee", sentence)


def same_name(one: str, other: str) -> bool:
    """Report whether two texts name the same, whatever their case and the space around them."""
    return one.strip().casefold() == other.strip().casefold()
