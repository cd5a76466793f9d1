"""Which hours of the week are busy: the highest use seen in each hour of each weekday, over some weeks.

Hours are those that the facility's clocks show. Where clocks go back, an hour comes twice and both count for the one
cell; where they go forward, an hour never comes, and that week adds nothing to its cell, neither use nor time. An hour
of which nothing is known has no use to tell, which is not a use of 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from licensing.rules.percentiles import Stretch

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HourCell:
    """An hour of a weekday: its highest use, ``None`` where unknown, and of how much of its time that is known.

    ``known`` and ``whole`` are lengths over all weeks together; ``whole`` is nothing where the hour never came.
    """

    weekday: int
    hour: int
    seats: int | None
    known: timedelta
    whole: timedelta

    @property
    def percent(self) -> int:
        """The percent of its time that is known, rounded down."""
        return self.known * 100 // self.whole if self.whole else 0


@dataclass(slots=True)
class _Tally:
    seats: int | None = None
    known: timedelta = timedelta()
    whole: timedelta = timedelta()


def hour_cells(
    stretches: Iterable[Stretch], zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> tuple[HourCell, ...]:
    """Return the cells of the week, Monday at midnight first, from what is known in ``[starts_at, ends_at)``."""
    tallies = {(weekday, hour): _Tally() for weekday in range(7) for hour in range(24)}
    for at, until in _hours(starts_at, ends_at, zone):
        tallies[_cell_of(at, zone)].whole += until - at
    for one in stretches:
        for at, until in _hours(max(one.starts_at, starts_at), min(one.ends_at, ends_at), zone):
            tally = tallies[_cell_of(at, zone)]
            tally.known += until - at
            tally.seats = max(tally.seats or 0, one.seats)
    return tuple(HourCell(*place, one.seats, one.known, one.whole) for place, one in tallies.items())


def _cell_of(at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = at.astimezone(zone)
    return local.weekday(), local.hour


def _hours(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Cut some time where the clocks of the zone show a full hour. It is walked in UTC, where no hour comes twice."""
    at, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    while at < end:
        local = at.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        until = min(at + _HOUR - into, end)
        yield at, until
        at = until
