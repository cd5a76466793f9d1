"""The dates of a FlexNet log, whose lines show only the time of day.

A date comes from a line that states one: TIMESTAMP, a start line, a summary. From there on it is carried: where the
time falls by twelve hours or more, midnight has passed; where it falls by up to an hour and five minutes, the clock
was set back or two daemons wrote in turn, and the day stays. A fall between the two may be either, so what follows
has no date until a line states one. Nothing is dated backwards.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from licensing.collectors.dates import MONTHS, instant, read_day
from licensing.collectors.event_state import Carried, read_moment, write_moment
from licensing.collectors.events import LineCount

_MIDNIGHT = 12 * 3600
_SMALL = 65 * 60
# Less than this is two daemons writing in turn, not the end of summer time.
_FOLD_MIN = 30 * 60

BEFORE_ANY_DATE = "stands before any line with a date"
DAY_OR_BACK = "the time fell by hours: a day passed or the clock was set back, and no date was stated since"

_NUMERIC = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_SPELT = re.compile(r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) +(\d{1,2}) (\d{4})\b", re.ASCII)


def read_numeric(text: str) -> date | None:
    """Read ``4/8/2019``, the month first, at the end of a text."""
    found = _NUMERIC.search(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None


def read_spelt(text: str) -> date | None:
    """Read ``Thu Jun 08 2017``; ``None`` where the weekday does not fit."""
    found = _SPELT.search(text)
    if found is None or found[2].lower() not in MONTHS:
        return None
    return read_day(int(found[4]), MONTHS.index(found[2].lower()) + 1, int(found[3]), weekday=found[1])


class LogClock:
    """Follows the clock of one log from line to line."""

    def __init__(self, zone: ZoneInfo, count: LineCount, carried: Carried | None = None) -> None:
        before = carried or {"day": None, "second": 0, "at": None, "fold": False, "doubt": BEFORE_ANY_DATE}
        self._zone = zone
        self._count = count
        self._day = None if before["day"] is None else date.fromisoformat(before["day"])
        self._second: int = before["second"]
        self._at = read_moment(before["at"])
        self._is_second_fold: bool = before["fold"]
        self._has_stepped = False
        self.doubt: str | None = before["doubt"]

    def carried(self) -> Carried:
        """Return where the clock stands, for the next part of the log."""
        return {
            "day": None if self._day is None else self._day.isoformat(),
            "second": self._second,
            "at": write_moment(self._at),
            "fold": self._is_second_fold,
            "doubt": self.doubt,
        }

    @property
    def at(self) -> datetime | None:
        """Return the instant of the line that was passed last."""
        return self._at

    def pass_time(self, hour: str, minute: str, second: str) -> None:
        """Go on to the time of the next line."""
        now = int(hour) * 3600 + int(minute) * 60 + int(second)
        self._has_stepped = False
        before, self._second = self._second, now
        if self._day is None:
            return
        fall = before - now
        if fall >= _MIDNIGHT:
            self._day += timedelta(days=1)
            self._is_second_fold = False
        elif fall > 0:
            self._step_back(fall)
        if fall and self._day is not None:
            self._place()

    def pass_instant(self, at: datetime) -> None:
        """Go on to a line that states date and time itself; without offset they are the zone's."""
        exact = at if at.tzinfo is not None else at.replace(tzinfo=self._zone)
        exact = exact.astimezone(UTC)
        if self._at is not None and exact < self._at:
            self._count.clock_back += 1
        local = exact.astimezone(self._zone)
        self._day, self._second, self.doubt = local.date(), local.hour * 3600 + local.minute * 60 + local.second, None
        self._at = exact
        self._count.cover(exact)

    def set_day(self, day: date | None, *, is_start: bool = False) -> None:
        """Take the date that the line states; a start may well follow days of silence."""
        if day is None:
            return
        before, was = self._at, self._day
        self._day, self.doubt = day, None
        self._place()
        if before is not None and self._at is not None and self._at < before and not self._has_stepped:
            self._count.clock_back += 1
        if was is not None and day > was and not is_start:
            self._count.date_jumps += 1

    def _step_back(self, fall: int) -> None:
        self._has_stepped = True
        self._count.clock_back += 1
        if fall > _SMALL:
            self._day, self._at, self.doubt = None, None, DAY_OR_BACK
        elif fall >= _FOLD_MIN:
            self._is_second_fold = True

    def _place(self) -> None:
        """Reckon the instant; only the hour that the clock shows twice has two."""
        day = self._day
        hour, rest = divmod(self._second, 3600)
        minute, second = divmod(rest, 60)
        found = instant(day, hour, minute, second, zone=self._zone) if day else None
        if found is None or day is None:
            self._day, self._at, self.doubt = None, None, "its date or time is on no calendar"
            return
        if self._is_second_fold:
            local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=self._zone, fold=1)
            found = local.astimezone(UTC)
        self._at = found
        self._count.cover(found)
