"""DSLS: what ``getLicenseUsage -csv`` prints in the licence administration tool.

One row for each holder, and each repeats the totals of its pool, which count once. Rows of one pool are alike in all
that stands before the totals. Warnings and the prompt may stand before the header, on its line.
"""

import csv
import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dsls_rows import Columns, Pools
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Reading
from licensing.collectors.servers import FAILURE, FoundServer, as_reading, take_failure

COMMAND = "getLicenseUsage -csv"

_HEADER = "Editor,EditorId,Feature,"
_PROMPT = "admin >"


def read_license_usage(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:  # noqa: ARG001 - times are whole
    """Read the text of ``getLicenseUsage -csv``. Raises ``NotACapture`` where it shows no server."""
    lines = Lines(text)
    reader = _Reader(lines, zone)
    for line in lines:
        reader.read(line)
    reader.close()
    return as_reading(reader.servers, lines, text=text, kind="dsls", command=COMMAND)


class _Reader:
    """Reads line after line: what the tool says of the server, then the table."""

    def __init__(self, lines: Lines, zone: ZoneInfo) -> None:
        self._lines = lines
        self._zone = zone
        self._columns: Columns | None = None
        self._ends_with_comma = False
        self._pools = Pools(lines, zone)
        self.servers = [FoundServer()]

    def read(self, line: str) -> None:
        """Take one line in: an event, or a doubt."""
        found_at = line.find(_HEADER)
        if found_at >= 0:
            self._take_header(line[:found_at], line[found_at:])
            return
        self._read_words(line.removeprefix(_PROMPT).strip())

    def close(self) -> None:
        """End the last server's table."""
        self._pools.close(self.servers[-1])

    def _take_header(self, before: str, header: str) -> None:
        warning = before.strip().removeprefix(_PROMPT).strip()
        if warning:
            self._lines.doubt(f"before the header stands “{warning[:80]}”")
        self.servers[-1].answers = True
        self._columns = Columns.read(header.split(","))
        self._ends_with_comma = header.endswith(",")
        if self._columns is None:
            self._lines.doubt("a header without the columns Feature, Count and Inuse, or with one of them twice")

    def _read_words(self, line: str) -> None:
        if not line:
            return
        for pattern, take in _LINES:
            found = pattern.fullmatch(line)
            if found is not None:
                take(self, found)
                return
        if self._columns is None:
            self._lines.doubt("not a line that is known")
            return
        cells = _cells(line)
        if cells is None or (self._ends_with_comma and cells[-1]):
            # Rows end as the header does; one that breaks off may have lost digits of its last number.
            self._lines.doubt("not a whole row of the table")
        else:
            self._pools.take(cells[:-1] if self._ends_with_comma else cells, self._columns)

    def take_nothing(self, found: re.Match[str]) -> None:
        """Know a line that carries no number."""

    def take_tool(self, _found: re.Match[str]) -> None:
        """Begin an answer: the tool says its own version first."""
        if self.servers[-1].is_shown or self.servers[-1].error:
            self.close()
            self.servers.append(FoundServer())
            self._columns = None

    def take_version(self, found: re.Match[str]) -> None:
        """Take the version of the server."""
        self.servers[-1].answers = True
        self.servers[-1].version = found[1]

    def take_server(self, found: re.Match[str]) -> None:
        """Take the server's name and its id, which tells it from another ``localhost``."""
        self.servers[-1].answers = True
        self.servers[-1].name, self.servers[-1].identity = found[1], found[2] or ""

    def take_ready(self, found: re.Match[str]) -> None:
        """Take whether the server serves: one that says that it is not ready is down."""
        self.servers[-1].answers = True
        if found[1] != "yes":
            self.servers[-1].is_ready = False
            self.servers[-1].error = "the server says that it is not ready"

    def take_failure(self, found: re.Match[str]) -> None:
        """Take that a server could not be asked."""
        self.close()
        self._columns = None
        take_failure(self.servers, found[0], self._lines)


def _cells(line: str) -> list[str] | None:
    """Return the cells of a row; ``None`` where its quotes do not fit."""
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return None


_LINES: tuple[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), take)
    for pattern, take in (
        (r"License Administration Tool Version .+", _Reader.take_tool),
        (r"Software version: (\S+)", _Reader.take_version),
        (r"Server name: (\S+)(?:\s+Server id: (\S+))?", _Reader.take_server),
        (r"Ready: (\S+)", _Reader.take_ready),
        (FAILURE.pattern, _Reader.take_failure),
        (
            r"Build date: .+|(?:Standalone|Failover|Cluster) mode|admin >|(?:quit|exit|disconnect|connect\b.*)",
            _Reader.take_nothing,
        ),
    )
)
