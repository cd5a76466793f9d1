"""What comes in and goes out of keys and documents. A key goes out of its own route only."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, count, identifier, moment_field, next_field, words
from licensing.rules.documents import DOCUMENT_MAX, NAME_LENGTH_MAX
from licensing.service.keys import KEY_LENGTH_MAX


class LotKeyIn(Schema):
    """The licence key of a lot."""

    key = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(min=1, max=KEY_LENGTH_MAX),
        metadata={"description": "Kept sealed; no list, fact or export holds it.", "example": "ABCD-1234"},
    )


class LotKeyOut(Schema):
    """The licence key of a lot, shown."""

    key = fields.String(metadata={"description": "As it was entered.", "example": "ABCD-1234"})


class DocumentQuery(Schema):
    """What a document is called."""

    name = words("The file's name.", "contract-2026.pdf", longest=NAME_LENGTH_MAX)


class DocumentOut(Schema):
    """A document of a contract, without its bytes."""

    id = fields.UUID(metadata=ID)
    contract_id = identifier("The contract it belongs to.")
    name = words("The file's name.", "contract-2026.pdf", longest=NAME_LENGTH_MAX)
    kind = words("Its media type, as the sender named it.", "application/pdf", longest=100)
    sha256 = fields.String(metadata={"description": "SHA-256 of its bytes, in hex.", "example": "9f86d081884c7d65…"})
    size = count(f"Bytes, up to {DOCUMENT_MAX}.", 48213)
    added_at = moment_field("When it was attached.")


class DocumentPage(Schema):
    """Some documents of a contract."""

    items = fields.List(fields.Nested(DocumentOut), metadata={"description": "By name."})
    next = next_field()
