"""Read one part of an event log with what the part before left open.

Wherever a log is cut at the end of a line, its parts give the same sessions and denials as the whole.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from licensing.collectors.event_state import Carried, read_event
from licensing.collectors.events import LineCount
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.collectors.registry import CollectorKind
from licensing.collectors.rlm_log import RlmLog
from licensing.errors import NoEventLog, NotACapture, naming
from licensing.rules.logged_denials import Denial, LogDenials, Outcome
from licensing.rules.pairing import Pairing, Session
from licensing.rules.pairing_held import Point, read_held, write_held

MAX_PART_BYTES = 8 * 1024 * 1024
DENIAL_WINDOW = timedelta(minutes=10)
"""A denial is true where the same user did not get the feature within this time."""

_ODD_LINES = 20
"""So many lines in a row that are not understood are no log, though its beginning was one."""

LOG_KINDS: dict[str, type[FlexnetLog] | type[RlmLog]] = {
    CollectorKind.FLEXNET.value: FlexnetLog,
    CollectorKind.RLM.value: RlmLog,
}
"""The servers whose event logs are read here."""


@dataclass(frozen=True, slots=True)
class LogSoFar:
    """Where the parts before have led: how many lines there were, and what of them is carried on, as JSON."""

    lines: int = 0
    carried: str = ""


@dataclass(frozen=True, slots=True)
class PartReading:
    """What a part tells. ``open`` and ``waiting`` are what may yet end, or be seen in another light, after it."""

    count: LineCount
    ended: tuple[Session, ...]
    open: tuple[Session, ...]
    settled: tuple[Denial, ...]
    waiting: tuple[Denial, ...]
    next: LogSoFar


NOTHING_READ = PartReading(LineCount(), (), (), (), (), LogSoFar())
"""Of a part that was taken before nothing needs to be read."""


def read_part(raw: bytes, *, kind: str, zone: ZoneInfo, before: LogSoFar) -> PartReading:
    """Read a part; raises ``NoEventLog`` where logs of such servers are not read, ``NotACapture`` where it is none."""
    reader = LOG_KINDS.get(kind)
    if reader is None:
        sentence = f"Event logs are read of {' and '.join(LOG_KINDS)} servers; of a {kind} server send captures."
        raise naming(NoEventLog, "server_id", sentence)
    carried: Carried = json.loads(before.carried) if before.carried else {}
    log = reader(BytesIO(raw), zone=zone, first=before.lines + 1, carried=carried.get("reader"))
    pairing = Pairing(read_held(carried["held"]) if carried else None)
    denials = LogDenials(window=DENIAL_WINDOW, carried=carried.get("refusals", ()))
    entries = list(log.part())
    if log.count.diagnostics >= (_ODD_LINES if carried else 1):
        _refuse_what_is_no_log(log.count, kind)
    ended, settled = tuple(pairing.ended(entries)), tuple(denials.settled(entries))
    # What is carried on is kept between releases: its keys, also “refused” of the reader, stay as they were written.
    parts: Carried = {"reader": log.carried(), "held": write_held(pairing.held), "refusals": denials.carried()}
    return PartReading(
        count=log.count,
        ended=ended,
        open=tuple(pairing.still_open()),
        settled=settled,
        waiting=(*denials.waiting(), *_without_reason(parts["reader"])),
        next=LogSoFar(before.lines + _line_ends(raw), json.dumps(parts, ensure_ascii=False, separators=(",", ":"))),
    )


def _without_reason(carried: Carried) -> list[Denial]:
    """Return the denial at the very end, whose reason the next part may begin with."""
    denied = read_event(carried.get("refused"))
    return [Denial(denied, Outcome.UNCERTAIN)] if denied else []


def forget_names(carried: str, names: Mapping[str, str]) -> str:
    """Put other names of users and hosts in the place of some, in what is carried on."""

    def rename(said: Carried) -> Carried:
        return {key: names.get(value, value) if key in {"user", "host"} else value for key, value in said.items()}

    return json.dumps(json.loads(carried, object_hook=rename), ensure_ascii=False, separators=(",", ":"))


def known_from(carried: str) -> dict[str, Point]:
    """Return from where on all that is open is known, by daemon; the empty name stands for all."""
    return read_held(json.loads(carried)["held"]).known_from if carried else {}


def _refuse_what_is_no_log(count: LineCount, kind: str) -> None:
    """Refuse a text of which nothing was understood: it is some other file, and not a quiet log."""
    if not count.events and not count.notices:
        sentence = f"No line of this is one of a {kind} log. Is it the log of this server?"
        raise naming(NotACapture, "text", sentence)


def _line_ends(raw: bytes) -> int:
    return raw.count(b"\n") + (not raw.endswith(b"\n") and bool(raw))
