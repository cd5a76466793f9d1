"""How many seats of a feature were in use, between what a log proves and what it allows, at each time.

``lower`` is proven. ``shown`` is the most that the lines of the log amount to. ``upper`` is the most there can have
been: it is ``shown`` once the daemon has started within the log, and before that unknown, since a seat that was taken
before the log began and not given back in it is in no line; there the limit counts, where the caller knows one. Times
are those that the server's clock showed. Where it was set back it showed some times twice: both count, and the bounds
hold for either. Between the last line before that and the first one after it nothing is claimed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, zip_longest

from licensing.rules.pairing import Session
from licensing.rules.pairing_held import Point
from licensing.rules.usage_changes import Change, changes


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a log speaks for: from its first dated line to its last; ``known_from`` is that of the pairing."""

    starts_at: datetime
    ends_at: datetime
    known_from: Mapping[str, Point]

    def known(self, daemon: str) -> Point | None:
        """Return the place from which on all that is open is known."""
        found = [self.known_from[name] for name in ("", daemon) if name in self.known_from]
        return min(found, key=lambda point: point.line, default=None)


@dataclass(frozen=True, slots=True)
class Step:
    """Use from a time to a time, both included; a step without length is a moment within one second."""

    starts_at: datetime
    ends_at: datetime
    lower: int
    shown: int
    upper: int | None


@dataclass(frozen=True, slots=True)
class Peak:
    """The most seats in use at one moment, by each of the three measures, and when that was first so."""

    lower: int
    lower_at: datetime
    shown: int
    shown_at: datetime
    upper: int | None
    upper_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """The use of one feature while the log covers it."""

    steps: tuple[Step, ...]
    peak: Peak

    def at(self, moment: datetime) -> Step | None:
        """Return the bounds at a time; ``None`` where the log says nothing of it."""
        touching = [step for step in self.steps if step.starts_at <= moment <= step.ends_at]
        return _around(touching, moment, moment) if touching else None


def usage_by_feature(sessions: Iterable[Session], *, coverage: Coverage) -> dict[tuple[str, str], Usage]:
    """Return the use of each feature of each daemon."""
    found: dict[tuple[str, str], list[Session]] = defaultdict(list)
    for session in sessions:
        found[session.daemon, session.feature].append(session)
    return {key: usage(of_feature, daemon=key[0], coverage=coverage) for key, of_feature in found.items()}


def usage(sessions: Iterable[Session], *, daemon: str, coverage: Coverage, limit: int | None = None) -> Usage:
    """Return the use of one feature of one daemon."""
    found, known = changes(sessions), coverage.known(daemon)
    pieces = list(_pieces(found, coverage, known=known, limit=limit))
    moments = [piece for piece in pieces if piece.is_moment]
    states = [piece.step for piece in pieces if not piece.is_moment]
    return Usage(steps=tuple(_envelope(states)), peak=_peak(states, [piece.step for piece in moments]))


def use_over_log(sessions: Iterable[Session], *, daemon: str, coverage: Coverage) -> tuple[Step, ...]:
    """Return the same steps without their peak, and faster where each line is dated and no clock was set back."""
    found, known = changes(sessions), coverage.known(daemon)
    lines = _with_ends(found, coverage, known)
    times = [change.at for change in lines]
    dated = [at for at in times if at is not None]
    if len(dated) < len(times) or any(later < at for at, later in pairwise(dated)):
        pieces = _pieces(found, coverage, known=known, limit=None)
        return tuple(_envelope([piece.step for piece in pieces if not piece.is_moment]))
    proven = shown = 0
    states: list[_State] = []
    for change, at in zip(lines, dated, strict=True):
        proven, shown = proven + change.proven, shown + change.shown
        states.append((at, proven, shown, _upper(proven, shown, change.line, known=known, limit=None)))
    return tuple(_in_order(states))


_State = tuple[datetime, int, int, int | None]


def _in_order(states: Sequence[_State]) -> Iterator[Step]:
    """Give steps of states that follow each other in time; those within one second make a step without length."""
    before: Step | None = None
    passing: list[Step] = []
    for state, following in zip_longest(states, states[1:]):
        at = state[0]
        if following is None or following[0] == at:
            passing.append(Step(at, at, *state[1:]))
        if following is not None and following[0] == at:
            continue
        last = None if following is None else Step(at, following[0], *state[1:])
        around = [step for step in (before, last) if step is not None]
        if passing and not (around and _holds(_around(around, at, at), _around(passing, at, at))):
            yield _around(passing, at, at)
        if last is not None:
            yield last
        before, passing = last, []


