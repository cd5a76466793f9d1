"""RLM: what ``rlmutil rlmstat -a`` prints.

Its start times have neither year nor weekday, so the year is assumed: the newest that is not in the future. The time of
printing is the start of a statistic plus its length. The pools say how many seats are in use, the usage lines who uses
them; a licence that is shared on a host has more handles than seats. Checkouts and denials are counters of the ISV
server, kept as such.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors import rlm_lines
from licensing.collectors.dates import read_expiry, read_span, read_stamp
from licensing.collectors.formats import not_a_capture, stranger
from licensing.collectors.lines import Lines
from licensing.collectors.reading import PoolReading, Reading, ServerState, Tally
from licensing.collectors.rlm_features import Product
from licensing.collectors.rlm_holders import YearlessStarts, read_holder
from licensing.collectors.rlm_servers import RlmServer

COMMAND = "rlmutil rlmstat -a"


def read_rlmstat(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:
    """Read the text of ``rlmutil rlmstat -a``. Raises ``NotACapture`` where it shows no server.

    ``at`` is when it was printed, if the caller knows; else the time that follows from the text, in ``zone``.
    """
    if at is not None and at.tzinfo is None:
        message = "a time without zone fixes no year"
        raise ValueError(message)
    lines = Lines(text)
    reader = _Reader(lines, at=at, zone=zone)
    for line in lines:
        reader.read(line)
    servers = [server for server in reader.servers if server.is_shown]
    if not servers:
        raise reader.refusal(text)
    readings = [server.reading() for server in servers]
    return Reading(
        server=readings[0],
        features=tuple(feature for server in servers for feature in server.features()),
        diagnostics=lines.diagnostics(),
        lines=lines.total,
        events=lines.events,
        others=tuple(readings[1:]),
    )


class _Reader:
    """Reads line after line; what a line means depends on the part of the text it stands in."""

    def __init__(self, lines: Lines, *, at: datetime | None, zone: ZoneInfo) -> None:
        self._lines = lines
        self._at = at
        self._zone = zone
        self._part = "head"
        self._isv = ""
        self._path = ""
        self._failure: str | None = None
        self._expects_reason = False
        self._starts = YearlessStarts(zone)
        self._product: Product | None = None
        self.servers = [RlmServer()]

    @property
    def _server(self) -> RlmServer:
        return self.servers[-1]

    def read(self, line: str) -> None:
        """Take one line in: an event, or a doubt."""
        for part, pattern, take in _LINES:
            if part and part != self._part:
                continue
            found = pattern.fullmatch(line)
            if found is not None:
                self._expects_reason = take is _Reader.take_attempt
                take(self, found)
                return
        if self._expects_reason:
            # After "Connection attempted" comes what the system said of it, in words of its own.
            self._expects_reason = False
            self._server.reason = line
            return
        self._lines.doubt("not a line that is known")

    def refusal(self, text: str) -> Exception:
        """Return why the text is no capture of use."""
        if self._failure is not None:
            return not_a_capture(
                f"rlmstat could not ask a licence server ({self._failure}) and the text names none: "
                f"see that the server runs, then collect again with “{COMMAND}”."
            )
        return stranger(text, expected="RLM", command=COMMAND)

    def take_nothing(self, found: re.Match[str]) -> None:
        """Know a line that carries no number: a heading, a copyright, a path."""

    def take_path(self, found: re.Match[str]) -> None:
        """Keep where rlmstat looks: it names the server where nothing else does."""
        self._path = found[1] if "@" in found[1] else ""

    def take_failure(self, found: re.Match[str]) -> None:
        """Take that a server could not be asked: an ISV server where it is named, else the licence server itself."""
        server, target = self._server, (found[1] or "").lower()
        if server.answers and target not in {"", "rlm"}:
            server.know_isv(found[1], ServerState.DOWN, error=found[0])
            return
        if server.error is not None and not server.is_attempted:
            # A second sentence about the same failure.
            server.reason = found[0]
            return
        if server.answers or server.error is not None:
            server = self._begin_server()
        self._failure = server.error = found[0]
        server.name = self._path

    def take_attempt(self, found: re.Match[str]) -> None:
        """Name the server that could not be asked, where the text does."""
        self._server.is_attempted = True
        if found[1] and self._server.error is not None:
            self._server.name = f"{found[2]}@{found[1]}"

    def take_status(self, found: re.Match[str]) -> None:
        """Begin a server that answers; one text may show several."""
        if self._server.is_shown or self._server.error is not None:
            self._begin_server()
        self._server.name = f"{found[2]}@{found[1]}"
        self._server.answers = True
        self._part, self._isv = "rlm", ""

    def take_isv_status(self, found: re.Match[str]) -> None:
        """Enter what an ISV server says of itself."""
        self._enter("isv", found)

    def take_pools(self, found: re.Match[str]) -> None:
        """Enter the pools of an ISV server."""
        self._product = None
        self._enter("pools", found)

    def take_usage(self, found: re.Match[str]) -> None:
        """Enter the lines of use of an ISV server."""
        self._enter("usage", found)

    def _enter(self, part: str, found: re.Match[str]) -> None:
        if not self._server.answers:
            # A text without the server's own part still comes from one that answered.
            if self._server.error is not None:
                self._begin_server()
            self._server.answers = True
            self._server.name = found[2]
        self._part, self._isv = part, found[1]
        self._server.know_isv(found[1], ServerState.UP)

    def _begin_server(self) -> RlmServer:
        self.servers.append(RlmServer())
        self._part, self._isv, self._product = "head", "", None
        return self._server

    def take_isvs(self, _found: re.Match[str]) -> None:
        """Enter the list of ISV servers."""
        self._part = "isvs"

    def take_isv(self, found: re.Match[str]) -> None:
        """Take whether an ISV server runs."""
        is_running = found[2] == "Yes"
        self._server.know_isv(
            found[1],
            ServerState.UP if is_running else ServerState.DOWN,
            error=None if is_running else "the server says that it does not run",
        )

    def take_version(self, found: re.Match[str]) -> None:
        """Take the version of the server, or of the ISV server that speaks."""
        if found[1] == "rlm":
            self._server.version = found[2]
        elif found[1] in self._server.isvs:
            self._server.isvs[found[1]].version = found[2]

    def take_statistics(self, found: re.Match[str]) -> None:
        """Find the time of printing: a statistic began then, and has run for so long."""
        span, began = read_span(found[1]), read_stamp(found[2], zone=self._zone)
        if span is None or began is None:
            self._lines.doubt("the length or the start of the statistics is not a time")
        elif self._server.reported_at is None:
            self._server.reported_at = began + span

    def take_tally(self, found: re.Match[str]) -> None:
        """Keep a counter with whom it belongs to."""
        tally = Tally(found[1].lower(), int(found[2]), int(found[3]), int(found[4]))
        isv = self._server.isvs.get(self._isv)
        tallies = self._server.tallies if isv is None else isv.tallies
        tallies[tally.name] = tally

    def take_product(self, found: re.Match[str]) -> None:
        """Begin a pool of a product; its numbers follow on the next lines."""
        self._product = self._server.product(found[1])
        self._product.pools.append(
            PoolReading(self._isv, found[2], found[3] or "", issued=None, reserved=None, in_use=None)
        )

    def take_count(self, found: re.Match[str]) -> None:
        """Take the seats of the pool, what is reserved, what is in use, and when it ends."""
        is_uncounted = found[1].lower() in {"uncounted", "unlimited"}
        count = int(found[1]) if rlm_lines.NUMBER.fullmatch(found[1]) else None
        if count is None and not is_uncounted:
            self._lines.doubt(f"“{found[1]}” is not a count that is known")
        reserved, in_use = int(found[2]), int(found[3])
        self._revise(
            lambda pool: replace(pool, issued=count, is_uncounted=is_uncounted, reserved=reserved, in_use=in_use)
        )
        self._take_expiry(found[4])

    def take_uncounted(self, found: re.Match[str]) -> None:
        """Take that the pool has no number of seats; some servers give it a line of its own."""
        self._revise(lambda pool: replace(pool, is_uncounted=True, issued=None))
        in_use = rlm_lines.IN_USE.search(found[1])
        if in_use is not None:
            self._revise(lambda pool: replace(pool, in_use=int(in_use[1])))
        expiry = rlm_lines.EXPIRES.search(found[1])
        if expiry is not None:
            self._take_expiry(expiry[1])

    def take_token(self, found: re.Match[str]) -> None:
        """Take that the pool is paid in tokens."""
        self._revise(lambda pool: replace(pool, kind=found[0]))

    def take_checkouts(self, found: re.Match[str]) -> None:
        """Keep the pool's counter of checkouts."""
        self._revise(lambda pool: replace(pool, checkouts=int(found[1])))

    def _take_expiry(self, raw: str) -> None:
        expiry = read_expiry(raw)
        if not expiry.is_understood:
            self._lines.doubt(f"“{raw}” is not an expiry date that is known")
        self._revise(lambda pool: replace(pool, expires=expiry.day, expires_raw=raw, never_expires=expiry.is_never))

    def _revise(self, change: Callable[[PoolReading], PoolReading]) -> None:
        if self._product is None:
            self._lines.doubt("numbers of a pool that stand under no product")
            return
        self._product.pools[-1] = change(self._product.pools[-1])

    def take_holder(self, found: re.Match[str]) -> None:
        """Take a line of use. Its handle is not the pool's seat: several may share one."""
        reference = self._at or self._server.reported_at
        holder = read_holder(found, isv=self._isv, starts=self._starts, reference=reference, lines=self._lines)
        self._server.product(found[1]).holders.append(holder)


