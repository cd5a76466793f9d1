"""Days that count: when an answer is due, and when silence would be one, in the agreement's own zone and calendar.

The day of what happened is not counted. A day counts where it is a working day and no holiday; what is due on a day is
due until that day ends in the agreement's zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reviews.rules.terms import Rounds

_FURTHEST = 4000
"""Days ahead; a calendar in which so many pass without enough that count is no calendar."""


class NoWorkingDayError(ValueError):
    """A calendar in which no day counts."""


def due_day(since: datetime, working_days: int, rounds: Rounds) -> date:
    """Return the last of so many working days after the day of ``since``; for none, that day itself."""
    day = since.astimezone(ZoneInfo(rounds.zone)).date()
    last = day + timedelta(days=_FURTHEST)
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        if day > last:
            raise NoWorkingDayError("no day counts in this calendar")
        left -= _counts(day, rounds)
    return day


def end_of(day: date, rounds: Rounds) -> datetime:
    """Return the instant at which a day is over in the agreement's zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(rounds.zone)).astimezone(UTC)


def is_overdue(due_on: date, rounds: Rounds, *, now: datetime) -> bool:
    """Report whether the day on which something was due is over in the agreement's zone."""
    return now >= end_of(due_on, rounds)


def deemed_day(rounds: Rounds, noticed_at: datetime | None) -> date | None:
    """Return the last day on which the client can still answer before silence approves.

    ``None`` where silence never approves: unless it was agreed, and until a notice that says so was given.
    """
    if rounds.deemed_after_days is None or noticed_at is None:
        return None
    return due_day(noticed_at, rounds.deemed_after_days, rounds)


def is_deemed_approved(rounds: Rounds, noticed_at: datetime | None, *, now: datetime) -> bool:
    """Report whether silence has approved: agreed, noticed, and all of the days over."""
    last = deemed_day(rounds, noticed_at)
    return last is not None and is_overdue(last, rounds, now=now)


def _counts(day: date, rounds: Rounds) -> bool:
    return day.weekday() in rounds.working_days and day not in rounds.holidays
