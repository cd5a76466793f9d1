"""What those who are invited to a screening are sent: a mail, and an entry for their calendar (RFC 5545, RFC 5546).

Both name the project only as it is called outside. Neither holds a link, a secret, or the name of a file.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from answerprint.core.calendar import CalendarEvent, EventStatus, Mailbox, Method, Span, write_invitation
from reviews.rules.letters import Letter

FILE_NAME = "screening.ics"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A screening as an invitation tells of it."""

    screening_id: UUID
    outside_name: str
    room: str
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    sequence: int
    host: Mailbox


def media_type(method: Method) -> str:
    """Return the media type of an entry; programs take it for an invitation by its ``method``."""
    return f"text/calendar; charset=utf-8; method={method.value}"


def invitation_entry(occasion: Occasion, invited: Mailbox, method: Method, *, stamp: datetime) -> str:
    """Return the entry for one mailbox: nobody reads there who else is invited."""
    is_cancelled = method is Method.CANCEL
    event = CalendarEvent(
        uid=f"screening-{occasion.screening_id}@answerprint",
        stamp=stamp,
        sequence=occasion.sequence,
        when=Span(occasion.starts_at, occasion.ends_at),
        summary=f"{occasion.outside_name}: screening",
        description="The host signs you in on the day.",
        location=occasion.room,
        status=EventStatus.CANCELLED if is_cancelled else EventStatus.CONFIRMED,
        takes_time=not is_cancelled,
        organizer=occasion.host,
        attendees=(invited,),
    )
    return write_invitation(method, event).decode()


def invitation_mail(occasion: Occasion, method: Method) -> Letter:
    """Return the mail that carries the entry: the first time, after a change, or to call it off."""
    name, when = occasion.outside_name, _when(occasion)
    where = f"    {occasion.room}\n" if occasion.room else ""
    if method is Method.CANCEL:
        return Letter(
            f"{name}: the screening does not take place",
            f"The screening of {name} is called off:\n\n    {when}\n{where}\nIt leaves your calendar with this mail.\n",
        )
    if occasion.sequence:
        return Letter(
            f"{name}: the screening has changed",
            f"The screening of {name} is now:\n\n    {when}\n{where}\n{occasion.host.name} receives you there.\n",
        )
    return Letter(
        f"{name}: you are invited to a screening",
        f"You are invited to a screening of {name}:\n\n    {when}\n{where}\n"
        f"{occasion.host.name} receives you there and signs you in. The invitation is yours alone.\n",
    )


def taken_down_mail(outside_name: str, *, number: int, value: str, host: Mailbox, at: datetime) -> Letter:
    """Return the mail that tells an approver what was taken down in their name, and how to object."""
    return Letter(
        f"{outside_name}: a decision was taken down in your name",
        f"At a screening of {outside_name} this was taken down as your decision in round {number}:\n\n"
        f"    {value}\n\n"
        f"{host.name} took it down, at {at:%d %B %Y, %H:%M} UTC, having seen you in the room.\n"
        f"If you did not decide so, write to {host.address} at once: the decision stays on the record as it is, and"
        " your objection and its withdrawal are put beside it.\n",
    )


def _when(occasion: Occasion) -> str:
    starts, ends = occasion.starts_at.astimezone(occasion.zone), occasion.ends_at.astimezone(occasion.zone)
    until = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%d %B %Y, %H:%M}"
    return f"{starts:%d %B %Y, %H:%M} to {until} {occasion.zone.key} ({occasion.starts_at:%H:%M} UTC)"
