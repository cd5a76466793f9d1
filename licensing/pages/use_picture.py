"""Use against capacity over time, laid out for drawing: the days behind, today, and what lies ahead.

Lengths are in the units of the picture's own box. A line breaks off over days that are not known; it never falls to the
floor there, which is zero. What a mark means is said in a word beside its shape.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from licensing.pages.use_words import said_day, said_end, said_week, short_end
from licensing.queries.use_picture import DaysOfUse
from licensing.rules.use_days import LotsEnd, UseDay, use_weeks

WIDTH, HEIGHT = 760, 218
LEFT, RIGHT, TOP, FLOOR = 40, 754, 44, 186
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABEL_ROOM = 150
_TICK_ROOM = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis of time: its label, which side of it that stands, and what it says in full."""

    x: float
    label: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle, and what it says in full."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class UsePicture:
    """The lines of the picture as SVG paths and points, each empty where there is nothing to draw."""

    past: str
    capacity: str
    band: str
    expected: str
    reserved: tuple[Block, ...]
    weeks: tuple[Block, ...]
    ends: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    short: Mark | None
    today: float
    highest: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days and seats lie in the box."""

    first: date
    days: int
    highest: int

    def across(self, day: date, share: float = 0.0) -> float:
        """Return where a day begins, or the part of it that is ``share``."""
        return round(LEFT + (RIGHT - LEFT) * ((day - self.first).days + share) / self.days, 1)

    def up(self, seats: int) -> float:
        """Return how high so many seats lie."""
        return round(FLOOR - (FLOOR - TOP) * seats / self.highest, 1)


def draw(found: DaysOfUse, today: date) -> UsePicture:
    """Lay out the days of a product."""
    days = found.days
    scale = _Scale(days[0].day, len(days), max(1, *(day.tallest for day in days)))
    ahead = [day for day in days if day.expected is not None]
    return UsePicture(
        past=_steps(days, scale, lambda day: day.peak),
        capacity=_steps(days, scale, lambda day: day.capacity),
        band=_band(ahead, scale),
        expected=_points((scale.across(day.day, 0.5), scale.up(day.expected or 0)) for day in ahead),
        reserved=tuple(_reserved(days, scale)),
        weeks=tuple(_weeks(days, scale, today)),
        ends=tuple(_ends(found.ends, scale)),
        ticks=tuple(_ticks(days, scale)),
        short=_short(found, scale),
        today=scale.across(today),
        highest=scale.highest,
    )


def _steps(days: Sequence[UseDay], scale: _Scale, height: Callable[[UseDay], int | None]) -> str:
    """Draw a height that holds for a day, broken off where there is none."""
    moves: list[str] = []
    pen: float | None = None
    for day in days:
        seats = height(day)
        up = None if seats is None else scale.up(seats)
        if up is not None:
            moves.append(f"M{scale.across(day.day)} {up}" if pen is None else f"V{up}" if pen != up else "")
            moves.append(f"H{scale.across(day.day, 1)}")
        pen = up
    return "".join(moves)


def _band(ahead: Sequence[UseDay], scale: _Scale) -> str:
    highs = [(scale.across(day.day, 0.5), scale.up(day.high or 0)) for day in ahead]
    lows = [(scale.across(day.day, 0.5), scale.up(day.low or 0)) for day in reversed(ahead)]
    return _points([*highs, *lows])


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{across},{up}" for across, up in places)


def _reserved(days: Sequence[UseDay], scale: _Scale) -> Iterator[Block]:
    """Draw each run of days with as many reserved seats as one block that stands on the floor."""
    for seats, run in groupby(days, key=lambda day: day.reserved):
        lasting = list(run)
        if seats:
            x, up = scale.across(lasting[0].day), scale.up(seats)
            width = round(scale.across(lasting[-1].day, 1) - x, 1)
            title = f"{seats:,} reserved, {said_day(lasting[0].day)} to {said_day(lasting[-1].day)}"
            yield Block(x, up, width, round(FLOOR - up, 1), title)


def _weeks(days: Sequence[UseDay], scale: _Scale, today: date) -> Iterator[Block]:
    """Cover each week, Monday to Sunday, with a ground that says what there is in it."""
    for week in use_weeks(days, today):
        x = scale.across(week.first)
        width = round(scale.across(week.last, 1) - x, 1)
        yield Block(x, TOP - 6, width, FLOOR - TOP + 6, said_week(week))


def _ends(ends: Sequence[LotsEnd], scale: _Scale) -> Iterator[Mark]:
    """Mark the days on which lots end; a label is left out where the one before it needs the room."""
    last = float("-inf")
    for end in ends:
        x = scale.across(end.day, 1)
        is_left = x + _LABEL_ROOM > RIGHT
        reaches = x - _LABEL_ROOM if is_left else x
        is_said = reaches >= last
        last = (x if is_left else x + _LABEL_ROOM) if is_said else last
        yield Mark(x, short_end(end) if is_said else "", "end" if is_left else "start", said_end(end))


def _ticks(days: Sequence[UseDay], scale: _Scale) -> Iterator[Mark]:
    """Mark the first day of each month that has room for its name."""
    for day in days:
        x = scale.across(day.day)
        if day.day.day == 1 and x + _TICK_ROOM < WIDTH:
            name = _MONTHS[day.day.month - 1]
            yield Mark(x, f"{name} {day.day.year}" if day.day.month == 1 else name, "start", "")


def _short(found: DaysOfUse, scale: _Scale) -> Mark | None:
    """Mark the first day on which more is expected than there are seats."""
    day = found.forecast.exhausted_on
    seats = next((one.capacity for one in found.days if one.day == day), None)
    if day is None or seats is None:
        return None
    x = scale.across(day, 0.5)
    title = f"From {said_day(day)} on more is expected than there are seats"
    return Mark(x, "short", "end" if x > RIGHT - 60 else "start", title)
