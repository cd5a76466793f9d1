"""The seats of a product now: what the lots give, what is checked out here, what its licence servers show.

Free seats are said only where they can be known:
    lots − max(checked out here, seen in use) − reserved    all servers of the product answered lately
    lots − checked out here                                 nothing was ever seen: the ledger alone speaks
    unknown                                                 a server is silent, stale, or does not say a number
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from licensing.rules.capacity import Capacity, LotTerms, capacity_on, seats_over
from licensing.rules.observation import (
    NOTHING_KNOWN,
    Freshness,
    Numbers,
    add_up,
    in_use,
    is_report_unexplained,
    total,
    worst,
)

_RECENT = frozenset({Freshness.CURRENT, Freshness.DEGRADED})
_ANSWERED = _RECENT | {Freshness.STALE}
_UNSEEN = frozenset({Freshness.NONE, Freshness.NEVER})


class FindingCode(StrEnum):
    """What a reader of the board should look at."""

    OVER = "over-capacity"
    MAPPED_NOWHERE = "not-on-a-server"
    NO_NUMBERS = "no-numbers"
    REPORT_DIFFERS = "report-differs"
    SERVER_DIFFERS = "server-issues-another-number"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at, and why, in a sentence."""

    code: FindingCode
    sentence: str


@dataclass(frozen=True, slots=True)
class FeatureSeen:
    """A feature of a product as the newest capture of its server shows it.

    ``numbers`` is ``None`` where there is no capture, the server did not answer, or the capture lacks the feature.
    """

    feature: str
    server: str
    freshness: Freshness
    taken_at: datetime | None
    numbers: Numbers | None


@dataclass(frozen=True, slots=True)
class ProductName:
    """A product and whose it is."""

    product_id: UUID
    product: str
    vendor_id: UUID
    vendor: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One product on the board. ``None`` is unknown, except in ``limit``, where nothing bounds use.

    ``capacity`` is ``None`` where it is uncounted, and where the lots count no seats but tokens or points.
    ``borrowed_here`` of those checked out are offline; ``borrowed`` is what the servers say of it.
    ``seen_in_use`` leaves reservations out; ``seen_reported`` is the servers' own total, which may hold them.
    ``taken_at`` is the time of the oldest of the captures that the numbers come from.
    """

    product_id: UUID
    product: str
    vendor_id: UUID
    vendor: str
    capacity: int | None
    is_uncounted: bool
    limit: int | None
    checked_out: int
    borrowed_here: int
    seen_in_use: int | None
    seen_reported: int | None
    reserved: int | None
    queued: int | None
    borrowed: int | None
    free: int | None
    over: int | None
    is_ledger_only: bool
    freshness: Freshness
    taken_at: datetime | None
    findings: tuple[Finding, ...]


def capacity_in_seats(lots: Collection[LotTerms], day: date) -> Capacity:
    """Return what the lots give on a day; unknown, not zero, where those of the day count no seats."""
    covering = [lot for lot in lots if lot.covers(day)]
    if covering and not any(lot.has_seats for lot in covering):
        return Capacity(quantity=None, limit=None, is_uncounted=False)
    return capacity_on(lots, day)


def board_row(
    name: ProductName,
    capacity: Capacity,
    checked_out: int,
    features: Sequence[FeatureSeen],
    *,
    borrowed_here: int = 0,
) -> BoardRow:
    """Bring together what is known of a product's seats."""
    shown = [feature.numbers or NOTHING_KNOWN for feature in features]
    seen, sums = add_up(in_use(numbers) for numbers in shown), total(shown)
    is_recent = bool(features) and all(feature.freshness in _RECENT for feature in features)
    is_ledger_only = all(feature.freshness in _UNSEEN for feature in features)
    usable = seen if is_recent else None
    over = _over(capacity, checked_out, usable, is_ledger_only=is_ledger_only)
    kept = None if usable is None or sums.reserved is None else max(checked_out, usable) + sums.reserved
    taken = checked_out if is_ledger_only else kept
    return BoardRow(
        product_id=name.product_id,
        product=name.product,
        vendor_id=name.vendor_id,
        vendor=name.vendor,
        capacity=capacity.quantity,
        is_uncounted=capacity.is_uncounted,
        limit=capacity.limit,
        checked_out=checked_out,
        borrowed_here=borrowed_here,
        seen_in_use=seen,
        seen_reported=sums.reported,
        reserved=sums.reserved,
        queued=sums.queued,
        borrowed=sums.borrowed,
        free=None if taken is None else _left(capacity, taken),
        over=over,
        is_ledger_only=is_ledger_only,
        freshness=worst(feature.freshness for feature in features),
        taken_at=min((feature.taken_at for feature in features if feature.taken_at is not None), default=None),
        findings=tuple(_findings(capacity, over, features)),
    )


def seen_sentence(row: BoardRow) -> str:
    """Say of a product what its servers show beyond what is checked out here; empty where that is nothing."""
    if row.seen_in_use is None:
        return "" if row.is_ledger_only else "How many are in use on the licence servers is not known now."
    if row.seen_in_use <= row.checked_out:
        return ""
    beyond = row.seen_in_use - row.checked_out
    return f"{row.seen_in_use} are seen in use on the licence servers, {beyond} more than are checked out here."


def _left(capacity: Capacity, taken: int) -> int | None:
    return None if capacity.quantity is None else max(0, capacity.quantity - taken)


def _over(capacity: Capacity, checked_out: int, seen: int | None, *, is_ledger_only: bool) -> int | None:
    """Return the seats beyond the lots; the ledger alone can prove some, but where use is unknown never none."""
    if capacity.quantity is None:
        return 0 if capacity.is_uncounted else None
    over = seats_over(capacity, max(checked_out, seen or 0))
    return None if over == 0 and seen is None and not is_ledger_only else over


def _findings(capacity: Capacity, over: int | None, features: Sequence[FeatureSeen]) -> Iterator[Finding]:
    if over:
        yield Finding(FindingCode.OVER, f"{over} more in use than the lots of today give.")
    if not features:
        sentence = "No feature of a licence server is named for this product: only checkouts made here are known."
        yield Finding(FindingCode.MAPPED_NOWHERE, sentence)
    for feature in features:
        yield from _feature_findings(feature)
    yield from _issued_findings(capacity, features)


def _feature_findings(feature: FeatureSeen) -> Iterator[Finding]:
    where = f"“{feature.feature}” on {feature.server}"
    numbers = feature.numbers
    if feature.freshness not in _ANSWERED:
        return
    if numbers is None or in_use(numbers) is None:
        sentence = f"The newest capture has no numbers of {where}: see to the feature's name and to the server."
        yield Finding(FindingCode.NO_NUMBERS, sentence)
    elif is_report_unexplained(numbers):
        sentence = f"{where}: {numbers.reported} reported in use, {numbers.counted} listed."
        yield Finding(FindingCode.REPORT_DIFFERS, sentence)


def _issued_findings(capacity: Capacity, features: Sequence[FeatureSeen]) -> Iterator[Finding]:
    if not features or any(feature.numbers is not None and feature.numbers.is_uncounted for feature in features):
        return
    issued = add_up(feature.numbers.issued if feature.numbers else None for feature in features)
    if issued is not None and capacity.quantity is not None and issued != capacity.quantity:
        sentence = f"The servers issue {issued}, the lots of today give {capacity.quantity}."
        yield Finding(FindingCode.SERVER_DIFFERS, sentence)
