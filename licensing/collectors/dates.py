"""Dates as licence servers write them: without a year, without a zone, or with a year that means never."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# A weekday fixes the year of a day and month within about six years; an older fit would say nothing.
_OLDEST = timedelta(days=6 * 366)
# Zone and clock of the server may differ from the collector's by up to a day.
_AHEAD = timedelta(days=1)
# Without a weekday only a start that the clocks' difference explains may lie ahead.
_CLOCK_SKEW = timedelta(minutes=5)
_YEARS = range(1970, 2200)

_EXPIRY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{1,4})", re.ASCII)
_STAMP = re.compile(r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}):(\d\d):(\d\d) (\d{4})", re.ASCII)
_SPAN = re.compile(r"(?:(\d{1,5})d )?(\d{1,5}):(\d\d)(?::(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a pool ends: on a day, or never; neither where the text was not understood."""

    day: date | None
    is_never: bool

    @property
    def is_understood(self) -> bool:
        """Report whether the text said a day or never."""
        return self.is_never or self.day is not None


def read_expiry(raw: str) -> Expiry:
    """Read an expiry date; year 0, year 2099 on its first day, ``permanent`` and ``none`` all mean never."""
    text = raw.strip().lower()
    if text.startswith("permanent") or text in {"none", "never"}:
        return Expiry(None, is_never=True)
    found = _EXPIRY.fullmatch(text)
    if found is None or found[2] not in MONTHS:
        return Expiry(None, is_never=False)
    month, year = MONTHS.index(found[2]) + 1, int(found[3])
    if year == 0 or (year, month, int(found[1])) == (2099, 1, 1):
        return Expiry(None, is_never=True)
    # "31-jan-18" is no day of 2018: two digits could be any century's, and nobody may guess when a contract ends.
    return Expiry(_day(year, month, int(found[1])), is_never=False)


def instant(day: date, hour: int, minute: int, second: int, *, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a wall clock time, in UTC; ``None`` where no clock shows it."""
    if hour > 23 or minute > 59 or second > 59 or day.year not in _YEARS:
        return None
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    return local.astimezone(UTC)


def read_day(year: int, month: int, day: int, *, weekday: str) -> date | None:
    """Return the day if the calendar has it and it falls on that weekday."""
    found = _day(year, month, day)
    return found if found is not None and WEEKDAYS[found.weekday()] == weekday else None


def day_by_weekday(weekday: str, month: int, day: int, *, reference: datetime, zone: ZoneInfo) -> date | None:
    """Return the newest such day, not over a day after the reference and not over six years before it."""
    today = reference.astimezone(zone).date()
    newest, oldest = today + _AHEAD, today - _OLDEST
    for year in range(newest.year, oldest.year - 1, -1):
        found = read_day(year, month, day, weekday=weekday)
        if found is not None and oldest <= found <= newest:
            return found
    return None


def newest_before(
    month: int, day: int, hour: int, minute: int, *, reference: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the newest instant of that day and time which is not in the future of the reference."""
    year = reference.astimezone(zone).year + 1
    # Nine years hold a 29 February, across a century too.
    for candidate in range(year, year - 9, -1):
        found = _day(candidate, month, day)
        moment = instant(found, hour, minute, 0, zone=zone) if found else None
        if moment is not None and moment <= reference + _CLOCK_SKEW:
            return moment
    return None


def read_stamp(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Read ``Tue Oct 19 01:40:13 2021``; ``None`` where it is not such a time or the weekday does not fit."""
    found = _STAMP.fullmatch(text.strip())
    if found is None or found[2].lower() not in MONTHS:
        return None
    month = MONTHS.index(found[2].lower()) + 1
    day = read_day(int(found[7]), month, int(found[3]), weekday=found[1])
    return instant(day, int(found[4]), int(found[5]), int(found[6]), zone=zone) if day else None


def read_span(text: str) -> timedelta | None:
    """Read ``15d 11:08:25`` or ``00:16:08``."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
