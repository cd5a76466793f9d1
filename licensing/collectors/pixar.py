"""Pixar: what the licence server for RenderMan prints over HTTP or telnet.

A launch takes several products at once, and each lists it: a launch is one handle, so its products are never added up
to people. Times have a day and a month only, and ``14:46`` after them is a time of day; the age in brackets fixes the
year. ``/ *`` means no limit. An expiry with a year of two digits is kept as it stands.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.dates import read_expiry
from licensing.collectors.lines import Lines
from licensing.collectors.pixar_starts import Start, read_start
from licensing.collectors.reading import Holder, PoolReading, Reading
from licensing.collectors.seats import Who, read_seats, read_who
from licensing.collectors.servers import FAILURE, as_reading

COMMAND = "http://the-server:9010"

# A year beyond these says nothing of a launch, and reckoning from it would leave the calendar.
_YEARS = range(1990, 2200)


def read_pixar(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:
    """Read the status of a Pixar licence server. Raises ``NotACapture`` where it shows no server.

    ``at`` is when it was printed; without it no start has a year, since the text's own time has none.
    """
    if at is not None and at.tzinfo is None:
        message = "a time without zone fixes no year"
        raise ValueError(message)
    lines = Lines(text)
    reader = _Reader(lines, at=at if at is not None and at.year in _YEARS else None, zone=zone)
    reader.read_all()
    return as_reading(reader.servers, lines, text=text, kind="pixar", command=COMMAND)


class _Reader(LineReader):
    """Reads line after line: the server, its products, its clients."""

    def __init__(self, lines: Lines, *, at: datetime | None, zone: ZoneInfo) -> None:
        super().__init__(lines)
        self._at = at
        self._zone = zone
        self._client: Who | None = None
        self._handle = ""
        self._is_missing_named = False

    def leave(self) -> None:
        """End the launch."""
        self._client = None

    unsettle = leave

    def take_nothing(self, _found: re.Match[str]) -> None:
        """Know a line that carries no number that is kept: a heading, a counter of all time."""
        self._client = None

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server with its version."""
        server = self.begin_server("")
        server.answers, server.version = True, found[1]
        self._client = None

    def take_name(self, found: re.Match[str]) -> None:
        """Take the server's name."""
        self.servers[-1].answers = True
        self.servers[-1].name = found[1]
        self._client = None

    def take_product(self, found: re.Match[str]) -> None:
        """Take a product with its two totals."""
        self._client = None
        self.servers[-1].answers = True
        raw_used, raw_issued, version, name, raw = found.groups()
        expiry, used = read_expiry(raw), read_seats(raw_used)
        is_uncounted = raw_issued == "*"
        issued = None if is_uncounted else read_seats(raw_issued)
        if used is None or (issued is None and not is_uncounted):
            self._lines.doubt("the totals are not two numbers of seats")
        if not expiry.is_understood:
            self._lines.doubt(f"“{raw[:80]}” is not an expiry date that is known")
        self.servers[-1].feature(name).pools.append(
            PoolReading(
                "",
                version,
                "",
                issued,
                reserved=None,
                in_use=used,
                expires=expiry.day,
                expires_raw=raw,
                never_expires=expiry.is_never,
                is_uncounted=is_uncounted,
            )
        )

    def take_client(self, found: re.Match[str]) -> None:
        """Begin a launch: who, on which host, and its handle; the number after the comma is a process."""
        who = read_who(found[1].rpartition(",")[0] or found[1])
        self._client, self._handle = who, found[2]

    def take_use(self, found: re.Match[str]) -> None:
        """Take what the launch above holds of a product."""
        quantity = read_seats(found[1])
        seen = self.servers[-1].feature(found[2])
        if self._client is None or quantity is None:
            seen.is_list_broken = True
            self._lines.doubt("use of a product without a client above it, or without a number of seats")
            return
        start = read_start(found[4], found[5], at=self._at, zone=self._zone)
        self._doubt(start)
        seen.holders.append(_holder(self._client, found, quantity, self._handle, start))

    def _doubt(self, start: Start) -> None:
        if self._at is None:
            # Said once: a doubt on every line would hide the others.
            if not self._is_missing_named:
                self._lines.doubt("the text's times have no year; give the time at which it was printed")
            self._is_missing_named = True
        elif start.reason is not None:
            self._lines.doubt(start.reason)


def _holder(who: Who, found: re.Match[str], quantity: int, handle: str, start: Start) -> Holder:
    return who.holder(
        quantity,
        handle=handle,
        version=found[3],
        started=start.moment,
        started_raw=f"{found[4]} ({found[5]})" if found[5] else found[4],
        is_year_assumed=start.is_year_assumed,
    )


_Reader.meanings = meanings(
    (r"(\d\S*)\s+(\S+)\s+(\d\S*)\s+(\d{1,2}-[A-Z][a-z]{2}-\d\d:\d\d)(?:\s+\(([^()\s]+)\))?", _Reader.take_use),
    (r"(\S+)\s+\(([0-9a-f]+:[0-9a-f]+)\)", _Reader.take_client),
    (r"(\d\S*) / (\S+)\s+v(\S+)\s+(\S+)\s+(\S+)", _Reader.take_product),
    (r"PixarLicenseServer v(\S+)(?: .*)?", _Reader.take_server),
    (r"hostinfo:\s+(\S+)(?:\s+\S.*)?", _Reader.take_name),
    (FAILURE.pattern, _Reader.take_failure),
    (
        (
            r"now:\s.*|licenses:\s+cumulative\b.*|License Status:|-{3,}"
            r"|(?:(?:Current|Active|License) )?(?:[Cc]lients|[Uu]sers)(?: Status)?:?"
        ),
        _Reader.take_nothing,
    ),
)
