"""The fields that several schemas of the catalogue and of seats share."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

from facility.schemas.parts import ID, Moment
from licensing.rules.lots import QUANTITY_MAX

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _is_one_line(text: str) -> None:
    # Control characters break the line of a log, and lone surrogates no database can store.
    if _BREAKS.search(text):
        raise ValidationError("One line of text, please.")


def _says_something(text: str) -> None:
    if not text.strip():
        raise ValidationError("Not only blanks.")


def line(what: str, example: str, *, longest: int) -> fields.String:
    """Return a field for one line of text that may be empty."""
    about = {"description": what, "example": example}
    return fields.String(validate=[validate.Length(max=longest), _is_one_line], metadata=about)


def words(what: str, example: str, *, longest: int = 120, required: bool = True) -> fields.String:
    """Return a field for one line of text that says something."""
    about = {"description": what, "example": example}
    length = validate.Length(min=1, max=longest)
    return fields.String(required=required, validate=[length, _is_one_line, _says_something], metadata=about)


def whole(
    what: str, example: int, *, most: int = QUANTITY_MAX, required: bool = False, may_lack: bool = False
) -> fields.Integer:
    """Return a field for a whole number from 1 on; text such as "5" is none."""
    return fields.Integer(
        strict=True,
        required=required,
        allow_none=may_lack,
        validate=validate.Range(min=1, max=most),
        metadata={"description": what, "example": example},
    )


def count(what: str, example: int, *, may_lack: bool = False) -> fields.Integer:
    """Return a field of an answer that counts something, from 0 on."""
    return fields.Integer(allow_none=may_lack, metadata={"description": what, "example": example})


def text(what: str, example: str, *, may_lack: bool = False) -> fields.String:
    """Return a field of an answer that holds text."""
    return fields.String(allow_none=may_lack, metadata={"description": what, "example": example})


def word(what: str, example: str, options: Iterable[StrEnum]) -> fields.String:
    """Return a field of an answer that holds one of some words."""
    about = {"description": what, "enum": [one.value for one in options], "example": example}
    return fields.String(metadata=about)


def claim(what: str, *, example: bool) -> fields.Boolean:
    """Return a field of an answer that says whether something is so."""
    return fields.Boolean(metadata={"description": what, "example": example})


def moment(what: str, *, attribute: str | None = None) -> Moment:
    """Return a field of an answer for an instant that may not be known."""
    about = {"description": what, "example": "2026-03-13T10:00:00.000000Z"}
    return Moment(allow_none=True, attribute=attribute, metadata=about)


def day(what: str, example: str, *, required: bool = False, may_lack: bool = False) -> fields.Date:
    """Return a field for a day of the facility's calendar."""
    return fields.Date(required=required, allow_none=may_lack, metadata={"description": what, "example": example})


def choice(what: str, example: str, options: Any, *, required: bool = False) -> fields.String:
    """Return a field for one of some words."""
    about = {"description": what, "example": example}
    return fields.String(required=required, validate=validate.OneOf([str(one) for one in options]), metadata=about)


class Texts(fields.List[str]):
    """Some texts: a tuple inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **partial: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **partial))


def texts(what: str, example: list[str], *, longest: int, most: int) -> Texts:
    """Return a field for some lines of text that say something."""
    inner = fields.String(validate=[validate.Length(min=1, max=longest), _is_one_line, _says_something])
    return Texts(inner, validate=validate.Length(max=most), metadata={"description": what, "example": example})


def identifier(what: str, *, required: bool = False, may_lack: bool = False) -> fields.UUID:
    """Return a field that names another record."""
    return fields.UUID(required=required, allow_none=may_lack, metadata=ID | {"description": what})
