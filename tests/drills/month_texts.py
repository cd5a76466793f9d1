"""What the tools of the vendors print of the made-up month: the answers of licence servers, whole or failed."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from tests.drills.month import Pool, Program, Seat, minute_of, wall
from tests.drills.month_plan import POOLS, SERVERS


@dataclass(frozen=True, slots=True)
class Given:
    """What a server gives out of a feature at a minute: its seats, and the programs that run on them."""

    pool: Pool
    seats: tuple[Seat, ...]
    programs: tuple[tuple[Seat, Program], ...]

    @property
    def unused(self) -> int:
        """Return the reserved seats that nobody uses."""
        return self.pool.kept - sum(seat.is_kept for seat in self.seats)


class Shelf:
    """Finds the seats that are out at a minute."""

    def __init__(self, seats: Iterable[Seat]) -> None:
        self._by_hour: dict[tuple[str, int], list[Seat]] = {}
        for seat in seats:
            for hour in range(seat.start // 60, seat.end // 60 + 1):
                self._by_hour.setdefault((seat.pool.feature, hour), []).append(seat)

    def given(self, server: str, minute: int) -> list[Given]:
        """Return what a server gives out at a minute; what comes back in it is back."""
        found = []
        for pool in POOLS.values():
            if pool.server == server:
                near = self._by_hour.get((pool.feature, minute // 60), ())
                seats = tuple(seat for seat in near if seat.start <= minute < seat.end)
                running = tuple(
                    (seat, one) for seat in seats for one in seat.programs if one.start <= minute < one.until
                )
                found.append(Given(pool, seats, running))
        return found


def printed(server: str, minute: int, given: list[Given], *, answers: bool) -> str:
    """Return what the tool of a server's kind prints at a minute."""
    up, down = _PRINTERS[SERVERS[server].kind]
    return up(server, minute, given) if answers else down(server, minute)


def _lmstat(server: str, minute: int, given: list[Given]) -> str:
    lines = [
        _lmstat_head(server, minute),
        f"{server}: license server UP (MASTER) v11.19",
        f"Vendor daemon status (on {server}):",
        f"  {server}d: UP v11.19",
        "Feature usage info:",
    ]
    for one in given:
        pool = one.pool
        total = len(one.seats) + one.unused
        lines += [
            f"Users of {pool.feature}:  (Total of {pool.seats} licenses issued;  Total of {total} licenses in use)",
            f'  "{pool.feature}" v2026.0, vendor: {server}d',
            "  floating license",
        ]
        if one.unused:
            lines.append(f"\t{one.unused} RESERVATIONs for GROUP leads ({server}/27000)")
        for seat, program in one.programs:
            began = wall(program.start)
            away = f" (linger: {(seat.end - minute) * 60})" if seat.is_borrowed else ""
            lines.append(
                f"    {program.user} {program.host} :0 (v2026.0) ({server}/27000 {program.handle}), "
                f"start {began:%a} {began.month}/{began.day} {began.hour}:{began:%M}{away}"
            )
    return "\n".join([*lines, ""])


def _lmstat_down(server: str, minute: int) -> str:
    return f"{_lmstat_head(server, minute)}\n{server}: Cannot connect to license server system. (-15,570:115)\n"


def _lmstat_head(server: str, minute: int) -> str:
    face = wall(minute)
    return (
        f"Flexible License Manager status on {face:%a} {face.month}/{face.day}/{face.year} {face:%H:%M}\n"
        f"License server status: 27000@{server}"
    )


def _rlmstat(server: str, minute: int, given: list[Given]) -> str:
    # The length is the time that passed, the start a face of the clock: on the 29th they differ by an hour.
    since = wall(minute).replace(hour=0, minute=0)
    passed = minute - minute_of(since.date(), 0)
    lines = [
        f"rlm status on {server} (port 5053), up 3d 00:00:00",
        f"Todays Statistics ({passed // 60:02}:{passed % 60:02}:00), init time: {since:%a %b %d} 00:00:00 {since.year}",
        f"loomwork license pool status on {server} (port 50001)",
    ]
    for number, one in enumerate(given, start=1):
        lines += [
            f"{one.pool.feature} v2027.0101, pool: {number}",
            f"\tcount: {one.pool.seats}, # reservations: 0, inuse: {len(one.seats)}, exp: permanent",
        ]
    lines.append(f"loomwork license usage status on {server} (port 50001)")
    for one in given:
        for _, program in one.programs:
            at, who = wall(program.start), f"{program.user}@{program.host}"
            lines.append(
                f"\t{one.pool.feature} v2027.0101: {who} 1/0 at {at:%m/%d %H:%M}  (handle: {program.handle:x})"
            )
    return "\n".join([*lines, ""])


def _rlmstat_down(server: str, _minute: int) -> str:
    failure = 'Error connecting to "rlm" server'
    return f'{failure}\nConnection attempted to host: "{server}" on port 5053\nConnection refused\n'


def _sesictrl(server: str, _minute: int, given: list[Given]) -> str:
    licences = [
        {
            "id": f"{number:08x}",
            "product": one.pool.feature,
            "version": "20.5",
            "available": one.pool.seats - len(one.seats),
            "total_tokens": one.pool.seats,
            "users": [_sesi_user(program) for _, program in one.programs],
        }
        for number, one in enumerate(given, start=1)
    ]
    return f"Connecting to http://{server}:1715\n{json.dumps({'licenses': licences}, indent=1)}\n"


def _sesi_user(program: Program) -> dict[str, str | int]:
    time = f"{wall(program.start):%Y/%m/%d %H:%M:%S}"
    return {"id": program.handle, "machine": f"{program.user}@{program.host}", "time": time}


def _sesictrl_down(server: str, _minute: int) -> str:
    said = {"server_list": f"http://{server}:1715", "errors": [f"Could not connect to {server}"], "licenses": []}
    return f"Connecting to http://{server}:1715\n{json.dumps(said, indent=1)}\n"


def _licstat(server: str, _minute: int, given: list[Given]) -> str:
    lines = [f"LM-X License Server on 6200@{server}:", "Server version: v5.4 Uptime: 1 day(s)"]
    for one in given:
        pool = one.pool
        lines += [
            f"Feature: {pool.feature} Version: 21.0 Vendor: LATTICE",
            "Start date: 2026-01-01 Expire date: 2026-12-31",
            f"{len(one.seats) * pool.weight} of {pool.seats * pool.weight} license(s) used:",
        ]
        for _, program in one.programs:
            at = f"{wall(program.start):%Y-%m-%d %H:%M}"
            lines.append(f"{pool.weight} license(s) used by {program.user}@{program.host} [192.0.2.7]")
            lines.append(f"Login time: {at}   Checkout time: {at}")
    return "\n".join([*lines, ""])


def _licstat_down(server: str, _minute: int) -> str:
    return f"LM-X License Server on 6200@{server}:\nThere are no license server(s) available.\n"


_Up: TypeAlias = Callable[[str, int, list[Given]], str]
_Down: TypeAlias = Callable[[str, int], str]
_PRINTERS: dict[str, tuple[_Up, _Down]] = {
    "flexnet": (_lmstat, _lmstat_down),
    "rlm": (_rlmstat, _rlmstat_down),
    "sesinetd": (_sesictrl, _sesictrl_down),
    "lmx": (_licstat, _licstat_down),
}
