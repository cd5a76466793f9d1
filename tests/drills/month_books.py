"""The books of the made-up month: what a statement has to say, reckoned minute by minute from what happened.

Nothing here is read from a text, and nothing comes from the house's own code. Of a server whose log came all is known
while it was written. Of any other is certain what it gave out when it was last asked, for as long as the answer counts.
Beside that stands what is checked out here, which is always certain.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tests.drills.month import END, OPENING, Facility, outcome_of
from tests.drills.month_own import OwnLease
from tests.drills.month_plan import FEATURES, POOLS, SERVERS, is_working
from tests.drills.month_reckoning import (
    Episode,
    Minutes,
    by_minute,
    entitled_minutes,
    episodes,
    height_of,
    heights,
    runs,
    share,
    state_of,
)
from tests.drills.month_texts import Given, Shelf

OUTCOMES = ("true", "retried", "substituted", "queued", "policy", "not-licensed", "uncertain")
Named = frozenset[tuple[str, str, int, bool]]
"""Who holds a seat: user, host, since when, and whether it was taken away."""


@dataclass(frozen=True, slots=True)
class Poll:
    """When a server was asked, and whether it could be."""

    server: str
    at: int
    answers: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a product on a server: what is certain, what may be, and the answer that counts, if one does."""

    poll: Poll | None
    low: int
    high: int
    is_logged: bool = False

    @property
    def rests_on(self) -> str:
        """Return what this rests on: the server's log, an answer, or both."""
        if not self.is_logged:
            return "polls"
        return "both" if self.poll else "log"


