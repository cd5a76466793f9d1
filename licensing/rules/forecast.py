"""When seats will not suffice: a forecast of daily peaks, with its error, held against the lots of each day.

The model is plain enough to be checked by hand: a straight line through the daily peaks, and for each weekday how far
its peaks usually lie from it. What it missed in the past is the error band. Reservations raise the need where they are
higher than it. How good it was is told by forecasts that it would have made in the weeks before.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from licensing.rules.sightings import RestsOn

LEAST_DAYS = 28
HORIZON_DAYS = 90
BACK_TESTS = 8
_WEEK = 7
_LOW, _HIGH = 10, 90
"""The band holds the errors between these percentiles."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayPeak:
    """The highest use of a day; a day of which nothing is known has none, and is left out.

    What is known of the day rests on captures, event logs or both; on nothing where it is on no licence server, and
    checkouts made here are all there is.
    """

    day: date
    seats: int
    rests_on: RestsOn = RestsOn.NOTHING


@dataclass(frozen=True, slots=True)
class Reserved:
    """Seats reserved from a day to a day, both included."""

    starts_on: date
    ends_on: date
    seats: int


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    """The need of a day in seats: the band and what lies in it; ``capacity`` of ``None`` is uncounted."""

    day: date
    low: int
    expected: int
    high: int
    reserved: int
    capacity: int | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """How forecasts of a week's highest use did: how many, their mean and largest error in seats, and the band's hits.

    ``mean_error`` is decimal text.
    """

    weeks: int
    mean_error: str
    worst_error: int
    within_band: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days to come, and the first on which need is expected to exceed capacity, or may at the earliest.

    Without enough history there are no days, and ``reason`` says so.
    """

    days: tuple[ExpectedDay, ...]
    exhausted_on: date | None
    exhausted_at_earliest: date | None
    back_test: BackTest | None
    reason: str


def forecast(
    history: Sequence[DayPeak],
    *,
    on: date,
    capacity: Callable[[date], int | None],
    reserved: Sequence[Reserved] = (),
) -> Forecast:
    """Forecast the need of the days after ``on`` from the daily peaks before, and hold it against ``capacity``."""
    if len(history) < LEAST_DAYS:
        reason = f"not enough history: {len(history)} of {LEAST_DAYS} days with known use"
        return Forecast((), None, None, None, reason)
    model = fit(history)
    expected = tuple(
        _expect(model, on + _DAY * ahead, reserved, capacity(on + _DAY * ahead)) for ahead in range(1, HORIZON_DAYS + 1)
    )
    over = [one.day for one in expected if one.capacity is not None and one.expected > one.capacity]
    maybe = [one.day for one in expected if one.capacity is not None and one.high > one.capacity]
    return Forecast(expected, next(iter(over), None), next(iter(maybe), None), back_test(history), "")


@dataclass(frozen=True, slots=True)
class Model:
    """A line through the peaks, an offset for each weekday, and the band of errors around both, in seats."""

    origin: date
    level: float
    slope: float
    weekdays: Mapping[int, float]
    low: float
    high: float

    def at(self, day: date) -> float:
        """Return the peak that is expected of a day; never below none."""
        line = self.level + self.slope * (day - self.origin).days
        return max(0.0, line + self.weekdays.get(day.weekday(), 0.0))


def fit(history: Sequence[DayPeak]) -> Model:
    """Fit the model to some days."""
    origin = history[0].day
    places = [(one.day - origin).days for one in history]
    slope = _slope(places, [one.seats for one in history])
    middle = sum(places) / len(places)
    level = sum(one.seats for one in history) / len(history) - slope * middle
    off: dict[int, list[float]] = {}
    for one, place in zip(history, places, strict=True):
        off.setdefault(one.day.weekday(), []).append(one.seats - level - slope * place)
    weekdays = {weekday: median(found) for weekday, found in off.items()}
    bare = Model(origin, level, slope, weekdays, 0.0, 0.0)
    errors = sorted(one.seats - bare.at(one.day) for one in history)
    return Model(origin, level, slope, weekdays, min(0.0, _quantile(errors, _LOW)), max(0.0, _quantile(errors, _HIGH)))


def back_test(history: Sequence[DayPeak]) -> BackTest | None:
    """Forecast the last eight weeks, each from what was known before it; ``None`` where none has enough before it."""
    errors, hits = [], 0
    last = history[-1].day
    for back in range(BACK_TESTS, 0, -1):
        origin = last - timedelta(days=_WEEK * back)
        before = [one for one in history if one.day <= origin]
        week = [one for one in history if origin < one.day <= origin + timedelta(days=_WEEK)]
        if len(before) < LEAST_DAYS or not week:
            continue
        model = fit(before)
        was = max(one.seats for one in week)
        peaks = [model.at(one.day) for one in week]
        errors.append(abs(was - seats_for(max(peaks))))
        hits += seats_down(max(peaks) + model.low) <= was <= seats_for(max(peaks) + model.high)
    if not errors:
        return None
    tenths = (sum(errors) * 20 + len(errors)) // (2 * len(errors))
    return BackTest(len(errors), f"{tenths // 10}.{tenths % 10}", max(errors), hits)


def seats_for(need: float) -> int:
    """Return the whole seats that carry a need; a need of a hair above a whole number is that number."""
    return max(0, math.ceil(need - 1e-9))


def seats_down(need: float) -> int:
    """Return the whole seats that a need has at least."""
    return max(0, math.floor(need + 1e-9))


def _expect(model: Model, day: date, reserved: Sequence[Reserved], capacity: int | None) -> ExpectedDay:
    kept = sum(one.seats for one in reserved if one.starts_on <= day <= one.ends_on)
    peak = model.at(day)
    return ExpectedDay(
        day=day,
        low=max(kept, seats_down(peak + model.low)),
        expected=max(kept, seats_for(peak)),
        high=max(kept, seats_for(peak + model.high)),
        reserved=kept,
        capacity=capacity,
    )


def _slope(places: Sequence[int], seats: Sequence[int]) -> float:
    middle, mean = sum(places) / len(places), sum(seats) / len(seats)
    spread = sum((place - middle) ** 2 for place in places)
    return sum((place - middle) * (one - mean) for place, one in zip(places, seats, strict=True)) / spread


def _quantile(ordered: Sequence[float], percent: int) -> float:
    """Return the value at or below which so many percent lie, by nearest rank."""
    place = max(1, -(-len(ordered) * percent // 100))
    return ordered[place - 1]
