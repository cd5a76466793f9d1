"""What a denial that a licence server logged was: a shortage, or something that only looks like one.

A denial is true where all seats were in use and the same user did not get the feature within a time that the caller
sets. It is no shortage where the server granted it after all, queued the user, or holds to a rule of its options;
where the feature is not licensed at all it says nothing of seats. What cannot be told is uncertain, and is counted as
that.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from licensing.collectors.event_state import Carried, read_event, write_event
from licensing.collectors.events import DENIALS, Event, EventKind, LogEntry


class Outcome(StrEnum):
    """What became of a request that was denied."""

    TRUE = "true"
    """All seats were in use, and the user went without."""
    RETRIED = "retried"
    """The user got the feature within the window, or the application went on to ask elsewhere."""
    SUBSTITUTED = "substituted"
    """A token was given for it in the same second."""
    QUEUED = "queued"
    POLICY = "policy"
    """A rule of the options denied it: EXCLUDE, INCLUDE, MAX, seats reserved for others."""
    NOT_LICENSED = "not-licensed"
    """No such feature, or none of this version, in this number or for this day."""
    UNCERTAIN = "uncertain"
    """No reason is known, no time, or the log ends before the window does."""


_ANSWERS = {
    EventKind.OUT: Outcome.RETRIED,
    EventKind.QUEUED: Outcome.QUEUED,
    EventKind.DEQUEUED: Outcome.QUEUED,
}
_OPEN_TO_ANSWERS = frozenset({Outcome.TRUE, Outcome.UNCERTAIN})

# FlexNet's major numbers.
_FLEXNET_FULL = frozenset({-4})
_FLEXNET_QUEUED = frozenset({-24, -35})
_FLEXNET_POLICY = frozenset({-38, -39, -87, -101})
_FLEXNET_NOT_LICENSED = frozenset({-5, -10, -18, -21, -25, -26, -31})
# RLM's license status values.
_RLM_FULL = frozenset({-22})
_RLM_QUEUED = frozenset({-25})
_RLM_POLICY = frozenset({-10, -11, -12, -13, -14, -29, -30, -45})
_RLM_NOT_LICENSED = frozenset({-1, -2, -3, -6, -8, -18, -37})


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial, and what it was; ``answered_by`` is the event that showed it, where one did."""

    event: Event
    outcome: Outcome
    answered_by: Event | None = None


@dataclass(frozen=True, slots=True)
class DenialCounts:
    """Denials by outcome, and the kinds of line that the server was told not to write."""

    by_outcome: Mapping[Outcome, int]
    unlogged: frozenset[EventKind]

    def of(self, outcome: Outcome) -> int | None:
        """Return how many; ``None`` where the log does not record what the number rests on, which is no zero."""
        if _RESTS_ON[outcome] & self.unlogged:
            return None
        return self.by_outcome.get(outcome, 0)

    @property
    def is_recorded(self) -> bool:
        """Report whether the server writes denials down at all."""
        return EventKind.DENIED not in self.unlogged


# Where grants or the queue are not written, what was granted or queued later looks like a shortage.
_RESTS_ON: Mapping[Outcome, frozenset[EventKind]] = {
    Outcome.TRUE: frozenset({EventKind.DENIED, EventKind.OUT, EventKind.QUEUED}),
    Outcome.RETRIED: frozenset({EventKind.DENIED, EventKind.OUT}),
    Outcome.SUBSTITUTED: frozenset({EventKind.DENIED, EventKind.OUT}),
    Outcome.QUEUED: frozenset({EventKind.DENIED, EventKind.QUEUED}),
    Outcome.POLICY: frozenset({EventKind.DENIED}),
    Outcome.NOT_LICENSED: frozenset({EventKind.DENIED, EventKind.UNSUPPORTED}),
    Outcome.UNCERTAIN: frozenset({EventKind.DENIED}),
}


def classify(entries: Iterable[LogEntry], *, window: timedelta) -> Iterator[Denial]:
    """Give each denial of a log with what it was, in the order of the log; holds those of one window only."""
    log = LogDenials(window=window)
    yield from log.settled(entries)
    yield from log.waiting()


