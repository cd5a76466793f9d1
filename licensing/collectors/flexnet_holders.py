"""The lines under a FlexNet feature: who holds, who waits, what is reserved.

A user, host or display may hold spaces, and a display may be noise, so a line is read from its right end, which the
server writes itself: ``(v<version>) (<host>/<port> <handle>), start …``.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dates import WEEKDAYS, day_by_weekday, instant, read_day
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder, Reservation, Waiter

# No two neighbours in a pattern may take the same letter: a line made to be slow is then refused as fast as any other.
_SEAT = r"(.*)\(v([^()]*)\) \(([^()\s/]+/[^()\s]+) (\d{1,12})\),? "
_HOLDER = re.compile(_SEAT + r"start (.*)", re.ASCII)
_WAITER = re.compile(_SEAT + r"queued for (\d{1,9}) licenses?", re.ASCII)
_RESERVATION = re.compile(r"(\d{1,9}) RESERVATIONs? for ([A-Z_]+) (.*)\([^()\s/]+/[^()\s]+(?: \d{1,12})?\)", re.ASCII)
_START = re.compile(r"([A-Z][a-z]{2}) (\d{1,2})/(\d{1,2})(?:/(\d{4}))? (\d{1,2}):(\d\d)(?!\d)", re.ASCII)
_TAIL = re.compile(
    r", (?P<quantity>\d{1,9}) licenses?\b|,? ?PID: \d{1,12}\b"
    r"|\(linger: (?P<linger>-?\d{1,12})(?: / (?P<whole>-?\d{1,12}))?\)",
    re.ASCII,
)
_DISPLAY = re.compile(r"[\w.-]*:\d{1,4}(?:\.\d{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Who:
    """The front of a line, split into user, host and display where only one split is possible."""

    user: str
    host: str | None
    display: str | None
    is_ambiguous: bool


def split_who(who: str) -> Who:
    """Split ``user host display``; where a space may belong to more than one of them, keep the whole and say so."""
    # Only these two part words: noise may hold other letters that count as space.
    words = [word for word in who.replace("\t", " ").split(" ") if word]
    if len(words) == 3:
        return Who(words[0], words[1], words[2], is_ambiguous=False)
    if len(words) == 2:
        return Who(words[0], words[1], None, is_ambiguous=False)
    host_at = _host_index(words)
    if host_at is None:
        return Who(who, None, None, is_ambiguous=True)
    return Who(" ".join(words[:host_at]), words[host_at], " ".join(words[host_at + 1 :]) or None, is_ambiguous=False)


def _host_index(words: list[str]) -> int | None:
    """Return where the host stands among four words or more: before a display that can be nothing else."""
    if len(words) < 4:
        return None
    devices = [index for index, word in enumerate(words) if word.startswith("/dev/")]
    if len(devices) == 1 and devices[0] >= 2:
        return devices[0] - 1
    host, display = words[-2], words[-1]
    # Windows writes the host again as its display, sometimes with ":0.0" or "0.0" behind it.
    repeats = len(host) > 2 and display.casefold().startswith(host.casefold())
    return len(words) - 2 if repeats or _DISPLAY.fullmatch(display) else None


def read_waiter(line: str) -> Waiter | None:
    """Read a line that ends in ``queued for N licenses``."""
    found = _WAITER.fullmatch(line)
    if found is None:
        return None
    whole = found[1].strip()
    who = split_who(whole)
    return Waiter(
        who.user, who.host, who.display, int(found[5]), found[4], found[2], whole, is_ambiguous=who.is_ambiguous
    )


def read_reservation(line: str) -> Reservation | None:
    """Read ``N RESERVATIONs for GROUP name (host/port)``."""
    found = _RESERVATION.fullmatch(line)
    return Reservation(int(found[1]), found[2], found[3].strip()) if found else None


@dataclass(slots=True)
class StartTimes:
    """Start times of one text: they have no year, so they are read against the time of its printing."""

    reference: datetime | None
    zone: ZoneInfo
    is_missing_named: bool = False

    def read(self, start: re.Match[str], lines: Lines) -> datetime | None:
        """Return the instant, or ``None`` with the reason as a doubt on the line."""
        weekday, month, day, year, hour, minute = start.groups()
        if year is not None:
            found = read_day(int(year), int(month), int(day), weekday=weekday)
        elif self.reference is None:
            self._name_missing(lines)
            return None
        elif weekday in WEEKDAYS:
            found = day_by_weekday(weekday, int(month), int(day), reference=self.reference, zone=self.zone)
        else:
            found = None
        moment = instant(found, int(hour), int(minute), 0, zone=self.zone) if found else None
        if moment is None:
            lines.doubt(f"no day of the last six years fits the start “{start[0]}”; it is kept without a year")
        return moment

    def _name_missing(self, lines: Lines) -> None:
        """Say once that the year is not known: a doubt on every line would hide the others."""
        if not self.is_missing_named:
            lines.doubt("the text does not say when it was printed, so no start time has a year; give the time")
        self.is_missing_named = True


def read_holder(line: str, *, daemon: str, times: StartTimes, lines: Lines) -> Holder | None:
    """Read a line of use. Doubts about its start or its end are noted, and the seats are counted all the same."""
    found = _HOLDER.fullmatch(line)
    if found is None:
        return None
    start = _START.match(found[5])
    if start is None:
        lines.doubt("the start time is not in a form that is known")
    tail = found[5][start.end() :] if start else found[5]
    quantity, linger = _read_tail(tail, lines, is_known=start is not None)
    whole = found[1].strip()
    who = split_who(whole)
    return Holder(
        user=who.user,
        host=who.host,
        display=who.display,
        started=times.read(start, lines) if start else None,
        started_raw=start[0] if start else _TAIL.sub("", found[5]).strip(),
        quantity=quantity,
        handle=found[4],
        daemon=daemon,
        version=found[2],
        who=whole,
        borrowed=bool(linger),
        linger=linger,
        served_by=found[3],
        is_ambiguous=who.is_ambiguous,
    )


def _read_tail(tail: str, lines: Lines, *, is_known: bool) -> tuple[int, tuple[int, ...]]:
    """Return the quantity, which is one where none is written, and the seconds of a borrowed seat."""
    quantity, linger = 1, tuple[int, ...]()
    if not tail:
        return quantity, linger
    for part in _TAIL.finditer(tail):
        if part["quantity"]:
            quantity = int(part["quantity"])
        if part["linger"]:
            linger = tuple(int(number) for number in (part["linger"], part["whole"]) if number)
    if is_known and _TAIL.sub("", tail).strip():
        lines.doubt("what follows the start time is not in a form that is known")
    return quantity, linger
