"""The event logs that the servers of the made-up month write: a FlexNet debug log, and an RLM report log."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from tests.drills.month import Line, Refusal, wall
from tests.drills.month_plan import LOGS, SERVERS

_SIX_HOURS = 360
_FLEXNET_REASONS = {
    "full": "Licensed number of users already reached. (-4,342)",
    "kept": "Licenses are reserved for others. (-101,573)",
    "excluded": "User/host on EXCLUDE list for feature. (-38,348)",
}
OPTIONS = {
    "lic-a": "GROUP leads "
    + " ".join(f"artist{number:03}" for number in range(1, 7))
    + "\nRESERVE 4 comp GROUP leads\n",
    "lic-b": "NOLOG DENIED\n",
}
"""The options files of the servers; the second keeps its refusals to itself."""


def log_parts(server: str, happened: Iterable[Line]) -> list[tuple[int, bytes]]:
    """Return a server's log in parts of a day, each with the minute of its last line."""
    parts = []
    for _, some in groupby(_lines(server, happened), key=lambda line: wall(line[0]).date()):
        lines = list(some)
        parts.append((lines[-1][0], "".join(f"{text}\n" for _, text in lines).encode()))
    return parts


def _lines(server: str, happened: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Give the lines of a log, each with its minute: what happened, and the date every six hours and at the end."""
    begin, end = LOGS[server]
    is_rlm = SERVERS[server].kind == "rlm"
    write, tell_date = (_report_lines, _report_date) if is_rlm else (_debug_lines, _debug_date)
    if is_rlm:
        yield begin, "RLM Report Log Format 0, version 12.3\nISV: loomwork, RLM version 15.1 BL2\n"
    due = begin
    for line in happened:
        if line.server == server and begin <= line.at <= end:
            while due <= line.at:
                yield due, tell_date(server, due)
                due += _SIX_HOURS
            yield from ((line.at, text) for text in write(line))
    while due <= end:
        yield due, tell_date(server, due)
        due += _SIX_HOURS
    yield end, tell_date(server, end)


def _debug_date(_server: str, minute: int) -> str:
    face = wall(minute)
    return f"{_face(minute)} (lmgrd) TIMESTAMP {face.month}/{face.day}/{face.year}"


def _debug_lines(line: Line) -> Iterator[str]:
    begin, daemon, face = _face(line.at), f"{line.server}d", wall(line.at)
    match line.word:
        case "started":
            yield (
                f"{begin} (lmgrd) FlexNet Licensing (v11.19.0 build 1) started on {line.server} (linux) "
                f"({face.month}/{face.day}/{face.year})"
            )
            yield f"{begin} ({daemon}) Server started on {line.server} for:\tcomp\t"
        case "stopped":
            yield f"{begin} (lmgrd) Shutting down {daemon} pid=412 exit={face.second}"
        case "refused" if line.refusal is not None:
            if line.server != "lic-b":
                said = line.refusal
                who = f"{said.user}@{said.host}"
                yield f'{begin} ({daemon}) DENIED: "{said.pool.feature}" {who} ({_FLEXNET_REASONS[said.reason]})'
        case "out" | "in" if line.pool is not None and line.program is not None:
            who = f"{line.program.user}@{line.program.host}"
            yield f'{begin} ({daemon}) {line.word.upper()}: "{line.pool.feature}" {who}'


def _face(minute: int) -> str:
    at = wall(minute)
    return f"{at.hour:2}:{at:%M:%S}"


def _report_date(_server: str, minute: int) -> str:
    return f"{wall(minute):%m/%d/%Y %H:%M}"


def _report_lines(line: Line) -> Iterator[str]:
    at = wall(line.at)
    moment = f"{at:%m/%d %H:%M:%S}"
    match line.word:
        case "started":
            yield f"START {line.server} {at:%m/%d/%Y %H:%M}"
        case "stopped":
            yield f"SHUTDOWN root {line.server} {moment}"
        case "refused" if line.refusal is not None:
            yield _report_refusal(line.refusal, moment)
        case "out" | "in" if line.pool is not None and line.program is not None and line.seat is not None:
            one, first = line.program, line.seat.programs[0]
            what, who = f"{line.pool.feature} 2027.0101", f'{one.user} {one.host} "" 1 1 0 {one.handle:x}'
            asked = f'{first.handle:x} 3a1 "" {what}'
            yield f"OUT {what} 1 {who} {asked} {moment}" if line.word == "out" else f"IN 1 {what} {who} {moment}"


def _report_refusal(said: Refusal, moment: str) -> str:
    return f'DENY {said.pool.feature} 2027.0101 {said.user} {said.host} "" 1 -22 {int(said.is_final)} {moment}'
