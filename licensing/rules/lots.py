"""What an entitlement lot may say. Page, API and command line come through here, so the answer is the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from licensing.errors import BadLot
from licensing.models.catalogue import Metric, OveragePolicy
from licensing.rules.capacity import LotTerms

QUANTITY_MAX = 1_000_000
PRICE = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEntry:
    """What is written down of a lot. ``price`` is decimal text for the whole term, in ``currency`` (ISO 4217)."""

    metric: str
    quantity: int | None
    starts_on: date
    ends_on: date | None = None
    site: str = ""
    price: str | None = None
    currency: str | None = None
    overage_policy: str = OveragePolicy.HARD.value
    overage_quantity: int | None = None

    @property
    def terms(self) -> LotTerms:
        """What the lot says of capacity."""
        return LotTerms(
            metric=self.metric,
            quantity=self.quantity,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            overage_policy=self.overage_policy,
            overage_quantity=self.overage_quantity,
        )


class LotChanges(TypedDict, total=False):
    """What of a lot is to become another; what is left out stays."""

    metric: str
    quantity: int | None
    starts_on: date
    ends_on: date | None
    site: str
    price: str | None
    currency: str | None
    overage_policy: str
    overage_quantity: int | None


def check_lot(lot: LotEntry) -> None:
    """Refuse a lot that contradicts itself; raises ``BadLot`` with every field at fault."""
    fields: dict[str, list[str]] = {}
    for field, sentence in _faults(lot):
        fields.setdefault(field, []).append(sentence)
    if fields:
        first = next(iter(fields.values()))[0]
        raise BadLot(first, fields=fields)


def _faults(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.metric not in set(Metric):
        yield "metric", f"A lot counts one of: {', '.join(Metric)}."
    if lot.ends_on is not None and lot.ends_on < lot.starts_on:
        yield "ends_on", "A lot ends on the day it starts, or later."
    yield from _faults_of_quantity(lot)
    yield from _faults_of_overage(lot)
    yield from _faults_of_price(lot)


def _faults_of_quantity(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.metric == Metric.SITE and lot.quantity is not None:
        yield "quantity", "A site lot is uncounted: leave the quantity out."
    elif lot.quantity is not None and not 1 <= lot.quantity <= QUANTITY_MAX:
        yield "quantity", f"A quantity is 1 to {QUANTITY_MAX}, or left out where the lot is uncounted."


def _faults_of_overage(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.overage_policy not in set(OveragePolicy):
        yield "overage_policy", f"An overage policy is one of: {', '.join(OveragePolicy)}."
    if lot.overage_quantity is None:
        return
    if lot.overage_policy == OveragePolicy.HARD:
        yield "overage_quantity", "A hard lot allows no overage: leave it out, or choose soft or true-up."
    if lot.quantity is None:
        yield "overage_quantity", "An uncounted lot has no overage: leave it out, or state a quantity."
    if not 1 <= lot.overage_quantity <= QUANTITY_MAX:
        yield "overage_quantity", f"An overage is 1 to {QUANTITY_MAX}, or left out where the contract states no bound."


def _faults_of_price(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.price is not None and not PRICE.fullmatch(lot.price):
        yield "price", "A price is a decimal number such as 1200.00, without sign, spaces or separators."
    if lot.currency is not None and not CURRENCY.fullmatch(lot.currency):
        yield "currency", "A currency is its three letters of ISO 4217, such as EUR."
    if lot.price is not None and lot.currency is None:
        yield "currency", "A price needs its currency."
    if lot.price is None and lot.currency is not None:
        yield "price", "A currency stands beside a price: state the price or leave both out."