@dataclass(frozen=True, slots=True)
class Logged:
    """What event logs say: the share of the month, the peak and when it was first so; refusals by what they were."""

    coverage: str
    peak: int | None
    peak_at: int | None
    refusals: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a product, as the books have it."""

    state: str
    lower: int | None
    upper: int | None
    peak: int | None
    peak_at: int | None
    coverage: str
    episodes: tuple[Episode, ...]
    percentiles: tuple[int | None, ...]
    known_seconds: int
    captures: int
    leases: int
    ledger_peak: int | None
    logged: Logged | None
    named: Named
    rests: tuple[tuple[int, int, str], ...]
    """From a minute to before another, what is known rests on: log, polls, both, nothing."""


def polls() -> list[Poll]:
    """Return when each server is asked: often in working hours, seldom at night, and shortly before the month ends."""
    found = []
    for server in SERVERS.values():
        at, last = OPENING + server.offset, END - server.offset
        while at <= last:
            if not _within(at, server.silent):
                found.append(Poll(server.name, at, answers=not _within(at, server.cut_off + server.stops)))
            step = server.busy if is_working(at) else server.quiet
            at = min(at + step, last) if at < last else END
    return found


def _within(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


class Books:
    """Keeps account of the month, as it can be known by answers, leases and the ``logs`` that came."""

    def __init__(
        self, facility: Facility, asked: list[Poll], leases: Iterable[OwnLease], *, logs: Mapping[str, tuple[int, int]]
    ) -> None:
        self._facility = facility
        self._logs = logs
        self._asked = asked
        self._leases = [one for one in leases if not one.is_refused]
        self._shelf = Shelf(facility.seats)

    def truth(self, product: str, server: str | None = None) -> list[int]:
        """Return what servers, or one, gave out of a product in each minute, whether or not it was seen."""
        return by_minute(
            (one.start, one.end, one.pool.weight)
            for one in self._facility.seats
            if one.pool.feature in FEATURES[product] and server in {None, one.pool.server}
        )

    def lines(self) -> dict[str, Line]:
        """Return the line of each product."""
        return {product: self.line(product) for product in FEATURES}

    def seen_truth(self, product: str) -> int | None:
        """Return the most that was out when the one server of a product answered; ``None`` without such a server."""
        servers = _servers_of(product)
        if len(servers) != 1:
            return None
        truth = self.truth(product)
        return max(truth[one.at] for one in self._asked if one.answers and one.server in servers and one.at >= 0)

    def told(self, product: str) -> dict[str, list[Told | None]]:
        """Return what is known of a product on each of its servers, minute by minute; ``None`` is nothing."""
        return {server: self._told_by(server, product) for server in sorted(_servers_of(product))}

    def _told_by(self, server: str, product: str) -> list[Told | None]:
        own = [poll for poll in self._asked if poll.server == server]
        minutes: list[Told | None] = [None] * END
        for poll, following in zip(own, [*own[1:], None], strict=True):
            until = min(poll.at + SERVERS[server].stale, following.at if following else END, END)
            start = max(0, poll.at)
            if poll.answers and until > start:
                minutes[start:until] = [self._say(poll, product)] * (until - start)
        truth = self.truth(product, server)
        for at in range(*self._logged_time([server])):
            said = minutes[at]
            minutes[at] = Told(said.poll if said else None, truth[at], truth[at], is_logged=True)
        return minutes

    def line(self, product: str) -> Line:
        """Return the line of a product."""
        told = self.told(product)
        found = self._minutes(product, told)
        known = heights(found)
        use, most, spoken = found.use, found.most, found.spoken
        peak_at = max(spoken, key=lambda at: use[at], default=None)
        is_stale = any(self._last(server) < END - SERVERS[server].stale for server in told)
        return Line(
            state=state_of(found, product, is_stale=is_stale),
            lower=max((low for low, seen in zip(found.low, found.seen, strict=True) if seen), default=None),
            upper=max((most[at] for at in spoken), default=None),
            peak=None if peak_at is None else use[peak_at],
            peak_at=peak_at,
            coverage=share(sum(found.covered)),
            episodes=tuple(episodes(found)),
            percentiles=tuple(height_of(known, percent) for percent in (50, 90, 95, 99)),
            known_seconds=60 * len(known),
            captures=sum(poll.server in told and 0 <= poll.at < END for poll in self._asked),
            leases=sum(one.product == product for one in self._leases),
            ledger_peak=max(found.out) or None,
            logged=self._logged(product),
            named=frozenset() if peak_at is None else self._named(product, peak_at, told),
            rests=tuple(runs([_rest([some[at] for some in told.values()]) for at in range(END)])),
        )

    def _named(self, product: str, at: int, told: dict[str, list[Told | None]]) -> Named:
        """Return whom servers had listed last, or whom a log shows where that is more."""
        named: set[tuple[str, str, int, bool]] = set()
        for server, some in told.items():
            said = some[at]
            listed = self._listed(said.poll, product) if said and said.poll else frozenset()
            logged = self._listed(Poll(server, at, answers=True), product) if said and said.is_logged else frozenset()
            # A log says of nobody that they took their seat away.
            named |= {(*one[:3], False) for one in logged} if len(logged) > len(listed) else listed
        return frozenset(named)

    def _listed(self, poll: Poll, product: str) -> Named:
        return frozenset(
            (program.user, program.host, program.start, seat.is_borrowed)
            for one in self._given(poll, product)
            for seat, program in one.programs
        )

    def _minutes(self, product: str, told: dict[str, list[Told | None]]) -> Minutes:
        known = [[one for one in some if one is not None] for some in zip(*told.values(), strict=True)] or [[]] * END
        return Minutes(
            servers=len(told),
            seen=[len(some) for some in known],
            low=[sum(one.low for one in some) for some in known],
            high=[sum(one.high for one in some) for some in known],
            out=by_minute((one.at, one.end, one.seats) for one in self._leases if one.product == product),
            entitled=entitled_minutes(product),
        )

    def _given(self, poll: Poll, product: str) -> list[Given]:
        return [one for one in self._shelf.given(poll.server, poll.at) if one.pool.feature in FEATURES[product]]

    def _say(self, poll: Poll, product: str) -> Told:
        given = self._given(poll, product)
        low = sum(len(one.seats) * one.pool.weight for one in given)
        return Told(poll, low, sum(_at_most(one) for one in given))

    def _last(self, server: str) -> int:
        """Return when a server was last heard of: by an answer, or by its log."""
        return max(self._logs.get(server, (0, 0))[1], *(poll.at for poll in self._asked if poll.server == server))

    def _logged(self, product: str) -> Logged | None:
        servers = _servers_of(product)
        begin, end = self._logged_time(servers)
        if begin >= end:
            return None
        truth = self.truth(product)
        peak_at = max(range(begin, end), key=lambda at: truth[at])
        return Logged(share(end - begin), truth[peak_at], peak_at, self._refusals(product, servers))

    def _refusals(self, product: str, servers: set[str]) -> dict[str, int | None]:
        """Count refusals; where a server keeps them to itself no number is known, and that is no zero."""
        if "lic-b" in servers:
            return dict.fromkeys(OUTCOMES)
        counts = Counter(
            outcome_of(one, self._facility.seats)
            for one in self._facility.refusals
            if one.pool.feature in FEATURES[product] and max(0, self._logs[one.pool.server][0]) <= one.at < END
        )
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    def _logged_time(self, servers: Collection[str]) -> tuple[int, int]:
        """Return from when to when the logs of all of some servers tell of the month."""
        times = [self._logs.get(server, (0, 0)) for server in servers] or [(0, 0)]
        return max(0, *(begin for begin, _ in times)), min(END, *(end for _, end in times))


def _servers_of(product: str) -> set[str]:
    return {POOLS[name].server for name in FEATURES[product]}


def _rest(known: Iterable[Told | None]) -> str:
    """Return what several servers together rest on: where they differ, on both."""
    words = {said.rests_on for said in known if said is not None}
    return "nothing" if not words else words.pop() if len(words) == 1 else "both"


def _at_most(given: Given) -> int:
    """Return the larger of what the server states, reserved seats among it, and what it lists; hosts are one line."""
    stated = len(given.seats) + given.unused
    listed = stated if given.pool.server == "lic-s" else len(given.programs)
    return max(stated, listed) * given.pool.weight
