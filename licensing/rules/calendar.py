"""What of licensing stands in a calendar: dates of contracts and lots, and reservations by the code of their project.

Each event has one name for ever, made of what it is and the record's identifier, and counts the record's changes, so
that a calendar program moves what it has instead of adding it again. Its stamp is when the record was entered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from answerprint.core.calendar import CalendarEvent, Days, EventStatus
from answerprint.core.ids import made_at
from licensing.models.reservations import ReservationState
from licensing.rules.notices import Deadline

KEPT = timedelta(days=31)
"""For how long what is past stays in a calendar."""

Link = Callable[[str], str]
"""From ``noun:id`` to the address of its page."""


@dataclass(frozen=True, slots=True)
class DatedRecord:
    """A date of a contract or a lot; ``about`` is the contract as ``noun:id``, ``name`` what it is called."""

    about: str
    id: UUID
    what: Deadline
    day: date
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class ReservedDays:
    """A reservation as calendars show it."""

    id: UUID
    project_code: str
    product_name: str
    quantity: int
    starts_on: date
    ends_on: date
    state: str
    version: int


def date_event(one: DatedRecord, link: Link) -> CalendarEvent:
    """Return a date to remember, on its day."""
    return CalendarEvent(
        uid=f"{one.what.value}-{one.id}@answerprint",
        stamp=made_at(one.id),
        sequence=one.version - 1,
        when=Days(one.day, one.day),
        summary=_said(one),
        url=link(one.about),
    )


def reservation_event(one: ReservedDays, link: Link) -> CalendarEvent:
    """Return the days of a reservation; one that is not held yet, or no more than offered, is tentative."""
    is_held = one.state in (ReservationState.HELD, ReservationState.ENDED)
    state = "" if is_held else f" ({one.state})"
    return CalendarEvent(
        uid=f"reservation-{one.id}@answerprint",
        stamp=made_at(one.id),
        sequence=one.version - 1,
        when=Days(one.starts_on, one.ends_on),
        summary=f"{one.project_code}: {one.quantity} {'seat' if one.quantity == 1 else 'seats'} of "
        f"{one.product_name}{state}",
        status=EventStatus.CONFIRMED if is_held else EventStatus.TENTATIVE,
        url=link(f"reservation:{one.id}"),
    )


def _said(one: DatedRecord) -> str:
    match one.what:
        case Deadline.CONTRACT_ENDS:
            return f"{one.name} ends"
        case Deadline.NOTICE:
            return f"Last day to give notice: {one.name}"
        case Deadline.LOT_ENDS:
            return f"Last day of seats: {one.name}"
        case Deadline.MAINTENANCE_ENDS:
            return f"Last day of maintenance: {one.name}"
