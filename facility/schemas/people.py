"""The JSON of people, their invitations, and whoever calls."""

from marshmallow import Schema, fields

from facility.schemas.parts import (
    ID,
    VERSION,
    department_field,
    email_field,
    flag_field,
    moment_field,
    name_field,
    next_field,
    roles_field,
)


class PersonIn(Schema):
    """A person to add."""

    name = name_field("The person's name.", "Mara Voss")
    email = email_field()
    roles = roles_field()


class PersonPatch(Schema):
    """What to change of a person; what is left out stays."""

    name = name_field("The person's name.", "Mara Voss", required=False)
    email = email_field(required=False)


class RolesIn(Schema):
    """All the roles a person is to hold."""

    roles = roles_field()


class DepartmentIn(Schema):
    """The department that a person works in from today on."""

    department = department_field(required=True)


class PersonOut(Schema):
    """A person of the house."""

    id = fields.UUID(metadata=ID)
    name = name_field("The person's name.", "Mara Voss")
    email = email_field()
    roles = roles_field()
    department = department_field()
    is_active = flag_field("May sign in.", example=True)
    has_password = flag_field("Has set a password by an invitation.", example=True)
    created_at = moment_field("When the person was added.")
    version = fields.Integer(metadata=VERSION)


class PersonPage(Schema):
    """Some people, by name."""

    items = fields.List(fields.Nested(PersonOut), metadata={"description": "People."})
    next = next_field()


class InvitationOut(Schema):
    """A one-time link, shown once."""

    url = fields.String(
        metadata={"description": "Hand this to the person. It is shown only now.", "example": "https://…"}
    )
    expires_at = moment_field("Until when it opens, unless used or replaced before.")


class NewPersonOut(Schema):
    """The person who was added, and the link by which they set their password."""

    person = fields.Nested(PersonOut, metadata={"description": "The person."})
    invitation = fields.Nested(InvitationOut, metadata={"description": "The link."})


class SessionsEndedOut(Schema):
    """How many sessions were ended."""

    sessions_ended = fields.Integer(metadata={"description": "Sessions that were open.", "example": 2})


class MeOut(Schema):
    """Who calls, and what they may do."""

    id = fields.UUID(metadata=ID)
    name = name_field("The person's name.", "Mara Voss")
    kind = fields.String(metadata={"description": "person or token.", "example": "token"})
    roles = roles_field()
    permissions = fields.List(
        fields.String(), metadata={"description": "What this caller may do.", "example": ["licensing.read"]}
    )
