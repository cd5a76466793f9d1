"""How pages write times, days and numbers. Times are shown in the facility's zone, which they name."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_moment(moment: datetime, zone: ZoneInfo) -> Markup:
    """Write an instant to the minute in ``zone``, with the zone's short name; machines read it in UTC."""
    machine = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    local = moment.astimezone(zone)
    return Markup('<time datetime="{}">{}</time>').format(machine, f"{local:%Y-%m-%d %H:%M} {_zone_name(local)}")


def write_day(day: date) -> Markup:
    """Write a day as ``14 Mar 2026``: nobody takes its month for its day."""
    shown = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return Markup('<time datetime="{}">{}</time>').format(day.strftime("%Y-%m-%d"), shown)


def write_number(number: int | None) -> str:
    """Write a whole number with its thousands apart; one that is not known is ``unknown``, never 0."""
    return "unknown" if number is None else f"{number:,}"


def write_ago(moment: datetime, now: datetime) -> Markup:
    """Say how long before ``now`` an instant was, or how long after, in one unit rounded down."""
    machine = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seconds = int((now - moment).total_seconds())
    span = _span(abs(seconds))
    words = "just now" if not span else f"{span} ago" if seconds > 0 else f"in {span}"
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def write_span(seconds: int) -> str:
    """Write a length of time in one unit rounded down, ``under a minute`` where it is less than that."""
    return _span(seconds) or "under a minute"


def write_lasting(minutes: int) -> str:
    """Write an agreed length of time exactly, in hours where it is whole hours."""
    count, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def write_code(text: str) -> Markup:
    """Write a sentence whose names stand in backticks, as docstrings have them."""
    pieces = text.split("`")
    marked = (
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )
    return Markup().join(marked)


def register(app: Flask) -> None:
    """Give the templates of ``app`` these filters."""
    app.add_template_filter(write_code, "code")
    app.jinja_env.filters |= {
        "moment": _moment,
        "day": write_day,
        "number": write_number,
        "ago": _ago,
        "span": write_span,
        "lasting": write_lasting,
    }


@pass_context
def _moment(context: Context, moment: datetime) -> Markup:
    return write_moment(moment, ZoneInfo(context["zone_name"]))


@pass_context
def _ago(context: Context, moment: datetime) -> Markup:
    return write_ago(moment, _now(context))


def _now(context: Context) -> datetime:
    now: Any = context["now"]
    return now if isinstance(now, datetime) else datetime.fromisoformat(str(now))


def _zone_name(local: datetime) -> str:
    # Zones without letters of their own are named by a bare offset such as "+04".
    name = local.tzname() or ""
    return f"UTC{local:%z}" if name[:1] in "+-" else name


def _span(seconds: int) -> str:
    if seconds < _MINUTE:
        return ""
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY:,} days"
