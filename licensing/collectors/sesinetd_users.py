"""Who holds a Houdini licence, as JSON and as the older text say it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dates import MONTHS, WEEKDAYS, day_by_weekday, instant, newest_before
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder, PoolReading
from licensing.collectors.seats import read_moment, read_who

_YEARS = range(1990, 2200)


@dataclass(slots=True)
class TextStarts:
    """Start times of the older text, which have a weekday or nothing beside day and month."""

    at: datetime | None
    zone: ZoneInfo
    is_missing_named: bool = False

    def read(self, found: re.Match[str], lines: Lines) -> tuple[datetime | None, bool]:
        """Return the instant and whether its year is assumed, with the reason as a doubt where there is none."""
        weekday, month, day, hour, minute, year = (
            found[3],
            found[4].lower(),
            int(found[5]),
            found[6],
            found[7],
            found[8],
        )
        if month not in MONTHS or (weekday and weekday not in WEEKDAYS):
            lines.doubt("the start is not a day that exists")
            return None, False
        if year is not None:
            text = f"{year}/{MONTHS.index(month) + 1}/{day} {hour}:{minute}"
            return self._known(read_moment(text, zone=self.zone), lines), False
        if self.at is None or self.at.year not in _YEARS:
            if not self.is_missing_named:
                lines.doubt("the text does not say when it was printed, so no start time has a year; give the time")
            self.is_missing_named = True
            return None, False
        number = MONTHS.index(month) + 1
        if weekday is not None:
            fitting = day_by_weekday(weekday, number, day, reference=self.at, zone=self.zone)
            moment = instant(fitting, int(hour), int(minute), 0, zone=self.zone) if fitting else None
            return self._known(moment, lines), False
        moment = newest_before(number, day, int(hour), int(minute), reference=self.at, zone=self.zone)
        return self._known(moment, lines), moment is not None

    def _known(self, moment: datetime | None, lines: Lines) -> datetime | None:
        if moment is None:
            lines.doubt("the start is not a day and time that exists; it is kept without a year")
        return moment


def text_holder(found: re.Match[str], pool: PoolReading, starts: TextStarts, lines: Lines) -> Holder:
    """Return the holder of a line ``user@host Mar 12 18:05``."""
    started, is_assumed = starts.read(found, lines)
    return read_who(found[2]).holder(
        1,
        handle=found[1] or "",
        version=pool.version,
        started=started,
        started_raw=found[0][found.start(3) if found[3] else found.start(4) :],
        is_year_assumed=is_assumed,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and a host, of which either may be missing."""

    user: str
    host: str | None
    who: str
    is_ambiguous: bool


def identity(machine: str, user: str) -> Identity:
    """Bring together what stands as machine and as user; each may be a name, or ``user@host``."""
    machine, user = machine.strip(), user.strip()
    machine_user, at, host = machine.rpartition("@")
    named_user, user_at, user_host = user.rpartition("@")
    if not user_at:
        named_user, user_host = user, ""
    found_user, found_host = named_user or machine_user, (host if at else machine) or user_host
    who = user if not machine else machine if at or not user else f"{user}@{machine}"
    return Identity(found_user, found_host or None, who, is_ambiguous=not (found_user and found_host))


def json_holder(
    entry: Mapping[str, str], *, quantity: int, handle: str, version: str, zone: ZoneInfo
) -> tuple[Holder, bool]:
    """Return the holder of an entry, and whether its time, if it has one, was understood."""
    who = identity(entry.get("machine", ""), entry.get("user", ""))
    raw = entry.get("time", "")
    started = read_moment(raw, zone=zone)
    holder = Holder(
        user=who.user,
        host=who.host,
        display=None,
        started=started,
        started_raw=raw,
        quantity=quantity,
        handle=handle,
        daemon="",
        version=version,
        who=who.who,
        is_ambiguous=who.is_ambiguous,
    )
    return holder, started is not None or not raw
