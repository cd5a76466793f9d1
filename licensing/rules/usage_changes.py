"""Where seats in use change, line by line: what is proven, and what the log shows at most.

Proven is a seat from its checkout to its return. Of sessions whose ends may be mixed up only this is proven: whatever
return belongs to whatever checkout, so many must have been open as later returns need beyond the checkouts in
between. A checkout that is never returned proves its seats for the moment of its own line, since its return may have
been lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from licensing.rules.pairing import Grade, Session
from licensing.rules.pairing_held import Point

_RETURNED = frozenset({Grade.HANDLE, Grade.PID, Grade.UNIQUE, Grade.WEAK, Grade.AMBIGUOUS, Grade.ORPHAN})


@dataclass(slots=True)
class Change:
    """What one line changes; ``moment`` is proven for the line's own moment only."""

    line: int
    at: datetime | None
    proven: int = 0
    shown: int = 0
    moment: int = 0


@dataclass(frozen=True, slots=True)
class _Stretch:
    """So many seats from a point, ``None`` being before the log, up to a point, ``None`` being after it."""

    quantity: int
    start: Point | None
    end: Point | None


def changes(sessions: Iterable[Session]) -> list[Change]:
    """Return the changes in the order of the log; line 0 holds what is open when it begins."""
    found = _Changes()
    shared: dict[tuple[str, str], list[Session]] = defaultdict(list)
    holders: dict[tuple[str | None, str | None], list[Session]] = defaultdict(list)
    for session in sessions:
        if session.is_tied and session.share is not None:
            shared[session.daemon, session.share].append(session)
        elif session.is_tied:
            found.add_tied([session])
        else:
            found.add_shown([_shown(session)])
            holders[session.user, session.host].append(session)
    for group in shared.values():
        found.add_tied(group)
    for group in holders.values():
        found.add_mixed(group)
    return sorted(found.by_line.values(), key=lambda change: change.line)


class _Changes:
    def __init__(self) -> None:
        self.by_line: dict[int, Change] = {}

    def _at(self, point: Point | None) -> Change:
        line, at = (point.line, point.at) if point is not None else (0, None)
        return self.by_line.setdefault(line, Change(line, at))

    def add_shown(self, stretches: list[_Stretch]) -> None:
        """Add what the log shows of sessions that share a seat."""
        for point, step in _steps(stretches):
            self._at(point).shown += step

    def add_tied(self, group: list[Session]) -> None:
        """Add sessions whose own ends are known; of several that share a seat it is the most that one of them takes."""
        self.add_shown([_shown(session) for session in group])
        proven = [stretch for session in group if (stretch := _proven(session)) is not None]
        for point, step in _steps(proven):
            self._at(point).proven += step
        for session in group:
            if session.opened is not None:
                covered = max((one.quantity for one in proven if _covers(one, session.opened)), default=0)
                change = self._at(session.opened)
                change.moment = max(change.moment, session.quantity - covered)

    def add_mixed(self, group: list[Session]) -> None:
        """Add what is proven of one holder's sessions, whichever of their ends belong together."""
        outs, backs = list[tuple[Point, int]](), list[tuple[Point, int]]()
        for session in group:
            if session.opened is not None:
                outs.append((session.opened, session.quantity))
            if session.closed is not None and session.grade in _RETURNED and not _is_lost_from_sight(session):
                backs.append((session.closed, -session.quantity))
        needed = 0
        for point, quantity in sorted(_summed(outs + backs), key=lambda found: found[0].line, reverse=True):
            change = self._at(point)
            after, needed = needed, max(0, needed - quantity)
            change.proven += after - needed
            change.moment = max(change.moment, quantity - after)
        self._at(None).proven += needed


def _summed(points: list[tuple[Point, int]]) -> Iterator[tuple[Point, int]]:
    """Add up what one line does; a return that was laid to several checkouts is one return."""
    sums: dict[int, int] = defaultdict(int)
    places: dict[int, Point] = {}
    for point, quantity in points:
        sums[point.line] += quantity
        places[point.line] = point
    return ((places[line], quantity) for line, quantity in sums.items())


def _steps(stretches: list[_Stretch]) -> Iterator[tuple[Point | None, int]]:
    """Give the changes of the largest quantity among those that are open together."""
    if len(stretches) == 1:
        yield stretches[0].start, stretches[0].quantity
        if stretches[0].end is not None:
            yield stretches[0].end, -stretches[0].quantity
        return
    points: dict[int, Point | None] = {}
    for one in stretches:
        points[one.start.line if one.start else 0] = one.start
        if one.end is not None:
            points[one.end.line] = one.end
    before = 0
    for line in sorted(points):
        now = max((one.quantity for one in stretches if _covers_line(one, line)), default=0)
        if now != before:
            yield points[line], now - before
        before = now


def _shown(session: Session) -> _Stretch:
    """Return the longest that a session may have lasted."""
    start = session.opened if session.opened is not None else session.opened_first
    return _Stretch(session.quantity, start, session.closed)


def _proven(session: Session) -> _Stretch | None:
    """Return the shortest that a session with its own ends must have lasted; ``None`` where only its line is proven."""
    end = session.closed if session.grade in _RETURNED else session.seen
    if end is None:
        return None
    if session.opened is not None:
        return _Stretch(session.quantity, session.opened, end)
    if session.opened_first is not None:
        # Taken at some time after a restart: only from where it was first heard of.
        return _Stretch(session.quantity, session.opened_last, end)
    return _Stretch(session.quantity, None, end)


def _is_lost_from_sight(session: Session) -> bool:
    """Report whether a return has no checkout since a restart, so that nothing before it is proven."""
    return session.opened is None and session.opened_first is not None


def _covers(stretch: _Stretch, point: Point) -> bool:
    return _covers_line(stretch, point.line)


def _covers_line(stretch: _Stretch, line: int) -> bool:
    start = stretch.start.line if stretch.start else 0
    return start <= line and (stretch.end is None or line < stretch.end.line)
