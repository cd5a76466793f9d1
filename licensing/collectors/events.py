"""What event logs of licence servers say, in values. ``None`` is unknown, and never zero."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from licensing.collectors.reading import Diagnostic


class EventKind(StrEnum):
    """What a line tells."""

    OUT = "out"
    IN = "in"
    DENIED = "denied"
    UNSUPPORTED = "unsupported"
    """Asked for, and not licensed here."""
    QUEUED = "queued"
    DEQUEUED = "dequeued"
    IN_USE = "in-use"
    """Held at this moment, as the server itself lists it (RLM, where a log begins and ends)."""
    STARTED = "started"
    """The daemon started: nothing of before is held any more."""
    STOPPED = "stopped"
    SWITCHED = "switched"
    """The log changed its file; the server ran on."""
    REREAD = "reread"
    CLOCK_SET = "clock-set"
    """The server says that its clock was set (RLM)."""


DENIALS = frozenset({EventKind.DENIED, EventKind.UNSUPPORTED})
"""Lines that tell of seats which were asked for and denied."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a log.

    ``at`` is ``None`` where no date is known, and then ``doubt`` says why. ``daemon`` is empty where the event
    concerns all daemons of the server. ``tag`` is what the application adds to a checkout (FlexNet in brackets, RLM's
    isv_def). ``asked_for`` is the product that was asked for where another one, such as a token, was given or
    denied. ``has_own_handle`` is true where the handle is this checkout's alone (RLM); FlexNet prints the client's,
    which several checkouts may bear. ``is_final`` is RLM's last_attempt: ``False`` where the application goes on to
    ask elsewhere. ``reported_in_use`` and ``reported_issued`` are the server's own numbers at that moment.
    """

    line: int
    at: datetime | None
    kind: EventKind
    daemon: str
    feature: str = ""
    user: str | None = None
    host: str | None = None
    tag: str | None = None
    quantity: int = 1
    version: str | None = None
    handle: str | None = None
    has_own_handle: bool = False
    share: str | None = None
    pid: str | None = None
    pool: str | None = None
    project: str | None = None
    asked_for: str | None = None
    code: int | None = None
    reason: str | None = None
    is_final: bool | None = None
    reported_in_use: int | None = None
    reported_issued: int | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class PoolRecord:
    """One pool of a product as an RLM log states it; ``contract`` and ``line_item`` lead to what was bought."""

    line: int
    daemon: str
    product: str
    version: str
    pool: str
    count: int
    reserved: int
    soft_limit: int
    hostid: str | None
    contract: str | None
    customer: str | None
    issuer: str | None
    line_item: str | None
    options: str | None
    share: str | None
    kind: str | None
    named_users: int | None


LogEntry = Event | PoolRecord | Diagnostic


@dataclass(slots=True)
class LineCount:
    """Counts the lines of one log while it is read. Always ``events + notices + diagnostics == lines``.

    ``events`` are the lines that became an ``Event`` or a ``PoolRecord``; ``notices`` those that are known and tell no
    event of their own: headings, dates, statistics, the reason of a denial on the line after it. Blank lines are none.
    ``clock_back`` counts lines whose time lies before that of the line above, and ``date_jumps`` dates that do not
    follow from the lines before them; neither is explained away.
    """

    lines: int = 0
    events: int = 0
    notices: int = 0
    diagnostics: int = 0
    undated: int = 0
    clock_back: int = 0
    date_jumps: int = 0
    reasons_joined: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def cover(self, at: datetime) -> None:
        """Stretch what the log covers to an instant."""
        if self.starts_at is None:
            self.starts_at = at
        if self.ends_at is None or at > self.ends_at:
            self.ends_at = at
