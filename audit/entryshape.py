r"""Entries of a shape met before, held at a glance: one regular expression in place of a parser.

To parse its bodies is the dearest step of verifying a trail. But the entries of one kind are written alike: the same
keys in the same order, only what stands under them differs. So one entry of a kind is read by the parser, and its keys,
word for word, with a gap for each value, are the shape by which the next ones are read. A shape takes canonical bodies
only, those that ``parse_canonical`` takes, and captures what the columns beside them are to repeat.

No verdict hangs on a shape. An entry that has none, that its shape does not take, or that does not hold, is left to
``entrycheck.checked``, which says what is wrong.

    >>> shapes = Shapes()
    >>> body = b'{"about":"lot:1","actor":{"id":"ann","kind":"person"},"at":"2026-03-14T09:26:53.000000Z",'
    >>> body += b'"data":{"seats":3},"fact":"a.b.c","nonce":"00112233445566778899aabbccddeeff","v":1}'
    >>> row = (7, "a.b.c", "2026-03-14 09:26:53.000000", "ann", "lot:1", None, body, sha256(b"\0" + body).digest())
    >>> list(shapes.leaves([row]))
    [None]
    >>> shapes.learn("a.b.c", body)
    >>> list(shapes.leaves([row])) == [row[7]]
    True
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import TypeAlias

from audit.canonical import JsonValue, parse_canonical
from audit.entrycheck import EntryColumns, is_time
from audit.errors import MalformedEntry

KINDS_MAX, OF_ONE_KIND_MAX = 500, 8
"""Shapes are not learned for ever: who writes entries must not choose how long expressions are compiled."""

# A body with an escape or a control character is left to the parser. Without them each quotation mark ends a text, and
# an expression that knows so runs twice as fast as one that looks at each character.
_NOT_PLAIN = bytes(range(32)) + b"\\"
_TO_PLAIN = bytes.maketrans(_NOT_PLAIN, b"?" * len(_NOT_PLAIN))

_TEXT = '[^"]*'
_INTEGER = "(?:0|-?[1-9][0-9]{0,14})"
_SCALAR = f'(?:"{_TEXT}"|{_INTEGER}|null)'
_LIST = rf"\[(?:{_SCALAR}(?:,{_SCALAR})*)?\]"
_PROJECT = f'(?:"({_TEXT})"|{_INTEGER}|null)'
_NO_PROJECT = "((?!))?"
_BEFORE = (
    rf'\{{"about":"({_TEXT})","actor":\{{"id":"({_TEXT})","kind":"{_TEXT}"(?:,"token":"{_TEXT}")?\}},'
    r'"at":"([0-9-]{10})T([0-9:.]{15})Z","data":'
)
_AFTER = rf'"nonce":"{_TEXT}","v":1\}}'

_Shape: TypeAlias = Callable[[str], "re.Match[str] | None"]


class Shapes:
    """The shapes of entries without personal values, by kind."""

    def __init__(self) -> None:
        self._shapes: dict[str, _Shape] = {}
        self._learned: Counter[str] = Counter()

    def leaves(self, rows: Iterable[EntryColumns]) -> Iterator[bytes | None]:
        """Yield the leaf hash, made anew, of each entry that has a shape and holds; ``None`` for any other."""
        shapes = self._shapes
        for _, kind, recorded_at, actor, about, project, body, stored in rows:
            shape, said = shapes.get(kind), None
            if shape is not None and type(body) is bytes and body.translate(_TO_PLAIN) == body:
                try:
                    said = shape(body.decode())
                except UnicodeDecodeError:
                    said = None
            if said is None:
                yield None
                continue
            an_about, an_actor, day, hour, a_project = said.groups()
            is_then = f"{day} {hour}" == recorded_at or is_time(recorded_at, f"{day}T{hour}Z")
            is_repeated = is_then and an_about == about and an_actor == actor and a_project == project
            leaf = sha256(b"\x00" + body).digest()
            yield leaf if is_repeated and leaf == stored else None

    def learn(self, kind: str, body: bytes) -> None:
        """Take the shape of an entry that holds, unless it has personal values or is not canonical."""
        if self._learned[kind] == OF_ONE_KIND_MAX or len(self._learned) > KINDS_MAX:
            return
        self._learned[kind] += 1
        try:
            data = parse_canonical(body).get("data")
        except MalformedEntry:
            return
        shape = _shape(kind, data) if isinstance(data, dict) else None
        if shape is not None and shape(body.decode()) is not None:
            self._shapes[kind] = shape


def _shape(kind: str, data: dict[str, JsonValue]) -> _Shape:
    has_project = "project" in data and not isinstance(data["project"], list | dict)
    members = [_member(key, value, _PROJECT if key == "project" else _SCALAR) for key, value in sorted(data.items())]
    project = "" if has_project else _NO_PROJECT
    return re.compile(rf'{_BEFORE}\{{{",".join(members)}\}}{project},"fact":{_literal(kind)},{_AFTER}').fullmatch


def _member(key: str, value: JsonValue, scalar: str = _SCALAR) -> str:
    if isinstance(value, dict):
        members = ",".join(_member(*one) for one in sorted(value.items()))
        return rf"{_literal(key)}:\{{{members}\}}"
    return f"{_literal(key)}:{_LIST if isinstance(value, list) else scalar}"


def _literal(text: str) -> str:
    return re.escape(json.dumps(text, ensure_ascii=False))
