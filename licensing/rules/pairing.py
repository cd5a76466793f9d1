"""Which return belongs to which checkout, and how sure that is.

Events go in one by one, sessions come out as they end, and only what is open is held. Nothing is dropped: each
checkout and each return stands in a session, and each session bears its grade. Where several checkouts of one user on
one host are open, a return may be any of theirs. It is then laid to the latest one, which bounds use from below for
any other choice too, and the session says between which checkouts its own must lie.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from licensing.collectors.events import Event, EventKind, LogEntry
from licensing.rules.pairing_held import Held, Holder, Open, Point, key_of


class Grade(StrEnum):
    """How a session was made up, from sure to unsure."""

    HANDLE = "handle"
    """The handle ties both ends, and no other checkout that is open bears it."""
    PID = "pid"
    """The process ties both ends, and has no other checkout of the feature open."""
    UNIQUE = "unique"
    """User and host had this one open and no other; the tag of the application may have told."""
    WEAK = "weak"
    """Several fit: which checkout it was lies between the first and the last of them."""
    AMBIGUOUS = "ambiguous"
    """The seats returned are no one checkout's: a part of one, or several together."""
    ORPHAN = "orphan"
    """A return without checkout: taken before the log began, or lost sight of at a restart."""
    REUSED = "handle-reused"
    """The handle was given anew, so the session had ended before; when is not known."""
    RESTARTED = "restarted"
    """The daemon ended or started anew, and with it all sessions, at this time or before."""
    OPEN = "open"
    """Not returned when the log ends."""


@dataclass(frozen=True, slots=True)
class Session:
    """``quantity`` seats held from ``opened`` to ``closed``.

    ``opened`` is ``None`` where the log does not hold the checkout, ``closed`` where the session is still open. Where
    the checkout is not sure it lies between ``opened_first``, ``None`` being before the log, and ``opened_last``.
    ``seen`` is the last place where the server itself listed it. ``is_tied`` says that handle or process tie it to
    its own ends.
    """

    daemon: str
    feature: str
    user: str | None
    host: str | None
    quantity: int
    grade: Grade
    opened: Point | None
    closed: Point | None
    opened_first: Point | None
    opened_last: Point | None
    seen: Point | None
    handle: str | None
    share: str | None
    is_tied: bool


