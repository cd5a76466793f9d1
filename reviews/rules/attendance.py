"""Screenings: when they are, when somebody is signed in, and what the calibration of their display is warned of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from answerprint.core.problems import Invalid
from reviews.errors import NotInThisState
from reviews.rules.terms import Viewing
from reviews.rules.vocabulary import MethodKind

SUPERVISED = frozenset({MethodKind.SUITE, MethodKind.LIVE_STREAM})
OPENS_BEFORE, CLOSES_AFTER = timedelta(hours=2), timedelta(hours=12)
"""So long before its start and after its end what happens at a screening is taken down."""
LONGEST = timedelta(hours=24)


def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; raises ``Invalid`` naming ``zone``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = "Name an IANA zone such as Europe/Berlin."
        raise Invalid(sentence, fields={"zone": [sentence]}) from error


def check_planned(starts_at: datetime, ends_at: datetime, zone: str, calibrated_on: date | None) -> None:
    """Raise ``Invalid`` for a session that cannot be, naming the field."""
    on = starts_at.astimezone(zone_named(zone)).date()
    claims = {
        "ends_at": (not timedelta() < ends_at - starts_at <= LONGEST, "It ends after it begins, within a day."),
        "calibrated_on": (
            calibrated_on is not None and calibrated_on > on,
            "A display is calibrated before the session, or on its day.",
        ),
    }
    faults = {field: [sentence] for field, (is_wrong, sentence) in claims.items() if is_wrong}
    if faults:
        raise Invalid("This screening needs another look.", fields=faults)


def check_room_is_open(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """Raise ``NotInThisState`` where nobody can be in the room now: what happens there is taken down there."""
    if not starts_at - OPENS_BEFORE <= now <= ends_at + CLOSES_AFTER:
        raise NotInThisState("This is taken down while people are in the room: two hours before, to twelve after.")


def calibration_warnings(agreed: Viewing, calibrated_on: date | None) -> tuple[str, ...]:
    """Say where nobody knows the calibration of a display, or knows only one older than agreed."""
    if calibrated_on is None:
        return ("Nobody said when the display was calibrated.",)
    if agreed.calibrated_on is not None and calibrated_on < agreed.calibrated_on:
        told = f"{calibrated_on.isoformat()}, and {agreed.calibrated_on.isoformat()} or later was agreed"
        return (f"The display was calibrated on {told}.",)
    return ()
