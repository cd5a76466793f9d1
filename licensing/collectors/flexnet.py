"""FlexNet: what ``lmutil lmstat -a`` prints (``lmstat -f`` too, which has no server part).

The text has no zone and its start times no year; both come from the caller and from the time of printing. What the
server reports, what it lists and what it keeps reserved stay three numbers. A server, a vendor daemon or a feature that
could not be asked is unknown, never unused.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dates import instant, read_day, read_expiry
from licensing.collectors.flexnet_features import Block, Pool
from licensing.collectors.flexnet_holders import StartTimes, read_holder, read_reservation, read_waiter
from licensing.collectors.flexnet_servers import FlexnetServer
from licensing.collectors.formats import not_a_capture, stranger
from licensing.collectors.lines import Lines
from licensing.collectors.reading import (
    DaemonReading,
    Reading,
    ServerMember,
    ServerState,
)

COMMAND = "lmutil lmstat -a"


def read_lmstat(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:
    """Read the text of ``lmutil lmstat -a``. Raises ``NotACapture`` where it shows no server and no feature.

    ``at`` is when it was printed, if the caller knows; else the text's own time counts, in ``zone``.
    """
    if at is not None and at.tzinfo is None:
        message = "a time without zone fixes no year"
        raise ValueError(message)
    lines = Lines(text)
    reader = _Reader(lines, StartTimes(at, zone))
    for line in lines:
        reader.read(line)
    servers = [server for server in reader.servers if server.is_shown]
    if not servers:
        raise reader.refusal(text)
    readings = [server.reading(reader.reported_at) for server in servers]
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

    def __init__(self, lines: Lines, times: StartTimes) -> None:
        self._lines = lines
        self._times = times
        self._part = "head"
        self.servers = [FlexnetServer()]
        self.reported_at: datetime | None = None
        self._failure: str | None = None
        self._is_licence_file = False

    @property
    def _server(self) -> FlexnetServer:
        return self.servers[-1]

    def read(self, line: str) -> None:
        """Take one line in: an event, or a doubt."""
        if self._part == "features" and self._read_under_feature(line):
            return
        for pattern, take in _LINES:
            found = pattern.fullmatch(line)
            if found is not None:
                take(self, found)
                return
        take_part = _PARTS.get(self._part)
        if take_part is None or not take_part(self, line):
            self._lines.doubt("not a line that is known")

    def refusal(self, text: str) -> Exception:
        """Return why the text is no capture of use."""
        if self._failure is not None:
            return not_a_capture(
                f"lmstat could not ask a licence server ({self._failure}) and the text names none: "
                f"see that the server runs, then collect again with “{COMMAND}”."
            )
        if self._is_licence_file:
            # The list of "lmstat -i" is the licence file's, not the server's: no use can be read from it, and a
            # reading with every use unknown would look like an answer of the server.
            return not_a_capture(
                "This is “lmstat -i”, which reads the licence file and asks no server, so it says nothing of use: "
                f"collect use with “{COMMAND}”, and look at this under Contracts, Import lots, as a hint."
            )
        return stranger(text, expected="FlexNet", command=COMMAND)

    def _read_under_feature(self, line: str) -> bool:
        """Read the lines of a feature, which are most of a text; by their own words first, since patterns cost more."""
        pool = self._server.blocks[-1].pool if self._server.blocks else None
        if pool is None:
            return False
        if ", start " in line or ") start " in line:
            holder = read_holder(line, daemon=pool.daemon, times=self._times, lines=self._lines)
            if holder is not None:
                pool.holders.append(holder)
                return True
        if " queued for " in line:
            waiter = read_waiter(line)
            if waiter is not None:
                pool.queue.append(waiter)
                return True
        if " RESERVATION" in line:
            reservation = read_reservation(line)
            if reservation is not None:
                pool.reservations.append(reservation)
                return True
        return False

    def take_nothing(self, found: re.Match[str]) -> None:
        """Know a line that carries no number: a heading, a copyright, a path."""

    def take_time(self, found: re.Match[str]) -> None:
        """Take the time of printing."""
        weekday, month, day, year, hour, minute = found.groups()
        printed = read_day(int(year), int(month), int(day), weekday=weekday)
        moment = instant(printed, int(hour), int(minute), 0, zone=self._times.zone) if printed else None
        if moment is None:
            self._lines.doubt("the time of printing is not a time, or its weekday does not fit")
            return
        self.reported_at = moment
        if self._times.reference is None:
            self._times.reference = moment

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server; one text may show several."""
        if self._server.name or self._server.is_shown:
            self.servers.append(FlexnetServer())
        self._server.name = found[1]
        self._part = "server"

    def take_member(self, found: re.Match[str]) -> None:
        """Take a host of the server that says whether it is up."""
        state = ServerState.UP if found[2] == "UP" else ServerState.DOWN
        self._server.members.append(ServerMember(found[1], state, found[4], is_master=found[3] is not None))
        if self._part == "head":
            self._part = "server"

    def take_failure(self, found: re.Match[str]) -> None:
        """Take that no server could be asked; it is laid to the server that the text named before, if any."""
        self._failure = found[1]
        self._server.error = found[1]

    def take_part(self, found: re.Match[str]) -> None:
        """Enter the part that a heading names."""
        self._part = "daemons" if found[0].startswith("Vendor") else "features"

    def take_licence_file(self, _found: re.Match[str]) -> None:
        """Enter the list of ``lmstat -i``: understood, and nothing is taken from it."""
        self._is_licence_file = True
        self._part = "licence file"

    def take_totals(self, found: re.Match[str]) -> None:
        """Begin a feature with its two totals."""
        self._begin(Block(found[1], issued=int(found[2]), in_use=int(found[3])))

    def take_uncounted(self, found: re.Match[str]) -> None:
        """Begin a feature that has no number of seats."""
        self._begin(Block(found[1], is_uncounted=True))

    def take_unknown(self, found: re.Match[str]) -> None:
        """Begin a feature that the server says nothing of: its numbers are unknown."""
        self._lines.doubt(f"the server gives no numbers for “{found[1]}”")
        self._begin(Block(found[1], is_unknown=True))

    def _begin(self, block: Block) -> None:
        self._server.blocks.append(block)
        self._part = "features"

    def take_pool(self, found: re.Match[str]) -> None:
        """Begin a pool of the feature."""
        if not self._server.blocks:
            self._lines.doubt("a pool that stands under no feature")
            return
        block = self._server.blocks[-1]
        if found[1].casefold() != block.feature.casefold():
            self._lines.doubt(f"a pool of “{found[1]}” under the feature “{block.feature}”")
        raw = found[4]
        expiry = read_expiry(raw) if raw else None
        if expiry is not None and not expiry.is_understood:
            self._lines.doubt(f"“{raw}” is not an expiry date that is known")
        block.pools.append(
            Pool(
                daemon=found[3],
                version=found[2],
                expires=expiry.day if expiry else None,
                expires_raw=raw,
                never_expires=expiry is not None and expiry.is_never,
                is_named=True,
                is_uncounted=block.is_uncounted,
            )
        )

    def read_of_server(self, line: str) -> bool:
        """Read a member that could not be asked: ``host: what failed (-15,570:115 …)``."""
        found = _FAILED.fullmatch(line)
        if found is None:
            return False
        self._server.members.append(ServerMember(found[1], ServerState.DOWN, error=found[2]))
        return True

    def read_of_daemons(self, line: str) -> bool:
        """Read a vendor daemon that is up, or why it is not."""
        found = _DAEMON_UP.fullmatch(line)
        if found is not None:
            self._server.daemons.append(DaemonReading(found[1], ServerState.UP, found[2]))
            return True
        found = _FAILED.fullmatch(line) or _DAEMON_DOWN.fullmatch(line)
        if found is None:
            return False
        self._server.daemons.append(DaemonReading(found[1], ServerState.DOWN, error=found[2]))
        return True

    def read_of_feature(self, line: str) -> bool:
        """Read what kind of pool it is."""
        pool = self._server.blocks[-1].pool if self._server.blocks else None
        if pool is None or not pool.is_named:
            return False
        if line.startswith("vendor_string:"):
            pool.vendor_string = line.removeprefix("vendor_string:").strip()
            return True
        if _POOL_KIND.fullmatch(line) is None:
            return False
        pool.kind = line
        pool.is_uncounted = pool.is_uncounted or line.lower().startswith("uncounted")
        return True

    def read_of_licence_file(self, line: str) -> bool:
        """Know a row of the licence file's list; its last two columns may stand in either order."""
        return _FILE_ROW.fullmatch(line) is not None


