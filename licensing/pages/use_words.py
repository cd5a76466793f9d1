"""What the picture of use over time says in words: the whole of it, a week, the end of lots."""

from datetime import date

from licensing.queries.use_picture import DaysOfUse
from licensing.rules.use_days import LotsEnd, UseWeek, use_weeks

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def said_day(day: date) -> str:
    """Write a day so that nobody takes its month for its day."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def said_end(end: LotsEnd) -> str:
    """Say that lots end."""
    seats = "Uncounted seats" if end.seats is None else "1 seat" if end.seats == 1 else f"{end.seats:,} seats"
    return f"{seats} of the lots {'ends' if seats == '1 seat' else 'end'} on {said_day(end.day)}"


def short_end(end: LotsEnd) -> str:
    """Say the same beside a mark, where there is little room."""
    seats = "uncounted end" if end.seats is None else "1 seat ends" if end.seats == 1 else f"{end.seats:,} seats end"
    return f"{seats} {end.day.day} {_MONTHS[end.day.month - 1]}"


def said_week(week: UseWeek) -> str:
    """Say what a week shows: its highest use as far as it is known, or what is expected of it, and its seats."""
    parts = []
    if week.peak is not None:
        gaps = f", unknown on {_count(week.unknown, 'day')}" if week.unknown else ""
        parts.append(f"highest use {week.peak:,}{gaps}")
    elif week.behind:
        parts.append("use unknown")
    if week.expected is not None:
        parts.append(f"at most {week.expected:,} expected a day, band {week.low or 0:,} to {week.high or 0:,}")
    if week.reserved:
        parts.append(f"{week.reserved:,} reserved")
    parts.append(said_seats(week))
    return f"{said_day(week.first)} to {said_day(week.last)}: {'; '.join(parts)}"


def said_seats(days: UseWeek) -> str:
    """Say what seats some days have."""
    if days.is_uncounted:
        return "seats uncounted"
    if days.least is None or days.most is None:
        return "seats unknown"
    return _count(days.least, "seat") if days.least == days.most else f"{days.least:,} to {days.most:,} seats"


def said_ahead(found: DaysOfUse) -> str:
    """Say of a product whether its lots carry what is to be expected."""
    ahead = found.forecast
    if not ahead.days:
        return f"No forecast: {ahead.reason}."
    if ahead.exhausted_on:
        return f"Need is expected to exceed the lots on {said_day(ahead.exhausted_on)}."
    if ahead.exhausted_at_earliest:
        return f"Need may exceed the lots from {said_day(ahead.exhausted_at_earliest)} on."
    return f"The lots carry what is expected of the next {len(ahead.days)} days."


def said_picture(found: DaysOfUse, today: date) -> str:
    """Say in words what the whole picture shows."""
    behind = [day.peak for day in found.days if day.day < today]
    known = [peak for peak in behind if peak is not None]
    past = f"Highest use of the last {len(behind)} days: {max(known):,}" if known else "Use of the past: unknown"
    unknown = len(behind) - len(known)
    gaps = f", {_count(unknown, 'day')} unknown" if unknown and known else ""
    seats = said_seats(use_weeks([day for day in found.days if day.day == today], today)[0])
    return f"{past}{gaps}; {seats} today. {said_ahead(found)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
