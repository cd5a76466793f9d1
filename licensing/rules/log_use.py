"""How many seats of a product were in use over a period, by the event logs of its servers.

Each server's log gives bounds, and those of several servers add up. Where one of the logs does not speak, nothing is
said of the whole. A log is taken to go on from one part to the next where no more than a day lies between them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from licensing.rules.pairing import Session
from licensing.rules.pairing_held import Point
from licensing.rules.usage import Coverage, Step, use_over_log

SILENCE_MAX = timedelta(days=1)
"""Servers write a line every few hours; where parts lie further apart, one between them is missing."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class ServerLog:
    """What is known of one server's log: the times its parts speak of, its sessions, and from where on all is known.

    ``steps`` is the use that they amount to, where that was worked out.
    """

    stretches: Sequence[Stretch]
    sessions: Sequence[Session]
    known_from: dict[str, Point]
    steps: Sequence[Step] | None = None


@dataclass(frozen=True, slots=True)
class LogBounds:
    """The peak of use by logs; ``lower`` is proven. ``upper`` is ``None`` where nothing bounds it.

    ``coverage`` is in per mille of the period, rounded down: how much of it all the logs speak of.
    """

    coverage: int
    lower: int | None = None
    lower_at: datetime | None = None
    upper: int | None = None
    upper_at: datetime | None = None


def bounds(logs: Sequence[ServerLog], *, starts_at: datetime, ends_at: datetime) -> LogBounds:
    """Return the peak of use in ``[starts_at, ends_at)``, between what the logs prove and what they allow."""
    covered = _common([clipped(log.stretches, starts_at, ends_at) for log in logs])
    length = sum((end - start for start, end in covered), timedelta())
    coverage = length * 1000 // (ends_at - starts_at) if ends_at > starts_at else 0
    if not covered:
        return LogBounds(coverage)
    if len(logs) == 1:
        return _bounds_of_one(steps_of(logs[0]), covered, coverage)
    series = [_Series(steps_of(log)) for log in logs]
    lowers = [(sum(one.low(at) for one in series), at) for at, _ in _lengths(series, covered)]
    uppers = [(_total(one.high(at) for one in series), at) for at in _moments(series, covered)]
    lower, lower_at = max(lowers, key=lambda found: found[0], default=(0, covered[0][0]))
    bounded = [(upper, at) for upper, at in uppers if upper is not None]
    is_bounded = len(bounded) == len(uppers)
    upper, upper_at = max(bounded, key=lambda found: found[0]) if is_bounded else (None, None)
    return LogBounds(coverage, lower, lower_at, upper, upper_at)


def _bounds_of_one(steps: Sequence[Step], covered: Sequence[Stretch], coverage: int) -> LogBounds:
    """Return the same for one log: its steps are the moments at which a bound may change."""
    lower, lower_at = 0, covered[0][0]
    upper: int | None = 0
    upper_at: datetime | None = None
    for start, end in covered:
        for step in steps:
            if step.ends_at < start or step.starts_at >= end:
                continue
            if step.lower > lower and step.starts_at < step.ends_at and step.ends_at > start:
                lower, lower_at = step.lower, max(start, step.starts_at)
            most = _upper(step)
            if most is None or upper is None:
                upper, upper_at = None, None
            elif upper_at is None or most > upper:
                upper, upper_at = most, max(start, step.starts_at)
    return LogBounds(coverage, lower, lower_at, upper, upper_at)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join the stretches of a log's parts where it goes on from one to the next."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start - found[-1][1] <= SILENCE_MAX:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def clipped(stretches: Iterable[Stretch], starts_at: datetime, ends_at: datetime) -> list[Stretch]:
    """Return what of some stretches lies within a period."""
    within = ((max(start, starts_at), min(end, ends_at)) for start, end in stretches)
    return [(start, end) for start, end in within if start < end]


class _Series:
    """The steps of one log, to be asked at a time."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._starts = [step.starts_at for step in steps]
        self._ends = [step.ends_at for step in steps]

    def low(self, at: datetime) -> int:
        """Return what is proven right after a time."""
        place = bisect_right(self._ends, at)
        return self.steps[place].lower if place < len(self.steps) and self._starts[place] <= at else 0

    def high(self, at: datetime) -> int | None:
        """Return the most there can have been at a time, in any step that touches it."""
        touching = self.steps[bisect_left(self._ends, at) : bisect_right(self._starts, at)]
        return _most(_upper(step) for step in touching)


def _upper(step: Step) -> int | None:
    """Return the most of a step. A log that begins with the daemon's start leaves but its first second unknown."""
    return step.shown if step.upper is None and step.starts_at == step.ends_at else step.upper


def steps_of(log: ServerLog) -> Sequence[Step]:
    """Return the use that a log tells of, over all the time that its parts speak of."""
    if log.steps is not None:
        return log.steps
    latest = max(log.known_from.values(), key=lambda point: point.line, default=None)
    known = log.known_from.get("", latest)
    starts_at, ends_at = log.stretches[0][0], log.stretches[-1][1]
    coverage = Coverage(starts_at, ends_at, {"": known} if known else {})
    # Features of one product are taken together: what is proven of one holder may come out lower, and never higher.
    return use_over_log(log.sessions, daemon="", coverage=coverage)


def _common(each: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """Return the stretches that stand in all of several lists."""
    found = list(each[0]) if each else []
    for others in each[1:]:
        found = [within for start, end in found for within in clipped(others, start, end)]
    return found


def _moments(series: Sequence[_Series], covered: Sequence[Stretch]) -> Iterator[datetime]:
    """Give each time within what is covered at which a bound may change."""
    times = {at for one in series for step in one.steps for at in (step.starts_at, step.ends_at)}
    ordered = sorted(times)
    for start, end in covered:
        yield start
        yield from ordered[bisect_right(ordered, start) : bisect_left(ordered, end)]


def _lengths(series: Sequence[_Series], covered: Sequence[Stretch]) -> Iterator[Stretch]:
    """Give the stretches between those times, in which nothing changes."""
    for start, end in covered:
        inside = [at for at in _moments(series, [(start, end)]) if at >= start]
        yield from pairwise([*inside, end])


def _total(found: Iterable[int | None]) -> int | None:
    numbers = list(found)
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _most(found: Iterable[int | None]) -> int | None:
    numbers = list(found)
    known = [number for number in numbers if number is not None]
    return max(known, default=0) if len(known) == len(numbers) else None
