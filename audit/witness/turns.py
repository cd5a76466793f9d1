"""When the witnesses of a log are asked: a decision over values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
FRESH = timedelta(days=1)
"""After a day the same checkpoint is cosigned again: a log in which nothing happens differs from one that is gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The witnesses were asked about a checkpoint so many times, last under this policy, and this came of it."""

    times: int
    last: datetime
    policy_sha256: str
    is_quorum_met: bool


def is_due(asked: Asked | None, *, policy_sha256: str, now: datetime) -> bool:
    """Report whether the witnesses are to be asked: at once for what is new, then in growing pauses."""
    if asked is None or asked.policy_sha256 != policy_sha256:
        return True
    pause = FRESH if asked.is_quorum_met else min(FIRST_PAUSE * asked.times, LONGEST_PAUSE)
    return now - asked.last >= pause
