"""How many seats of a product are left for a project, day by day, and whether so many can be had.

Free for a project on a day are the seats of its lots, without those that other projects reserved; while seats are out,
also without those that other projects have out beyond what they reserved, since a project draws on its own reservation
first. A checkout counts on each day that it reaches into, in the facility's zone. Overage is the contract's grace: it
stands beside, and nobody reserves it. A day without a lot has no seat, and so has a blackout day, uncounted or not.

What is asked for comes on top of what the project holds already, and leaves what those before it in the queue wait
for. Of these, one that could not be had if all seats were free waits for a lot or for a blackout to end, and keeps
nobody back.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from licensing.rules.capacity import Capacity, LotTerms, capacity_on


@dataclass(frozen=True, slots=True)
class Reserved:
    """Seats that a project has reserved, was offered, or waits for, on each day from the first to the last."""

    id: UUID
    project_id: UUID
    quantity: int
    starts_on: date
    ends_on: date
    state: str

    def covers(self, day: date) -> bool:
        """Report whether ``day`` is one of its days."""
        return self.starts_on <= day <= self.ends_on

    def meets(self, first: date, last: date) -> bool:
        """Report whether one of its days falls from ``first`` to ``last``."""
        return self.starts_on <= last and self.ends_on >= first


@dataclass(frozen=True, slots=True)
class SeatsOut:
    """Seats that are checked out for a project or for none, up to the day ``last_on``."""

    project_id: UUID | None
    quantity: int
    last_on: date


@dataclass(frozen=True, slots=True)
class BlackoutDays:
    """Days on which nothing can be reserved, and why."""

    id: UUID
    starts_on: date
    ends_on: date
    reason: str

    def covers(self, day: date) -> bool:
        """Report whether ``day`` is one of them."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """All that bears on the seats of one product from ``today`` on; ``waiting`` in the order of the queue."""

    today: date
    lots: Collection[LotTerms]
    reserved: Sequence[Reserved] = ()
    waiting: Sequence[Reserved] = ()
    out: Sequence[SeatsOut] = ()
    blackouts: Sequence[BlackoutDays] = ()

    def blackouts_on(self, day: date) -> list[BlackoutDays]:
        """Return the blackouts that the day falls in."""
        return [one for one in self.blackouts if one.covers(day)]


@dataclass(frozen=True, slots=True)
class SeatsWanted:
    """What is asked: so many seats for a project, or for none yet, on each day from the first to the last."""

    project_id: UUID | None
    quantity: int
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield each day, both ends included."""
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class SeatDay:
    """The seats of one day, as they are for one project. ``capacity`` and ``free`` are ``None`` where uncounted.

    ``limit`` is the capacity with the agreed overage, ``None`` where nothing bounds use. ``checked_out_by_others`` are
    those beyond what the others reserved. ``short_by`` is how many more seats the day would have to have.
    """

    on: date
    capacity: int | None
    limit: int | None
    is_uncounted: bool
    reserved_by_others: int
    reserved_by_project: int
    checked_out_by_others: int
    waited_for: int
    blackouts: tuple[str, ...]
    free: int | None
    short_by: int


def seat_days(plan: SeatPlan, wanted: SeatsWanted) -> list[SeatDay]:
    """Return each day that is asked for, and by how much it is short."""
    reserved = [one for one in plan.reserved if one.meets(wanted.first, wanted.last)]
    others = _per_day([one for one in reserved if one.project_id != wanted.project_id], wanted)
    own = _per_day([one for one in reserved if one.project_id == wanted.project_id], wanted)
    waited = _per_day([one for one in plan.waiting if keeps_back(plan, one)], wanted)
    return [
        _day(
            plan,
            wanted,
            day,
            others=others[day.toordinal()],
            own=own[day.toordinal()],
            beyond=sum(out_beyond(plan, wanted.project_id, day).values()),
            waited=waited[day.toordinal()],
        )
        for day in wanted.days()
    ]


def is_short(plan: SeatPlan, wanted: SeatsWanted) -> bool:
    """Report whether a day of what is asked for is short."""
    return any(day.short_by for day in seat_days(plan, wanted))


def keeps_back(plan: SeatPlan, waiting: Reserved) -> bool:
    """Report whether it could be had if all seats were free: then those behind it leave it what it waits for."""
    first = max(waiting.starts_on, plan.today)
    for day in SeatsWanted(waiting.project_id, waiting.quantity, first, waiting.ends_on).days():
        capacity = capacity_on(plan.lots, day)
        if plan.blackouts_on(day) or (capacity.quantity is not None and capacity.quantity < waiting.quantity):
            return False
    return True


def out_beyond(plan: SeatPlan, project_id: UUID | None, day: date) -> dict[UUID | None, int]:
    """Return, by project, the seats that projects other than this one have out beyond what they reserved."""
    if not plan.out:
        return {}
    held, out = _held_and_out(plan, day)
    others = (one for one in out if one is None or one != project_id)
    return {one: out[one] - held[one] for one in others if out[one] > held[one]}


def first_day_not_carried(plan: SeatPlan, wanted: SeatsWanted) -> date | None:
    """Return the first day on which so many seats more cannot be out; ``None`` where they can on all of them."""
    for day in wanted.days():
        limit = capacity_on(plan.lots, day).limit
        out = sum(seats.quantity for seats in plan.out if day <= seats.last_on)
        kept = sum(kept_for_others_on(plan, wanted.project_id, day).values())
        if limit is not None and out + kept + wanted.quantity > limit:
            return day
    return None


def kept_for_others_on(plan: SeatPlan, project_id: UUID | None, day: date) -> dict[UUID, int]:
    """Return, by project, the seats of a day that projects other than this one reserved and have not drawn."""
    held, out = _held_and_out(plan, day)
    return {one: held[one] - out[one] for one in held if one is not None and one != project_id and held[one] > out[one]}


def _held_and_out(plan: SeatPlan, day: date) -> tuple[Counter[UUID | None], Counter[UUID | None]]:
    held: Counter[UUID | None] = Counter()
    out: Counter[UUID | None] = Counter()
    for seats in plan.out:
        if plan.today <= day <= seats.last_on:
            out[seats.project_id] += seats.quantity
    for one in plan.reserved:
        if one.covers(day):
            held[one.project_id] += one.quantity
    return held, out


def _per_day(reserved: Collection[Reserved], wanted: SeatsWanted) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in reserved:
        first, last = max(one.starts_on, wanted.first), min(one.ends_on, wanted.last)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            found[ordinal] += one.quantity
    return found


def _day(plan: SeatPlan, wanted: SeatsWanted, day: date, *, others: int, own: int, beyond: int, waited: int) -> SeatDay:
    capacity = capacity_on(plan.lots, day)
    blackouts = tuple(one.reason for one in plan.blackouts_on(day))
    left = _left(capacity, others + beyond)
    short = 0 if left is None else max(0, own + waited + wanted.quantity - left)
    free = None if left is None else max(0, left)
    return SeatDay(
        on=day,
        capacity=capacity.quantity,
        limit=capacity.limit,
        is_uncounted=capacity.is_uncounted,
        reserved_by_others=others,
        reserved_by_project=own,
        checked_out_by_others=beyond,
        waited_for=waited,
        blackouts=blackouts,
        free=0 if blackouts else free,
        short_by=max(short, wanted.quantity) if blackouts else short,
    )


def _left(capacity: Capacity, taken: int) -> int | None:
    return None if capacity.quantity is None else capacity.quantity - taken
