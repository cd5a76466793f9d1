"""How many seats a product's lots give on a day, and how far beyond them use may go.

Lots add up. Only metrics that count seats count here; tokens and points are another currency. A lot without quantity
is uncounted, and makes its product uncounted for the days it covers. The same rules stand in the database's trigger,
which refuses what they refuse.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from licensing.models.catalogue import Metric, OveragePolicy

METRICS_WITHOUT_SEATS = frozenset({Metric.TOKEN, Metric.CORE_POINTS, Metric.PROCESSOR_POINTS, Metric.OTHER})


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a lot says of capacity. ``quantity`` of ``None`` is uncounted, ``overage_quantity`` of ``None`` unstated."""

    metric: str
    quantity: int | None
    starts_on: date
    ends_on: date | None
    overage_policy: str = OveragePolicy.HARD
    overage_quantity: int | None = None

    def covers(self, day: date) -> bool:
        """Report whether ``day`` falls in the lot's term, both ends included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def has_seats(self) -> bool:
        """Whether the lot's metric counts seats."""
        return self.metric not in METRICS_WITHOUT_SEATS

    @property
    def has_unstated_overage(self) -> bool:
        """Whether the contract lets use go beyond the lot without saying how far."""
        return self.overage_policy != OveragePolicy.HARD and self.overage_quantity is None


@dataclass(frozen=True, slots=True)
class Capacity:
    """The seats of a day. ``quantity`` is ``None`` where uncounted, ``limit`` is ``None`` where nothing bounds use.

    A day that no lot covers has a quantity of 0 and a limit of 0.
    """

    quantity: int | None
    limit: int | None
    is_uncounted: bool


def capacity_on(lots: Collection[LotTerms], day: date) -> Capacity:
    """Return what the lots of one product give on ``day``."""
    covering = [lot for lot in lots if lot.has_seats and lot.covers(day)]
    quantities = [lot.quantity for lot in covering if lot.quantity is not None]
    if len(quantities) < len(covering):
        return Capacity(quantity=None, limit=None, is_uncounted=True)
    quantity = sum(quantities)
    if any(lot.has_unstated_overage for lot in covering):
        return Capacity(quantity=quantity, limit=None, is_uncounted=False)
    overage = sum(lot.overage_quantity or 0 for lot in covering)
    return Capacity(quantity=quantity, limit=quantity + overage, is_uncounted=False)


def seats_over(capacity: Capacity, in_use: int) -> int:
    """Return how many of the seats in use lie beyond the lots' quantity."""
    return 0 if capacity.quantity is None else max(0, in_use - capacity.quantity)


def may_check_out(capacity: Capacity, checked_out: int, asked: int) -> bool:
    """Report whether ``asked`` more seats stay within what the lots and their overage allow."""
    return capacity.limit is None or checked_out + asked <= capacity.limit


def capacity_changes(lots: Collection[LotTerms], first: date, last: date) -> list[tuple[date, Capacity]]:
    """Return the capacity of ``first``, then of each day up to ``last`` on which it becomes another."""
    days = {first}
    for lot in lots:
        days.add(lot.starts_on)
        if lot.ends_on is not None and lot.ends_on < date.max:
            days.add(lot.ends_on + timedelta(days=1))
    steps: list[tuple[date, Capacity]] = []
    for day in sorted(day for day in days if first <= day <= last):
        capacity = capacity_on(lots, day)
        if not steps or steps[-1][1] != capacity:
            steps.append((day, capacity))
    return steps
