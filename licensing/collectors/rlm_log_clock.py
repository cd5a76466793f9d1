"""The dates of an RLM report log, whose records show month and day, and whose START, END and hourly lines the year.

The year is carried: where a date falls by half a year or more, a new year has begun; where it falls by less, the
clock was set back and the fall is counted. Records of the small format show only hour and minute, so they take the
day as well.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from licensing.collectors.dates import instant
from licensing.collectors.event_state import Carried, read_moment, write_moment
from licensing.collectors.events import LineCount

_HALF_YEAR = timedelta(days=183)
_MIDNIGHT = 12 * 60
_SMALL = 65
_FOLD_MIN = timedelta(minutes=30)
_FOLD_MAX = timedelta(minutes=65)

_FULL = re.compile(r"(\d\d?)/(\d\d?)/(\d{4}) (\d\d?):(\d\d)(?::(\d\d))?(?:\.\d{1,6})?", re.ASCII)
_SHORT = re.compile(r"(\d\d?)/(\d\d?) (\d\d?):(\d\d)(?::(\d\d))?(?:\.\d{1,6})?", re.ASCII)
_TIME = re.compile(r"(\d\d?):(\d\d)", re.ASCII)

BEFORE_ANY_YEAR = "stands before any record with a year"
DAY_OR_BACK = "the time fell by hours: a day passed or the clock was set back, and no date was stated since"
NO_DATE = "its date or time is on no calendar"


class ReportClock:
    """Follows the clock of one log from record to record."""

    def __init__(self, zone: ZoneInfo, count: LineCount, carried: Carried | None = None) -> None:
        before = carried or {"local": None, "at": None, "fold": False, "doubt": BEFORE_ANY_YEAR}
        self.zone = zone
        self._count = count
        self._local = read_moment(before["local"])
        self._is_second_fold: bool = before["fold"]
        self.at = read_moment(before["at"])
        self.doubt: str | None = before["doubt"]

    def carried(self) -> Carried:
        """Return where the clock stands, for the next part of the log."""
        local, at = write_moment(self._local), write_moment(self.at)
        return {"local": local, "at": at, "fold": self._is_second_fold, "doubt": self.doubt}

    def read(self, text: str) -> bool:
        """Go on to the time at the end of a record, in any of its three forms; ``False`` where it is none."""
        if found := _SHORT.fullmatch(text):
            self._read_short(found)
        elif found := _FULL.fullmatch(text):
            self._go_to(int(found[3]), int(found[1]), int(found[2]), found.group(4, 5, 6), states_year=True)
        elif found := _TIME.fullmatch(text):
            self._read_time(int(found[1]), int(found[2]))
        else:
            return False
        return True

    def disagreement(self, minutes_west: int) -> str | None:
        """Say where the log's own offset is not that of the zone it is read in."""
        if self._local is None:
            return None
        local = self._local.replace(tzinfo=self.zone)
        offset, summer = local.utcoffset() or timedelta(0), local.dst() or timedelta(0)
        stated = -timedelta(minutes=minutes_west)
        if stated in {offset, offset - summer}:
            return None
        return f"the log was written {minutes_west} minutes west of UTC, and is read as {self.zone.key}"

    def _read_short(self, found: re.Match[str]) -> None:
        month, day = int(found[1]), int(found[2])
        if self._local is None:
            self.at = None
            return
        year = self._local.year
        new = _on_calendar(year, month, day)
        if new is None:
            # 29 February, the first day of a new year's records perhaps.
            new = _on_calendar(year + 1, month, day)
        elif self._local.date() - new >= _HALF_YEAR:
            new = _on_calendar(year + 1, month, day)
        elif new - self._local.date() >= _HALF_YEAR:
            # Set back over New Year's Eve.
            new = _on_calendar(year - 1, month, day)
        if new is None:
            self._lose(NO_DATE)
            return
        self._go_to(new.year, month, day, found.group(3, 4, 5), states_year=False)

    def _read_time(self, hour: int, minute: int) -> None:
        local = self._local
        if local is None:
            self.at = None
            return
        fall = local.hour * 60 + local.minute - hour * 60 - minute
        day = local.date()
        if fall >= _MIDNIGHT:
            day += timedelta(days=1)
        elif fall > _SMALL:
            self._count.clock_back += 1
            self._lose(DAY_OR_BACK)
            return
        self._go_to(day.year, day.month, day.day, (str(hour), str(minute), None), states_year=False)

    def _go_to(self, year: int, month: int, day: int, time: tuple[str | None, ...], *, states_year: bool) -> None:
        hour, minute, second = (int(part or 0) for part in time)
        found = _on_calendar(year, month, day)
        at = instant(found, hour, minute, second, zone=self.zone) if found else None
        if at is None or second > 59:
            self._lose(NO_DATE)
            return
        before, local = self._local, datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the clock's face
        # START and the hourly lines show no seconds, so they seem to fall within their minute.
        fall = before - local if before else timedelta(0)
        if time[2] is None and timedelta(0) < fall < timedelta(minutes=1):
            return
        if fall > timedelta(0):
            self._count.clock_back += 1
        if states_year and before is not None and local.year != before.year and fall < timedelta(0):
            self._count.date_jumps += local.year - before.year > 1
        self._is_second_fold = self._is_folded(fall, local)
        self._local, self.doubt = local, None
        self.at = local.replace(tzinfo=self.zone, fold=1).astimezone(UTC) if self._is_second_fold else at
        self._count.cover(self.at)

    def _is_folded(self, fall: timedelta, local: datetime) -> bool:
        """Report whether it is the second time that the clock shows this hour, at the end of summer time."""
        if _FOLD_MIN <= fall <= _FOLD_MAX:
            return True
        return self._is_second_fold and self._local is not None and local.date() == self._local.date()

    def _lose(self, doubt: str) -> None:
        self._local, self.at, self.doubt = None, None, doubt


def _on_calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
