"""When a launch began: a day and a month without a year, which its age fixes."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from licensing.collectors.dates import MONTHS, instant, newest_before

_START = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d\d):(\d\d)", re.ASCII)
_AGE = re.compile(r"(\d{1,6})(?:\.(\d))?([smhd])", re.ASCII)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
# An age says the year, not the minute: server and collector may be in zones that differ, and ages are rounded.
_TOLERANCE = timedelta(days=2)
_LONGEST = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Start:
    """When it began, as far as that can be known, and why not if it cannot."""

    moment: datetime | None
    is_year_assumed: bool = False
    reason: str | None = None


def read_start(raw: str, age: str | None, *, at: datetime | None, zone: ZoneInfo) -> Start:
    """Read ``22-Jan-14:46`` of a text printed ``at``. The year is the age's; without an age it is assumed."""
    found = _START.fullmatch(raw)
    if at is None or found is None or found[2].lower() not in MONTHS:
        return Start(None, reason="the start is not a day and time that exists")
    month, day, hour, minute = MONTHS.index(found[2].lower()) + 1, int(found[1]), int(found[3]), int(found[4])
    assumed = newest_before(month, day, hour, minute, reference=at, zone=zone)
    if assumed is None:
        return Start(None, reason="the start is not a day and time that exists; it is kept without a year")
    lasted = _AGE.fullmatch(age or "")
    if lasted is None:
        reason = f"“{age[:80]}” is not an age that is known" if age else None
        return Start(assumed, is_year_assumed=True, reason=reason)
    age_given = (int(lasted[1]) + int(lasted[2] or 0) / 10) * _UNITS[lasted[3]]
    if age_given < _LONGEST:
        began = at - age_given
        for year in (began.year - 1, began.year, began.year + 1):
            moment = _instant(year, month, day, hour, minute, zone=zone)
            if moment is not None and abs(moment - began) <= _TOLERANCE:
                return Start(moment)
    return Start(assumed, is_year_assumed=True, reason="the age does not fit the start, whose year is assumed")


def _instant(year: int, month: int, day: int, hour: int, minute: int, *, zone: ZoneInfo) -> datetime | None:
    try:
        return instant(date(year, month, day), hour, minute, 0, zone=zone)
    except ValueError:
        return None
