"""The records of an RLM report log, each by its first word: how many fields it has, and what stands in which.

The three formats (standard, detailed, small) differ in the number of fields, so a record tells its own. Fields are
parted by spaces and, where they may hold some, stand in quotes. Handles and process numbers are hexadecimal, all else
decimal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licensing.collectors.events import Event, EventKind, PoolRecord

_FIELD = re.compile(r'"([^"]*)"|(\S+)')
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_SIGNED = re.compile(r"-?\d{1,9}", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)

KINDS = {
    "OUT": EventKind.OUT,
    "IN": EventKind.IN,
    "DENY": EventKind.DENIED,
    "QUE": EventKind.QUEUED,
    "DEQUE": EventKind.DEQUEUED,
    "INUSE": EventKind.IN_USE,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands where in a record; ``moment`` is where its date begins, and how many fields that has."""

    fields: tuple[str, ...]
    moment: int
    moment_fields: int = 2


def _shape(fields: str, *, moment_fields: int = 2) -> Shape:
    names = tuple(fields.split())
    return Shape(names, len(names), moment_fields)


_OUT = "product version pool user host tag quantity in_use in_use_reserved handle share pid project asked asked_version"
_IN = "why product version user host tag quantity in_use in_use_reserved handle"
_SMALL_IN = _shape("why quantity handle", moment_fields=1)
_OUT_SHAPE = _shape(_OUT)
# By first word and number of fields after it; "detailed" adds five fields behind the date of OUT.
SHAPES: dict[tuple[str, int], Shape] = {
    ("OUT", 17): _OUT_SHAPE,
    ("OUT", 22): _OUT_SHAPE,
    ("OUT", 9): _shape("product version user host tag quantity handle share", moment_fields=1),
    ("IN", 12): _shape(_IN),
    ("IN", 4): _SMALL_IN,
    ("DEQUE", 12): _shape(_IN),
    ("DEQUE", 10): _shape("why product version user host tag quantity handle"),
    ("DEQUE", 4): _SMALL_IN,
    ("DENY", 10): _shape("product version user host tag quantity why last_attempt"),
    ("QUE", 12): _shape("product version user host tag quantity handle project asked asked_version"),
    ("QUE", 8): _shape("product version user host tag quantity handle", moment_fields=1),
    ("INUSE", 12): _shape("product version pool user host tag quantity handle share pid"),
    ("INUSE", 11): _shape("product version pool user host tag quantity handle pid"),
}
_WHY_BACK = {
    1: "returned by the application",
    2: "the application ended",
    3: "removed by rlmremove",
    4: "taken back after the time-out",
    5: "the hold or the least time of a checkout ended",
    6: "the application left the queue",
    7: "a portable hostid was removed",
    8: "the failed host is back",
    9: "the server lost its transferred licences",
    10: "the meter ran out",
    11: "no heartbeat came in time",
}


def split(text: str) -> list[str]:
    """Return the fields of a record; what stands in quotes is one, and may be empty."""
    return [bare or quoted for quoted, bare in _FIELD.findall(text)]


def shape_of(fields: Sequence[str]) -> Shape | None:
    """Return the shape of a record by its first word and length."""
    return SHAPES.get((fields[0], len(fields) - 1))


def read_fields(fields: Sequence[str], shape: Shape) -> dict[str, str] | None:
    """Return the fields of a record by name; ``None`` where a number is none."""
    said = dict(zip(shape.fields, fields[1:], strict=False))
    return said if _are_numbers(said) else None


def record_of(
    kind: EventKind, said: dict[str, str], *, line: int, at: datetime | None, daemon: str, doubt: str | None
) -> Event:
    """Return the event of a record."""
    why = int(said["why"]) if "why" in said else None
    asked, product = said.get("asked") or None, said.get("product", "")
    is_denial = kind is EventKind.DENIED
    return Event(
        line=line,
        at=at,
        kind=kind,
        daemon=daemon,
        feature=product,
        user=said.get("user") or None,
        host=said.get("host") or None,
        tag=said.get("tag") or None,
        quantity=int(said["quantity"]),
        version=said.get("version") or None,
        handle=_handle(said.get("handle")),
        has_own_handle="handle" in said,
        share=_handle(said.get("share")),
        pid=_handle(said.get("pid")),
        pool=said.get("pool"),
        project=said.get("project") or None,
        asked_for=asked if asked != product else None,
        code=why if is_denial else None,
        reason=None if is_denial or why is None else _WHY_BACK.get(why, f"why {why}"),
        is_final=said["last_attempt"] != "0" if is_denial else None,
        reported_in_use=int(said["in_use"]) if "in_use" in said else None,
        doubt=doubt,
    )


def read_pool(fields: Sequence[str], *, line: int, daemon: str) -> PoolRecord | None:
    """Read PRODUCT: what the server serves at the start of the log, with what leads to the contract."""
    if len(fields) < 13 or not all(_COUNT.fullmatch(field) for field in fields[4:7]):
        return None
    hostid, contract, customer, issuer, line_item, options = (field or None for field in fields[7:13])
    named = fields[16] if len(fields) > 16 else ""
    return PoolRecord(
        line=line,
        daemon=daemon,
        product=fields[1],
        version=fields[2],
        pool=fields[3],
        count=int(fields[4]),
        reserved=int(fields[5]),
        soft_limit=int(fields[6]),
        hostid=hostid,
        contract=contract,
        customer=customer,
        issuer=issuer,
        line_item=line_item,
        options=options,
        share=fields[13] or None if len(fields) > 13 else None,
        kind=fields[15] or None if len(fields) > 15 else None,
        named_users=int(named) if _COUNT.fullmatch(named) else None,
    )


def _are_numbers(said: dict[str, str]) -> bool:
    counts = all(_COUNT.fullmatch(said[name]) for name in ("quantity", "in_use") if name in said)
    signed = all(_SIGNED.fullmatch(said[name]) for name in ("why", "last_attempt") if name in said)
    handles = all(_HEX.fullmatch(said[name]) for name in ("handle", "share", "pid") if name in said)
    return counts and signed and handles


def _handle(text: str | None) -> str | None:
    """Return a handle; zero is none."""
    return text.lower() if text and text.strip("0") else None