class LogDenials:
    """The denials of one log, or of a part of it where ``carried`` is what the part before left unsettled."""

    def __init__(self, *, window: timedelta, carried: Iterable[Carried] = ()) -> None:
        self._window = window
        self._waiting: deque[_Waiting] = deque()
        self._by_user: dict[tuple[str, str | None], list[_Waiting]] = defaultdict(list)
        for said in carried:
            self._wait(_read_waiting(said))

    def settled(self, entries: Iterable[LogEntry]) -> Iterator[Denial]:
        """Give each denial once nothing later can tell more of it, in the order of the log."""
        for entry in entries:
            if not isinstance(entry, Event):
                continue
            for one in self._by_user.get((entry.daemon, entry.user), ()):
                one.hear(entry, self._window)
            if entry.kind in DENIALS:
                self._wait(_Waiting(entry))
            while self._waiting and self._waiting[0].is_settled(entry, self._window):
                yield self._leave()

    def waiting(self) -> list[Denial]:
        """Return the denials of which the log may yet tell more, as far as they are known."""
        return [one.denial() for one in self._waiting]

    def carried(self) -> list[Carried]:
        """Return what the next part of the log is read with."""
        return [one.carried() for one in self._waiting]

    def _wait(self, one: "_Waiting") -> None:
        self._waiting.append(one)
        self._by_user[one.event.daemon, one.event.user].append(one)

    def _leave(self) -> Denial:
        first = self._waiting.popleft()
        key = (first.event.daemon, first.event.user)
        self._by_user[key].remove(first)
        if not self._by_user[key]:
            del self._by_user[key]
        return first.denial()


def count_denials(denials: Iterable[Denial], *, unlogged: frozenset[EventKind] = frozenset()) -> DenialCounts:
    """Count denials by outcome; ``unlogged`` is what the server's options keep out of its log."""
    return DenialCounts(Counter(denial.outcome for denial in denials), unlogged)


class _Waiting:
    """A denial of which the log may yet tell more."""

    def __init__(self, event: Event, outcome: Outcome | None = None, answer: Event | None = None) -> None:
        self.event = event
        self._outcome = outcome or outcome_alone(event)
        self._answer = answer
        self._is_past_window = False
        self._may_be_answered = event.at is None

    def carried(self) -> Carried:
        """Return what is known by now as plain values."""
        return {
            "event": write_event(self.event),
            "outcome": self._outcome.value,
            "answer": write_event(self._answer),
            "maybe": self._may_be_answered,
            "past": self._is_past_window,
        }

    def go_on(self, *, may_be_answered: bool, is_past_window: bool) -> "_Waiting":
        """Go on from where the part before stopped."""
        self._may_be_answered, self._is_past_window = may_be_answered, is_past_window
        return self

    def denial(self) -> Denial:
        """Return what is known by now: only a window that has passed without an answer makes a shortage true."""
        is_unsure = self._may_be_answered or not self._is_past_window
        is_uncertain = self._outcome is Outcome.TRUE and is_unsure
        return Denial(self.event, Outcome.UNCERTAIN if is_uncertain else self._outcome, self._answer)

    def is_settled(self, later: Event, window: timedelta) -> bool:
        """Report whether nothing from this event of the log on can tell more."""
        denied_at = self.event.at
        if denied_at is not None and later.at is not None and later.at - denied_at > window:
            self._is_past_window = True
        return self._is_past_window or self._answer is not None or denied_at is None

    def hear(self, later: Event, window: timedelta) -> None:
        """Take a later event of the same user. Where the clock was set back it is later all the same."""
        if self.is_settled(later, window):
            return
        denied = self.event
        if later.kind is EventKind.OUT and denied.feature == later.asked_for and later.at == denied.at:
            self._outcome, self._answer = Outcome.SUBSTITUTED, later
        elif later.feature == denied.feature and later.kind in _ANSWERS and self._outcome in _OPEN_TO_ANSWERS:
            if later.at is None:
                self._may_be_answered = True
            else:
                self._outcome, self._answer = _ANSWERS[later.kind], later


def _read_waiting(said: Carried) -> _Waiting:
    event = read_event(said["event"])
    assert event is not None  # noqa: S101 - narrows a type; a denial is written with its event
    waiting = _Waiting(event, Outcome(said["outcome"]), read_event(said["answer"]))
    return waiting.go_on(may_be_answered=said["maybe"], is_past_window=said["past"])


def outcome_alone(event: Event) -> Outcome:
    """Return what a denial is by its own line; true then means that nothing later may answer it."""
    if event.kind is EventKind.UNSUPPORTED:
        return Outcome.NOT_LICENSED
    is_rlm = event.is_final is not None
    full = _RLM_FULL if is_rlm else _FLEXNET_FULL
    if event.code in (_RLM_NOT_LICENSED if is_rlm else _FLEXNET_NOT_LICENSED):
        return Outcome.NOT_LICENSED
    if event.code in (_RLM_POLICY if is_rlm else _FLEXNET_POLICY):
        return Outcome.POLICY
    if event.code in (_RLM_QUEUED if is_rlm else _FLEXNET_QUEUED):
        return Outcome.QUEUED
    if event.is_final is False:
        return Outcome.RETRIED
    return Outcome.TRUE if event.code in full else Outcome.UNCERTAIN
