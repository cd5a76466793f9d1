"""How a product's use over a period stands against its lots.

The ledger of our own checkouts is exact: it knows each start and end. Licence servers tell by event logs, which are
continuous, and by captures, which are samples: what one shows counts until the next one of that server, but no longer
than the server's limit of age. How log and captures of a server go together is said in ``licensing.rules.witnesses``.

Ledger and servers are combined here and nowhere else, for each instant:
    in use    max(checked out here, seen at least)     what is certain, and what overage is judged by
    at most   max(checked out here, seen at most)      what logs and captures leave possible
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from licensing.rules.sightings import RestsOn, Shown, Sighting, resting_on

Value = TypeVar("Value")


class State(StrEnum):
    """The verdict on a product over a period."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"
    """Not all was seen and nothing checked out here; or bounds lie on both sides; or the lots count no seats."""
    STALE = "stale"
    """Within as far as it was seen, but the last capture, or line of a log, was too old at the end."""


class Ending(StrEnum):
    """How an overage ended, as far as it is known."""

    BACK_WITHIN = "back-within"
    NOT_SEEN = "not-seen"
    """Captures and logs stopped while it lasted."""
    OPEN = "open"
    """It lasted to the end of the period, or lasts now."""


@dataclass(frozen=True, slots=True)
class Step(Generic[Value]):
    """From ``at`` on, until the next step, the value is this."""

    at: datetime
    value: Value


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a product in ``[starts_at, ends_at)``.

    ``entitlement`` steps hold seats (``None``: uncounted), ``ledger`` steps the seats checked out here, and
    ``servers`` what each licence server of the product shows, in order of time. Where no lot ``counts_seats``, but
    tokens or points, there is nothing that seats could be held against.
    """

    starts_at: datetime
    ends_at: datetime
    entitlement: Sequence[Step[int | None]]
    ledger: Sequence[Step[int]]
    servers: Sequence[Sequence[Sighting]]
    is_stale: bool = False
    counts_seats: bool = True


class Moment(NamedTuple):
    """A stretch of time in which nothing that is known changes; ``speaking`` is how many servers tell something.

    It is covered where all of them bound the use from both sides.
    """

    at: datetime
    until: datetime
    entitled: int | None
    checked_out: int
    low: int | None
    high: int | None
    is_covered: bool
    captures: tuple[UUID, ...]
    speaking: int
    rests_on: RestsOn

    @property
    def in_use(self) -> int:
        """Return the seats that are certainly in use."""
        return max(self.checked_out, self.low or 0)

    @property
    def at_most(self) -> int:
        """Return the seats that may be in use, by what was seen."""
        return max(self.in_use, self.high or 0)

    @property
    def over(self) -> int:
        """Return how many seats are certainly beyond the lots."""
        return 0 if self.entitled is None else max(0, self.in_use - self.entitled)

    @property
    def may_be_over(self) -> bool:
        """Report whether use beyond the lots is possible."""
        return self.entitled is not None and self.at_most > self.entitled


@dataclass(frozen=True, slots=True)
class Overage:
    """Use beyond the lots without a break. ``ends_at`` is ``None`` where it is open."""

    starts_at: datetime
    ends_at: datetime | None
    ending: Ending
    peak: Moment


@dataclass(frozen=True, slots=True)
class Rest:
    """A stretch of the period, and what is known of it rests on."""

    starts_at: datetime
    ends_at: datetime
    rests_on: RestsOn


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence amounts to. A peak is the earliest of its height; ``None`` where there is none to speak of.

    ``peak`` is the highest certain use, ``seen_peak`` that of the servers alone, ``highest`` the highest possible,
    and ``ledger_peak`` that of our own checkouts alone. ``coverage`` is in per mille of the period, rounded down.
    ``rests`` are the stretches of the period by what is known of them rests on, and ``moments`` all that was judged.
    """

    state: State
    peak: Moment | None
    seen_peak: Moment | None
    highest: Moment | None
    ledger_peak: Moment | None
    overages: tuple[Overage, ...]
    coverage: int
    rests: tuple[Rest, ...]
    moments: tuple[Moment, ...]


def judge(evidence: Evidence) -> Judgement:
    """Hold the use of a period against its lots."""
    # A frozen value with slots cannot be made through its subscripted name: Python would note the parameters on it.
    uncounted: Sequence[Step[int | None]] = [Step(evidence.starts_at, None)]
    entitlement = evidence.entitlement if evidence.counts_seats else uncounted
    found = list(moments(replace(evidence, entitlement=entitlement)))
    known = [moment for moment in found if moment.speaking or moment.checked_out]
    seen = [moment for moment in found if moment.low is not None]
    leased = [moment for moment in found if moment.checked_out]
    overages = tuple(_overages(found))
    coverage = _coverage(found, evidence.ends_at - evidence.starts_at)
    return Judgement(
        state=_state(found, evidence),
        peak=max(known, key=lambda moment: moment.in_use, default=None),
        seen_peak=max(seen, key=lambda moment: moment.low or 0, default=None),
        highest=max(known, key=lambda moment: moment.at_most, default=None),
        ledger_peak=max(leased, key=lambda moment: moment.checked_out, default=None),
        overages=overages,
        coverage=coverage,
        rests=tuple(rests_of(found)),
        moments=tuple(found),
    )


