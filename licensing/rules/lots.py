"""What an entitlement lot may say. Page, API and command line come through here, so the answer is the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict
from uuid import UUID

from licensing.errors import BadLot, naming
from licensing.models.catalogue import Metric, OveragePolicy, Purpose, Term
from licensing.rules.capacity import LotTerms

QUANTITY_MAX = 1_000_000
RIGHTS_MAX, RIGHT_LENGTH_MAX = 40, 120
PRICE = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEntry:
    """What is written down of a lot. ``price`` is decimal text for the whole term, in ``currency`` (ISO 4217).

    ``downgrade_to`` are the versions or products that may be used instead, ``bundle`` those that come with it.
    """

    metric: str
    quantity: int | None
    starts_on: date
    ends_on: date | None = None
    site: str = ""
    price: str | None = None
    currency: str | None = None
    overage_policy: str = OveragePolicy.HARD.value
    overage_quantity: int | None = None
    term: str = Term.SUBSCRIPTION.value
    purpose: str = Purpose.COMMERCIAL.value
    maintenance_until: date | None = None
    order_number: str = ""
    feature: str = ""
    downgrade_to: tuple[str, ...] = ()
    bundle: tuple[str, ...] = ()
    topped_up_lot_id: UUID | None = None

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
    term: str
    purpose: str
    maintenance_until: date | None
    order_number: str
    feature: str
    downgrade_to: tuple[str, ...]
    bundle: tuple[str, ...]
    topped_up_lot_id: UUID | None


def check_lot(lot: LotEntry) -> None:
    """Refuse a lot that contradicts itself; raises ``BadLot`` with every field at fault."""
    fields = faults_of_lot(lot)
    if fields:
        first = next(iter(fields.values()))[0]
        raise BadLot(first, fields=fields)


def faults_of_lot(lot: LotEntry) -> dict[str, list[str]]:
    """Return what is wrong with a lot, field by field."""
    fields: dict[str, list[str]] = {}
    for field, sentence in _faults(lot):
        fields.setdefault(field, []).append(sentence)
    return fields


def following_entry(lot: LotEntry, on: date, changes: LotChanges) -> LotEntry:
    """Return the lot that follows from ``on``; raises ``BadLot`` where that day is not within the lot's term.

    The price stays with the lot that had it, and maintenance that is over then is not carried on.
    """
    if on <= lot.starts_on or (lot.ends_on is not None and on > lot.ends_on):
        raise naming(BadLot, "starts_on", "A change begins after the lot's first day, and not after its last.")
    kept: LotChanges = {"price": None, "currency": None}
    if lot.maintenance_until is not None and lot.maintenance_until < on:
        kept["maintenance_until"] = None
    return replace(lot, **(kept | changes | {"starts_on": on}))


def _faults(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.metric not in set(Metric):
        yield "metric", f"A lot counts one of: {', '.join(Metric)}."
    if lot.ends_on is not None and lot.ends_on < lot.starts_on:
        yield "ends_on", "A lot ends on the day it starts, or later."
    yield from _faults_of_quantity(lot)
    yield from _faults_of_overage(lot)
    yield from _faults_of_price(lot)
    yield from _faults_of_term(lot)
    yield from _faults_of_rights(lot)


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


def _faults_of_term(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.term not in set(Term):
        yield "term", f"A term is one of: {', '.join(Term)}."
    if lot.purpose not in set(Purpose):
        yield "purpose", f"A purpose is one of: {', '.join(Purpose)}."
    if lot.ends_on is None and (lot.term == Term.RENTAL or lot.purpose == Purpose.EVALUATION):
        yield "ends_on", "A rental or an evaluation ends: state its last day."
    if lot.purpose == Purpose.SHOW_RENTAL and lot.term == Term.PERPETUAL:
        yield "purpose", "What is had for good is no show rental: choose another purpose, or another term."
    yield from _faults_of_maintenance(lot)


def _faults_of_maintenance(lot: LotEntry) -> Iterator[tuple[str, str]]:
    if lot.maintenance_until is None:
        return
    if lot.term != Term.PERPETUAL:
        yield "maintenance_until", "Only a perpetual lot has maintenance of its own: leave the day out."
    elif lot.maintenance_until < lot.starts_on:
        yield "maintenance_until", "Maintenance ends on the day the lot starts, or later."


def _faults_of_rights(lot: LotEntry) -> Iterator[tuple[str, str]]:
    for field in ("downgrade_to", "bundle"):
        rights: tuple[str, ...] = getattr(lot, field)
        if len(rights) > RIGHTS_MAX or not all(map(_is_right, rights)):
            yield field, f"At most {RIGHTS_MAX} names, each of 1 to {RIGHT_LENGTH_MAX} letters and without a bar."


def _is_right(right: str) -> bool:
    # Tables and exports part the names by bars.
    return right == right.strip() and 1 <= len(right) <= RIGHT_LENGTH_MAX and "|" not in right