_FAILED = re.compile(r"(\S+): (.*\(-\d{1,5},\d{1,9}.*)", re.ASCII)
_DAEMON_UP = re.compile(r"(\S+): UP(?: v(\S+))?", re.ASCII)
_DAEMON_DOWN = re.compile(r"(\S+): (DOWN\b.*|.*\bis down\b.*)", re.ASCII)
_POOL_KIND = re.compile(r"(?:uncounted )?(?:floating|node-?locked) license\b.*", re.ASCII | re.IGNORECASE)
_FILE_ROW = re.compile(r"_+(?:\s+_+)+|\S+\s+\S+\s+\S+\s+\S+(?:\s+\S+)?", re.ASCII)

_LINES: tuple[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), take)
    for pattern, take in (
        (
            r"Users of (.+?):\s+\(Total of (\d{1,9}) licenses? issued;\s+Total of (\d{1,9}) licenses? in use\)",
            _Reader.take_totals,
        ),
        (r"Users of (.+?):\s+\(Uncounted\b.*\)", _Reader.take_uncounted),
        (r"Users of (.+?):(?:\s.*)?", _Reader.take_unknown),
        (r'"([^"]+)" v(\S*?), vendor: ([^,]+?)(?:, expiry: (.*))?', _Reader.take_pool),
        (
            r"Flexible License Manager status on ([A-Z][a-z]{2}) (\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)",
            _Reader.take_time,
        ),
        (r"License server status: *(\S.*)", _Reader.take_server),
        (r"(\S+): license server (UP|DOWN)( \(MASTER\))?(?: v(\S+))?", _Reader.take_member),
        (r"(?:Error getting status|lmgrd is not running): (.+)", _Reader.take_failure),
        (r"Vendor daemon status \(on .*\):|Feature usage info:", _Reader.take_part),
        (r"NOTE: lmstat -i .*|Feature\s+Version\s+#licenses\s.*", _Reader.take_licence_file),
        (r"but only reads the license file\..*|lmstat -a is recommended instead\.", _Reader.take_nothing),
        (r"(?:lmutil|lmstat) - Copyright .*|lmstat(?: v\S.*)?|\S*lmutil(?:\.exe)? .*", _Reader.take_nothing),
        (r"\[Detecting lmgrd processes\.\.\.\]|License file\(s\) on \S+: .*|-{3,}", _Reader.take_nothing),
    )
)

_PARTS: dict[str, Callable[[_Reader, str], bool]] = {
    "server": _Reader.read_of_server,
    "daemons": _Reader.read_of_daemons,
    "features": _Reader.read_of_feature,
    "licence file": _Reader.read_of_licence_file,
}
