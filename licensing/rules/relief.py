"""What would make a short answer a yes: reservations, checkouts and the ends and starts of lots, few as they can be.

How they are chosen: blackouts first, since nothing else lifts them; then again and again whatever gives the most of
the seats still missing, over all short days together; at the end, what later ones made needless is left out. That is a
small set, found quickly; it is not promised to be the smallest there is.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from licensing.rules.availability import SeatDay, SeatPlan, SeatsWanted, keeps_back, out_beyond
from licensing.rules.capacity import LotTerms

HOW_CHOSEN = (
    "Blackouts first; then again and again what gives the most of the seats still missing over all short days; "
    "what became needless is left out. A small set, not always the smallest."
)


class ReliefKind(StrEnum):
    """What would have to go, come back, begin sooner or last longer."""

    RESERVATION = "reservation"
    WAITING = "waiting"
    CHECKOUTS = "checkouts"
    LOT_ENDS = "lot-ends"
    LOT_STARTS = "lot-starts"
    BLACKOUT = "blackout"


@dataclass(frozen=True, slots=True)
class Relief:
    """One thing that would give ``quantity`` seats on the days from ``first`` to ``last``; ``None`` seats is all.

    ``about`` is the reservation's or the blackout's id, ``project_id`` whose reservation it is.
    """

    kind: ReliefKind
    quantity: int | None
    first: date
    last: date
    about: UUID | None = None
    project_id: UUID | None = None
    project_code: str = ""
    """What people call the project; the rules do not know it."""


@dataclass(frozen=True, slots=True)
class WouldFree:
    """What would make it yes, and whether all of it together is enough."""

    items: tuple[Relief, ...] = ()
    is_enough: bool = True


Missing = dict[date, int]


def would_free(plan: SeatPlan, wanted: SeatsWanted, days: Sequence[SeatDay]) -> WouldFree:
    """Return a small set of what stands in the way on the short days."""
    blackouts = [
        Relief(ReliefKind.BLACKOUT, None, max(one.starts_on, wanted.first), min(one.ends_on, wanted.last), one.id)
        for one in plan.blackouts
        if one.starts_on <= wanted.last and one.ends_on >= wanted.first
    ]
    missing = {day.on: _missing(day, wanted) for day in days if _missing(day, wanted) > 0}
    chosen, left = _choose(missing, list(_candidates(plan, wanted, missing)))
    kept = _without_needless(missing, chosen) if not left else chosen
    return WouldFree(items=(*blackouts, *kept), is_enough=not left)


def _missing(day: SeatDay, wanted: SeatsWanted) -> int:
    """Return how many seats the day lacks, were its blackouts lifted."""
    if day.capacity is None:
        return 0
    taken = day.reserved_by_others + day.checked_out_by_others + day.reserved_by_project + day.waited_for
    return taken + wanted.quantity - day.capacity


def _candidates(plan: SeatPlan, wanted: SeatsWanted, missing: Missing) -> Iterator[Relief]:
    if not missing:
        return
    first, last = min(missing), max(missing)
    for kind, reserved in ((ReliefKind.RESERVATION, plan.reserved), (ReliefKind.WAITING, plan.waiting)):
        for one in reserved:
            is_counted = kind is ReliefKind.RESERVATION or keeps_back(plan, one)
            if one.meets(first, last) and is_counted:
                yield Relief(kind, one.quantity, one.starts_on, one.ends_on, one.id, one.project_id)
    yield from _checkouts(plan, wanted)
    for lot in plan.lots:
        yield from _lot_relief(lot, wanted)


def _checkouts(plan: SeatPlan, wanted: SeatsWanted) -> Iterator[Relief]:
    """Yield, project by project, what others have out beyond their reservations: ordinary ones apart from borrowed."""
    out: Counter[tuple[date, UUID | None]] = Counter()
    for seats in plan.out:
        out[seats.last_on, seats.project_id] += seats.quantity
    for (last_on, project_id), quantity in out.items():
        beyond = min(quantity, out_beyond(plan, wanted.project_id, plan.today).get(project_id, 0))
        if beyond:
            yield Relief(ReliefKind.CHECKOUTS, beyond, plan.today, last_on, project_id=project_id)


def _lot_relief(lot: LotTerms, wanted: SeatsWanted) -> Iterator[Relief]:
    if not lot.has_seats:
        return
    day_before, day_after = wanted.first - timedelta(days=1), wanted.last + timedelta(days=1)
    if lot.ends_on is not None and day_before <= lot.ends_on < wanted.last:
        yield Relief(ReliefKind.LOT_ENDS, lot.quantity, lot.ends_on + timedelta(days=1), wanted.last)
    if wanted.first < lot.starts_on <= day_after:
        yield Relief(ReliefKind.LOT_STARTS, lot.quantity, wanted.first, lot.starts_on - timedelta(days=1))


def _gain(relief: Relief, missing: Missing) -> int:
    """Return how many of the missing seats it gives, over all short days."""
    return sum(
        lacks if relief.quantity is None else min(relief.quantity, lacks)
        for day, lacks in missing.items()
        if relief.first <= day <= relief.last
    )


def _choose(missing: Missing, candidates: list[Relief]) -> tuple[list[Relief], Missing]:
    left, chosen = dict(missing), list[Relief]()
    # What a candidate gives only ever falls, so one that is still the best when counted again is the best.
    heap = [(-_gain(one, left), number) for number, one in enumerate(candidates)]
    heapq.heapify(heap)
    while left and heap:
        best, number = heapq.heappop(heap)
        gain = _gain(candidates[number], left)
        if gain == 0:
            continue
        if -gain != best and heap and -gain > heap[0][0]:
            heapq.heappush(heap, (-gain, number))
            continue
        chosen.append(candidates[number])
        left = _after(left, candidates[number])
    return chosen, left


def _after(missing: Missing, relief: Relief) -> Missing:
    left = {}
    for day, lacks in missing.items():
        gives = relief.first <= day <= relief.last
        remaining = lacks if not gives else 0 if relief.quantity is None else lacks - relief.quantity
        if remaining > 0:
            left[day] = remaining
    return left


def _without_needless(missing: Missing, chosen: list[Relief]) -> list[Relief]:
    """Leave out, the earliest choice first, what the others make up for on each of its days."""
    spare = {day: -lacks for day, lacks in missing.items()}
    for one in chosen:
        for day in _days_of(one, missing):
            spare[day] += _given(one, missing[day])
    kept = []
    for one in chosen:
        days = _days_of(one, missing)
        if any(spare[day] < _given(one, missing[day]) for day in days):
            kept.append(one)
            continue
        for day in days:
            spare[day] -= _given(one, missing[day])
    return kept


def _days_of(relief: Relief, missing: Missing) -> list[date]:
    return [day for day in missing if relief.first <= day <= relief.last]


def _given(relief: Relief, lacks: int) -> int:
    return lacks if relief.quantity is None else relief.quantity
