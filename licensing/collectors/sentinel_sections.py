"""The sections of ``lsmon``: a feature's own numbers, its licences, its clients and those that wait."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from licensing.collectors.dates import Expiry, read_stamp
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder, PoolReading, Waiter
from licensing.collectors.seats import read_seats
from licensing.collectors.servers import FoundServer

_UNLIMITED = frozenset({"2097150", "4294967294", "unlimited", "infinite"})
_MAXIMUM = "Maximum concurrent user(s)"
_NUMBERS = frozenset(
    {
        _MAXIMUM,
        "Unreserved tokens in use",
        "Reserved tokens in use",
        "Commuter tokens in use",
        "Available reserved",
        "Unreserved tokens in queue",
        "Reserved tokens in queue",
        "Number of tokens used",
        "No of tokens requested",
    }
)
_TOKENS = _NUMBERS | {"Available unreserved", "Commuter tokens left", "Queue Length", "Tokens required by queue"}
_SINCE = ("Running since ", "Queued since ")


@dataclass(slots=True)
class Section:
    """Keys and values under one heading."""

    kind: Literal["feature", "licence", "client", "queued"]
    zone: ZoneInfo
    values: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int | None] = field(default_factory=dict)
    is_uncounted: bool = False
    is_cut: bool = False
    """The text breaks off in it."""
    since: datetime | None = None
    """Since when a client runs or waits."""

    def take(self, key: str, value: str) -> str | None:
        """Take a value; returns why it is in doubt, if it is. A key that comes again does not replace the first."""
        if key in self.values:
            return f"“{key}” stands twice in one section; the first counts"
        self.values[key] = value.strip('"')
        if key == _MAXIMUM and value.rstrip(".").casefold() in _UNLIMITED:
            self.is_uncounted = True
        elif key in _NUMBERS:
            self.numbers[key] = read_seats(value)
            if self.numbers[key] is None:
                return f"“{value[:80]}” is no number of seats"
        elif key == "Expiration date" and not self.ending().is_understood:
            return f"“{value[:80]}” is not an expiry date that is known"
        elif key == "Status" and value.startswith(_SINCE):
            self.since = read_stamp(value.partition(" since ")[2], zone=self.zone)
            if self.since is None:
                return "the time since when is not a time, or its weekday does not fit"
        return None

    @property
    def is_open(self) -> bool:
        """Report whether a number stands last, so that where the text ends here another may be missing."""
        return next(reversed(self.values), "") in _TOKENS

    def ending(self) -> Expiry:
        """Return when this licence ends."""
        raw = self.values.get("Expiration date", "")
        if "no expiration" in raw:
            return Expiry(None, is_never=True)
        stamp = read_stamp(raw, zone=self.zone)
        return Expiry(stamp.astimezone(self.zone).date() if stamp else None, is_never=False)


class FeatureSection:
    """One feature of one version as the text shows it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.own = Section("feature", zone)
        self._licences: list[Section] = []
        self._holders: list[Holder] = []
        self._queue: list[Waiter] = []
        self._is_list_broken = False

    @property
    def name(self) -> str:
        """Return its name; empty until the text says it."""
        return self.own.values.get("Feature name", "")

    def take(self, section: Section, lines: Lines) -> None:
        """Take a section that has ended."""
        if section is self.own:
            return
        if section.kind == "licence":
            self._licences.append(section)
            return
        asked = "No of tokens requested" if section.kind == "queued" else "Number of tokens used"
        quantity = section.numbers.get(asked, 1)
        user = section.values.get("User name", "")
        if section.is_cut or quantity is None or not (user or section.values.get("Host name")):
            self._is_list_broken = True
            # The line that ends the section, or the text, is where its loss is known.
            lines.doubt("the client section that ends here names nobody, or no sure number of seats")
        elif section.kind == "queued":
            self._queue.append(self._waiter(section, user, quantity))
        else:
            self._holders.append(self._holder(section, user, quantity))

    def _waiter(self, section: Section, user: str, quantity: int) -> Waiter:
        host, display = section.values.get("Host name"), section.values.get("X display name")
        return Waiter(user, host, display, quantity, "", self._version, f"{user}@{host}" if host else user)

    def _holder(self, section: Section, user: str, quantity: int) -> Holder:
        host = section.values.get("Host name")
        return Holder(
            user=user,
            host=host,
            display=section.values.get("X display name"),
            started=section.since,
            started_raw=section.values.get("Status", "").removeprefix(_SINCE[0]),
            quantity=quantity,
            handle=section.values.get("ID for token sharing", ""),
            daemon="",
            version=self._version,
            who=f"{user}@{host}" if host else user,
            borrowed=section.values.get("Is commuter token") == "YES",
        )

    @property
    def _version(self) -> str:
        return self.own.values.get("Feature version", "")

    def close(self, server: FoundServer, *, is_end: bool) -> None:
        """Give the server the feature; without a name it is nobody's.

        ``is_end`` says that the text ends here, and so may have broken off.
        """
        if not self.name:
            return
        seen = server.feature(self.name)
        has_more = self._licences or self._holders or self._queue
        seen.is_unknown = seen.is_unknown or (is_end and self.own.is_open and not has_more)
        seen.pools.append(self._pool())
        seen.holders += self._holders
        seen.queue += self._queue
        seen.is_list_broken = seen.is_list_broken or self._is_list_broken
        queued = self._number("Unreserved tokens in queue", "Reserved tokens in queue")
        is_first = len(seen.pools) == 1
        seen.reserved = _with(seen.reserved, self._number("Available reserved"), is_first=is_first)
        seen.queued = _with(seen.queued, queued, is_first=is_first)
        seen.borrowed = _with(seen.borrowed, self._borrowed(), is_first=is_first)

    def _pool(self) -> PoolReading:
        endings = [licence.ending() for licence in self._active() or [self.own]]
        days = [ending.day for ending in endings if ending.day is not None]
        raws = {licence.values.get("Expiration date") for licence in self._active() or [self.own]}
        is_uncounted = self.own.is_uncounted
        return PoolReading(
            daemon="",
            version=self._version,
            pool="",
            issued=None if is_uncounted else self._issued(),
            reserved=self._number("Available reserved"),
            in_use=self._number("Unreserved tokens in use", "Reserved tokens in use"),
            # Several licences end on several days: the pool as it is ends on the first of them.
            expires=min(days, default=None),
            expires_raw=", ".join(sorted(raw for raw in raws if raw)) or None,
            never_expires=all(ending.is_never for ending in endings),
            is_uncounted=is_uncounted,
            kind=self.own.values.get("License type"),
        )

    def _issued(self) -> int | None:
        return self.own.numbers.get(_MAXIMUM)

    def _active(self) -> list[Section]:
        return [one for one in self._licences if one.values.get("License status", "Active") == "Active"]

    def _borrowed(self) -> int | None:
        stated = self._number("Commuter tokens in use")
        listed = sum(holder.quantity for holder in self._holders if holder.borrowed)
        return listed or None if stated is None else stated

    def _number(self, first: str, *others: str) -> int | None:
        """Return the sum of the numbers that are printed; ``None`` where the first is not, or one is not understood."""
        if first not in self.own.numbers:
            return None
        found = [self.own.numbers[key] for key in (first, *others) if key in self.own.numbers]
        known = [number for number in found if number is not None]
        return sum(known) if len(known) == len(found) else None


def _with(so_far: int | None, more: int | None, *, is_first: bool) -> int | None:
    """Add a version's number to those before; unknown where one of them is."""
    if is_first:
        return more
    return None if so_far is None or more is None else so_far + more
