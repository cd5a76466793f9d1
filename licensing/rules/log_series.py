"""The event log of one licence server as a series: what it proves and allows over time, and the seats taken by then."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from licensing.rules.log_use import ServerLog, clipped, steps_of
from licensing.rules.pairing import Session

Stretch = tuple[datetime, datetime]
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Span(NamedTuple):
    """From a time up to another: what is proven, what is possible (``None``: no bound), and the seats taken by then."""

    starts_at: datetime
    ends_at: datetime
    low: int
    high: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Spans without a break. Where it ``carries``, each seat that was taken stands in a line of its time."""

    spans: tuple[Span, ...]
    carries: bool


@dataclass(frozen=True, slots=True)
class LogSeries:
    """What a log tells within a period, in order of time."""

    reaches: tuple[Reach, ...]

    @property
    def covered(self) -> list[Stretch]:
        """The time of which it speaks."""
        return [(one.spans[0].starts_at, one.spans[-1].ends_at) for one in self.reaches]


def log_series(log: ServerLog, *, starts_at: datetime, ends_at: datetime) -> LogSeries:
    """Return what a log tells in ``[starts_at, ends_at)``."""
    stretches = clipped(log.stretches, starts_at, ends_at)
    if not stretches:
        return LogSeries(())
    doubtful = _doubtful(log.sessions)
    spans = _Spans(log)
    reaches = []
    for stretch in stretches:
        for start, end, carries in _parted(stretch, doubtful):
            found = tuple(spans.within(start, end))
            if found:
                reaches.append(Reach(found, carries))
    return LogSeries(tuple(reaches))


class _Spans:
    """The steps of a log, cut at each time at which seats were taken."""

    def __init__(self, log: ServerLog) -> None:
        self._steps = [step for step in steps_of(log) if step.starts_at < step.ends_at]
        self._starts = [step.starts_at for step in self._steps]
        taken: dict[datetime, int] = {}
        for one in log.sessions:
            if one.opened is not None and one.opened.at is not None:
                taken[one.opened.at] = taken.get(one.opened.at, 0) + one.quantity
        self._times = sorted(taken)
        self._sums = [0]
        for at in self._times:
            self._sums.append(self._sums[-1] + taken[at])

    def within(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Give the spans from one time to another."""
        first = max(0, bisect_right(self._starts, start) - 1)
        place = bisect_right(self._times, start)
        for step in self._steps[first : bisect_left(self._starts, end)]:
            begin, ends_at = max(step.starts_at, start), min(step.ends_at, end)
            while place < len(self._times) and self._times[place] < ends_at:
                if self._times[place] > begin:
                    yield Span(begin, self._times[place], step.lower, step.upper, self._sums[place])
                    begin = self._times[place]
                place += 1
            if begin < ends_at:
                yield Span(begin, ends_at, step.lower, step.upper, self._sums[place])


def _parted(stretch: Stretch, doubtful: Sequence[Stretch]) -> Iterator[tuple[datetime, datetime, bool]]:
    """Part a stretch into what carries the word of captures on, and what does not."""
    start, end = stretch
    for begin, until in doubtful:
        if begin > start and begin < end:
            yield start, begin, True
            start = begin
        if until > start and begin < end:
            yield start, min(until, end), False
            start = min(until, end)
    if start < end:
        yield start, end, True


def _doubtful(sessions: Sequence[Session]) -> list[Stretch]:
    """Return the time in which seats may have been taken unseen, or at another time than a line says."""
    found = list(_without_checkout(sessions))
    points = sorted(
        (point.line, point.at)
        for one in sessions
        for point in (one.opened, one.closed)
        if point is not None and point.at is not None
    )
    latest = _BEGINNING
    for _, at in points:
        # The clock was set back: what it showed twice does not tell what came first.
        if at < latest:
            found.append((at, latest))
        else:
            latest = at
    found.sort()
    return found


def _without_checkout(sessions: Sequence[Session]) -> Iterator[Stretch]:
    """Give the time in which a seat was taken, where it is not known when."""
    everything = (_BEGINNING, _END)
    for one in sessions:
        if one.opened is not None and one.opened.at is None:
            yield everything
        if one.opened is None and one.opened_first is not None:
            last = one.closed or one.seen
            first, until = one.opened_first.at, last.at if last else None
            yield (first, until) if first and until else everything
