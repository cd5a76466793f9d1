"""What the event log and the captures of one licence server tell together of the seats in use.

A log is continuous: the truth lies between its bounds in all the time that it covers. A capture is sure of its own
moment only, and where a log covers what lies around that, the log carries its word on:

    at most    what the capture before left possible, and each seat that was taken since
    at least   what the capture after it proves, without each seat that was taken until then

Of what is proven the higher counts and of what is possible the lower, so that no seat counts twice and no bound is
wider than by the log alone. Where log and capture contradict each other a clock is wrong or a line is missing: that
capture is left out. Outside of the log a capture counts until the next one, as where there is no log at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from licensing.rules.log_series import LogSeries, Reach, Stretch
from licensing.rules.sightings import RestsOn, Sighting, merged


class _Claim(NamedTuple):
    """Bounds from one time up to another, and the seats taken in all at its start."""

    starts_at: datetime
    ends_at: datetime
    low: int
    high: int | None
    taken: int


def combined(captures: Sequence[Sighting], log: LogSeries) -> list[Sighting]:
    """Return what both tell, in order of time; ``captures`` are single ones, each up to the next, in order too."""
    starts = [one.starts_at for one in captures]
    seen = _seen(captures)
    found = list(_beside(captures, log.covered))
    for reach in log.reaches:
        first, last = reach.spans[0].starts_at, reach.spans[-1].ends_at
        inside = captures[bisect_right(starts, first) : bisect_left(starts, last)] if reach.carries else ()
        for claim in _cut(_proven(list(_possible(reach, inside)), inside), seen):
            place = bisect_right(starts, claim.starts_at) - 1
            fresh = captures[place] if place >= 0 and claim.starts_at < captures[place].ends_at else None
            rests_on = RestsOn.LOG if fresh is None else RestsOn.BOTH
            capture_id = None if fresh is None else fresh.capture_id
            found.append(Sighting(*claim[:4], capture_id, rests_on))
    found.sort(key=lambda one: one.starts_at)
    return merged(found)


def _possible(reach: Reach, captures: Sequence[Sighting]) -> Iterator[_Claim]:
    """Go forward: at most what a capture left possible, and each seat that was taken since."""
    left: int | None = None
    place, before = 0, 0
    for start, ends_at, low, most, taken in reach.spans:
        begin = start
        if left is not None and left + taken < low:
            left = None
        high = _least(most, None if left is None else left + taken)
        while place < len(captures) and captures[place].starts_at < ends_at:
            one = captures[place]
            place += 1
            if one.high is None or (high is not None and one.high >= high):
                continue
            at = _second(one)
            # What was taken in the capture's own second may have been taken after it.
            new = one.high - (before if at <= start else taken)
            if one.high < low or (left is not None and new >= left):
                continue
            left = new
            if high is None or left + taken < high:
                if at > begin:
                    yield _Claim(begin, at, low, high, taken)
                    begin = at
                high = left + taken
        yield _Claim(begin, ends_at, low, high, taken)
        before = taken


def _proven(claims: Sequence[_Claim], captures: Sequence[Sighting]) -> list[_Claim]:
    """Go back: at least what a capture proves, without each seat that was taken until then."""
    found: list[_Claim] = []
    proof: int | None = None
    place = len(captures) - 1
    for start, ends_at, lower, high, taken in reversed(claims):
        end = ends_at
        if proof is not None and high is not None and proof + taken > high:
            proof = None
        low = lower if proof is None else max(lower, proof + taken)
        while place >= 0 and captures[place].starts_at >= start:
            one = captures[place]
            place -= 1
            if one.low <= low or (high is not None and one.low > high):
                continue
            proof = one.low - taken
            # What came back in the capture's own second may have come back after it.
            cut = max(start, min(end, _second(one)))
            if cut < end:
                found.append(_Claim(cut, end, low, high, taken))
                end = cut
            low = one.low
        if start < end:
            found.append(_Claim(start, end, low, high, taken))
    found.reverse()
    return found


def _cut(claims: Iterable[_Claim], seen: Sequence[Stretch]) -> Iterator[_Claim]:
    """Cut claims where captures begin to speak, and where they cease."""
    edges = [at for stretch in seen for at in stretch]
    place = 0
    for claim in claims:
        start = claim.starts_at
        while place < len(edges) and edges[place] < claim.ends_at:
            if edges[place] > start:
                yield claim._replace(starts_at=start, ends_at=edges[place])
                start = edges[place]
            place += 1
        yield claim._replace(starts_at=start) if start > claim.starts_at else claim


def _seen(captures: Iterable[Sighting]) -> list[Stretch]:
    """Return the time of which captures speak."""
    found: list[Stretch] = []
    for one in captures:
        if found and found[-1][1] >= one.starts_at:
            found[-1] = (found[-1][0], one.ends_at)
        else:
            found.append((one.starts_at, one.ends_at))
    return found


def _beside(captures: Sequence[Sighting], covered: Sequence[Stretch]) -> Iterator[Sighting]:
    """Give what captures show in the time that the log does not cover."""
    place = 0
    for one in captures:
        start = one.starts_at
        while place < len(covered) and covered[place][1] <= start:
            place += 1
        for begin, end in covered[place:]:
            if begin >= one.ends_at:
                break
            if start < begin:
                yield one._replace(starts_at=start, ends_at=begin)
            start = max(start, end)
        if start < one.ends_at:
            yield one._replace(starts_at=start) if start > one.starts_at else one


def _second(one: Sighting) -> datetime:
    """Return the second of a capture, as a log would write it: its lines tell how things stood at a second's end."""
    return one.starts_at.replace(microsecond=0)


def _least(one: int | None, other: int | None) -> int | None:
    known = [number for number in (one, other) if number is not None]
    return min(known, default=None)
