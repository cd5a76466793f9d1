"""Frozen statements, as the API asks for and shows them."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, count, day, identifier, line, moment_field, next_field
from licensing.schemas.statements import StatementQuery

PSEUDONYMS, FULL = "pseudonyms", "full"


class StatementFreeze(StatementQuery):
    """The days of a statement to freeze, both included."""


class PaperQuery(Schema):
    """In which form a frozen statement is sent, and with whose names."""

    form = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "csv", "pdf"]),
        metadata={"description": "json are the bytes that were hashed.", "example": "pdf"},
    )
    names = fields.String(
        load_default=PSEUDONYMS,
        validate=validate.OneOf([PSEUDONYMS, FULL]),
        metadata={
            "description": "full shows the names that are still kept beside it; pseudonyms is what leaves the house.",
            "example": PSEUDONYMS,
        },
    )


class FrozenStatementOut(Schema):
    """A frozen statement, and its place on the trail."""

    id = fields.UUID(metadata=ID)
    contract_id = identifier("The contract.")
    number = line("The contract's number.", "F-2026-01", longest=80)
    vendor = line("The licensor.", "Foundry", longest=120)
    starts_on = day("Its first day.", "2026-03-01")
    ends_on = day("Its last day, included.", "2026-03-31")
    sha256 = line("SHA-256 of its JSON, in hex.", "9f86d081…", longest=64)
    size = count("Bytes of its JSON.", 4096)
    frozen_at = moment_field("When it was frozen.")
    frozen_by = line("Who froze it, by id.", "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f", longest=80)
    log = line("The log that holds its entry.", "licensor-foundry", longest=120)
    entry = count("The entry's number; its receipt is that entry's proof.", 17)


class FrozenStatementPage(Schema):
    """Some frozen statements."""

    items = fields.List(fields.Nested(FrozenStatementOut), metadata={"description": "The newest first."})
    next = next_field()
