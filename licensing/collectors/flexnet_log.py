"""FlexNet: the debug log of a vendor daemon, alone or in one file with lmgrd's.

Read as a stream, in one pass and in the memory of one line. Each line that is not blank is an event, a notice or a
diagnostic. A reason on the line after its denial is joined to the denial's event and counted as a notice. The lines
name no zone, and most no date: the zone is the caller's word, and dates are those that the log states.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.event_lines import NumberedLine, Source, numbered_lines
from licensing.collectors.event_state import Carried, read_event, write_event
from licensing.collectors.events import DENIALS, Event, EventKind, LineCount, LogEntry
from licensing.collectors.flexnet_log_clock import LogClock, read_numeric, read_spelt
from licensing.collectors.flexnet_log_lines import KINDS, read_life, read_reason, read_seat
from licensing.collectors.flexnet_log_notices import Notices
from licensing.collectors.lines import shown
from licensing.collectors.reading import Diagnostic

_LINE = re.compile(
    r"\s*(?:([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)"
    r"|(\d{4}-\d\d-\d\d[T ][0-2]\d:[0-5]\d:[0-5]\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)"
    r" \(([^()\s]+)\) ?(.*)",
    re.ASCII,
)
_START_DAYS = ("Server's System Date and Time:", "Start-Date:")


class FlexnetLog:
    """One log, to be gone through once. ``count`` grows while it is read.

    Of a log that comes in parts each is read with what the part before ``carried``, from its line ``first`` on.
    """

    def __init__(self, source: Source, *, zone: ZoneInfo, first: int = 1, carried: Carried | None = None) -> None:
        before = carried or {"clock": None, "notices": None, "refused": None}
        self._source = source
        self._first = first
        self.count = LineCount()
        self._clock = LogClock(zone, self.count, before["clock"])
        self._notices = Notices(before["notices"])
        self._refused = read_event(before["refused"])

    def __iter__(self) -> Iterator[LogEntry]:
        """Give events and diagnostics in the order of the log. Raises ``NotACapture`` where it is UTF-16."""
        yield from self.part()
        if self._refused is not None:
            yield self._refused

    def part(self) -> Iterator[LogEntry]:
        """Give what a part tells; a denial at its end waits for its reason, which the next part may begin with."""
        for line in numbered_lines(self._source, first=self._first):
            self.count.lines += 1
            refused, self._refused = self._refused, None
            if refused is not None:
                joined = self._join(refused, line)
                yield joined or refused
                if joined is not None:
                    continue
            entry = self._read(line)
            if isinstance(entry, Event) and entry.kind in DENIALS and entry.reason is None:
                self._refused = entry
            elif entry is not None:
                yield entry

    def carried(self) -> Carried:
        """Return what the next part is read with, once this one was gone through."""
        refused = write_event(self._refused)
        return {"clock": self._clock.carried(), "notices": self._notices.carried(), "refused": refused}

    def _join(self, refused: Event, line: NumberedLine) -> Event | None:
        """Return the denial with the reason that this line adds, or ``None`` where it adds none."""
        found = _LINE.fullmatch(line.text)
        if found is not None and found[6] != refused.daemon:
            return None
        reason = read_reason(found[7] if found else line.text) if line.refusal is None else None
        if reason is None:
            return None
        self.count.notices += 1
        self.count.reasons_joined += 1
        return replace(refused, code=reason[0], reason=reason[1])

    def _read(self, line: NumberedLine) -> LogEntry | None:
        """Return what the line became; ``None`` for a notice."""
        if line.refusal is not None:
            return self._doubt(line, line.refusal)
        found = _LINE.fullmatch(line.text)
        if found is None:
            if self._notices.know_bare(line.text):
                self.count.notices += 1
                return None
            return self._doubt(line, "does not begin with a time and a daemon")
        if found[1] is not None:
            self._clock.pass_time(found[1], found[2], found[3])
        elif not self._pass_instant(found[4], found[5]):
            return self._doubt(line, "its date or time is on no calendar")
        daemon, text = found[6], found[7]
        word, _, rest = text.partition(" ")
        kind = KINDS.get(word)
        if kind is not None:
            return self._read_seat(line, kind, daemon, rest)
        return self._read_other(line, daemon, text)

    def _pass_instant(self, local: str, offset: str | None) -> bool:
        try:
            self._clock.pass_instant(datetime.fromisoformat(local + (offset or "")))
        except (ValueError, OverflowError):
            return False
        return True

    def _read_seat(self, line: NumberedLine, kind: EventKind, daemon: str, rest: str) -> LogEntry:
        seat = read_seat(rest)
        if seat is None:
            return self._doubt(line, "names no feature and user in a form that is known")
        verbose = seat.verbose
        return self._event(
            Event(
                line=line.number,
                at=self._clock.at,
                kind=kind,
                daemon=daemon,
                feature=seat.feature,
                user=seat.user,
                host=seat.host,
                tag=seat.tag,
                quantity=seat.quantity,
                version=verbose.version if verbose else None,
                handle=verbose.handle if verbose else None,
                pid=verbose.pid if verbose else None,
                project=verbose.project if verbose else None,
                asked_for=seat.asked_for,
                code=seat.code,
                reason=seat.reason,
                reported_in_use=verbose.in_use if verbose else None,
                reported_issued=verbose.issued if verbose else None,
                doubt=self._doubts(seat.doubt or line.doubt),
            )
        )

    def _read_other(self, line: NumberedLine, daemon: str, text: str) -> LogEntry | None:
        """Read what tells of no seat: dates, the life of a daemon, notices."""
        if text.startswith("TIMESTAMP "):
            return self._read_date(line, text)
        if "Date" in text or "Time: " in text:
            # Each spells the day out, with its weekday.
            self._clock.set_day(read_spelt(text), is_start=any(mark in text for mark in _START_DAYS))
        life = read_life(text, daemon=daemon)
        if life is not None:
            kind, whose = life
            if kind is EventKind.STARTED:
                self._clock.set_day(read_numeric(text), is_start=True)
                self._notices.list_features(daemon)
            return self._event(
                Event(line.number, self._clock.at, kind, whose, doubt=self._doubts(line.doubt)),
            )
        if self._notices.know(daemon, text):
            self.count.notices += 1
            return None
        return self._doubt(line, "not a line that is known")

    def _read_date(self, line: NumberedLine, text: str) -> LogEntry | None:
        day = read_numeric(text)
        if day is None:
            return self._doubt(line, "its date is on no calendar")
        self._clock.set_day(day)
        self.count.notices += 1
        return None

    def _event(self, event: Event) -> Event:
        self.count.events += 1
        if event.at is None:
            self.count.undated += 1
        return event

    def _doubts(self, other: str | None) -> str | None:
        if self._clock.at is not None:
            return other
        return f"{self._clock.doubt}; {other}" if other else self._clock.doubt

    def _doubt(self, line: NumberedLine, reason: str) -> Diagnostic:
        self.count.diagnostics += 1
        return Diagnostic(line.number, shown(line.text), reason)
