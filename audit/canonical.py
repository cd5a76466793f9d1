r"""Canonical JSON: the bytes of an entry, the same from every writer. A subset of RFC 8785 (JCS).

An entry is made of objects, arrays, strings, integers within ±(2**53 - 1) and null. Keys are ASCII. There are no
booleans and no floats: 0 and 1 say the one, integers in a named unit the other. Within that subset sorted keys, no
white space and the shortest escapes are all that RFC 8785 asks, and the standard library's writer gives its very bytes.
Strings are any Unicode that UTF-8 can carry, and are not normalised: what was written is what is hashed.

    >>> canonical({"seats": 3, "about": "lot:Nuke", "note": None}).decode()
    '{"about":"lot:Nuke","note":null,"seats":3}'
    >>> parse_canonical(b'{"about":"lot:Nuke","seats":3}')
    {'about': 'lot:Nuke', 'seats': 3}
    >>> canonical({"lots": [{"price": 9.5}]})
    Traceback (most recent call last):
    ValueError: $.lots[0].price: float is not allowed
    >>> parse_canonical(b'{"seats": 3}')
    Traceback (most recent call last):
    audit.errors.MalformedEntry: not in canonical form
"""

import json
from typing import TypeAlias

from audit.errors import MalformedEntry

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32

JsonValue: TypeAlias = "int | str | list[JsonValue] | dict[str, JsonValue] | None"

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a value; raise ``ValueError``, with the path of what is outside the subset."""
    fault = _fault(value, MAX_DEPTH)
    if fault is not None:
        raise ValueError(f"${fault}")
    return _ENCODER.encode(value).encode()


def parse_canonical(raw: bytes) -> dict[str, JsonValue]:
    """Return the object whose canonical bytes these are, or raise ``MalformedEntry``.

    Written again, it must give the same bytes: so a key that comes twice, a space too many or ``-0`` is refused.
    """
    try:
        value = json.loads(raw.decode("utf-8", "strict"))
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise MalformedEntry(f"not canonical JSON: {error}") from error
    if again != raw:
        raise MalformedEntry("not in canonical form")
    if not isinstance(value, dict):
        raise MalformedEntry("not an object")
    return value


def _fault(value: object, depth: int) -> str | None:
    """Return the path below this value of what is outside the subset, and why; None if nothing is."""
    if isinstance(value, list | dict):
        if depth == 0:
            return f": nested more than {MAX_DEPTH} deep"
        return _fault_in_list(value, depth - 1) if isinstance(value, list) else _fault_in_dict(value, depth - 1)
    return _fault_in_scalar(value)


def _fault_in_scalar(value: object) -> str | None:
    if isinstance(value, str):
        return None if _is_utf8(value) else ": a lone surrogate is not allowed"
    if isinstance(value, int) and not isinstance(value, bool):
        return None if abs(value) <= MAX_INTEGER else ": integers end at 2**53 - 1"
    return None if value is None else f": {type(value).__name__} is not allowed"


def _fault_in_list(items: list[object], depth: int) -> str | None:
    for position, item in enumerate(items):
        fault = _fault(item, depth)
        if fault is not None:
            return f"[{position}]{fault}"
    return None


def _fault_in_dict(members: dict[object, object], depth: int) -> str | None:
    for key, member in members.items():
        if not isinstance(key, str) or not key.isascii():
            return f": the key {key!r} is not ASCII text"
        fault = _fault(member, depth)
        if fault is not None:
            return f".{key}{fault}"
    return None


def _is_utf8(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
