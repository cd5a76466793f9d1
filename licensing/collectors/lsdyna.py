"""LS-DYNA: what ``lstc_qrun -r`` prints.

Programs of a licence group share its seats: each row states the group's maximum, so the group is a feature of its own,
named after its first program, which alone has the seats issued. A program in use may print ``-`` for its use, which
then is known by its holders only. Nothing says since when somebody holds.
"""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import Lines
from licensing.collectors.reading import PoolReading, Reading
from licensing.collectors.seats import Seen, read_seats, read_who
from licensing.collectors.servers import FAILURE, as_reading, line_cut_off

COMMAND = "lstc_qrun -r"

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def read_qrun(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:  # noqa: ARG001 - it prints no time
    """Read the text of ``lstc_qrun -r``. Raises ``NotACapture`` where it shows no server."""
    lines = Lines(text)
    reader = _Reader(lines, cut_at=line_cut_off(text))
    reader.read_all()
    reader.close()
    note = None
    if reader.is_running_list:
        note = not_a_capture(f"This is “lstc_qrun” without “-r”, which states no totals: use “{COMMAND}”.")
    return as_reading(reader.servers, lines, text=text, kind="lsdyna", command=COMMAND, note=note)


class _Reader(LineReader):
    """Reads line after line: a server, its programs, and under each program its holders."""

    def __init__(self, lines: Lines, *, cut_at: int) -> None:
        super().__init__(lines)
        self._cut_at = cut_at
        self._members: list[Seen] = []
        self._maximum: int | None = None
        self._is_shared = False
        self._program: Seen | None = None
        self.is_running_list = False

    def leave(self) -> None:
        """End the rows of a group."""
        self.close()

    def take_running(self, _found: re.Match[str]) -> None:
        """Know the other list of this command; its lines name programs that run, and no totals."""
        self.is_running_list = True
        self.close()

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server; it has not answered until it prints its table."""
        self.close()
        self.begin_server(found[1])

    def take_heading(self, _found: re.Match[str]) -> None:
        """Take that the server answers."""
        self.servers[-1].answers = True

    def take_program(self, found: re.Match[str]) -> None:
        """Begin a program; if a group follows, its seats are the group's."""
        name, expires, used, free, maximum, queue = found.groups()
        self.servers[-1].answers = True
        ends_on = _day(expires)
        if ends_on is None:
            self._lines.doubt(f"“{expires}” is not an expiry date that is known")
        issued = self._number(maximum)
        if issued != self._maximum:
            self.close()
            self._maximum = issued
        if name in self.servers[-1].features:
            self._lines.doubt(f"“{name}” stands twice in the table; both are added up")
        self._program = self.servers[-1].feature(name)
        in_use = None if used == "-" else self._number(used)
        self._program.pools.append(
            PoolReading("", "", "", issued, reserved=None, in_use=in_use, expires=ends_on, expires_raw=expires)
        )
        self._program.queued = self._number(queue)
        self._members.append(self._program)
        self._is_shared = self._is_shared or in_use is None or read_seats(free) != (issued or 0) - in_use

    def close(self) -> None:
        """End rows that no group follows: each has its own seats, unless its numbers show that it shares them."""
        for program in self._members if self._is_shared else ():
            program.pools = [replace(pool, issued=None, kind="shared") for pool in program.pools]
            # The text breaks off before the group, so holders may be missing too.
            program.is_list_broken = True
        self._leave()

    def _leave(self) -> None:
        self._program, self._members, self._maximum, self._is_shared = None, [], None, False

    def take_group(self, found: re.Match[str]) -> None:
        """End a group: its programs are those above that state its maximum."""
        used, free, maximum, queue = (self._number(one) for one in found.groups())
        members = self._members if maximum is not None and maximum == self._maximum else []
        self._leave()
        if not members:
            self._lines.doubt("a group without a program above it that states its maximum")
            return
        if used is not None and free is not None and used + free != maximum:
            self._lines.doubt("used and free are together not the maximum")
        group = self.servers[-1].feature(f"LICENSE GROUP {members[0].name}")
        group.lists_holders = False
        group.queued = queue
        group.pools.append(PoolReading("", "", group.name, maximum, reserved=None, in_use=used, kind="group"))
        for member in members:
            member.pools = [replace(pool, pool=group.name, issued=None, kind="shared") for pool in member.pools]

    def _number(self, text: str) -> int | None:
        number = read_seats(text)
        if number is None:
            self._lines.doubt(f"“{text[:80]}” is no number of seats")
        return number

    def take_holder(self, found: re.Match[str]) -> None:
        """Take who holds how many of the program above."""
        quantity = self._number(found[4])
        if self._program is None:
            self._lines.doubt("a holder that stands under no program")
        elif self._lines.total == self._cut_at:
            self._program.is_list_broken = True
            self._lines.doubt("the text breaks off in this line, so its number may have lost digits")
        elif quantity is None:
            self._program.is_list_broken = True
        else:
            who = read_who(f"{found[1]}@{found[3]}")
            self._program.holders.append(who.holder(quantity, handle=found[2]))


def _day(text: str) -> date | None:
    """Read ``12/30/2022``, the month first."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


_Reader.meanings = meanings(
    (r"(\S+)\s+(\d{1,10})@(\S+)\s+(\d\S*)", _Reader.take_holder),
    (r"LICENSE GROUP\s+(\S+)\s+(\S+)\s+(\S+)\s+\|\s+(\S+)", _Reader.take_group),
    (r"(\S+)\s+(\d\S*/\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\|\s+(\S+)", _Reader.take_program),
    (r"Using (?:user specified|default) server (\S+)", _Reader.take_server),
    (r"PROGRAM\s+EXPIRATION\s+CPUS\s+USED\s+FREE\s+MAX\s+\|\s+QUEUE", _Reader.take_heading),
    (r"Running Programs|User\s+Host\s+Program\s+Started\s+# procs", _Reader.take_running),
    (FAILURE.pattern, _Reader.take_failure),
    (r"LICENSE INFORMATION|No programs (?:queued|running)|[- |]{3,}", _Reader.take_nothing),
)
