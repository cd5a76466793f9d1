"""A timeline of reserved seats, laid out for drawing: a column for each day, a lane for each reservation.

Lengths are in the units of the picture's own box, ``WIDTH`` wide. What a mark means is said in a word beside its shape.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from licensing.queries.reservations import ReservationRow
from licensing.rules.availability import SeatDay

WIDTH, COLUMNS_TOP, COLUMNS_HEIGHT, LANE_HEIGHT, LANES_MAX = 760, 22, 64, 22, 14
DAYS_SHOWN, DAYS_SHOWN_MAX = 42, 62
_WORD_ROOM = 40
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Column:
    """A day: how high its seats stand, how high what is taken of them, and what is the matter with it, if anything."""

    x: float
    width: float
    frame_y: float
    frame_height: float
    used_y: float
    used_height: float
    over_y: float
    over_height: float
    is_uncounted: bool
    mark: str
    word: str
    tick: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A reservation: a bar over its days, solid where held, hatched where offered, dashed where it waits."""

    x: float
    width: float
    y: float
    state: str
    label: str
    label_x: float
    label_anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture. ``summary`` says in words what it shows; ``left_out`` reservations have no lane."""

    width: int
    height: float
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]
    left_out: int
    summary: str


def shown_days(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    """Return the days to draw: six weeks from today, or around what is asked."""
    if first is None or last is None:
        return today, today + timedelta(days=DAYS_SHOWN - 1)
    start = today if (first - today).days < DAYS_SHOWN else first - timedelta(days=3)
    end = max(last, start + timedelta(days=DAYS_SHOWN - 1))
    return start, min(end, start + timedelta(days=DAYS_SHOWN_MAX - 1))


def draw(days: Sequence[SeatDay], rows: Sequence[ReservationRow]) -> Timeline:
    """Lay the timeline of these days and reservations out."""
    shown = rows[:LANES_MAX]
    lanes = tuple(_lane(row, place, days[0].on, days[-1].on) for place, row in enumerate(shown))
    short = sum(1 for day in days if day.short_by)
    summary = f"Seats from {_said(days[0].on)} to {_said(days[-1].on)}: {len(rows)} reservations, {short} short days."
    return Timeline(
        width=WIDTH,
        height=COLUMNS_TOP + COLUMNS_HEIGHT + 24 + LANE_HEIGHT * len(lanes),
        columns=tuple(_columns(days)),
        lanes=lanes,
        left_out=len(rows) - len(shown),
        summary=summary,
    )


def taken(day: SeatDay) -> int:
    """Return the seats of a day that are reserved, or out beyond what is reserved."""
    return day.reserved_by_others + day.reserved_by_project + day.checked_out_by_others


def word_for(day: SeatDay) -> str:
    """Say in a word what is the matter with a day; empty where nothing is."""
    if day.blackouts:
        return "blackout"
    if day.capacity == 0:
        return "no lot"
    return "short" if day.short_by else ""


def _columns(days: Sequence[SeatDay]) -> Iterator[Column]:
    step = WIDTH / len(days)
    highest = max([1, *(max(day.capacity or 0, taken(day)) for day in days)])
    last_word, said_at = "", -_WORD_ROOM
    for place, day in enumerate(days):
        word = word_for(day)
        is_said = bool(word) and (word != last_word) and place * step - said_at >= _WORD_ROOM
        said_at = int(place * step) if is_said else said_at
        last_word = word
        yield _column(day, place * step, step, highest, word=word if is_said else "", mark=word)


def _column(day: SeatDay, x: float, step: float, highest: int, *, word: str, mark: str) -> Column:
    bottom, unit = COLUMNS_TOP + COLUMNS_HEIGHT, COLUMNS_HEIGHT / highest
    capacity, used = day.capacity or 0, taken(day)
    within = used if day.is_uncounted else min(used, capacity)
    return Column(
        x=round(x, 2),
        width=round(step, 2),
        frame_y=round(bottom - capacity * unit, 2),
        frame_height=round(capacity * unit, 2),
        used_y=round(bottom - within * unit, 2),
        used_height=round(within * unit, 2),
        over_y=round(bottom - used * unit, 2),
        over_height=round((used - within) * unit, 2),
        is_uncounted=day.is_uncounted,
        mark=mark,
        word=word,
        tick=f"{day.on.day} {_MONTHS[day.on.month - 1]}" if day.on.weekday() == 0 else "",
        title=_day_title(day),
    )


def _day_title(day: SeatDay) -> str:
    seats = "uncounted" if day.is_uncounted else f"{day.capacity} seats"
    parts = [seats, f"{day.reserved_by_others + day.reserved_by_project} reserved"]
    if day.checked_out_by_others:
        parts.append(f"{day.checked_out_by_others} more out")
    if day.waited_for:
        parts.append(f"{day.waited_for} waited for")
    if day.free is not None:
        parts.append(f"{max(0, day.free - day.reserved_by_project)} free")
    if day.short_by:
        parts.append(f"short by {day.short_by}")
    parts += [f"blackout: {reason}" for reason in day.blackouts]
    return f"{_said(day.on)}: {', '.join(parts)}"


def _lane(row: ReservationRow, place: int, first: date, last: date) -> Lane:
    step = WIDTH / ((last - first).days + 1)
    start = max(0, (row.starts_on - first).days) * step
    end = (min(row.ends_on, last) - first).days * step + step
    is_left = start > WIDTH * 0.7
    state = "" if row.state == "held" else f", {row.state}"
    label = f"{row.project_code or 'another project'}: {row.quantity}{state}"
    return Lane(
        x=round(start, 2),
        width=round(end - start, 2),
        y=COLUMNS_TOP + COLUMNS_HEIGHT + 24 + LANE_HEIGHT * place,
        state=row.state,
        label=label,
        label_x=round(start - 4 if is_left else start + 4, 2),
        label_anchor="end" if is_left else "start",
        title=f"{label}, {_said(row.starts_on)} to {_said(row.ends_on)}",
    )


def _said(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
