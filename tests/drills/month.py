"""A made-up facility in the month in which the clocks change: who wants which seat when, and who gets it.

All is plain values. Time is counted in whole minutes from midnight of 1 March in Berlin, and every number that looks
like chance follows from the seed. Nothing here knows how the house counts: what happened is what happened.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
BEGIN = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
"""Midnight of the first day in Berlin: minute 0."""
END = 31 * 24 * 60 - 60
"""The end of the month: an hour is missing on the 29th."""
OPENING = -180
"""Servers start, and people may come, some hours before the month begins."""
WINDOW = 10
"""Who gets a seat within so many minutes after a refusal was not kept from working."""


@dataclass(frozen=True, slots=True)
class Dice:
    """Numbers that look like chance, and are the same for the same seed and question."""

    seed: str

    def roll(self, sides: int, *about: object) -> int:
        """Return a number from 0 to below ``sides``."""
        digest = hashlib.sha256(repr((self.seed, *about)).encode()).digest()
        return int.from_bytes(digest[:8], "big") % sides


@dataclass(frozen=True, slots=True)
class Pool:
    """A feature that a server gives out. A seat is ``weight`` of what it counts.

    ``kept`` seats are reserved for the leads. Programs on one host share a seat where it is ``by_host``, and a seat
    shows as so many ``handles``.
    """

    server: str
    feature: str
    seats: int
    weight: int = 1
    kept: int = 0
    by_host: bool = False
    handles: int = 1


@dataclass(frozen=True, slots=True)
class Program:
    """A running program with a handle of its own."""

    user: str
    host: str
    start: int
    until: int
    handle: int


@dataclass(slots=True, eq=False)
class Seat:
    """A seat that was given out, from ``start`` to before ``end``."""

    pool: Pool
    user: str
    host: str
    start: int
    is_borrowed: bool = False
    is_kept: bool = False
    end: int = 10**9
    programs: list[Program] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants a seat until a time, asks again after each of ``patience`` minutes, and elsewhere ``or_else``."""

    feature: str
    user: str
    host: str
    until: int
    patience: tuple[int, ...] = ()
    borrows: bool = False
    or_else: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A seat that was asked for and not given: ``full``, ``kept`` for others, or ``excluded``."""

    at: int
    pool: Pool
    user: str
    host: str
    reason: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What a server could write down: out, in, refused, stopped, started."""

    at: int
    word: str
    server: str
    pool: Pool | None = None
    program: Program | None = None
    seat: Seat | None = None
    refusal: Refusal | None = None


_STOP, _BACK, _START, _WISH = range(4)
# In one minute seats come back before others are given out.


