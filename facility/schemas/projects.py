"""The JSON of clients, projects and members."""

from marshmallow import Schema, fields

from facility.schemas.parts import ID, VERSION, code_field, flag_field, name_field, next_field


class ClientIn(Schema):
    """A client to add, or its new name."""

    name = name_field("The company's name.", "Northbound Pictures")


class ClientOut(Schema):
    """A client of the house."""

    id = fields.UUID(metadata=ID)
    name = name_field("The company's name.", "Northbound Pictures")
    version = fields.Integer(metadata=VERSION)


class ClientPage(Schema):
    """Some clients, by name."""

    items = fields.List(fields.Nested(ClientOut), metadata={"description": "Clients."})
    next = next_field()


class ProjectIn(Schema):
    """A project to add."""

    client_id = fields.UUID(required=True, metadata=ID)
    code = code_field()
    name = name_field("The working title.", "Northern Light")


class ProjectPatch(Schema):
    """What to change of a project; what is left out stays."""

    code = code_field(required=False)
    name = name_field("The working title.", "Northern Light", required=False)
    is_open = flag_field("False once the work is over.", example=False)


class ProjectOut(Schema):
    """A project."""

    id = fields.UUID(metadata=ID)
    code = code_field()
    name = name_field("The working title.", "Northern Light")
    client_id = fields.UUID(metadata=ID)
    client_name = name_field("The client's name.", "Northbound Pictures")
    is_open = flag_field("False once the work is over.", example=True)
    version = fields.Integer(metadata=VERSION)


class ProjectPage(Schema):
    """Some projects, by code."""

    items = fields.List(fields.Nested(ProjectOut), metadata={"description": "Projects."})
    next = next_field()


class MemberIn(Schema):
    """Who is to work on a project."""

    person_id = fields.UUID(required=True, metadata=ID)


class MemberOut(Schema):
    """Somebody who works on a project."""

    person_id = fields.UUID(metadata=ID)
    name = name_field("The person's name.", "Mara Voss")
    is_active = flag_field("Is still in the house.", example=True)


class MemberPage(Schema):
    """Who works on a project, by name."""

    items = fields.List(fields.Nested(MemberOut), metadata={"description": "Members."})
    next = next_field()
