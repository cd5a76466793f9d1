"""The fields that several schemas share."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from answerprint.core.permissions import Permission
from answerprint.core.types import isoformat
from facility.models import CODE_LENGTH_MAX, EMAIL_LENGTH_MAX, NAME_LENGTH_MAX
from facility.roles import Role

ID = {"description": "Identifier.", "example": "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f"}
VERSION = {"description": "Counts the changes; the ETag.", "example": 3}
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
