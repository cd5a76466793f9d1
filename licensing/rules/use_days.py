"""A product's use day by day, behind and ahead, beside the seats of the day: what its picture and its table show.

A day of which nothing is known has no peak, and so has a day of whose seats nothing can be said no seats: neither is 0.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from licensing.rules.board import capacity_in_seats
from licensing.rules.capacity import LotTerms
from licensing.rules.forecast import DayPeak, ExpectedDay, Reserved

PAST_LEAST = 28
"""So many days behind are shown at least, known or not."""


@dataclass(frozen=True, slots=True)
class UseDay:
    """A day: its highest use where it has passed, what is expected where it is ahead, and its seats.

    ``None`` is unknown; where ``is_uncounted``, nothing bounds the seats.
    """

    day: date
    peak: int | None
    low: int | None
    expected: int | None
    high: int | None
    reserved: int
    capacity: int | None
    is_uncounted: bool

    @property
    def tallest(self) -> int:
        """The highest number that is known of the day."""
        return max(self.peak or 0, self.high or 0, self.reserved, self.capacity or 0)


@dataclass(frozen=True, slots=True)
class UseWeek:
    """The days of a week together: the highest use that is known, the most that is expected, the least and most seats.

    ``behind`` of its days have passed, and ``unknown`` of those tell nothing. ``None`` is unknown.
    """

    first: date
    last: date
    behind: int
    unknown: int
    peak: int | None
    low: int | None
    expected: int | None
    high: int | None
    reserved: int
    least: int | None
    most: int | None
    is_uncounted: bool


@dataclass(frozen=True, slots=True)
class LotsEnd:
    """The last day of some lots, and their seats together; ``None`` where one of them is uncounted."""

    day: date
    seats: int | None


def use_days(
    history: Sequence[DayPeak],
    ahead: Sequence[ExpectedDay],
    lots: Collection[LotTerms],
    *,
    reserved: Collection[Reserved],
    today: date,
    last: date,
) -> list[UseDay]:
    """Return the days from the first that is known, or four weeks back, to ``last``; today has no peak yet."""
    first = min([today - timedelta(days=PAST_LEAST), *(one.day for one in history)])
    peaks = {one.day: one.seats for one in history}
    expected = {one.day: one for one in ahead}
    days = (first + timedelta(days=place) for place in range((last - first).days + 1))
    return [_use_day(day, peaks, expected, lots, reserved=reserved, today=today) for day in days]


def use_weeks(days: Sequence[UseDay], today: date) -> list[UseWeek]:
    """Return the weeks of some days, each from Monday to Sunday as far as the days reach."""
    weeks = groupby(days, key=lambda day: day.day - timedelta(days=day.day.weekday()))
    return [_use_week(list(week), today) for _, week in weeks]


def lots_ending(lots: Collection[LotTerms], first: date, last: date) -> list[LotsEnd]:
    """Return the days from ``first`` to ``last`` on which lots that count seats end, in order."""
    found: dict[date, list[int | None]] = {}
    for lot in lots:
        if lot.has_seats and lot.ends_on is not None and first <= lot.ends_on <= last:
            found.setdefault(lot.ends_on, []).append(lot.quantity)
    return [LotsEnd(day, _total(found[day])) for day in sorted(found)]


def _use_day(
    day: date,
    peaks: Mapping[date, int],
    expected: Mapping[date, ExpectedDay],
    lots: Collection[LotTerms],
    *,
    reserved: Collection[Reserved],
    today: date,
) -> UseDay:
    seats, need = capacity_in_seats(lots, day), expected.get(day)
    return UseDay(
        day=day,
        peak=peaks.get(day),
        low=need.low if need else None,
        expected=need.expected if need else None,
        high=need.high if need else None,
        reserved=sum(one.seats for one in reserved if one.starts_on <= day <= one.ends_on) if day >= today else 0,
        capacity=seats.quantity,
        is_uncounted=seats.is_uncounted,
    )


def _use_week(week: Sequence[UseDay], today: date) -> UseWeek:
    behind = [day.peak for day in week if day.day < today]
    known = [peak for peak in behind if peak is not None]
    seats = [day.capacity for day in week if day.capacity is not None]
    return UseWeek(
        first=week[0].day,
        last=week[-1].day,
        behind=len(behind),
        unknown=len(behind) - len(known),
        peak=max(known, default=None),
        low=min((day.low for day in week if day.low is not None), default=None),
        expected=max((day.expected for day in week if day.expected is not None), default=None),
        high=max((day.high for day in week if day.high is not None), default=None),
        reserved=max(day.reserved for day in week),
        least=min(seats, default=None),
        most=max(seats, default=None),
        is_uncounted=all(day.is_uncounted for day in week),
    )


def _total(quantities: Sequence[int | None]) -> int | None:
    known = [one for one in quantities if one is not None]
    return sum(known) if len(known) == len(quantities) else None
