"""The fields that several schemas share."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

from answerprint.core.permissions import Permission
from answerprint.core.types import isoformat
from facility.models import CODE_LENGTH_MAX, DEPARTMENT_LENGTH_MAX, EMAIL_LENGTH_MAX, NAME_LENGTH_MAX
from facility.roles import Role

ID = {"description": "Identifier.", "example": "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f"}
VERSION = {"description": "Counts the changes; the ETag.", "example": 3}
NUMBER_MAX = 1_000_000
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CODE = (
    validate.Length(min=1, max=CODE_LENGTH_MAX),
    validate.Regexp(r"[A-Za-z0-9_-]+\Z", error="Letters A to Z, digits, - and _ only."),
)


def is_printable(text: str) -> None:
    """Raise ``ValidationError`` for text that is blank or holds characters that cannot be seen."""
    if not text.strip() or not text.isprintable():
        raise ValidationError("Write letters that can be seen, on one line.")


_NAME = (validate.Length(min=1, max=NAME_LENGTH_MAX), is_printable)


class Moment(fields.AwareDateTime):
    """An instant: read with any zone, written in UTC with ``Z``."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return isoformat(value) if value is not None else None


class Flag(fields.Boolean):
    """True or false; neither text nor a number passes for it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def name_field(what: str, example: str, *, required: bool = True) -> fields.String:
    """Return a field for a name."""
    return fields.String(required=required, validate=_NAME, metadata={"description": what, "example": example})


def email_field(*, required: bool = True) -> fields.Email:
    """Return a field for a mail address."""
    return fields.Email(
        required=required,
        validate=[validate.Length(max=EMAIL_LENGTH_MAX), is_printable],
        metadata={"description": "Mail address; kept in lower case.", "example": "mara@post.example"},
    )


def code_field(*, required: bool = True) -> fields.String:
    """Return a field for a project's code."""
    about = {"description": "What people and pipelines call the project.", "example": "NB-204"}
    return fields.String(required=required, validate=_CODE, metadata=about)


def department_field(**how: Any) -> fields.String:
    """Return a field for the department that a person works in; empty is none."""
    about = {"description": "Whose cost their seats are; empty is none.", "example": "VFX"}
    return fields.String(validate=[validate.Length(max=DEPARTMENT_LENGTH_MAX), _is_one_line], metadata=about, **how)


def moment_field(what: str, *, may_lack: bool = False) -> Moment:
    """Return a field for an instant."""
    about = {"description": what, "example": "2026-03-14T09:26:53Z"}
    return Moment(required=True, allow_none=may_lack, metadata=about)


def roles_field() -> fields.List[str]:
    """Return a field for a person's roles."""
    return fields.List(
        fields.String(validate=validate.OneOf([role.value for role in Role])),
        required=True,
        validate=validate.Length(min=1, max=len(Role)),
        metadata={"description": "What the person is in the house.", "example": ["producer"]},
    )


def scopes_field() -> fields.List[str]:
    """Return a field for a token's scopes."""
    return fields.List(
        fields.String(validate=validate.OneOf([permission.value for permission in Permission])),
        required=True,
        validate=validate.Length(min=1, max=len(Permission)),
        metadata={"description": "What the token may do, no more than you.", "example": ["licensing.read"]},
    )


def next_field() -> fields.String:
    """Return a field for the cursor of the next page."""
    about = {"description": "Cursor of the next page; null on the last.", "example": None}
    return fields.String(allow_none=True, metadata=about)


def flag_field(what: str, *, example: bool) -> Flag:
    """Return a field that is true or false and nothing else."""
    return Flag(metadata={"description": what, "example": example})


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
