"""What seats cost, spread over days, seats and use: by month and project or department, and what lay idle.

A lot's price is spread evenly over its days, and its part of a month over the time in which its seats could be used.
What the checkouts of a project, or a department, took of that time is its cost; what nobody took is idle. Where more
was used than the lots give, the cost is shared in proportion to use, and nothing is idle.

Money is counted in hundredths, and every hundredth lands somewhere: the rows of a lot add up to its price.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias
from uuid import UUID

_DAY = timedelta(days=1)
_HUNDREDTHS = 100


class Share(StrEnum):
    """Whose part of the cost it is."""

    PROJECT = "project"
    NO_PROJECT = "no-project"
    DEPARTMENT = "department"
    NO_DEPARTMENT = "no-department"
    IDLE = "idle"


class CostsBy(StrEnum):
    """What costs are shared among."""

    PROJECT = "project"
    DEPARTMENT = "department"


Taker: TypeAlias = UUID | str | None
"""Who took seats: a project, or ``None`` for no project; a department by name, or empty text where none is known."""


@dataclass(frozen=True, slots=True)
class CostedLot:
    """A lot as far as cost goes. ``quantity`` of ``None`` is uncounted: its cost is shared by use alone."""

    lot_id: UUID
    product_id: UUID
    quantity: int | None
    starts_on: date
    ends_on: date | None
    price: str | None
    currency: str | None

    @property
    def why_unknown(self) -> str:
        """Why its cost cannot be spread; empty where it can."""
        if self.price is None or self.currency is None:
            return "the lot has no price"
        return "the lot has no last day to spread its price to" if self.ends_on is None else ""


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month that are looked at, both included, and their length."""

    starts_on: date
    ends_on: date
    seconds: int

    @property
    def name(self) -> str:
        """Such as ``2026-03``."""
        return self.starts_on.strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Use:
    """Seat-seconds of a product in a month, by who took them."""

    product_id: UUID
    month: str
    seconds: Mapping[Taker, int]


@dataclass(frozen=True, slots=True)
class CostRow:
    """A part of a product's cost in a month. ``hundredths`` is ``None``, with the reason, where it is not known.

    ``taker`` is whose share it is, and ``None`` for what lay idle.
    """

    month: str
    product_id: UUID
    share: Share
    taker: Taker
    seat_seconds: int
    currency: str | None
    hundredths: int | None
    reason: str = ""


def costs(lots: Collection[CostedLot], months: Sequence[Month], use: Collection[Use]) -> list[CostRow]:
    """Return what each product's lots cost in each month, by who took it, and what lay idle."""
    used = {(one.product_id, one.month): one.seconds for one in use}
    products = list(dict.fromkeys(lot.product_id for lot in lots))
    rows: list[CostRow] = []
    for month in months:
        for product_id in products:
            own = [lot for lot in lots if lot.product_id == product_id and days_in(lot, month)]
            rows += _month(product_id, month, own, used.get((product_id, month.name), {}))
    return rows


def days_in(lot: CostedLot, month: Month) -> int:
    """Return how many of a month's days the lot covers."""
    end = month.ends_on if lot.ends_on is None else min(month.ends_on, lot.ends_on)
    return max(0, (end - max(month.starts_on, lot.starts_on)).days + 1)


def cost_up_to(lot: CostedLot, day: date) -> int:
    """Return the hundredths of its price that fall on its days up to ``day``; on its last day, all of it."""
    if lot.ends_on is None or lot.price is None or day < lot.starts_on:
        return 0
    days = (lot.ends_on - lot.starts_on).days + 1
    passed = min((day - lot.starts_on).days + 1, days)
    return (Fraction(lot.price) * _HUNDREDTHS * passed / days + Fraction(1, 2)).__floor__()


def shared(hundredths: int, weights: Sequence[int]) -> list[int]:
    """Share an amount in proportion to ``weights``, to the last hundredth: the largest remainders get what is left."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [hundredths * weight // whole for weight in weights]
    left = hundredths - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(hundredths * weights[place] % whole), place))
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts


def _month(product_id: UUID, month: Month, lots: Collection[CostedLot], used: Mapping[Taker, int]) -> Iterable[CostRow]:
    takers = sorted(used, key=lambda taker: (not taker, str(taker)))
    seconds = [used[taker] for taker in takers]
    room = sum(_room(lot, month) for lot in lots)
    idle = max(0, room - sum(seconds))
    known = [lot for lot in lots if not lot.why_unknown]
    totals: dict[str, list[int]] = {}
    for lot in known:
        weights = [*seconds, idle if lot.quantity is not None or not sum(seconds) else 0]
        parts = shared(_cost_in(lot, month), weights if sum(weights) else [*([0] * len(seconds)), 1])
        before = totals.get(lot.currency or "", [0] * len(parts))
        totals[lot.currency or ""] = [one + more for one, more in zip(before, parts, strict=True)]
    owners = [*((_share_of(taker), taker) for taker in takers), (Share.IDLE, None)]
    for currency, parts in sorted(totals.items()):
        for (share, taker), took, part in zip(owners, [*seconds, idle], parts, strict=True):
            yield CostRow(month.name, product_id, share, taker, took, currency, part)
    for reason in sorted({lot.why_unknown for lot in lots if lot.why_unknown}):
        for (share, taker), took in zip(owners, [*seconds, idle], strict=True):
            yield CostRow(month.name, product_id, share, taker, took, None, None, reason)


def _share_of(taker: Taker) -> Share:
    if isinstance(taker, str):
        return Share.DEPARTMENT if taker else Share.NO_DEPARTMENT
    return Share.NO_PROJECT if taker is None else Share.PROJECT


def _room(lot: CostedLot, month: Month) -> int:
    """Return the seat-seconds that a lot gives in a month; an uncounted one gives none that could lie idle."""
    days = (month.ends_on - month.starts_on) // _DAY + 1
    return (lot.quantity or 0) * (month.seconds * days_in(lot, month) // days)


def _cost_in(lot: CostedLot, month: Month) -> int:
    # The difference of two sums, each rounded once: the months of a lot add up to its price.
    return cost_up_to(lot, month.ends_on) - cost_up_to(lot, month.starts_on - _DAY)
