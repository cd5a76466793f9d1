"""What the dates of a contract may say."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from licensing.errors import BadContract, naming

COOLING_OFF_MAX = 3660
NOTICE_AHEAD = timedelta(days=60)
"""How long before its notice date a contract asks to be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEntry:
    """What is written down of a contract. Notice must be given by ``notice_on``, which lies before its last day.

    ``cooling_off_days`` is for how long a named seat that was assigned cannot become another's.
    """

    number: str
    title: str = ""
    starts_on: date
    ends_on: date | None = None
    notice_on: date | None = None
    cooling_off_days: int = 0


class ContractChanges(TypedDict, total=False):
    """What of a contract is to become another; what is left out stays."""

    number: str
    title: str
    starts_on: date
    ends_on: date | None
    notice_on: date | None
    cooling_off_days: int


def check_contract(contract: ContractEntry) -> None:
    """Refuse dates that contradict each other; raises ``BadContract`` naming the field."""
    ends_on, notice_on = contract.ends_on, contract.notice_on
    if ends_on is not None and ends_on < contract.starts_on:
        raise naming(BadContract, "ends_on", "A contract ends on the day it starts, or later.")
    if notice_on is not None and ends_on is not None and notice_on >= ends_on:
        raise naming(BadContract, "notice_on", "The notice date lies before the contract's last day.")
    if not 0 <= contract.cooling_off_days <= COOLING_OFF_MAX:
        raise naming(BadContract, "cooling_off_days", f"A cooling-off is 0 to {COOLING_OFF_MAX} days.")


def standing(starts_on: date, ends_on: date | None, notice_on: date | None, today: date) -> str:
    """Say in a word how a contract stands on a day; ``notice`` and ``ending`` ask for a decision soon."""
    if ends_on is not None and ends_on < today:
        return "ended"
    if starts_on > today:
        return "coming"
    acts_on = notice_on or ends_on
    if acts_on is not None and today <= acts_on <= today + NOTICE_AHEAD:
        return "notice" if notice_on is not None else "ending"
    return "in force"
