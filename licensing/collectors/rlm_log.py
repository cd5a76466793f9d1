"""RLM: the report log of an ISV server, in its standard, detailed and small format.

Read as a stream, in one pass and in the memory of one line. Each line that is not blank is an event, a notice or a
diagnostic. The records carry handles, so that a checkout and its return belong together for certain, and the START
record the year. Signatures (AUTH) are notices: only the maker of the software can check them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.event_lines import NumberedLine, Source, numbered_lines
from licensing.collectors.event_state import Carried
from licensing.collectors.events import Event, EventKind, LineCount, LogEntry
from licensing.collectors.lines import shown
from licensing.collectors.reading import Diagnostic
from licensing.collectors.rlm_log_clock import ReportClock
from licensing.collectors.rlm_log_records import KINDS, read_fields, read_pool, record_of, shape_of, split

_HEADER_LINES = 40
_ISV = re.compile(r"ISV: ?(\S+), RLM version .*", re.ASCII)
_ZONE = re.compile(r"TIMEZONE (-?\d{1,4})\b.*", re.ASCII)
_HOURLY = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d(?::\d\d)?", re.ASCII)
_JUMP = re.compile(r"TIMEJUMP ([+-]?\d{1,9}) (\S+ \S+)", re.ASCII)
_NOTICES = ("AUTH ", "BADAUTH", "LICENSE FILE", "REPROCESSED ", "LOG ", "METER_DEC ", "ROAM_EXTEND ", "DYNRES", "TEMP")
_NOT_A_RECORD = "not a record that is known"
_NO_MOMENT = "does not end in a date and time"


class RlmLog:
    """One log, to be gone through once. ``count`` grows while it is read.

    Of a log that comes in parts each is read with what the part before ``carried``, from its line ``first`` on.
    """

    def __init__(self, source: Source, *, zone: ZoneInfo, first: int = 1, carried: Carried | None = None) -> None:
        before = carried or {"clock": None, "daemon": "", "header_left": 0, "is_switched": False}
        self._source = source
        self._first = first
        self.count = LineCount()
        self._clock = ReportClock(zone, self.count, before["clock"])
        self._daemon: str = before["daemon"]
        self._header_left: int = before["header_left"]
        self._is_switched: bool = before["is_switched"]

    def __iter__(self) -> Iterator[LogEntry]:
        """Give events, pools and diagnostics in the order of the log. Raises ``NotACapture`` where it is UTF-16."""
        yield from self.part()

    def part(self) -> Iterator[LogEntry]:
        """Give what a part tells; no record of this kind waits for the next one."""
        for line in numbered_lines(self._source, first=self._first):
            self.count.lines += 1
            entry = self._doubt(line, line.refusal) if line.refusal else self._read(line)
            if entry is not None:
                yield entry

    def carried(self) -> Carried:
        """Return what the next part is read with, once this one was gone through."""
        return {
            "clock": self._clock.carried(),
            "daemon": self._daemon,
            "header_left": self._header_left,
            "is_switched": self._is_switched,
        }

    def _read(self, line: NumberedLine) -> LogEntry | None:
        """Return what the line became; ``None`` for a notice."""
        fields = split(line.text)
        word = fields[0] if fields else ""
        if word in KINDS:
            return self._read_record(line, fields)
        if word == "PRODUCT":
            pool = read_pool(fields, line=line.number, daemon=self._daemon)
            self.count.events += pool is not None
            return pool or self._doubt(line, _NOT_A_RECORD)
        if word in _LIVES:
            return self._read_life(line, word, fields)
        return self._read_other(line, line.text.strip())

    def _read_record(self, line: NumberedLine, fields: Sequence[str]) -> LogEntry:
        shape = shape_of(fields)
        said = read_fields(fields, shape) if shape else None
        if shape is None or said is None:
            return self._doubt(line, "has other fields than a record of its kind")
        moment = fields[1 + shape.moment : 1 + shape.moment + shape.moment_fields]
        if not self._clock.read(" ".join(moment)):
            return self._doubt(line, _NO_MOMENT)
        self._header_left = 0
        at, doubt = self._place(line)
        return record_of(KINDS[fields[0]], said, line=line.number, at=at, daemon=self._daemon, doubt=doubt)

    def _read_life(self, line: NumberedLine, word: str, fields: Sequence[str]) -> LogEntry | None:
        """Read START, END, SHUTDOWN, REREAD and SWITCH."""
        if word == "SWITCH":
            # The log changed its file and the server ran on: the START that follows starts no server.
            self._is_switched = True
            return self._event(EventKind.SWITCHED, line)
        if len(fields) < 3 or not self._clock.read(" ".join(fields[-2:])):
            return self._doubt(line, _NO_MOMENT)
        if word == "END":
            self.count.notices += 1
            return None
        kind = _LIVES[word]
        if kind is EventKind.STARTED:
            self._header_left = 0
            if self._is_switched:
                kind = EventKind.SWITCHED
            self._is_switched = False
        return self._event(kind, line)

    def _read_other(self, line: NumberedLine, text: str) -> LogEntry | None:
        """Read a line that is no record of a seat."""
        if found := _JUMP.fullmatch(text):
            return self._read_jump(line, found)
        if (found := _ZONE.fullmatch(text)) and (disagreement := self._clock.disagreement(int(found[1]))):
            return self._doubt(line, disagreement)
        if not (found or self._is_heading(text) or text.startswith(_NOTICES)):
            return self._doubt(line, _NOT_A_RECORD)
        self.count.notices += 1
        return None

    def _is_heading(self, text: str) -> bool:
        """Take a line of the head of a log, or the hourly time."""
        if text.startswith("RLM Report Log Format"):
            self._header_left = _HEADER_LINES
        elif found := _ISV.fullmatch(text):
            self._daemon = found[1]
        elif _HOURLY.fullmatch(text):
            self._clock.read(text)
        elif self._header_left:
            self._header_left -= 1
        else:
            return False
        return True

    def _read_jump(self, line: NumberedLine, found: re.Match[str]) -> LogEntry:
        if not self._clock.read(found[2]):
            return self._doubt(line, _NO_MOMENT)
        reason = f"the server's clock jumped by {int(found[1])} minutes"
        return self._event(EventKind.CLOCK_SET, line, reason=reason)

    def _event(self, kind: EventKind, line: NumberedLine, *, reason: str | None = None) -> Event:
        at, doubt = self._place(line)
        return Event(line.number, at, kind, self._daemon, reason=reason, doubt=doubt)

    def _place(self, line: NumberedLine) -> tuple[datetime | None, str | None]:
        """Count an event, and return its time and what is in doubt of it."""
        self.count.events += 1
        at = self._clock.at
        if at is not None:
            return at, line.doubt
        self.count.undated += 1
        return None, "; ".join(part for part in (self._clock.doubt, line.doubt) if part)

    def _doubt(self, line: NumberedLine, reason: str) -> Diagnostic:
        self.count.diagnostics += 1
        return Diagnostic(line.number, shown(line.text), reason)


_LIVES = {
    "START": EventKind.STARTED,
    "END": EventKind.STOPPED,
    "SHUTDOWN": EventKind.STOPPED,
    "REREAD": EventKind.REREAD,
    "SWITCH": EventKind.SWITCHED,
}
