"""The fields that the schemas of several floors share."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

ID = {"description": "Identifier.", "example": "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f"}
VERSION = {"description": "Counts the changes; the ETag.", "example": 3}
NUMBER_MAX = 1_000_000
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _is_one_line(text: str) -> None:
    # Control characters break the line of a log, and lone surrogates no database can store.
    if _BREAKS.search(text):
        raise ValidationError("One line of text, please.")


def _says_something(text: str) -> None:
    if not text.strip():
        raise ValidationError("Not only blanks.")


def line(what: str, example: str, *, longest: int, required: bool = False) -> fields.String:
    """Return a field for one line of text that may be empty."""
    about = {"description": what, "example": example}
    return fields.String(required=required, validate=[validate.Length(max=longest), _is_one_line], metadata=about)


def words(what: str, example: str, *, longest: int = 120, required: bool = True) -> fields.String:
    """Return a field for one line of text that says something."""
    about = {"description": what, "example": example}
    length = validate.Length(min=1, max=longest)
    return fields.String(required=required, validate=[length, _is_one_line, _says_something], metadata=about)


def whole(
    what: str, example: int, *, most: int = NUMBER_MAX, required: bool = False, may_lack: bool = False
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
