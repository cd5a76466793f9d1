"""LM-X: what ``lmxendutil -licstat`` prints.

Its times have a year, and count in the zone of the server. Seats may be tokens, ten thousand to a program, and
2,147,483,647 of them mean no limit. Holders that share on a custom string are listed each with what it took.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder, PoolReading, Reading
from licensing.collectors.seats import Seen, read_ending, read_moment, read_seats, read_who
from licensing.collectors.servers import FAILURE, as_reading

COMMAND = "lmxendutil -licstat"

_UNLIMITED = frozenset({"2147483647", "unlimited"})


def read_licstat(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:  # noqa: ARG001 - each time is whole
    """Read the text of ``lmxendutil -licstat``. Raises ``NotACapture`` where it shows no server."""
    lines = Lines(text)
    reader = _Reader(lines, zone)
    reader.read_all()
    return as_reading(reader.servers, lines, text=text, kind="lmx", command=COMMAND)


class _Reader(LineReader):
    """Reads line after line: a server, its features, and under each feature its holders."""

    def __init__(self, lines: Lines, zone: ZoneInfo) -> None:
        super().__init__(lines)
        self._zone = zone
        self._seen: Seen | None = None
        self._is_holder_open = False

    def leave(self) -> None:
        """End the feature."""
        self._seen = None

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server; one text may show several. It has not answered until it says more than its name."""
        self.begin_server(found[1])
        self._seen = None

    def take_version(self, found: re.Match[str]) -> None:
        """Take the version, which only a server that answers gives."""
        self.servers[-1].answers = True
        self.servers[-1].version = found[1]

    def take_feature(self, found: re.Match[str]) -> None:
        """Begin a pool of a feature; its numbers follow, and until then they are unknown."""
        self.servers[-1].answers = True
        self._seen = self.servers[-1].feature(found[1])
        self._is_holder_open = False
        self._seen.pools.append(PoolReading(found[3] or "", found[2], "", issued=None, reserved=None, in_use=None))

    def take_dates(self, found: re.Match[str]) -> None:
        """Take when the pool ends."""
        ending = read_ending(found[1])
        if not ending.is_understood:
            self._lines.doubt(f"“{found[1]}” is not an expiry date that is known")
        self._revise(
            lambda pool: replace(pool, expires=ending.day, expires_raw=found[1], never_expires=ending.is_never)
        )

    def take_kind(self, found: re.Match[str]) -> None:
        """Take how the pool may be used."""
        self._revise(lambda pool: replace(pool, kind=found[0]))

    def take_totals(self, found: re.Match[str]) -> None:
        """Take the pool's two totals."""
        in_use, is_uncounted = read_seats(found[1]), found[2].casefold() in _UNLIMITED
        issued = None if is_uncounted else read_seats(found[2])
        if in_use is None or (issued is None and not is_uncounted):
            self._lines.doubt("the totals are not two numbers of seats")
        self._revise(lambda pool: replace(pool, in_use=in_use, issued=issued, is_uncounted=is_uncounted))

    def _revise(self, change: Callable[[PoolReading], PoolReading]) -> None:
        if self._seen is None:
            self._lines.doubt("numbers that stand under no feature")
            return
        self._seen.pools[-1] = change(self._seen.pools[-1])

    def take_holder(self, found: re.Match[str]) -> None:
        """Take who holds how many; the lines below say since when, and what it is shared on."""
        quantity = read_seats(found[1])
        self._is_holder_open = self._seen is not None and quantity is not None
        if self._seen is None:
            self._lines.doubt("a holder that stands under no feature")
        elif quantity is None:
            self._seen.is_list_broken = True
            self._lines.doubt(f"“{found[1]}” is no number of seats")
        else:
            self._seen.holders.append(_holder(found[2], quantity, self._seen.pools[-1]))

    def take_times(self, found: re.Match[str]) -> None:
        """Take when the seats were checked out, not when the user signed in."""
        started = read_moment(found[1], zone=self._zone)
        if started is None:
            self._lines.doubt("the checkout time is not a time that was")
        self._revise_holder(lambda holder: replace(holder, started=started, started_raw=found[1]))

    def take_borrowed(self, found: re.Match[str]) -> None:
        """Take that the seats are borrowed; until when stays as it was printed."""
        self._revise_holder(lambda holder: replace(holder, borrowed=True, started_raw=found[0]))

    def take_share(self, found: re.Match[str]) -> None:
        """Keep the string that several holders share on: it is what this server knows them by."""
        self._revise_holder(lambda holder: replace(holder, handle=found[1]))

    def _revise_holder(self, change: Callable[[Holder], Holder]) -> None:
        if self._seen is None or not self._is_holder_open:
            self._lines.doubt("a line about a holder that stands under none")
            return
        before = self._seen.holders[-1]
        self._seen.holders[-1] = after = change(before)
        if after.borrowed and not before.borrowed:
            self._seen.borrowed = (self._seen.borrowed or 0) + after.quantity


def _holder(raw: str, quantity: int, pool: PoolReading) -> Holder:
    """Return a holder from ``user@host [address]``; the address is not kept."""
    front, bracket, _address = raw.rpartition(" [")
    who = read_who(front if bracket and raw.endswith("]") else raw)
    return who.holder(quantity, daemon=pool.daemon, version=pool.version)


# No two neighbours in a pattern may take the same letter: a line made to be slow is then refused at once.
_Reader.meanings = meanings(
    (r"(\S+) license\(s\) used by (.+)", _Reader.take_holder),
    (r"Login time: \d\S* \d\S*\s+Checkout time: (\d\S* \d\S*)", _Reader.take_times),
    (r"Checkout time: (\d\S* \d\S*)", _Reader.take_times),
    (r"Shared on [a-z ]+: (.*)", _Reader.take_share),
    (r"Borrow expire time: .+", _Reader.take_borrowed),
    (r"(\S+) of (\S+) license\(s\) used:?", _Reader.take_totals),
    (r"Feature: (\S+) Version: (\S+)(?: Vendor: (\S.*))?", _Reader.take_feature),
    (r"Start date: \S+ Expire date: (\S+)", _Reader.take_dates),
    (r"Key type: .+", _Reader.take_kind),
    (r"Server version: v(\S+)(?: Uptime: .+)?", _Reader.take_version),
    (r"LM-X License Server on (\S+?):", _Reader.take_server),
    (r"There are no license server\(s\) available\.|Server is (?:down|not running)\b.*", _Reader.take_failure),
    (FAILURE.pattern, _Reader.take_failure),
    (r"LM-X End-user Utility v\S+|Copyright \(C\) .*|LM-X license server\(s\):|\++|-+", _Reader.take_nothing),
)