class Facility:
    """Lives through wishes and stops; ``seats``, ``refusals`` and ``lines`` are what happened, in order."""

    def __init__(self, pools: dict[str, Pool], *, leads: frozenset[str], excluded: frozenset[tuple[str, str]]) -> None:
        self.pools = pools
        self.seats: list[Seat] = []
        self.refusals: list[Refusal] = []
        self.lines: list[Line] = []
        self._leads = leads
        self._excluded = excluded
        self._held: dict[str, list[Seat]] = {name: [] for name in pools}
        self._stopped: set[str] = set()
        self._todo: list[tuple[int, int, int, Wish | Seat | tuple[str, int]]] = []
        self._number = 0

    def wish(self, at: int, wish: Wish) -> None:
        """Let somebody want a seat."""
        self._plan(at, _WISH, wish)

    def stop(self, server: str, at: int, until: int) -> None:
        """Let a server end, and with it what it gave out, and start anew."""
        self._plan(at, _STOP, (server, until))
        self._plan(until, _START, (server, until))

    def live(self) -> None:
        """Let all happen that was planned."""
        for server in sorted({pool.server for pool in self.pools.values()}):
            self.lines.append(Line(OPENING, "started", server))
        while self._todo:
            at, rank, _, what = heappop(self._todo)
            match rank, what:
                case _, Wish():
                    self._ask(at, what)
                case _, Seat():
                    self._end_programs(at, what)
                case 0, (server, until):
                    self._stop(at, server, until)
                case _, (server, _):
                    self._stopped.discard(server)
                    self.lines.append(Line(at, "started", server))

    def _plan(self, at: int, rank: int, what: Wish | Seat | tuple[str, int]) -> None:
        self._number += 1
        heappush(self._todo, (at, rank, self._number, what))

    def _ask(self, at: int, wish: Wish) -> None:
        pool = self.pools[wish.feature]
        if pool.server in self._stopped or at >= wish.until:
            return
        shared = [seat for seat in self._held[wish.feature] if pool.by_host and seat.host == wish.host]
        reason = "" if shared else self._reason(pool, wish)
        if not reason:
            seat = shared[0] if shared else self._give(at, pool, wish)
            for _ in range(pool.handles):
                self._number += 1
                program = Program(wish.user, wish.host, at, wish.until, self._number)
                seat.programs.append(program)
                self.lines.append(Line(at, "out", pool.server, pool, program, seat))
            self._plan(wish.until, _BACK, seat)
            return
        refusal = Refusal(at, pool, wish.user, wish.host, reason, is_final=not wish.or_else)
        self.refusals.append(refusal)
        self.lines.append(Line(at, "refused", pool.server, pool, refusal=refusal))
        if wish.or_else:
            self._ask(at, replace(wish, feature=wish.or_else[0], or_else=wish.or_else[1:]))
        elif wish.patience and reason != "excluded":
            again = replace(wish, patience=wish.patience[1:])
            self._plan(at + wish.patience[0], _WISH, again)

    def _reason(self, pool: Pool, wish: Wish) -> str:
        held = self._held[wish.feature]
        unused = pool.kept - sum(seat.is_kept for seat in held)
        if (wish.user, wish.feature) in self._excluded:
            return "excluded"
        if wish.user in self._leads and unused:
            return ""
        if len(held) + unused < pool.seats:
            return ""
        return "kept" if unused else "full"

    def _give(self, at: int, pool: Pool, wish: Wish) -> Seat:
        held = self._held[wish.feature]
        is_kept = wish.user in self._leads and sum(seat.is_kept for seat in held) < pool.kept
        seat = Seat(pool, wish.user, wish.host, at, wish.borrows, is_kept)
        held.append(seat)
        self.seats.append(seat)
        return seat

    def _end_programs(self, at: int, seat: Seat) -> None:
        if seat.end <= at:
            return
        for program in seat.programs:
            if program.until == at:
                self.lines.append(Line(at, "in", seat.pool.server, seat.pool, program, seat))
        if all(program.until <= at for program in seat.programs):
            seat.end = at
            self._held[seat.pool.feature].remove(seat)

    def _stop(self, at: int, server: str, until: int) -> None:
        """End all that the server gave out; who lost a seat asks for it again some minutes after it started anew."""
        self._stopped.add(server)
        for pool in self.pools.values():
            for seat in list(self._held[pool.feature]) if pool.server == server else ():
                running = [program for program in seat.programs if program.until > at]
                self.lines += [Line(at, "in", server, pool, program, seat) for program in running]
                seat.end = at
                self._held[pool.feature].remove(seat)
                lost = max(program.until for program in running)
                self.wish(until + 5 + seat.start % 7, Wish(pool.feature, seat.user, seat.host, lost))
        self.lines.append(Line(at, "stopped", server))


def at_minute(minute: int) -> datetime:
    """Return the instant of a minute."""
    return BEGIN + timedelta(minutes=minute)


def wall(minute: int) -> datetime:
    """Return what a clock in Berlin shows at a minute."""
    return at_minute(minute).astimezone(BERLIN)


def minute_of(day: date | int, hour: int, minute: int = 0) -> int:
    """Return the minute at which a clock in Berlin shows this; ``day`` may be a day of the month. Hours may pass 24."""
    on = date(2026, 3, 1) + timedelta(days=day - 1) if isinstance(day, int) else day
    face = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    return (face.replace(tzinfo=BERLIN).astimezone(UTC) - BEGIN) // timedelta(minutes=1)


def outcome_of(refusal: Refusal, seats: list[Seat]) -> str:
    """Return what became of somebody who was refused, in the words of the trade."""
    if refusal.reason in {"kept", "excluded"}:
        return "policy"
    if not refusal.is_final:
        return "retried"
    granted = (
        program.start
        for seat in seats
        if seat.pool is refusal.pool
        for program in seat.programs
        if program.user == refusal.user
    )
    return "retried" if any(0 <= at - refusal.at <= WINDOW for at in granted) else "true"
