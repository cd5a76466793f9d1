"""The forms of imports of lots and of mappings of tables."""

from typing import Any

from marshmallow import Schema, fields, validate

from licensing.collectors.table_mapping import DELIMITERS, DateForm
from licensing.pages.forms import Messages, is_one_line
from licensing.rules.exchange.sources import ImportKind
from licensing.rules.exchange.table import COLUMNS, LotMapping

CONSTANT = "="
"""What begins a text that is the same in each row, where else a header stands."""
_CHOOSE: Messages = {
    "required": "Choose one.",
    "invalid": "Choose one of the list.",
    "invalid_uuid": "Choose one of the list.",
}


class ImportForm(Schema):
    """Lots to import; a file comes beside the form."""

    kind = fields.String(required=True, validate=validate.OneOf(list(ImportKind), error="Choose one of the list."))
    text = fields.String()
    mapping_id = fields.UUID(error_messages=_CHOOSE)
    contract_id = fields.UUID(error_messages=_CHOOSE)


def _header() -> fields.String:
    return fields.String(validate=[validate.Length(max=200, error="At most 200 letters."), is_one_line])


class MappingForm(Schema.from_dict({name: _header() for name in COLUMNS})):  # type: ignore[misc]
    """A mapping to keep: for each field the header of its column, or ``=`` and what it is in each row."""

    mapping_name = fields.String(required=True, validate=validate.Length(max=80, error="At most 80 letters."))
    delimiter = fields.String(required=True, validate=validate.OneOf(("comma", "semicolon", "tab", "bar")))
    date_form = fields.String(required=True, validate=validate.OneOf(list(DateForm), error="Choose one of the list."))


DELIMITER_NAMES = dict(zip(("comma", "semicolon", "tab", "bar"), DELIMITERS, strict=True))


def mapping_of(payload: dict[str, Any]) -> LotMapping:
    """Return the mapping that a form describes."""
    named: dict[str, str] = {name: payload[name] for name in COLUMNS if name in payload}
    return LotMapping(
        columns={name: text for name, text in named.items() if not text.startswith(CONSTANT)},
        constants={name: text[1:].strip() for name, text in named.items() if text.startswith(CONSTANT)},
        date_form=payload["date_form"],
        delimiter=DELIMITER_NAMES[payload["delimiter"]],
    )
