"""The busy hours of the week, laid out for drawing: a row a weekday, a column an hour, a cell the highest use seen.

A cell is inked by how near it comes to the highest of all, and its figure stands in it. Where nothing is known there is
a dashed frame and no figure; where less than half of the time is known, a dashed frame stands around the figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licensing.rules.use_hours import WEEKDAYS, HourCell

LEFT, TOP, CELL, ROW = 40, 22, 30, 26
WIDTH, HEIGHT = LEFT + 24 * CELL + 2, TOP + 7 * ROW + 2
LEVELS = 5


@dataclass(frozen=True, slots=True)
class DrawnHour:
    """A cell: where it lies, how densely it is inked, its figure (empty where unknown), and what it says in full."""

    x: int
    y: int
    level: int
    figure: str
    is_partly: bool
    title: str


@dataclass(frozen=True, slots=True)
class HoursPicture:
    """The cells row by row, by weekday; ``words`` say what is to be seen, ``known`` the percent that is known."""

    rows: tuple[tuple[str, tuple[DrawnHour, ...]], ...]
    words: str
    known: int


def draw(cells: Sequence[HourCell]) -> HoursPicture:
    """Lay out the hours of the week."""
    highest = max((cell.seats or 0 for cell in cells), default=0)
    drawn = [_drawn(cell, highest) for cell in cells]
    rows = tuple((name, tuple(drawn[24 * place : 24 * place + 24])) for place, name in enumerate(WEEKDAYS))
    known = sum(cell.known.total_seconds() for cell in cells)
    whole = sum(cell.whole.total_seconds() for cell in cells)
    return HoursPicture(rows, "".join(_words(cells, highest)), int(100 * known // whole) if whole else 0)


def level_of(seats: int, highest: int) -> int:
    """Return how densely use is inked: not at all where there was none, and in five steps up to the highest."""
    return -(-seats * LEVELS // highest) if seats and highest else 0


def _drawn(cell: HourCell, highest: int) -> DrawnHour:
    is_known = cell.seats is not None
    return DrawnHour(
        x=LEFT + CELL * cell.hour,
        y=TOP + ROW * cell.weekday,
        level=level_of(cell.seats or 0, highest),
        figure=f"{cell.seats:,}" if is_known else "",
        is_partly=is_known and cell.percent < 50,
        title=_title(cell),
    )


def _title(cell: HourCell) -> str:
    when = f"{WEEKDAYS[cell.weekday]} {cell.hour:02}:00 to {(cell.hour + 1) % 24:02}:00"
    if cell.seats is None:
        return f"{when}: unknown"
    return f"{when}: highest use {cell.seats:,}; known {cell.percent} %"


def _words(cells: Sequence[HourCell], highest: int) -> Iterator[str]:
    busiest = next((cell for cell in cells if cell.seats is not None and cell.seats == highest), None)
    if busiest is None:
        yield "Use by weekday and hour: unknown"
        return
    first = f"{WEEKDAYS[busiest.weekday]} at {busiest.hour:02}:00"
    yield f"Highest use by weekday and hour: up to {highest:,}, first on {first}"
    unknown = sum(cell.seats is None for cell in cells)
    if unknown:
        yield f"; {unknown} of {len(cells)} hours of the week unknown"
