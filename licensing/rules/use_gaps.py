"""The time that captures leave open: it is read from event logs, where there are any."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from licensing.rules.statement import Moment

Span = tuple[datetime, datetime]

JOINED = timedelta(days=1)
"""Gaps that lie no further apart are read as one: each costs a look into the log."""


def gaps_of(found: Iterable[Moment]) -> list[Span]:
    """Return the time in which not all servers bound the use, from moments in order of time."""
    gaps: list[Span] = []
    for one in found:
        if one.is_covered:
            continue
        if gaps and one.at - gaps[-1][1] <= JOINED:
            gaps[-1] = (gaps[-1][0], one.until)
        else:
            gaps.append((one.at, one.until))
    return gaps


def parted(found: Sequence[Moment], gaps: Sequence[Span]) -> Iterator[tuple[Span | None, list[Moment]]]:
    """Part moments into those of each gap, with its span, and those between gaps, with ``None``, in order of time."""
    place = 0
    for gap in gaps:
        between = place
        while found[place].at < gap[0]:
            place += 1
        if place > between:
            yield None, list(found[between:place])
        inside = place
        while place < len(found) and found[place].at < gap[1]:
            place += 1
        yield gap, list(found[inside:place])
    if place < len(found):
        yield None, list(found[place:])
