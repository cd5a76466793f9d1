"""What a top-up for the short days would cost, estimated from the newest lot that states a price.

price of a seat and day = the lot's price / (its seats × the days of its term)
amount                  = that × the most seats that a day is short by × the days from the first short day to the last

One lot, so one currency: prices are never added up or mixed. It is an estimate, no offer of the vendor's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from licensing.rules.availability import SeatDay

CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PricedLot:
    """A lot that states a price for a counted number of seats over a term with an end."""

    price: str
    currency: str
    quantity: int
    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days its term has."""
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class TopUp:
    """An estimate. Where none can be made ``amount`` and ``currency`` are ``None`` and ``reason`` says why."""

    amount: str | None
    currency: str | None
    seats: int
    first: date | None
    last: date | None
    reason: str


def top_up(days: Sequence[SeatDay], lot: PricedLot | None) -> TopUp | None:
    """Return what the seats that are missing would cost; ``None`` where none are missing."""
    short = [day for day in days if day.short_by and not day.blackouts]
    if not short:
        is_closed = any(day.short_by for day in days)
        return TopUp(None, None, 0, None, None, "More seats do not lift a blackout day.") if is_closed else None
    seats, first, last = max(day.short_by for day in short), short[0].on, short[-1].on
    if lot is None:
        reason = "No lot of this product states a price for a number of seats over a term with an end."
        return TopUp(None, None, seats, first, last, reason)
    length = (last - first).days + 1
    with localcontext() as exact:
        exact.prec = 60
        amount = Decimal(lot.price) * seats * length / (lot.quantity * lot.days)
        cents = amount.quantize(CENTS, rounding=ROUND_HALF_UP)
    reason = f"{lot.price} {lot.currency} for {lot.quantity} seats over {lot.days} days, the newest lot with a price."
    return TopUp(str(cents), lot.currency, seats, first, last, reason)
