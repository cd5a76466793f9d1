"""Incidents: the clock that runs from detection, and what was done about one."""

from datetime import datetime, timedelta

from answerprint.core.problems import Invalid

NOTIFY_HOURS = 24
"""So long after detection the client is to know, where the house chose nothing else."""
NOTIFY_HOURS_MAX = 24 * 30
TEXT_MAX = 10_000


def notify_by(detected_at: datetime, hours: int, *, now: datetime) -> datetime:
    """Return when the client must know; raises ``Invalid`` naming ``detected_at`` where it lies ahead."""
    if detected_at > now:
        sentence = "An incident was detected before now, or now."
        raise Invalid(sentence, fields={"detected_at": [sentence]})
    if not 0 < hours <= NOTIFY_HOURS_MAX:
        message = f"the clock of an incident runs for 1 to {NOTIFY_HOURS_MAX} hours"
        raise ValueError(message)
    return detected_at + timedelta(hours=hours)


def is_overdue(by: datetime, notified_at: datetime | None, closed_at: datetime | None, *, now: datetime) -> bool:
    """Report whether the client should know by now and does not."""
    return notified_at is None and closed_at is None and now > by
