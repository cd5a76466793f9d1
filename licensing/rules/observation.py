"""What a capture's numbers are worth: when it was taken, how old it may be, and the use that it bears out.

``None`` is unknown and spreads: a sum with an unknown part is unknown, and nothing here turns it into zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from answerprint.core.problems import Invalid
from licensing.collectors.reading import FeatureReading, Reading, ServerState

AHEAD_MAX = timedelta(minutes=10)
"""How far a sender's clock may run ahead of ours."""

_OLDEST_YEAR = 1990
_NUMBER_MAX = 2**31 - 1
_FEATURE_MAX = 240
_ANSWERS = frozenset({ServerState.UP, ServerState.DEGRADED})


class Freshness(StrEnum):
    """What the newest capture of a server is worth now."""

    CURRENT = "current"
    DEGRADED = "degraded"
    """Current, but a part of the server does not answer."""
    STALE = "stale"
    """Older than the server's limit, whatever it said."""
    NEVER = "never"
    """No capture of this server has come yet."""
    UNKNOWN = "unknown"
    """The capture does not show whether the server is up."""
    DOWN = "down"
    NONE = "none"
    """On no licence server: there is nothing to see."""


SILENT = frozenset({Freshness.STALE, Freshness.DOWN, Freshness.UNKNOWN, Freshness.NEVER})
"""Somebody has to see to the server: what is in use on it now is not known."""

# From best to worst: a product on several servers is as fresh as the worst of them.
_BY_WORTH = tuple(Freshness)
_BY_STATE = {
    ServerState.UP: Freshness.CURRENT,
    ServerState.DEGRADED: Freshness.DEGRADED,
    ServerState.DOWN: Freshness.DOWN,
    ServerState.UNKNOWN: Freshness.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a feature, side by side and never mixed."""

    issued: int | None
    is_uncounted: bool
    reported: int | None
    counted: int | None
    reserved: int | None
    queued: int | None
    borrowed: int | None


NOTHING_KNOWN = Numbers(
    issued=None, is_uncounted=False, reported=None, counted=None, reserved=None, queued=None, borrowed=None
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Use lies between these two, both included, as far as one capture tells."""

    low: int
    high: int


def time_of_capture(*, sent: datetime | None, reported: datetime | None, now: datetime) -> datetime | None:
    """Return when a text was printed as far as sender or text say; raises ``Invalid`` where that cannot be."""
    taken_at = sent if sent is not None else reported
    if taken_at is None:
        return None
    if taken_at.year < _OLDEST_YEAR:
        raise _bad_time(f"A capture cannot be from before {_OLDEST_YEAR}.")
    if taken_at - now > AHEAD_MAX:
        source = "taken_at" if sent is not None else "The time in the text"
        raise _bad_time(f"{source} lies more than 10 minutes ahead: see to the clock, and to the server's time zone.")
    return taken_at


def freshness(state: str | None, taken_at: datetime | None, *, stale_after: timedelta, now: datetime) -> Freshness:
    """Say what a server's newest capture is worth at ``now``."""
    if state is None or taken_at is None:
        return Freshness.NEVER
    if now - taken_at > stale_after:
        return Freshness.STALE
    return _BY_STATE[ServerState(state)]


def worst(found: Iterable[Freshness]) -> Freshness:
    """Return the worst of several; of none, that there is nothing to see."""
    return max(found, key=_BY_WORTH.index, default=Freshness.NONE)


def answers(state: str) -> bool:
    """Report whether a server in this state was there to be asked: else its capture tells no use at all."""
    return ServerState(state) in _ANSWERS


def state_of(reading: Reading) -> ServerState:
    """Return the state that a whole text shows; several servers of which some do not answer are degraded."""
    states = {reading.server.state, *(other.state for other in reading.others)}
    if len(states) == 1:
        return reading.server.state
    return ServerState.DEGRADED if states & _ANSWERS else ServerState.UNKNOWN


def numbers_by_feature(features: Iterable[FeatureReading]) -> dict[str, Numbers]:
    """Return the numbers to keep for each feature name; where a text shows a name twice, the sum.

    A name too long for the catalogue to hold is left to the raw text.
    """
    found: dict[str, list[Numbers]] = {}
    for feature in features:
        if len(feature.feature) <= _FEATURE_MAX:
            found.setdefault(feature.feature, []).append(_numbers(feature))
    return {name: total(several) for name, several in found.items()}


def total(several: Sequence[Numbers]) -> Numbers:
    """Add up numbers, each kind with its own."""
    return Numbers(
        issued=add_up(one.issued for one in several),
        is_uncounted=any(one.is_uncounted for one in several),
        reported=add_up(one.reported for one in several),
        counted=add_up(one.counted for one in several),
        reserved=add_up(one.reserved for one in several),
        queued=add_up(one.queued for one in several),
        borrowed=add_up(one.borrowed for one in several),
    )


def add_up(numbers: Iterable[int | None]) -> int | None:
    """Return the sum; unknown where a part is unknown, and where there is no part."""
    parts = list(numbers)
    known = [part for part in parts if part is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def in_use(numbers: Numbers) -> int | None:
    """Return the seats in use, without those that are only reserved.

    The holder lines count, but where the server reports fewer than it lists, handles share seats and its own number
    counts; where it reports more than lines and reservations explain, somebody is not listed.
    """
    if numbers.reported is None:
        return numbers.counted
    beyond_reserved = max(0, numbers.reported - (numbers.reserved or 0))
    if numbers.counted is None:
        return beyond_reserved
    return min(numbers.reported, max(numbers.counted, beyond_reserved))


def is_report_unexplained(numbers: Numbers) -> bool:
    """Report whether the server's own number is neither the listed seats nor these with the reserved ones."""
    if numbers.reported is None or numbers.counted is None:
        return False
    return numbers.reported not in {numbers.counted, numbers.counted + (numbers.reserved or 0)}


@lru_cache(maxsize=4096)  # a year of captures shows the same numbers over and over
def use_bounds(numbers: Numbers) -> Bounds | None:
    """Return what use a capture proves and what it leaves possible; ``None`` where it tells nothing.

    Proven are the listed seats; where they outnumber the server's own number, several lines share a seat, and that
    number counts without what may be reserved in it. Possible is the larger number.
    """
    known = [number for number in (numbers.counted, numbers.reported) if number is not None]
    if not known:
        return None
    low = numbers.counted
    if numbers.reported is not None and (low is None or low > numbers.reported):
        low = max(0, numbers.reported - (numbers.reserved or 0))
    return Bounds(low=low or 0, high=max(known))


def _numbers(feature: FeatureReading) -> Numbers:
    if feature.state not in _ANSWERS:
        # What a daemon that does not answer once listed is no count of today's use.
        return NOTHING_KNOWN
    return Numbers(
        issued=_plausible(feature.issued),
        is_uncounted=feature.is_uncounted,
        reported=_plausible(feature.reported_in_use),
        counted=_plausible(feature.counted_in_use),
        reserved=_plausible(feature.reserved),
        queued=_plausible(feature.queued),
        borrowed=_plausible(feature.borrowed),
    )


def _plausible(number: int | None) -> int | None:
    """Return the number, unless no number of seats can be so large: then it is unknown."""
    return number if number is not None and 0 <= number <= _NUMBER_MAX else None


def _bad_time(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"taken_at": [sentence]})
