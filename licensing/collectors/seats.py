"""What the readers of the smaller licence servers share: numbers, times, names, and one feature added up."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dates import Expiry, instant
from licensing.collectors.reading import Discrepancy, FeatureReading, Holder, PoolReading, ServerState, Waiter

MAX_SEATS = 2**31 - 1

_NEVER = frozenset({"never", "none", "permanent", "perpetual", "unlimited"})
_MOMENT = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?", re.ASCII)


def read_seats(text: str) -> int | None:
    """Return a number of seats; ``None`` where it is not plain digits, or more than any server has."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    number = int(text)
    return number if number <= MAX_SEATS else None


def read_moment(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Read ``2024/03/12 18:05:00``, also with dashes or without seconds; ``None`` where no clock showed it."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None or found[5] is None:
        return None
    day = _day(found)
    return instant(day, int(found[5]), int(found[6]), int(found[7] or 0), zone=zone) if day else None


def read_ending(text: str) -> Expiry:
    """Read when a pool ends: ``2025-06-30``, with or without a time, or a word that means never."""
    if text.strip().casefold() in _NEVER:
        return Expiry(None, is_never=True)
    found = _MOMENT.fullmatch(text.strip())
    return Expiry(_day(found) if found else None, is_never=False)


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as ``user@host``. Without an @ it cannot be told which of the two it is."""

    user: str
    host: str | None
    who: str

    @property
    def is_ambiguous(self) -> bool:
        """Report whether user and host could not be told apart."""
        return self.host is None

    def holder(
        self,
        quantity: int,
        *,
        handle: str = "",
        daemon: str = "",
        version: str = "",
        started: datetime | None = None,
        started_raw: str = "",
        is_year_assumed: bool = False,
    ) -> Holder:
        """Return them as the holder of so many seats, with what else the text says."""
        return Holder(
            user=self.user,
            host=self.host,
            display=None,
            started=started,
            started_raw=started_raw,
            quantity=quantity,
            handle=handle,
            daemon=daemon,
            version=version,
            who=self.who,
            is_ambiguous=self.is_ambiguous,
            is_year_assumed=is_year_assumed,
        )


def read_who(text: str) -> Who:
    """Part user and host at the last @: a host holds none, a user may."""
    user, at, host = text.rpartition("@")
    return Who(user, host, text) if at and user and host else Who(text, None, text)


@dataclass(slots=True)
class Seen:
    """What a text says of one feature of one server.

    ``reserved`` and ``queued`` stay ``None`` where the text says nothing of them, which is not the same as nobody.
    ``is_per_host`` is for a server whose seat is the host's, whoever works there and with however many programs.
    """

    name: str
    pools: list[PoolReading] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    queue: list[Waiter] = field(default_factory=list)
    reserved: int | None = None
    queued: int | None = None
    borrowed: int | None = None
    is_unknown: bool = False
    is_list_broken: bool = False
    """Some holder could not be read, so the list is no count."""
    is_list_printed: bool = False
    """The text holds a list of holders, so that an empty one says that nobody holds it."""
    is_contradictory: bool = False
    """Its totals are printed more than once, and differ."""
    is_per_host: bool = False
    lists_holders: bool = True

    def reading(self, server: str, *, is_down: bool) -> FeatureReading:
        """Return the feature as a value; where the server is down, nothing of it is known."""
        is_unknown = self.is_unknown or is_down or not self.pools
        is_uncounted = bool(self.pools) and all(pool.is_uncounted for pool in self.pools) and not is_unknown
        summed = [pool for pool in self.pools if is_uncounted or not pool.is_uncounted]
        issued = None if is_unknown or is_uncounted else _sum([pool.issued for pool in summed])
        reported = None if is_unknown else _sum([pool.in_use for pool in summed])
        counted = self._counted(is_unknown=is_unknown)
        named = self._discrepancy(reported, counted) if len(summed) == len(self.pools) else None
        is_silent = reported is None and counted is None
        return FeatureReading(
            server=server,
            feature=self.name,
            state=ServerState.UNKNOWN if is_unknown or is_silent else ServerState.UP,
            issued=issued,
            is_uncounted=is_uncounted,
            reported_in_use=reported,
            counted_in_use=counted,
            reserved=None if is_down else self.reserved,
            queued=None if is_down else self.queued,
            borrowed=None if is_down else self.borrowed,
            pools=tuple(self.pools),
            holders=tuple(self.holders),
            queue=tuple(self.queue),
            discrepancy=named,
        )

    def _counted(self, *, is_unknown: bool) -> int | None:
        if self.is_list_broken or not self.lists_holders:
            return None
        # A text that states no total and lists nobody has said nothing, least of all that nobody works.
        is_stated = self.is_list_printed or _sum([pool.in_use for pool in self.pools]) is not None
        if not self.holders and (is_unknown or not is_stated):
            return None
        return self._seats_by_host() if self.is_per_host else sum(holder.quantity for holder in self.holders)

    def _seats_by_host(self) -> int:
        seats: dict[Hashable, int] = {}
        for number, holder in enumerate(self.holders):
            place = holder.host.casefold() if holder.host else number
            seats[place] = max(seats.get(place, 0), holder.quantity)
        return sum(seats.values())

    def _discrepancy(self, reported: int | None, counted: int | None) -> Discrepancy | None:
        if self.is_contradictory:
            return Discrepancy.BLOCKS_DISAGREE
        if reported is None or counted is None:
            return None
        if reported == counted:
            listed = sum(holder.quantity for holder in self.holders)
            return Discrepancy.SHARED_SEATS if listed > counted else None
        if reported > counted:
            return Discrepancy.MORE_REPORTED if counted else Discrepancy.HOLDERS_NOT_LISTED
        return Discrepancy.SHARED_SEATS if self._shared() == reported else Discrepancy.FEWER_REPORTED

    def _shared(self) -> int:
        seats: dict[tuple[str, str | None, str], int] = {}
        for holder in self.holders:
            place = (holder.user, holder.host, holder.version)
            seats[place] = max(seats.get(place, 0), holder.quantity)
        return sum(seats.values())


def _sum(numbers: list[int | None]) -> int | None:
    """Return the sum; unknown where a part is, and where there is no part."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None
