"""The last 24 hours of a product, as a small line: what the board said, or would have said, at each hour.

These are samples: what came and went between two of them is not in the line. A moment at which a licence server of the
product was silent is unknown, never zero; where no server ever told anything, checkouts made here are all there is.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

STEP = timedelta(hours=1)
SAMPLES = 24
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LastDay:
    """A product's seats in use and its capacity at some times, in order; ``None`` is unknown, or uncounted."""

    product_id: UUID
    times: tuple[datetime, ...]
    seats: tuple[int | None, ...]
    capacity: tuple[int | None, ...]


def sample_times(now: datetime) -> tuple[datetime, ...]:
    """Return the whole hours of the last 24, and ``now`` itself."""
    # An hour that is just now is not told twice.
    last = _START + (now - _START - timedelta(microseconds=1)) // STEP * STEP
    return (*(last - STEP * back for back in reversed(range(SAMPLES))), now)


def held_at(times: Sequence[datetime], leases: Iterable[tuple[datetime, datetime, int]]) -> list[int]:
    """Return the seats that leases, each with start, end and seats, hold at some times in order."""
    held = [0] * len(times)
    for starts_at, ends_at, quantity in leases:
        for place in range(bisect_left(times, starts_at), bisect_left(times, ends_at)):
            held[place] += quantity
    return held


def by_ledger(times: Sequence[datetime], held: Sequence[int], told_from: datetime | None) -> tuple[int | None, ...]:
    """Return what the ledger alone tells: nothing before the first checkout was made here."""
    if told_from is None:
        return (None,) * len(times)
    return tuple(one if at >= told_from else None for at, one in zip(times, held, strict=True))


def with_servers(held: Sequence[int], seen: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return the larger of checked out and seen at each time; unknown where the servers do not tell."""
    return tuple(None if one is None else max(out, one) for out, one in zip(held, seen, strict=True))


class Tally:
    """Adds up what the features of a product show at some places; a place is complete where each of them is known."""

    def __init__(self, places: int) -> None:
        self._known, self._seats = [0] * places, [0] * places

    def add(self, places: Iterable[int], seats: int) -> None:
        """Count a feature that shows these seats at these places."""
        for place in places:
            self._known[place] += 1
            self._seats[place] += seats

    def complete(self, features: int) -> list[int | None]:
        """Return the seats at each place; ``None`` where fewer features than these are known."""
        found = zip(self._known, self._seats, strict=True)
        return [seats if features and known >= features else None for known, seats in found]
