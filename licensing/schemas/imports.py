"""What comes in and goes out of imports of lots and of the mappings of tables."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from facility.schemas.parts import ID, choice, count, day, flag_field, identifier, next_field, words
from facility.schemas.parts import line as one_line
from licensing.collectors.table_mapping import DELIMITERS, DateForm
from licensing.rules.exchange.file_claims import Differs
from licensing.rules.exchange.sources import ImportKind
from licensing.rules.exchange.table import COLUMNS, LotMapping
from licensing.schemas.contracts import LotPatch
from licensing.service.mappings import NAME_LENGTH_MAX

TEXT_MAX = 8 * 1024 * 1024


def _by_field(what: str, example: dict[str, str]) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(COLUMNS)),
        values=fields.String(validate=validate.Length(min=1, max=200)),
        metadata={"description": what, "example": example},
    )


class LotMappingIn(Schema):
    """Which column of a table is which field of a lot."""

    columns = _by_field("Field by field, the header of its column.", {"product": "Product", "quantity": "Seats"})
    constants = _by_field("Fields that are the same in each row.", {"vendor": "Foundry", "metric": "named-user"})
    date_form = choice("How the table writes a day.", "YYYY-MM-DD", DateForm)
    delimiter = fields.String(
        validate=validate.OneOf(DELIMITERS), metadata={"description": "What parts the cells.", "example": ";"}
    )

    @post_load
    def make(self, payload: dict[str, Any], **_: Any) -> LotMapping:
        """Return the mapping."""
        return LotMapping(**payload)


class StoredMappingIn(Schema):
    """A mapping to keep under a name."""

    name = words("What it is called.", "Foundry portal", longest=NAME_LENGTH_MAX)
    mapping = fields.Nested(LotMappingIn, required=True)


class StoredMappingOut(Schema):
    """A mapping that was kept."""

    id = fields.UUID(metadata=ID)
    name = words("What it is called.", "Foundry portal", longest=NAME_LENGTH_MAX)
    mapping = fields.Nested(LotMappingIn)


class StoredMappingList(Schema):
    """All mappings that were kept."""

    items = fields.List(fields.Nested(StoredMappingOut), metadata={"description": "By name."})
    next = next_field()


class ImportIn(Schema):
    """Lots to import: a table, a licence file, or a CycloneDX document."""

    kind = choice("What the text is.", "csv", ImportKind, required=True)
    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=TEXT_MAX),
        metadata={"description": "The text, whole.", "example": "vendor,product,contract,…"},
    )
    mapping = fields.Nested(LotMappingIn, metadata={"description": "For a table; left out, headers are our own."})
    mapping_id = identifier("For a table: a mapping that was kept.")
    vendor = one_line("For a licence file: whose it is.", "Foundry", longest=120)
    contract = one_line("For a licence file: the contract's number.", "F-2026-01", longest=80)
    starts_on = day("For a licence file: the first day, where the file states none.", "2026-01-01")

    @validates_schema
    def has_one_mapping(self, payload: dict[str, Any], **_: Any) -> None:
        """Refuse a table with two mappings."""
        if "mapping" in payload and "mapping_id" in payload:
            raise ValidationError("Send the mapping or its id, not both.", "mapping_id")


class LotDraftEntryOut(LotPatch):
    """What a row says of its lot."""

    class Meta:
        """Which lot it tops up is known when it is entered."""

        exclude = ("topped_up_lot_id",)


class LotDraftOut(Schema):
    """A row that would be entered."""

    line = count("Its line, or the number of its entry in a document without lines.", 2)
    vendor = words("The vendor.", "Foundry")
    product = words("The product.", "Nuke")
    contract = words("The contract's number.", "F-2026-01", longest=80)
    entry = fields.Nested(LotDraftEntryOut, metadata={"description": "The lot."})


class ImportErrorOut(Schema):
    """What is wrong with a row."""

    line = count("Its line; 0 is the text as a whole.", 3)
    column = one_line("The field at fault; empty is the row as a whole.", "quantity", longest=80)
    sentence = words("What is wrong and what to do.", "“ten” is no whole number in digits.", longest=500)


class GrantOut(Schema):
    """So many seats until a day."""

    quantity = count("Seats; null is uncounted.", 25, may_lack=True)
    ends_on = day("The last day; null is without end.", "2026-12-31", may_lack=True)


class FileClaimOut(Schema):
    """What a licence file says of a feature, beside what the lots of today say: a hint, never use or capacity."""

    feature = words("The feature's name.", "nuke_i", longest=240)
    vendor = one_line("The vendor daemon.", "foundry", longest=240)
    lines = fields.List(fields.Integer(), metadata={"description": "Its rows in the text.", "example": [7, 8]})
    granted = fields.List(
        fields.Nested(GrantOut), metadata={"description": "What has not ended, seats of one end added up."}
    )
    product_id = identifier("The product that it counts for; null where it is none, or more than one.", may_lack=True)
    product = one_line("Its name.", "Nuke", longest=120)
    held = fields.List(fields.Nested(GrantOut), metadata={"description": "The lots of today, added up the same way."})
    differs = fields.List(
        choice("What differs.", "quantity", Differs), metadata={"description": "Empty: file and lots agree."}
    )


class ImportPreviewOut(Schema):
    """What an import would enter, and what is wrong with it."""

    rows = fields.List(fields.Nested(LotDraftOut), metadata={"description": "In the order of the text."})
    errors = fields.List(fields.Nested(ImportErrorOut), metadata={"description": "With one, nothing is entered."})
    claims = fields.List(
        fields.Nested(FileClaimOut), metadata={"description": "Of lmstat-i: hints, held against the lots."}
    )
    can_be_carried_out = flag_field("Whether there are rows and no errors.", example=True)


class ImportResultOut(Schema):
    """What an import entered."""

    id = fields.UUID(metadata=ID)
    lots = count("Lots.", 12)
    contracts = count("Contracts that were not there.", 1)
    products = count("Products that were not there.", 3)
    vendors = count("Vendors that were not there.", 0)
