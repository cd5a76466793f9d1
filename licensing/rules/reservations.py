"""What a reservation may say, and whose turn it is in the queue.

The queue is fair: first come, first served, product by product. Whenever seats may have come free it is walked from its
first place on, and whoever fits is offered the seats. Somebody later may pass somebody earlier only where the seats
left on every shared day are enough for both, so nobody is kept waiting by anyone who came later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypedDict
from uuid import UUID

from licensing.errors import BadReservation, naming
from licensing.models.reservations import ReservationState
from licensing.rules.availability import Reserved, SeatDay, SeatPlan, SeatsWanted, is_short, seat_days
from licensing.rules.leases import QUANTITY_MAX

OFFER_HOURS = 24
OFFER_HOURS_MAX = 168
DAYS_MAX = 366
AHEAD_MAX = timedelta(days=3660)
OVER = frozenset({ReservationState.ENDED, ReservationState.CANCELLED, ReservationState.LAPSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationEntry:
    """What is asked for. With ``wait``, it waits until ``waits_until``, else its first day, where it is not free."""

    product_id: UUID
    project_id: UUID
    quantity: int
    starts_on: date
    ends_on: date
    wait: bool = False
    waits_until: date | None = None
    offer_hours: int = OFFER_HOURS

    @property
    def wanted(self) -> SeatsWanted:
        """The seats and days of it."""
        return SeatsWanted(self.project_id, self.quantity, self.starts_on, self.ends_on)

    @property
    def last_waiting_day(self) -> date:
        """The last day on which to wait for it."""
        return self.waits_until or self.starts_on


class ReservationChanges(TypedDict, total=False):
    """What of a reservation is to become another; what is left out stays."""

    quantity: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class DayNames:
    """What the first and the last day are called where they were asked for."""

    first: str = "starts_on"
    last: str = "ends_on"


def check_days(first: date, last: date, today: date, names: DayNames = DayNames()) -> None:
    """Refuse days that are over, turned round, too many or too far ahead; raises ``BadReservation``."""
    if last < first:
        raise naming(BadReservation, names.last, "The last day is the first day, or later.")
    if (last - first).days >= DAYS_MAX:
        raise naming(BadReservation, names.last, f"Ask for {DAYS_MAX} days at most.")
    if first > today + AHEAD_MAX:
        raise naming(BadReservation, names.first, f"Ask for days within {AHEAD_MAX.days // 366} years.")


def check_first_day(first: date, today: date, name: str = "starts_on") -> None:
    """Refuse to begin before today; raises ``BadReservation``."""
    if first < today:
        raise naming(BadReservation, name, f"It begins today, {today.isoformat()}, or later.")


def check_quantity(quantity: int) -> None:
    """Refuse to ask for no seats; raises ``BadReservation``."""
    if not 1 <= quantity <= QUANTITY_MAX:
        raise naming(BadReservation, "quantity", f"Ask for 1 to {QUANTITY_MAX} seats.")


def check_entry(entry: ReservationEntry, today: date) -> None:
    """Refuse what cannot be reserved at all; raises ``BadReservation`` naming the field."""
    check_quantity(entry.quantity)
    check_first_day(entry.starts_on, today)
    check_days(entry.starts_on, entry.ends_on, today)
    if not 1 <= entry.offer_hours <= OFFER_HOURS_MAX:
        raise naming(BadReservation, "offer_hours", f"An offer stands for 1 to {OFFER_HOURS_MAX} hours.")
    if entry.waits_until is not None and not entry.wait:
        raise naming(BadReservation, "waits_until", "Ask to wait, or leave the day out.")
    if entry.waits_until is not None and not today <= entry.waits_until <= entry.ends_on:
        raise naming(BadReservation, "waits_until", "It waits until today or later, and no longer than its last day.")


def next_offers(plan: SeatPlan) -> Iterator[Reserved]:
    """Yield those waiting whose turn it is, in the order of the queue; what is yielded counts as reserved at once."""
    standing: tuple[Reserved, ...] = ()
    for one in plan.waiting:
        first = max(one.starts_on, plan.today)
        wanted = SeatsWanted(one.project_id, one.quantity, first, one.ends_on)
        if first > one.ends_on or is_short(replace(plan, waiting=standing), wanted):
            standing = (*standing, one)
            continue
        plan = replace(plan, reserved=(*plan.reserved, one))
        yield one


def asks_for_more(held: Reserved, changed: ReservationEntry) -> bool:
    """Report whether a changed reservation needs a seat on a day on which it had none."""
    is_within = held.starts_on <= changed.starts_on and changed.ends_on <= held.ends_on
    return changed.quantity > held.quantity or not is_within


def counts_from(held: Reserved, changed: ReservationEntry, today: date, *, before: date | None) -> date | None:
    """Return from which day on a changed reservation holds its seats; ``None`` is its first day.

    What is asked for beyond what it held is free from today on: of the days before nothing is said.
    """
    if changed.starts_on >= today:
        return None
    return today if asks_for_more(held, changed) else before


def short_sentence(product: str, wanted: SeatsWanted, plan: SeatPlan) -> str:
    """Say on which days how many seats are missing, and what to do."""
    short = [day for day in seat_days(plan, wanted) if day.short_by]
    shown = ", ".join(f"{day.on.isoformat()} by {day.short_by}{_why(day)}" for day in short[:10])
    more = f" and {len(short) - 10} more days" if len(short) > 10 else ""
    return (
        f"{wanted.quantity} seats of {product} are not free on every day: short on {shown}{more}. "
        "Ask for fewer seats or other days, or ask to wait for them."
    )


def offer_end(now: datetime, hours: int) -> datetime:
    """Return until when an offer made now stands."""
    return now + timedelta(hours=hours)


def _why(day: SeatDay) -> str:
    return f" (blackout: {day.blackouts[0]})" if day.blackouts else ""
