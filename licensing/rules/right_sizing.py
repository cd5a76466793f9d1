"""How many of a product's seats were hardly needed: for how long the last ones were in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from licensing.rules.percentiles import highest, time_above

_MINUTE = timedelta(minutes=1)
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class LastSeats:
    """The last ``seats`` of a product were needed for so many minutes, rounded up."""

    seats: int
    minutes: int


def last_seats(lengths: Mapping[int, timedelta], capacity: int) -> tuple[LastSeats, ...]:
    """Return for how long the last seats of ``capacity`` were needed, from those needed least.

    ``lengths`` is for how long use was at each height. One step for each height below the capacity at which use stood,
    the highest first: with one seat more taken away, the minutes grow.
    """
    if not lengths:
        return ()
    heights = sorted({height for height in (*lengths, highest(lengths)) if height < capacity}, reverse=True)
    return tuple(
        LastSeats(capacity - height, -(-time_above(dict(lengths), height) // _MINUTE))
        for height in heights[:_MOST_STEPS]
    )
