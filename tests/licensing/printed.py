"""Text as a FlexNet server of the tests prints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

_HEAD = """\
lmutil - Copyright (c) of its maker. All Rights Reserved.
{clock}
License server status: 27000@lic-1
    License file(s) on lic-1: /opt/licences/house.lic:

"""
_UP = """\
lic-1: license server UP (MASTER) v11.18

Vendor daemon status (on lic-1):

  grader: UP v11.18

Feature usage info:

"""
_DOWN = "lic-1: Cannot connect to license server system. (-15,570:115)\n"


@dataclass(frozen=True, slots=True)
class Use:
    """What the text says of one feature; ``reported`` is the listed and the reserved seats unless said otherwise."""

    issued: int
    users: Sequence[str] = ()
    reserved: int = 0
    reported: int | None = None


def lmstat(features: Mapping[str, Use], *, printed: datetime | None) -> bytes:
    """Return what a server that is up prints; ``printed`` is its wall clock."""
    blocks = [_block(name, use) for name, use in features.items()]
    return (_HEAD.format(clock=_clock(printed)) + _UP + "".join(blocks)).encode()


def lmstat_down(*, printed: datetime | None) -> bytes:
    """Return what is printed where the server cannot be asked."""
    return (_HEAD.format(clock=_clock(printed)) + _DOWN).encode()


def _clock(printed: datetime | None) -> str:
    if printed is None:
        return ""
    return f"Flexible License Manager status on {printed:%a} {printed.month}/{printed:%d/%Y} {printed:%H:%M}\n"


def _block(name: str, use: Use) -> str:
    reported = len(use.users) + use.reserved if use.reported is None else use.reported
    lines = [
        f"Users of {name}:  (Total of {use.issued} licenses issued;  Total of {reported} licenses in use)",
        "",
        f'  "{name}" v2026.0, vendor: grader',
        "  floating license",
        "",
    ]
    if use.reserved:
        lines.append(f"\t{use.reserved} RESERVATIONs for GROUP graders (lic-1/27000)")
    for number, user in enumerate(use.users, start=101):
        lines.append(f"    {user} comp-{number} :0 (v2026.0) (lic-1/27000 {number}), start Sun 3/1 9:12")
    return "\n".join([*lines, "", ""])
