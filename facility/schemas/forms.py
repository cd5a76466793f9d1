"""The forms of the pages: like the JSON, but everything comes as text, and boxes that are ticked become a list."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from facility.models import EMAIL_LENGTH_MAX, FeedTopic
from facility.schemas.parts import (
    ID,
    code_field,
    department_field,
    email_field,
    is_printable,
    name_field,
    roles_field,
    scopes_field,
)

_PASSWORD_TEXT_MAX = 1000
_LATEST_DAY = date(2999, 12, 31)


class VersionForm(Schema):
    """A form of one button that changes a record."""

    version = fields.Integer(required=True)


class SignInForm(Schema):
    """Mail and password."""

    email = fields.String(required=True, validate=[validate.Length(max=EMAIL_LENGTH_MAX), is_printable])
    password = fields.String(required=True, validate=validate.Length(max=_PASSWORD_TEXT_MAX))


class InvitationForm(Schema):
    """A password to set; the first admin gives name and mail too."""

    name = name_field("The person's name.", "Mara Voss", required=False)
    email = email_field(required=False)
    password = fields.String(required=True, validate=validate.Length(max=_PASSWORD_TEXT_MAX))
    password_again = fields.String(required=True, validate=validate.Length(max=_PASSWORD_TEXT_MAX))


class PersonForm(Schema):
    """A person to add, with the roles ticked."""

    name = name_field("The person's name.", "Mara Voss")
    email = email_field()
    roles = roles_field()

    @pre_load
    def gather_roles(self, typed: dict[str, Any], **_: object) -> dict[str, Any]:
        """Make the ticked boxes one list."""
        return _gathered(typed, prefix="role-", into="roles")


class PersonChangeForm(Schema):
    """A person's name and mail."""

    name = name_field("The person's name.", "Mara Voss")
    email = email_field()
    version = fields.Integer(required=True)


class RolesForm(Schema):
    """All the roles a person is to hold, ticked."""

    roles = roles_field()
    version = fields.Integer(required=True)

    @pre_load
    def gather_roles(self, typed: dict[str, Any], **_: object) -> dict[str, Any]:
        """Make the ticked boxes one list."""
        return _gathered(typed, prefix="role-", into="roles")


class DepartmentForm(Schema):
    """The department that a person works in from today on; an empty field is none."""

    department = department_field(load_default="")
    version = fields.Integer(required=True)


class ClientForm(Schema):
    """A client to add."""

    name = name_field("The company's name.", "Northbound Pictures")


class ClientChangeForm(ClientForm):
    """A client's new name."""

    version = fields.Integer(required=True)


class ProjectForm(Schema):
    """A project to add."""

    client_id = fields.UUID(required=True, metadata=ID)
    code = code_field()
    name = name_field("The working title.", "Northern Light")


class ProjectChangeForm(Schema):
    """A project's code and name, and whether it is open."""

    code = code_field()
    name = name_field("The working title.", "Northern Light")
    is_open = fields.Boolean(load_default=False)
    version = fields.Integer(required=True)


class MemberForm(Schema):
    """Who is to work on a project."""

    person_id = fields.UUID(required=True, metadata=ID)


class TokenForm(Schema):
    """A token to make, with its scopes ticked; ``expires_on`` is the last day it opens something."""

    name = name_field("What the token is for.", "render farm")
    scopes = scopes_field()
    expires_on = fields.Date(required=True, validate=validate.Range(max=_LATEST_DAY))

    @pre_load
    def gather_scopes(self, typed: dict[str, Any], **_: object) -> dict[str, Any]:
        """Make the ticked boxes one list."""
        return _gathered(typed, prefix="scope-", into="scopes")


class FeedForm(Schema):
    """A calendar feed to make."""

    topic = fields.String(required=True, validate=validate.OneOf([topic.value for topic in FeedTopic]))
    project_id = fields.UUID(metadata=ID)


def _gathered(typed: dict[str, Any], *, prefix: str, into: str) -> dict[str, Any]:
    ticked = [name.removeprefix(prefix) for name in typed if name.startswith(prefix)]
    return {name: value for name, value in typed.items() if not name.startswith(prefix)} | {into: ticked}
