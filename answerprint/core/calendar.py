"""Calendars as text: feeds that programs subscribe to, and invitations (RFC 5545, RFC 5546 for the latter).

The same events are the same bytes each time: nothing of the moment of writing stands in them, so a reader can tell by
the bytes whether something changed. What goes into them is one line of text by another's hand: it is escaped (section
3.3.11), lines are folded at 75 octets between characters (section 3.1), and what a parameter cannot hold is written as
RFC 6868 says. Times are UTC, days are days (``VALUE=DATE``), and the last day of an event is its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LINE_OCTETS = 75
_PRODUCT = "-//Answerprint//Calendar 1//EN"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ADDRESS = re.compile(r"[!-~]+")
# A calendar holds at least one component (section 3.6); one without events says at least what its times are.
_NO_EVENT = (
    *("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE"),
)


class Method(StrEnum):
    """What is asked of who gets an invitation."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class EventStatus(StrEnum):
    """Whether an event stands."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant to another, which is not its own."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody who invites or is invited."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """Something in a calendar. ``uid`` is the same for ever, ``sequence`` counts the changes from 0 on.

    ``stamp`` is an instant that belongs to the event, such as when it was entered. One that ``takes_time`` makes its
    reader busy; a date to remember does not.
    """

    uid: str
    stamp: datetime
    sequence: int
    when: Days | Span
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: EventStatus = EventStatus.CONFIRMED
    takes_time: bool = False
    organizer: Mailbox | None = None
    attendees: tuple[Mailbox, ...] = ()


def write_feed(name: str, events: tuple[CalendarEvent, ...]) -> bytes:
    """Write a calendar that programs subscribe to; they are asked to look again each hour (RFC 7986)."""
    about = (
        *(f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"),
    )
    return _calendar(about, events)


def write_invitation(method: Method, event: CalendarEvent) -> bytes:
    """Write an invitation, or its cancellation; raises ``ValueError`` where nobody invites or nobody is invited."""
    if event.organizer is None or not event.attendees:
        message = "an invitation has an organizer and somebody invited"
        raise ValueError(message)
    if (method is Method.CANCEL) != (event.status is EventStatus.CANCELLED):
        message = "what is cancelled is sent as a cancellation, and nothing else is"
        raise ValueError(message)
    return _calendar((f"METHOD:{method.value}",), (event,))


def _calendar(about: tuple[str, ...], events: tuple[CalendarEvent, ...]) -> bytes:
    written = [line for event in events for line in _event(event)]
    lines = (
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN"),
        *about,
        *(written or _NO_EVENT),
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _event(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_instant(event.stamp)}"
    yield f"SEQUENCE:{event.sequence}"
    yield from _when(event.when)
    for name, text in (("SUMMARY", event.summary), ("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if text:
            yield f"{name}:{_text(text)}"
    if event.url:
        yield f"URL:{_uri(event.url)}"
    yield f"STATUS:{event.status.value}"
    yield "TRANSP:OPAQUE" if event.takes_time else "TRANSP:TRANSPARENT"
    if event.organizer is not None:
        yield f"ORGANIZER{_mailbox(event.organizer)}"
    for one in event.attendees:
        yield f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE{_mailbox(one)}"
    yield "END:VEVENT"


def _when(when: Days | Span) -> Iterator[str]:
    match when:
        case Days(first, last):
            if last < first:
                message = "an event does not end before it begins"
                raise ValueError(message)
            yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
            # The end of a day's event is the day after it (section 3.6.1).
            yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
        case Span(starts_at, ends_at):
            if ends_at <= starts_at:
                message = "an event ends after it begins"
                raise ValueError(message)
            yield f"DTSTART:{_instant(starts_at)}"
            yield f"DTEND:{_instant(ends_at)}"


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        message = "a time without zone says nothing"
        raise ValueError(message)
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    plain = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _uri(url: str) -> str:
    if _ADDRESS.fullmatch(url) is None:
        message = "an address is printable ASCII"
        raise ValueError(message)
    return url


def _mailbox(who: Mailbox) -> str:
    named = _CONTROLS.sub(" ", who.name.replace("\r\n", "\n").replace("\r", "\n"))
    encoded = named.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    common_name = f';CN="{encoded}"' if encoded else ""
    return f"{common_name}:mailto:{quote(who.address, safe='@+')}"


def _folded(line: str) -> bytes:
    """Return a line in pieces of 75 octets at most, no character cut; a piece after the first begins with a blank."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > _LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
