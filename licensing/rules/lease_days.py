"""Which days a lease covers, and how long it can be held.

Seats are reserved by the day, so a lease counts on each day that it reaches into, in the facility's zone. A later day
must carry it as today must: what is out, with it, and what other projects reserved and have not drawn stay within the
lots and their agreed overage. Where a day does not carry it, the lease ends as that day begins, and the holder is told.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from answerprint.core.types import isoformat
from licensing.rules.availability import SeatPlan, SeatsWanted, first_day_not_carried, kept_for_others_on

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """How long seats are held. ``cut_on`` is the first day that did not carry them, where one did not."""

    expires_at: datetime
    last_on: date
    cut_on: date | None = None
    note: str = ""


def last_day(expires_at: datetime, zone: tzinfo) -> date:
    """Return the last day that a lease covers. Its last instant is not its own: until midnight is the day before."""
    return (expires_at - _TICK).astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a day begins in ``zone``."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def days_to_carry(after: date, expires_at: datetime, zone: tzinfo) -> tuple[date, date] | None:
    """Return the first and the last day that a lease covers after the day ``after``; ``None`` where there is none."""
    last = last_day(expires_at, zone)
    return (after + _DAY, last) if last > after else None


def hold(plan: SeatPlan, wanted: SeatsWanted, product: str, expires_at: datetime, zone: tzinfo) -> Held:
    """Return how long seats are held that are wanted until ``expires_at``, on days of which each must carry them."""
    day = first_day_not_carried(plan, wanted)
    if day is None:
        return Held(expires_at, wanted.last)
    ends_at = start_of_day(day, zone)
    kept = sum(kept_for_others_on(plan, wanted.project_id, day).values())
    why = f"the lots of {product} carry no more"
    if kept:
        counted = f"{kept} seats of {product} are" if kept > 1 else f"a seat of {product} is"
        why = f"{counted} kept for others"
    note = (
        f"On {day.isoformat()} {why}, so this checkout ends as that day begins, at {isoformat(ends_at)}. "
        "Return it by then, or reserve seats of that day for your project."
    )
    return Held(ends_at, day - _DAY, day, note)