_Take = Callable[[_Reader, re.Match[str]], None]
# The part in which a line is known ("" in any), its pattern, and what takes it. The frequent ones stand first.
_LINES: tuple[tuple[str, re.Pattern[str], _Take], ...] = (
    ("usage", rlm_lines.HOLDER, _Reader.take_holder),
    ("pools", rlm_lines.COUNT, _Reader.take_count),
    ("pools", rlm_lines.CHECKOUTS, _Reader.take_checkouts),
    ("pools", rlm_lines.UNCOUNTED, _Reader.take_uncounted),
    ("pools", rlm_lines.TOKEN, _Reader.take_token),
    ("pools", rlm_lines.PRODUCT, _Reader.take_product),
    ("isvs", rlm_lines.ISV, _Reader.take_isv),
    ("", rlm_lines.STATUS, _Reader.take_status),
    ("", rlm_lines.ISV_STATUS, _Reader.take_isv_status),
    ("", rlm_lines.POOLS, _Reader.take_pools),
    ("", rlm_lines.USAGE, _Reader.take_usage),
    ("", rlm_lines.ISVS, _Reader.take_isvs),
    ("", rlm_lines.VERSION, _Reader.take_version),
    ("", rlm_lines.STATISTICS, _Reader.take_statistics),
    ("", rlm_lines.TALLY, _Reader.take_tally),
    ("", rlm_lines.PATH, _Reader.take_path),
    ("", rlm_lines.ATTEMPT, _Reader.take_attempt),
    ("", rlm_lines.FAILURE, _Reader.take_failure),
    ("", rlm_lines.HEADING, _Reader.take_nothing),
)
