"""What use beyond the lots costs, where the contract settles it afterwards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from licensing.models.catalogue import OveragePolicy
from licensing.rules.money import amount, write


@dataclass(frozen=True, slots=True)
class PricedLot:
    """What a lot of the contract says of its seats and their price; ``price`` is for its whole term."""

    quantity: int | None
    starts_on: date
    ends_on: date | None
    overage_policy: str
    price: str | None
    currency: str | None

    def covers(self, day: date) -> bool:
        """Report whether ``day`` falls in the lot, both ends included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class TrueUp:
    """What is to be settled: ``seats`` beyond the lots at the highest, and the amount for a lot's whole term.

    ``amount`` is ``None`` where it cannot be told, and ``reason`` says why. Where not all of the period was seen, it
    is what is certain at least.
    """

    seats: int
    amount: str | None
    currency: str | None
    reason: str


def true_up(lots: Collection[PricedLot], *, over: int, on: date | None) -> TrueUp:
    """Return what is to be settled for ``over`` seats at the highest overage, which fell on the day ``on``."""
    if not over or on is None:
        return TrueUp(0, None, None, "no use beyond the lots is proven")
    settled = [lot for lot in lots if lot.covers(on) and lot.overage_policy == OveragePolicy.TRUE_UP.value]
    if not settled:
        return TrueUp(over, None, None, "no lot of this contract that covers the day is settled by true-up")
    rates = {rate for lot in settled if (rate := _rate(lot)) is not None}
    if not rates:
        return TrueUp(over, None, None, "the lot settled by true-up has no price per seat")
    if len(rates) > 1 or any(_rate(lot) is None for lot in settled):
        return TrueUp(over, None, None, "the lots settled by true-up have no one price per seat")
    price, currency = rates.pop()
    return TrueUp(over, write(price * over), currency, "")


def _rate(lot: PricedLot) -> tuple[Fraction, str] | None:
    if lot.price is None or lot.currency is None or not lot.quantity:
        return None
    return amount(lot.price) / lot.quantity, lot.currency
