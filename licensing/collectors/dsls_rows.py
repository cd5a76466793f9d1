"""The rows of a DSLS table: the pools, each counted once, and who holds what of them."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder, PoolReading, Waiter
from licensing.collectors.seats import read_ending, read_moment, read_seats
from licensing.collectors.servers import FoundServer

_POOL = ("Editor", "EditorId", "Feature", "Model", "Commercial Type", "Max Release Number", "Max Release Date")
_TERMS = ("Pricing Structure", "Max Casual Duration", "Expiration Date", "Customer ID")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row what stands."""

    places: dict[str, int]
    width: int

    @classmethod
    def read(cls, names: list[str]) -> Self | None:
        """Read a header, which ends with a comma; ``None`` where the columns that count are not there once."""
        names = [name.strip() for name in names]
        while names and not names[-1]:
            names.pop()
        if len(set(names)) < len(names) or not {"Feature", "Count", "Inuse"} <= set(names):
            return None
        return cls({name: place for place, name in enumerate(names)}, len(names))

    @property
    def of_totals(self) -> int:
        """Return how many cells a row has that names no holder: all up to the totals."""
        return max(self.places["Count"], self.places["Inuse"]) + 1

    def fit(self, cells: list[str], *, names_nobody: bool) -> bool:
        """Report whether a row has as many cells as it must: up to the totals, or all, the queue position optional."""
        if names_nobody:
            return len(cells) in {self.of_totals, self.width - 1, self.width}
        waits = cells[self.width - 1].strip() if len(cells) == self.width else ""
        is_position = self.places.get("Queue Position") != self.width - 1 or not waits or read_seats(waits) is not None
        return len(cells) in {self.width - 1, self.width} and is_position

    def cell(self, cells: list[str], name: str) -> str:
        """Return a cell by the name of its column; empty where there is none."""
        place = self.places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""


class Pools:
    """The pools of one table."""

    def __init__(self, lines: Lines, zone: ZoneInfo) -> None:
        self._lines = lines
        self._zone = zone
        self._begin()

    def _begin(self) -> None:
        self._pools: dict[tuple[str, ...], PoolReading] = {}
        self._rows: list[tuple[str, Holder | Waiter]] = []
        self._broken: set[str] = set()
        self._contradictory: set[str] = set()
        self._unheld: set[tuple[str, ...]] = set()
        self._lists_queue = False

    def take(self, cells: list[str], columns: Columns) -> None:
        """Take a row: its pool if it is new, and its holder if it names one."""
        names_nobody = not any(cell.strip() for cell in cells[columns.of_totals :])
        if not columns.fit(cells, names_nobody=names_nobody):
            # With a comma too many nobody knows which number is the total: a wrong one would look like any other.
            self._lines.doubt(f"a row of {len(cells)} cells under a header of {columns.width} does not fit it")
            return
        name = columns.cell(cells, "Feature")
        if not name:
            self._lines.doubt("a row without a feature")
            return
        self._lists_queue = "Queue Position" in columns.places
        self._take_pool(cells, columns, name, names_nobody=names_nobody)
        if not names_nobody:
            self._take_holder(cells, columns, name)

    def _take_pool(self, cells: list[str], columns: Columns, name: str, *, names_nobody: bool) -> None:
        key = tuple(columns.cell(cells, column) for column in (*_POOL, *_TERMS))
        issued, in_use = (read_seats(columns.cell(cells, column)) for column in ("Count", "Inuse"))
        if issued is None or in_use is None:
            self._lines.doubt("the totals are not two numbers of seats")
        known = self._pools.get(key)
        if known is None:
            self._pools[key] = self._pool(cells, columns, issued=issued, in_use=in_use)
        elif (known.issued, known.in_use) != (issued, in_use):
            self._contradictory.add(name)
            self._lines.doubt("the totals of this pool differ from those of its first row, which count")
        elif names_nobody or key in self._unheld:
            self._lines.doubt("the same pool again without a holder; it counts once")
        if names_nobody:
            self._unheld.add(key)

    def _pool(self, cells: list[str], columns: Columns, *, issued: int | None, in_use: int | None) -> PoolReading:
        raw = columns.cell(cells, "Expiration Date")
        ending = read_ending(raw) if raw else None
        if ending is not None and not ending.is_understood:
            self._lines.doubt(f"“{raw}” is not an expiry date that is known")
        return PoolReading(
            daemon=columns.cell(cells, "Editor"),
            version=columns.cell(cells, "Max Release Number"),
            pool=columns.cell(cells, "Customer ID"),
            issued=issued,
            reserved=None,
            in_use=in_use,
            expires=ending.day if ending else None,
            expires_raw=raw or None,
            never_expires=ending is not None and ending.is_never,
            kind=columns.cell(cells, "Model") or None,
        )

    def _take_holder(self, cells: list[str], columns: Columns, name: str) -> None:
        user, host = columns.cell(cells, "User"), columns.cell(cells, "Host")
        raw = columns.cell(cells, "Tokens")
        quantity = read_seats(raw) if raw else 1
        if not (user or host) or quantity is None:
            self._broken.add(name)
            self._lines.doubt("a row of use without a user and a host, or without a number of seats")
            return
        machine = host.partition(" ")[0] or None
        handle, version = columns.cell(cells, "Session ID"), columns.cell(cells, "Client Code Version")
        who = f"{user}@{host}" if host else user
        if columns.cell(cells, "Queue Position") not in {"", "0"}:
            self._rows.append((name, Waiter(user, machine, None, quantity, handle, version, who)))
            return
        since = columns.cell(cells, "Granted Since")
        started = read_moment(since, zone=self._zone)
        if started is None and since:
            self._lines.doubt("the time it was granted is not a time that was")
        holder = Holder(
            user=user,
            host=machine,
            display=None,
            started=started,
            started_raw=since,
            quantity=quantity,
            handle=handle,
            daemon=columns.cell(cells, "Editor"),
            version=version,
            who=who,
        )
        self._rows.append((name, holder))

    def close(self, server: FoundServer) -> None:
        """Give the server what its table says, and begin another table."""
        for key, pool in self._pools.items():
            seen = server.feature(key[2])
            seen.pools.append(pool)
            seen.queued = 0 if self._lists_queue else None
        for name, row in self._rows:
            seen = server.feature(name)
            if isinstance(row, Holder):
                seen.holders.append(row)
            else:
                seen.queue.append(row)
                seen.queued = (seen.queued or 0) + row.quantity
        for name in self._broken:
            server.feature(name).is_list_broken = True
        for name in self._contradictory:
            server.feature(name).is_contradictory = True
        self._begin()
