"""What a licence server shows of a product over time: by captures, each counts until the next while it is fresh."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, pairwise
from typing import NamedTuple
from uuid import UUID

from licensing.rules.observation import NOTHING_KNOWN, Bounds, Numbers, use_bounds


class RestsOn(StrEnum):
    """What is known of some time rests on this."""

    LOG = "log"
    POLLS = "polls"
    BOTH = "both"
    NOTHING = "nothing"


class Shot(NamedTuple):
    """One capture in a series of one server: its numbers by feature, none where the server did not answer."""

    capture_id: UUID
    taken_at: datetime
    numbers: Mapping[str, Numbers]

    def bounds(self, features: Collection[str]) -> Bounds | None:
        """Return the use of some features together; ``None`` where it does not tell that of each."""
        found = [use_bounds(self.numbers.get(feature, NOTHING_KNOWN)) for feature in features]
        known = [one for one in found if one is not None]
        if not known or len(known) < len(found):
            return None
        return Bounds(low=sum(one.low for one in known), high=sum(one.high for one in known))


class Sighting(NamedTuple):
    """What one server shows of a product in ``[starts_at, ends_at)``; ``capture_id`` is the first capture that does.

    ``low`` and ``high`` bound the seats in use; where only a log speaks, ``high`` may be unknown and there may be no
    capture. Time in no sighting is not covered. It is a tuple, since a year of captures makes a hundred thousand.
    """

    starts_at: datetime
    ends_at: datetime
    low: int
    high: int | None
    capture_id: UUID | None
    rests_on: RestsOn = RestsOn.POLLS


class Shown:
    """Reads what a server shows forward in time."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self._sightings = sightings
        self._next = 0

    def at(self, moment: datetime) -> Sighting | None:
        """Return what is shown at ``moment``, which is never before the one asked for last."""
        while self._next < len(self._sightings) and self._sightings[self._next].starts_at <= moment:
            self._next += 1
        last = self._sightings[self._next - 1] if self._next else None
        return last if last is not None and moment < last.ends_at else None


def sightings(
    shots: Iterable[Shot], products: Mapping[UUID, Collection[str]], *, stale_after: timedelta
) -> dict[UUID, list[Sighting]]:
    """Return what a server's captures show of products; those that show the same in a row make one sighting."""
    found = single_sightings(shots, products, stale_after=stale_after)
    return {product: merged(singles) for product, singles in found.items()}


def single_sightings(
    shots: Iterable[Shot], products: Mapping[UUID, Collection[str]], *, stale_after: timedelta
) -> dict[UUID, list[Sighting]]:
    """Return what each of a server's captures, in order of time, shows of products, given by their features on it.

    A capture counts until the next one, but no longer than it is fresh; a capture that does not tell ends what the
    one before it told.
    """
    found: dict[UUID, list[Sighting]] = {product: [] for product in products}
    # Most products have one feature on a server.
    told = [
        (found[product].append, next(iter(features)) if len(features) == 1 else None, features)
        for product, features in products.items()
    ]
    for shot, following in pairwise(chain[Shot | None](shots, [None])):
        if shot is None:
            continue
        until = shot.taken_at + stale_after
        if following is not None:
            until = min(until, following.taken_at)
        if until <= shot.taken_at:
            continue
        for add, only, features in told:
            bounds = shot.bounds(features) if only is None else use_bounds(shot.numbers.get(only, NOTHING_KNOWN))
            if bounds is not None:
                add(Sighting(shot.taken_at, until, bounds.low, bounds.high, shot.capture_id))
    return found


def merged(found: Iterable[Sighting]) -> list[Sighting]:
    """Make one of those that show the same in a row."""
    rows: list[Sighting] = []
    first: Sighting | None = None
    ends_at: datetime | None = None
    for one in found:
        if first is None or ends_at != one.starts_at or not _shows_the_same(first, one):
            if first is not None and ends_at is not None:
                rows.append(_until(first, ends_at))
            first = one
        ends_at = one.ends_at
    return [*rows, _until(first, ends_at)] if first is not None and ends_at is not None else rows


def _until(one: Sighting, ends_at: datetime) -> Sighting:
    return one if one.ends_at == ends_at else one._replace(ends_at=ends_at)


def _shows_the_same(one: Sighting, other: Sighting) -> bool:
    return (one.low, one.high, one.rests_on) == (other.low, other.high, other.rests_on)


def resting_on(known: Sequence[Sighting]) -> RestsOn:
    """Return what several servers together rest on."""
    if len(known) == 1:
        return known[0].rests_on
    kinds = {one.rests_on for one in known}
    if not kinds:
        return RestsOn.NOTHING
    return kinds.pop() if len(kinds) == 1 else RestsOn.BOTH
