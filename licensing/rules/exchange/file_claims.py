"""What a licence file claims of features, held against the lots of a day: a hint, and never capacity."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from licensing.collectors.licence_hints import EntitlementHint
from licensing.models.catalogue import Metric

PEOPLE = frozenset({Metric.NAMED_USER, Metric.USER, Metric.CLIENT_ACCESS})
"""Metrics of lots whose seats no licence file counts: they are given to people by name."""


class Differs(StrEnum):
    """What a licence file claims otherwise than the lots say."""

    UNKNOWN_FEATURE = "unknown-feature"
    AMBIGUOUS_FEATURE = "ambiguous-feature"
    NO_LOT = "no-lot"
    ENDED = "ended"
    QUANTITY = "quantity"
    END = "end"


@dataclass(frozen=True, slots=True)
class Grant:
    """So many seats until a day; ``None`` is uncounted, and without end."""

    quantity: int | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class FiledLot:
    """A lot as far as a licence file can contradict it. ``feature`` is its name in a licence file, or empty."""

    product_id: UUID
    feature: str
    metric: str
    starts_on: date
    grant: Grant

    def covers(self, day: date) -> bool:
        """Report whether the lot covers a day, both ends included."""
        return self.starts_on <= day and not _is_over(self.grant, day)


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product and what it is called."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class FileClaim:
    """What a licence file grants of one feature, beside what the lots of the day give; it agrees where none differs.

    ``lines`` are the file's rows. ``granted`` holds the rows that have not ended, seats of one end added up.
    """

    feature: str
    vendor: str
    lines: tuple[int, ...]
    granted: tuple[Grant, ...]
    product_id: UUID | None
    product: str
    held: tuple[Grant, ...]
    differs: tuple[Differs, ...]


def claims_of(
    hints: Iterable[EntitlementHint],
    products: Mapping[str, Collection[NamedProduct]],
    lots: Collection[FiledLot],
    *,
    on: date,
) -> tuple[FileClaim, ...]:
    """Hold what a licence file grants against the lots of a day, feature by feature, in the order of the file.

    ``products`` are those that a feature's name is known to mean. Where a lot has the feature's name, lots of other
    names are left out.
    """
    rows: dict[tuple[str, str], list[EntitlementHint]] = {}
    for hint in hints:
        rows.setdefault((hint.feature, hint.daemon), []).append(hint)
    return tuple(_claim(key, found, products.get(key[0], ()), lots, on) for key, found in rows.items())


def _claim(
    key: tuple[str, str],
    hints: Collection[EntitlementHint],
    products: Collection[NamedProduct],
    lots: Collection[FiledLot],
    on: date,
) -> FileClaim:
    granted = _added(grant for hint in hints if not _is_over(grant := Grant(hint.quantity, hint.ends), on))
    lines = tuple(hint.line for hint in hints)
    if len(products) != 1:
        why = Differs.AMBIGUOUS_FEATURE if products else Differs.UNKNOWN_FEATURE
        return FileClaim(key[0], key[1], lines, granted, None, "", (), (why,))
    (product,) = products
    held = _added(lot.grant for lot in _lots_of(lots, product.id, key[0]) if lot.covers(on))
    return FileClaim(key[0], key[1], lines, granted, product.id, product.name, held, _differences(granted, held))


def _lots_of(lots: Collection[FiledLot], product_id: UUID, feature: str) -> list[FiledLot]:
    own = [lot for lot in lots if lot.product_id == product_id and lot.metric not in PEOPLE]
    named = [lot for lot in own if lot.feature == feature]
    return named or [lot for lot in own if not lot.feature]


def _differences(granted: tuple[Grant, ...], held: tuple[Grant, ...]) -> tuple[Differs, ...]:
    if granted == held:
        return ()
    if not held:
        return (Differs.NO_LOT,)
    if not granted:
        return (Differs.ENDED,)
    found = [Differs.QUANTITY] if _whole(granted) != _whole(held) else []
    # The same seats in all, and others of them until another day, is a difference of the ends.
    if not found or {one.ends_on for one in granted} != {one.ends_on for one in held}:
        found.append(Differs.END)
    return tuple(found)


def _added(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Add up the seats of each end, those that end first before; seats without number make their end's uncounted."""
    seats: Counter[date | None] = Counter()
    uncounted: set[date | None] = set()
    for one in grants:
        seats[one.ends_on] += one.quantity or 0
        uncounted |= {one.ends_on} if one.quantity is None else set()
    ends = sorted(seats, key=lambda end: end or date.max)
    return tuple(Grant(None if end in uncounted else seats[end], end) for end in ends)


def _whole(grants: Collection[Grant]) -> int | None:
    quantities = [one.quantity for one in grants if one.quantity is not None]
    return sum(quantities) if len(quantities) == len(grants) else None


def _is_over(grant: Grant, on: date) -> bool:
    return grant.ends_on is not None and grant.ends_on < on