class Pairing:
    """Pairs the events of one log, or of a part of it where ``held`` is what the part before left open.

    ``counts`` counts sessions by grade. ``known_from`` holds for each daemon the place from which all that is open is
    known, since the daemon started there or listed it; the empty name stands for all daemons.
    """

    def __init__(self, held: Held | None = None) -> None:
        self.counts: Counter[Grade] = Counter()
        self.held = held or Held()
        self.known_from = self.held.known_from
        self._holders = self.held.holders
        self._own_handles = self.held.own_handles
        self._restarts = self.held.restarts

    def sessions(self, entries: Iterable[LogEntry]) -> Iterator[Session]:
        """Give each session when it ends, and at the end of the log those that are still open."""
        yield from self.ended(entries)
        yield from self._counted(self._close_all("", None, Grade.OPEN))

    def ended(self, entries: Iterable[LogEntry]) -> Iterator[Session]:
        """Give each session when it ends; what is open stays held, since the log goes on in another part."""
        for entry in entries:
            if isinstance(entry, Event):
                yield from self._counted(self._take(entry))

    def still_open(self) -> list[Session]:
        """Return what is open, in the order of the log, as sessions that would end the log so."""
        held = sorted((one for holder in self._holders.values() for one in holder.held), key=lambda one: one.point.line)
        return [_session(one, one.quantity, Grade.OPEN, None) for one in held]

    def _counted(self, sessions: Iterable[Session]) -> Iterator[Session]:
        for session in sessions:
            self.counts[session.grade] += 1
            yield session

    def _take(self, event: Event) -> Iterable[Session]:
        point = Point(event.line, event.at)
        match event.kind:
            case EventKind.OUT:
                return self._open(Open(event, point, event.quantity))
            case EventKind.IN:
                return self._close(event, point)
            case EventKind.IN_USE:
                return self._see(event, point)
            case EventKind.STARTED:
                self.known_from.setdefault(event.daemon, point)
                self._restarts[event.daemon] = point
                return self._close_all(event.daemon, point, Grade.RESTARTED)
            case EventKind.STOPPED:
                return self._close_all(event.daemon, point, Grade.RESTARTED)
            case EventKind.SWITCHED:
                # A new file begins with a list of all that is in use.
                self.known_from.setdefault(event.daemon, point)
        return ()

    def _open(self, new: Open) -> Iterable[Session]:
        ended: tuple[Session, ...] = ()
        event = new.event
        if event.has_own_handle and event.handle is not None:
            old = self._own_handles.get((event.daemon, event.handle))
            if old is not None:
                self._forget(old)
                ended = (_session(old, old.quantity, Grade.REUSED, new.point),)
            self._own_handles[event.daemon, event.handle] = new
        holder = self._holders.setdefault(key_of(event), Holder(new.point, new.point))
        holder.held.append(new)
        holder.last = new.point
        return ended

    def _see(self, event: Event, point: Point) -> Iterable[Session]:
        """Take the server's own word that a seat is held; where its checkout is not in the log, it is from before."""
        known = self._own_handles.get((event.daemon, event.handle or ""))
        if known is not None:
            known.seen = point
            return ()
        since = self._last_restart(event.daemon)
        return self._open(Open(event, point, event.quantity, is_from_before=True, since=since, seen=point))

    def _close(self, event: Event, point: Point) -> Iterable[Session]:
        if event.has_own_handle:
            known = self._own_handles.get((event.daemon, event.handle or ""))
            if known is None:
                return (self._orphan(event, event.quantity, point),)
            is_whole = known.quantity >= event.quantity
            taken, grade = (event.quantity, Grade.HANDLE) if is_whole else (known.quantity, Grade.AMBIGUOUS)
            return (self._return(known, taken, grade, point),)
        return self._close_by_holder(event, point)

    def _close_by_holder(self, event: Event, point: Point) -> list[Session]:
        holder = self._holders.get(key_of(event))
        left, sessions = event.quantity, list[Session]()
        while left and holder is not None and holder.held:
            chosen, grade = _choose(holder.held, event, left)
            if grade is Grade.UNIQUE and holder.is_mixed_up:
                grade = Grade.WEAK
            is_sure = grade in {Grade.HANDLE, Grade.PID, Grade.UNIQUE} or (
                len(holder.held) == 1 and not holder.is_mixed_up
            )
            holder.is_mixed_up = holder.is_mixed_up or not is_sure
            taken = min(left, chosen.quantity)
            left -= taken
            first, last = (None, None) if is_sure else (holder.first, holder.last)
            sessions.append(self._return(chosen, taken, grade, point, first=first, last=last))
        if left:
            sessions.append(self._orphan(event, left, point))
        return sessions

    def _orphan(self, event: Event, quantity: int, point: Point) -> Session:
        since = self._last_restart(event.daemon)
        return _session(Open(event, point, quantity, is_from_before=True, since=since), quantity, Grade.ORPHAN, point)

    def _last_restart(self, daemon: str) -> Point | None:
        found = [self._restarts[name] for name in ("", daemon) if name in self._restarts]
        return max(found, key=lambda point: point.line, default=None)

    def _return(
        self,
        held: Open,
        quantity: int,
        grade: Grade,
        point: Point,
        *,
        first: Point | None = None,
        last: Point | None = None,
    ) -> Session:
        session = _session(held, quantity, grade, point, first=first, last=last)
        held.quantity -= quantity
        if not held.quantity:
            self._forget(held)
        return session

    def _forget(self, held: Open) -> None:
        event = held.event
        if event.has_own_handle:
            self._own_handles.pop((event.daemon, event.handle or ""), None)
        holder = self._holders[key_of(event)]
        holder.held.remove(held)
        if not holder.held:
            del self._holders[key_of(event)]

    def _close_all(self, daemon: str, point: Point | None, grade: Grade) -> list[Session]:
        """End what a daemon has open, or with an empty name all daemons."""
        ending = [
            held for key, holder in self._holders.items() if not daemon or key[0] == daemon for held in holder.held
        ]
        for held in ending:
            self._forget(held)
        ending.sort(key=lambda held: held.point.line)
        return [_session(held, held.quantity, grade, point) for held in ending]


def _choose(held: list[Open], event: Event, quantity: int) -> tuple[Open, Grade]:
    """Choose the checkout that a return is laid to: the latest of those that fit best."""
    by_handle = [one for one in held if event.handle is not None and one.event.handle == event.handle]
    if len(by_handle) == 1 and by_handle[0].quantity == quantity:
        return by_handle[0], Grade.HANDLE
    by_process = by_handle or [one for one in held if event.pid is not None and one.event.pid == event.pid]
    if len(by_process) == 1 and by_process[0].quantity == quantity:
        return by_process[0], Grade.PID
    fitting = by_process or [one for one in held if one.event.tag == event.tag] or held
    same = [one for one in fitting if one.quantity == quantity]
    if same:
        return same[-1], Grade.UNIQUE if len(fitting) == 1 else Grade.WEAK
    larger = [one for one in fitting if one.quantity > quantity]
    return (larger or fitting)[-1], Grade.AMBIGUOUS


def _session(
    held: Open,
    quantity: int,
    grade: Grade,
    closed: Point | None,
    *,
    first: Point | None = None,
    last: Point | None = None,
) -> Session:
    event = held.event
    return Session(
        daemon=event.daemon,
        feature=event.feature,
        user=event.user,
        host=event.host,
        quantity=quantity,
        grade=grade,
        opened=None if held.is_from_before else held.point,
        closed=closed,
        opened_first=held.since if held.is_from_before else first or held.point,
        opened_last=last or held.point,
        seen=held.seen,
        handle=event.handle,
        share=event.share,
        is_tied=event.has_own_handle or grade in {Grade.HANDLE, Grade.PID},
    )
