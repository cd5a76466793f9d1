"""The last 24 hours of a product as a small line beside its bar, laid out for drawing.

The line holds a height until the next sample and breaks off where nothing is known: what is unknown is not drawn as
zero, which lies on the floor of the box. Lengths are in the units of the picture's own box.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from licensing.rules.last_day import LastDay

WIDTH, HEIGHT = 240, 40
_TOP, _FLOOR = 3, 38
_NOW = 6
"""How wide the sample of now is drawn, since none follows it."""


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of use and a hairline of capacity as SVG paths, empty where unknown; ``words`` say the same."""

    line: str
    capacity: str
    words: str


def draw(found: LastDay) -> Spark:
    """Lay out the last 24 hours of a product."""
    first, last = found.times[0], found.times[-1]
    highest = max(1, *(one for one in (*found.seats, *found.capacity) if one is not None), 1)
    across = [round((WIDTH - _NOW) * ((at - first) / (last - first))) for at in found.times]

    def path(heights: Sequence[int | None]) -> str:
        up = [None if one is None else round(_FLOOR - (_FLOOR - _TOP) * one / highest) for one in heights]
        return "".join(_steps(across, up))

    return Spark(line=path(found.seats), capacity=path(found.capacity), words=words_of(found))


def words_of(found: LastDay) -> str:
    """Say in words what the line shows."""
    known = [one for one in found.seats if one is not None]
    if not known:
        return "Last 24 hours: unknown"
    low, high = min(known), max(known)
    said = f"{low:,} in use" if low == high else f"{low:,} to {high:,} in use"
    over = sum(_is_over(one, capacity) for one, capacity in zip(found.seats, found.capacity, strict=True))
    parts = [f"Last 24 hours, hour by hour: {said}"]
    if over:
        parts.append(f"over capacity at {over} of {len(found.seats)} times")
    if len(known) < len(found.seats):
        parts.append(f"unknown at {len(found.seats) - len(known)} of {len(found.seats)} times")
    return "; ".join(parts)


def _is_over(seats: int | None, capacity: int | None) -> bool:
    return seats is not None and capacity is not None and seats > capacity


def _steps(across: Sequence[int], heights: Sequence[int | None]) -> Iterator[str]:
    """Give the moves of a line of steps: across to where the next sample was taken, then up or down."""
    pen: int | None = None
    for (x, height), (following, _) in pairwise([*zip(across, heights, strict=True), (WIDTH, None)]):
        if height is None:
            pen = None
            continue
        if pen is None:
            yield f"M{x} {height}"
        elif pen != height:
            yield f"V{height}"
        yield f"H{following}"
        pen = height
