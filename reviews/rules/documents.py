"""Terms and demands as canonical JSON, and back: the one form in which they are stored and compared.

Written: sorted keys, ASCII, no blanks, every field. Read strictly: a key that is not known or stands twice, a value of
another type, a word of no list are refused, each with the field's name such as ``methods.0.viewing.transfer``. A field
that is left out has its default, so that what was stored stays readable when a field is added.
"""

import dataclasses
import json
import types
import typing
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast
from uuid import UUID

from reviews.errors import BadTerms
from reviews.rules.terms import Terms

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"
Faults = dict[str, list[str]]
Value = TypeVar("Value")

_PLAIN: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false"}
_PARTS: dict[type, tuple[Any, str]] = {
    date: (date.fromisoformat, "a day such as 2026-03-14"),
    UUID: (UUID, "an identifier in its usual form"),
}


def write_terms(terms: Terms) -> str:
    """Write terms as canonical JSON."""
    return write_document(terms)


def read_terms(text: str) -> Terms:
    """Read terms; raises ``BadTerms`` naming every field at fault."""
    return read_document(text, Terms)


def write_document(value: Any) -> str:
    """Write a value of these rules, such as ``Terms`` or ``Demands``, as canonical JSON."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def read_document(text: str, shape: type[Value]) -> Value:
    """Read a value of this class; raises ``BadTerms`` naming every field at fault."""
    try:
        found = json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise _refusal({"body": ["This is nested too deep."]}) from error
    except ValueError as error:
        raise _refusal({"body": [f"This is not JSON as it is read here: {error}."]}) from error
    return from_plain(found, shape)


def from_plain(found: object, shape: type[Value]) -> Value:
    """Build a value of this class from parsed JSON; raises ``BadTerms`` naming every field at fault."""
    faults: Faults = {}
    value = _read(found, shape, "", faults)
    if faults:
        raise _refusal(faults)
    return cast("Value", value)


def plain(value: Any) -> Json:
    """Return a value of these rules as JSON's own types, every field of it."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | UUID):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    message = f"{type(value).__name__} has no place in terms"
    raise TypeError(message)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        message = f"{twice!r} stands twice"
        raise ValueError(message)
    return dict(pairs)


def _read(found: object, shape: Any, place: str, faults: Faults) -> object:
    """Return ``found`` as ``shape``; what is wrong goes to ``faults``, and the value is then of no use."""
    if isinstance(shape, types.UnionType):
        inner = next(one for one in typing.get_args(shape) if one is not types.NoneType)
        return None if found is None else _read(found, inner, place, faults)
    if typing.get_origin(shape) is tuple:
        return _read_list(found, typing.get_args(shape)[0], place, faults)
    if dataclasses.is_dataclass(shape):
        return _read_object(found, cast("type", shape), place, faults)
    if issubclass(shape, StrEnum):
        return _read_word(found, shape, place, faults)
    if shape in _PARTS:
        return _read_part(found, shape, place, faults)
    # type, not isinstance: True is an int to Python and not to us.
    if type(found) is not shape:
        faults[_named(place)] = [f"This is to be {_PLAIN[shape]}."]
    return found


def _read_list(found: object, inner: Any, place: str, faults: Faults) -> object:
    if not isinstance(found, list):
        faults[_named(place)] = ["This is to be a list."]
        return ()
    return tuple(_read(one, inner, _inside(place, str(index)), faults) for index, one in enumerate(found))


def _read_object(found: object, shape: type, place: str, faults: Faults) -> object:
    if not isinstance(found, dict):
        faults[_named(place)] = ["This is to be an object with fields."]
        return None
    hints = _hints(shape)
    for name in found.keys() - hints.keys():
        faults[_inside(place, str(name))] = ["There is no such field."]
    for field in dataclasses.fields(shape):
        if field.name not in found and _is_required(field):
            faults[_inside(place, field.name)] = ["This is missing."]
    before = len(faults)
    values = {
        name: _read(found[name], hint, _inside(place, name), faults) for name, hint in hints.items() if name in found
    }
    is_whole = len(faults) == before and not any(
        _is_required(field) and field.name not in values for field in dataclasses.fields(shape)
    )
    return shape(**values) if is_whole else None


def _read_word(found: object, shape: type[StrEnum], place: str, faults: Faults) -> object:
    words = [one.value for one in shape]
    if not isinstance(found, str) or found not in words:
        faults[_named(place)] = [f"This is to be one of: {', '.join(words)}."]
        return None
    return shape(found)


def _read_part(found: object, shape: type, place: str, faults: Faults) -> object:
    read, meaning = _PARTS[shape]
    try:
        value = read(found) if isinstance(found, str) else None
    except ValueError:
        value = None
    # Only the one way to write it counts: what is hashed has no second form.
    if value is None or str(value) != found:
        faults[_named(place)] = [f"This is to be {meaning}."]
    return value


@cache
def _hints(shape: type) -> dict[str, Any]:
    return typing.get_type_hints(shape)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _named(place: str) -> str:
    return place or "body"


def _refusal(faults: Faults) -> BadTerms:
    return BadTerms("The terms cannot be read as they stand. The fields say why.", fields=faults)
