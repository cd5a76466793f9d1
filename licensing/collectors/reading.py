"""What one capture says, in values. ``None`` is unknown or uncounted, and never zero."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum


class ServerState(StrEnum):
    """Whether the server answered when the text was printed."""

    UP = "up"
    DEGRADED = "degraded"
    """It answers, but a member of the group, a vendor daemon or an ISV server does not."""
    DOWN = "down"
    UNKNOWN = "unknown"


class Discrepancy(StrEnum):
    """How the use that the server reports differs from the use that it lists. Named, never smoothed."""

    INCLUDES_RESERVATIONS = "in-use-includes-reservations"
    """Reported = listed + reserved."""
    HOLDERS_NOT_LISTED = "holders-not-listed"
    SHARED_SEATS = "handles-share-seats"
    """More handles than seats, and one seat for each user on each host gives what is reported."""
    MORE_REPORTED = "more-reported-than-counted"
    FEWER_REPORTED = "fewer-reported-than-counted"
    BLOCKS_DISAGREE = "blocks-disagree"
    """The feature is printed more than once, and the totals differ."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A counter that starts again with the server: only a difference of two readings means something."""

    name: str
    recent: int
    today: int
    total: int


@dataclass(frozen=True, slots=True)
class ServerMember:
    """One host of the server: the only one, or one of a group of three."""

    name: str
    state: ServerState
    version: str | None = None
    is_master: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DaemonReading:
    """A vendor daemon (FlexNet) or an ISV server (RLM)."""

    name: str
    state: ServerState
    version: str | None = None
    error: str | None = None
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerReading:
    """A licence server as the text shows it. The name is empty where the text does not say it."""

    name: str
    state: ServerState
    reported_at: datetime | None = None
    version: str | None = None
    members: tuple[ServerMember, ...] = ()
    daemons: tuple[DaemonReading, ...] = ()
    tallies: tuple[Tally, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PoolReading:
    """Licences of one feature that share daemon, version and pool.

    ``in_use`` is the pool's own number where the server prints one (RLM), else the seats listed under it (FlexNet).
    ``issued`` is ``None`` where the pool is uncounted, and where the text gives one total for several pools.
    ``expires`` is ``None`` where the pool never expires, and also where the date is absent or not understood.
    """

    daemon: str
    version: str
    pool: str
    issued: int | None
    reserved: int | None
    in_use: int | None
    expires: date | None = None
    expires_raw: str | None = None
    never_expires: bool = False
    is_uncounted: bool = False
    kind: str | None = None
    checkouts: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """One line of use: somebody holds ``quantity`` seats.

    ``who`` is what the server printed before the version. Where it splits in more than one way into user, host and
    display, ``is_ambiguous`` is true, ``user`` is the whole of it, and host and display are ``None``.
    ``handle`` is valid in this life of the daemon only, and is used again: it names no session for good.
    ``linger`` keeps one or two raw numbers of seconds; what they count differs by product, so no date comes of them.
    """

    user: str
    host: str | None
    display: str | None
    started: datetime | None
    started_raw: str
    quantity: int
    handle: str
    daemon: str
    version: str
    who: str
    borrowed: bool = False
    linger: tuple[int, ...] = ()
    served_by: str | None = None
    from_reservation: int | None = None
    is_ambiguous: bool = False
    is_year_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody waits for ``quantity`` seats: demand, not use."""

    user: str
    host: str | None
    display: str | None
    quantity: int
    handle: str
    version: str
    who: str
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Reservation:
    """Seats kept for a HOST, USER, GROUP … of the options file."""

    quantity: int
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class FeatureReading:
    """The numbers of one feature on one server, side by side and never mixed.

    ``reported_in_use`` is the server's own total. ``counted_in_use`` is the sum of the holder lines; it is ``None``
    where the numbers are unknown and no holder is listed. ``borrowed`` is a part of ``counted_in_use``; ``reserved``
    and ``queued`` are not. Uncounted pools stand in no sum, except in a feature that has no others.
    """

    server: str
    feature: str
    state: ServerState
    issued: int | None
    is_uncounted: bool
    reported_in_use: int | None
    counted_in_use: int | None
    reserved: int | None
    queued: int | None
    borrowed: int | None
    pools: tuple[PoolReading, ...] = ()
    holders: tuple[Holder, ...] = ()
    queue: tuple[Waiter, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    discrepancy: Discrepancy | None = None
    blocks: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A line that was not understood, or not wholly."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a capture says. Each line that is not blank is an event or a diagnostic, and none is both.

    ``lines`` counts the lines that are not blank, ``events`` those of them that were understood without doubt.
    ``others`` are the further servers where one text shows several; each feature names its server.
    """

    server: ServerReading
    features: tuple[FeatureReading, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: int
    events: int
    others: tuple[ServerReading, ...] = field(default=())


def diagnosed(reading: Reading, *, line: int, text: str, reason: str) -> Reading:
    """Return the reading with one more doubt on a line, which stops being an event."""
    standing = {one.line: one for one in reading.diagnostics}
    known = standing.get(line)
    standing[line] = Diagnostic(line, text, f"{known.reason}; {reason}" if known else reason)
    ordered = tuple(standing[number] for number in sorted(standing))
    return replace(reading, diagnostics=ordered, events=reading.lines - len(ordered))