@dataclass(frozen=True, slots=True)
class _Piece:
    step: Step
    is_moment: bool = False


def _pieces(found: list[Change], coverage: Coverage, *, known: Point | None, limit: int | None) -> Iterator[_Piece]:
    """Give the states in the order of the log, each for the times that it may have been so.

    After a line without time the state may have begun at any time between the dated lines around it.
    """
    proven = shown = 0
    anchor = coverage.starts_at
    waiting = list[tuple[int, int, int | None]]()
    for change in _with_ends(found, coverage, known):
        at = change.at
        if at is not None:
            for state in waiting:
                yield from _spread(anchor, at, state)
            waiting, anchor = [], at
        proven, shown = proven + change.proven, shown + change.shown
        waiting.append((proven, shown, _upper(proven, shown, change.line, known=known, limit=limit)))
        if at is not None and change.moment > 0:
            yield _Piece(Step(at, at, proven + change.moment, *waiting[-1][1:]), is_moment=True)
    for state in waiting:
        yield _Piece(Step(anchor, anchor, *state))


def _with_ends(found: list[Change], coverage: Coverage, known: Point | None) -> list[Change]:
    """Add where the log begins and ends, and from where on all is known, as changes of nothing."""
    lines = {change.line: change for change in found}
    start = lines.setdefault(0, Change(0, None))
    lines[0] = Change(0, coverage.starts_at, start.proven, start.shown)
    if known is not None and known.line not in lines:
        lines[known.line] = Change(known.line, known.at)
    last = max(lines) + 1
    lines[last] = Change(last, coverage.ends_at)
    return [lines[line] for line in sorted(lines)]


def _upper(proven: int, shown: int, line: int, *, known: Point | None, limit: int | None) -> int | None:
    most = shown if known is not None and line >= known.line else limit
    return most if most is None else max(proven, most if limit is None else min(most, limit))


def _spread(start: datetime, end: datetime, state: tuple[int, int, int | None]) -> Iterator[_Piece]:
    """Lay a state over the time between two lines; where the clock was set back, on the two lines alone."""
    if start <= end:
        yield _Piece(Step(start, end, *state))
    else:
        yield _Piece(Step(start, start, *state))
        yield _Piece(Step(end, end, *state))


def _envelope(states: list[Step]) -> Iterator[Step]:
    """Give steps one after the other in time; where several states may have been, the bounds of all."""
    times = sorted({moment for step in states for moment in (step.starts_at, step.ends_at)})
    starting: dict[datetime, list[Step]] = defaultdict(list)
    points: dict[datetime, list[Step]] = defaultdict(list)
    for step in states:
        (points if step.starts_at == step.ends_at else starting)[step.starts_at].append(step)
    lasting: list[Step] = []
    last: Step | None = None
    for start, end in pairwise([*times, None]):
        if start is None:
            break
        before = last
        lasting = [step for step in lasting if step.ends_at > start] + starting[start]
        last = _around(lasting, start, end) if lasting and end is not None else None
        point = _around(points[start], start, start) if points[start] else None
        around = [step for step in (before, last) if step is not None]
        if point is not None and not (around and _holds(_around(around, start, start), point)):
            yield point
        if last is not None:
            yield last


def _around(steps: list[Step], start: datetime, end: datetime) -> Step:
    """Return the bounds that hold for each of several steps."""
    if len(steps) == 1:
        one = steps[0]
        return Step(start, end, one.lower, one.shown, one.upper)
    uppers = [step.upper for step in steps]
    known = [upper for upper in uppers if upper is not None]
    return Step(
        starts_at=start,
        ends_at=end,
        lower=min(step.lower for step in steps),
        shown=max(step.shown for step in steps),
        upper=max(known) if len(known) == len(uppers) else None,
    )


def _holds(outer: Step, inner: Step) -> bool:
    is_below = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return outer.lower <= inner.lower and inner.shown <= outer.shown and is_below


def _peak(states: list[Step], moments: list[Step]) -> Peak:
    lower = max(states + moments, key=lambda step: step.lower)
    shown = max(states, key=lambda step: step.shown)
    # A log that begins with the daemon's start leaves but its first moment unknown.
    uppers = [
        (step.upper, step.starts_at) for step in states if step.upper is not None or step.starts_at < step.ends_at
    ]
    bounded = [(upper, at) for upper, at in uppers if upper is not None]
    is_bounded = bool(bounded) and len(bounded) == len(uppers)
    upper, upper_at = max(bounded, key=lambda found: found[0]) if is_bounded else (None, None)
    return Peak(lower.lower, lower.starts_at, shown.shown, shown.starts_at, upper, upper_at)
