"""The policies of a house: a folder with one C2SP tlog-policy file for each log and beginning.

    <log>.<YYYY-MM-DD>.<open|closed>.policy

A file is in force from that day, 00:00 UTC, until the next one of the same log begins; tlog-policy itself knows no
dates, and what was cosigned under a policy is checked against that policy. ``closed`` serves nothing of the log that
its witnesses have not cosigned; ``open`` goes on, and says who is missing.

A file under any other name is an error, for one that is passed over in silence would fail open. Names that begin with a
dot are not looked at.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import Enum
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from audit.errors import VerificationError
from audit.policy import MAX_POLICY, Policy, parse_policy

_FILE = re.compile(
    r"(?P<log>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<day>\d{4}-\d{2}-\d{2})\.(?P<fail>open|closed)\.policy", re.ASCII
)


class UnusablePolicyError(VerificationError):
    """The folder of policies cannot be used; the sentence names the file."""


class OnFailure(Enum):
    """What to do where the policy's quorum is not met."""

    OPEN = "open"
    """Go on with what there is; the outcome says who is missing."""
    CLOSED = "closed"
    """Serve nothing newer."""


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy of one log, the bytes it was read from, and when it is in force, the end left out."""

    log: str
    policy: Policy = field(repr=False)
    raw: bytes = field(repr=False)
    sha256: str
    on_failure: OnFailure
    valid_from: datetime
    valid_until: datetime | None

    def is_in_force(self, at: datetime) -> bool:
        """Report whether it is in force at an instant."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a house, of each log in the order of their beginnings."""

    by_log: Mapping[str, tuple[PolicyInForce, ...]]

    @property
    def logs(self) -> tuple[str, ...]:
        """The logs that have or had a policy, or will have one."""
        return tuple(sorted(self.by_log))

    def policy_for(self, log: str, at: datetime) -> PolicyInForce | None:
        """Return the policy of a log that is in force at an instant, or ``None``."""
        return next((one for one in self.by_log.get(log, ()) if one.is_in_force(at)), None)

    def on_failure(self, log: str, at: datetime) -> OnFailure | None:
        """Return what to do where the quorum is not met; ``None`` where no policy is in force."""
        policy = self.policy_for(log, at)
        return policy.on_failure if policy is not None else None


NO_POLICIES = Policies({})
"""Nobody is asked."""


def policies_in(folder: Path) -> Policies:
    """Return the policies of a folder, all of them read; a folder that is not there holds none.

    Raises ``UnusablePolicyError`` where a file has another name, does not parse, or is the second for its day.
    """
    try:
        paths = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise UnusablePolicyError(f"The folder of policies {folder} cannot be read: {error.strerror}.") from error
    by_day: dict[str, dict[date, tuple[Path, OnFailure, bytes, Policy]]] = {}
    for path in paths:
        if path.name.startswith("."):
            continue
        log, day, on_failure = _named(path)
        days = by_day.setdefault(log, {})
        if day in days:
            raise UnusablePolicyError(f"The policies {days[day][0]} and {path} are for one log and one day: keep one.")
        days[day] = (path, on_failure, *_read(path))
    return Policies({log: tuple(_in_order(log, days)) for log, days in by_day.items()})


def _named(path: Path) -> tuple[str, date, OnFailure]:
    named = _FILE.fullmatch(path.name)
    if named is None:
        raise UnusablePolicyError(
            f"The file {path} is no policy: call it <log>.<YYYY-MM-DD>.<open|closed>.policy, or put it elsewhere."
        )
    try:
        return named["log"], date.fromisoformat(named["day"]), OnFailure(named["fail"])
    except ValueError as error:
        raise UnusablePolicyError(f"The policy {path} begins on a day that is none: {named['day']}.") from error


def _read(path: Path) -> tuple[bytes, Policy]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_POLICY + 1)
        return raw, parse_policy(raw)
    except OSError as error:
        raise UnusablePolicyError(f"The policy {path} cannot be read: {error.strerror}.") from error
    except VerificationError as error:
        raise UnusablePolicyError(f"The policy {path} cannot be used: {error}.") from error


def _in_order(log: str, days: Mapping[date, tuple[Path, OnFailure, bytes, Policy]]) -> Iterable[PolicyInForce]:
    for day, following in pairwise([*sorted(days), None]):
        if day is None:
            return
        _, on_failure, raw, policy = days[day]
        until = _midnight(following) if following is not None else None
        yield PolicyInForce(log, policy, raw, sha256(raw).hexdigest(), on_failure, _midnight(day), until)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