def moments(evidence: Evidence) -> Iterator[Moment]:
    """Walk through the period, from one change to the next."""
    entitled = _Cursor[int | None](evidence.entitlement, before=0)
    ledger = _Cursor(evidence.ledger, before=0)
    servers = [Shown(sightings) for sightings in evidence.servers]
    bounds = _bounds(evidence)
    for at, until in pairwise(bounds):
        known = [one for server in servers if (one := server.at(at)) is not None]
        highs = [one.high for one in known if one.high is not None]
        yield Moment(
            at,
            until,
            entitled.at(at),
            ledger.at(at),
            sum([one.low for one in known]) if known else None,
            sum(highs) if highs else None,
            bool(servers) and len(highs) == len(servers),
            tuple([one.capture_id for one in known if one.capture_id is not None]),
            len(known),
            resting_on(known),
        )


def rests_of(found: Iterable[Moment]) -> Iterator[Rest]:
    """Give the stretches of some moments by what they rest on; those that follow each other are one."""
    last: Rest | None = None
    for one in found:
        if last is not None and last.rests_on is one.rests_on and last.ends_at == one.at:
            last = Rest(last.starts_at, one.until, one.rests_on)
            continue
        if last is not None:
            yield last
        last = Rest(one.at, one.until, one.rests_on)
    if last is not None:
        yield last


def ledger_steps(leases: Iterable[tuple[datetime, datetime, int]]) -> list[Step[int]]:
    """Return the seats checked out over time, from the start, the end and the seats of each lease."""
    changes: dict[datetime, int] = {}
    for starts_at, ends_at, quantity in leases:
        changes[starts_at] = changes.get(starts_at, 0) + quantity
        changes[ends_at] = changes.get(ends_at, 0) - quantity
    out = 0
    steps = []
    for at in sorted(changes):
        out += changes[at]
        steps.append(Step(at, out))
    return steps


def percent(per_mille: int) -> str:
    """Write per mille as percent with one decimal, such as ``87.5``."""
    return f"{per_mille // 10}.{per_mille % 10}"


class _Cursor(Generic[Value]):
    """Reads a series of steps forward in time."""

    def __init__(self, steps: Sequence[Step[Value]], *, before: Value) -> None:
        self._steps = steps
        self._next = 0
        self._value = before

    def at(self, moment: datetime) -> Value:
        """Return the value at ``moment``, which is never before the one asked for last."""
        while self._next < len(self._steps) and self._steps[self._next].at <= moment:
            self._value = self._steps[self._next].value
            self._next += 1
        return self._value


def _bounds(evidence: Evidence) -> list[datetime]:
    """Return each instant of the period at which something may change, and its end."""
    found = {step.at for step in evidence.entitlement} | {step.at for step in evidence.ledger}
    for sightings in evidence.servers:
        found.update(one.starts_at for one in sightings)
        found.update(one.ends_at for one in sightings)
    if evidence.starts_at >= evidence.ends_at:
        return []
    inside = sorted(found)
    inside = inside[bisect_right(inside, evidence.starts_at) : bisect_left(inside, evidence.ends_at)]
    return [evidence.starts_at, *inside, evidence.ends_at]


def _overages(found: Sequence[Moment]) -> Iterator[Overage]:
    place = 0
    for is_over, stretch in groupby(found, key=lambda moment: moment.over > 0):
        lasting = list(stretch)
        place += len(lasting)
        if not is_over:
            continue
        following = found[place] if place < len(found) else None
        ending = _ending(lasting[-1], following)
        yield Overage(
            starts_at=lasting[0].at,
            ends_at=None if following is None else lasting[-1].until,
            ending=ending,
            peak=max(lasting, key=lambda moment: moment.over),
        )


def _ending(last: Moment, following: Moment | None) -> Ending:
    if following is None:
        return Ending.OPEN
    # Where fewer servers are seen than before, use that was over did not come back: it went out of sight.
    is_lost = last.entitled == following.entitled and following.speaking < last.speaking
    return Ending.NOT_SEEN if is_lost else Ending.BACK_WITHIN


def _coverage(found: Iterable[Moment], period: timedelta) -> int:
    covered = sum((moment.until - moment.at for moment in found if moment.is_covered), timedelta())
    return covered * 1000 // period if period > timedelta() else 0


def _state(found: Sequence[Moment], evidence: Evidence) -> State:
    if any(moment.over for moment in found):
        return State.OVER
    is_known = any(moment.is_covered or moment.checked_out for moment in found)
    if not is_known or not evidence.counts_seats:
        return State.UNKNOWN
    if evidence.is_stale:
        return State.STALE
    return State.UNKNOWN if any(moment.may_be_over for moment in found) else State.WITHIN
