"""How high use was for how much of the time.

A percentile by time is the smallest height that use did not exceed in so many percent of the time that is known. Time
in which nothing is known counts neither as use nor as none: coverage says how much of that there was.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many seats in use from ``starts_at`` to ``ends_at``."""

    starts_at: datetime
    ends_at: datetime
    seats: int

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Percentiles of use by time, each ``None`` where no time is known, and the seconds that are."""

    p50: int | None
    p90: int | None
    p95: int | None
    p99: int | None
    known_seconds: int


def percentiles(stretches: Iterable[Stretch]) -> Percentiles:
    """Return how high use was in 50, 90, 95 and 99 percent of the time that these stretches cover."""
    lengths = time_at(stretches)
    p50, p90, p95, p99 = (percentile(lengths, share) for share in PERCENTILES)
    known = sum(lengths.values(), timedelta())
    return Percentiles(p50, p90, p95, p99, known_seconds=known // timedelta(seconds=1))


def time_at(stretches: Iterable[Stretch]) -> dict[int, timedelta]:
    """Return for how long use was at each height."""
    lengths: dict[int, timedelta] = {}
    for one in stretches:
        if one.length > timedelta():
            lengths[one.seats] = lengths.get(one.seats, timedelta()) + one.length
    return lengths


def percentile(lengths: dict[int, timedelta], percent: int) -> int | None:
    """Return the smallest height that use did not exceed in ``percent`` of the time; ``None`` where there is none."""
    needed = sum(lengths.values(), timedelta()) * percent
    below = timedelta()
    for height in sorted(lengths):
        below += lengths[height]
        # Held against each other in whole microseconds, so that no rounding decides.
        if below * 100 >= needed:
            return height
    return None


def time_above(lengths: dict[int, timedelta], seats: int) -> timedelta:
    """Return for how long more than ``seats`` were in use."""
    return sum((length for height, length in lengths.items() if height > seats), timedelta())


def highest(lengths: Collection[int]) -> int:
    """Return the highest use; 0 where there is none."""
    return max(lengths, default=0)
