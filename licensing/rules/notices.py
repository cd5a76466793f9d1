"""When the house is told that a date comes near: at some thresholds, each once, the day itself included."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

THRESHOLDS = (90, 60, 30, 14, 7, 1, 0)
"""Days before a date, falling."""
ESCALATED = THRESHOLDS[-2:]
"""Thresholds at which admins are told too."""


class Deadline(StrEnum):
    """Which of its dates comes near."""

    CONTRACT_ENDS = "contract-ends"
    NOTICE = "notice"
    LOT_ENDS = "lot-ends"
    MAINTENANCE_ENDS = "maintenance-ends"


@dataclass(frozen=True, slots=True)
class ComingDate:
    """A date of something, as ``noun:id``; ``name`` and ``log`` are whose, and where it is recorded."""

    about: str
    what: Deadline
    falls_on: date
    name: str
    log: str


@dataclass(frozen=True, slots=True)
class Notice:
    """That a date comes near, to be told at a threshold; ``days`` are left on the day it is told."""

    coming: ComingDate
    threshold: int
    days: int

    @property
    def is_escalated(self) -> bool:
        """Report whether admins are told too."""
        return self.threshold in ESCALATED


Told: TypeAlias = tuple[str, str, date]
"""What a date is known by: about, what and the day."""


def due_notices(
    coming: Collection[ComingDate], told: Mapping[Told, Collection[int]], *, on: date
) -> tuple[Notice, ...]:
    """Return what is to be told on the day ``on``, the nearest date first; ``told`` says what was told before."""
    found = []
    for one in coming:
        threshold = due_threshold(one.falls_on, on=on, told=told.get(key_of(one), ()))
        if threshold is not None:
            found.append(Notice(one, threshold, (one.falls_on - on).days))
    return tuple(sorted(found, key=lambda notice: (notice.days, notice.coming.what, notice.coming.about)))


def due_threshold(falls_on: date, *, on: date, told: Collection[int]) -> int | None:
    """Return the threshold to tell on the day ``on``; ``None`` where there is none.

    Of several that were missed the nearest is told, and the others never. After the date nothing is.
    """
    days = (falls_on - on).days
    if days < 0:
        return None
    nearest = min((one for one in THRESHOLDS if one >= days), default=None)
    if nearest is None or any(one <= nearest for one in told):
        return None
    return nearest


def key_of(one: ComingDate) -> Told:
    """Return what this date is known by. A date that was moved is another."""
    return one.about, one.what.value, one.falls_on


def sentence(notice: Notice) -> str:
    """Say what comes near, and when."""
    what = {
        Deadline.CONTRACT_ENDS: "ends",
        Deadline.NOTICE: "is the last day to give notice",
        Deadline.LOT_ENDS: "is the lot's last day",
        Deadline.MAINTENANCE_ENDS: "is the last day of maintenance",
    }[notice.coming.what]
    when = {0: "today", 1: "tomorrow"}.get(notice.days, f"in {notice.days} days")
    day = notice.coming.falls_on.isoformat()
    if notice.coming.what is Deadline.CONTRACT_ENDS:
        return f"{notice.coming.name}: it {what} on {day}, {when}."
    return f"{notice.coming.name}: {day}, {when}, {what}."
