"""Export jobs: what is ordered, and how far it is."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length


class ExportIn(Schema):
    """A bundle to make of a log."""

    class Meta:
        """Take nothing that is not named here."""

        unknown = RAISE

    log = fields.String(
        required=True, validate=Length(1, 120), metadata={"description": "Name of the log.", "example": "house"}
    )
    since = fields.AwareDateTime(metadata={"description": "Disclose entries from this instant on only."})
    until = fields.AwareDateTime(metadata={"description": "Disclose entries before this instant only."})
    project = fields.UUID(metadata={"description": "Disclose entries of this project only."})
    without_values = fields.Boolean(load_default=False, metadata={"description": "Withhold all personal values."})

    @validates_schema
    def _ends_after_it_begins(self, given: dict[str, Any], **_: object) -> None:
        if "since" in given and "until" in given and given["until"] <= given["since"]:
            raise ValidationError("The end is not after the beginning.", "until")


class ExportForm(Schema):
    """The same as a page's form has it: days of the facility, both included."""

    log = fields.String(required=True, validate=Length(1, 120), metadata={"description": "Name of the log."})
    since = fields.Date(metadata={"description": "First day."})
    until = fields.Date(metadata={"description": "Last day."})
    project = fields.UUID(metadata={"description": "Disclose entries of this project only."})
    without_values = fields.Boolean(load_default=False, metadata={"description": "Withhold all personal values."})

    @validates_schema
    def _ends_after_it_begins(self, given: dict[str, Any], **_: object) -> None:
        if "since" in given and "until" in given and given["until"] < given["since"]:
            raise ValidationError("The last day is not before the first.", "until")


class ExportOut(Schema):
    """A bundle that was ordered, and how far it is."""

    id = fields.UUID(metadata={"description": "Its id."})
    log = fields.String(metadata={"description": "Name of the log."})
    since = fields.AwareDateTime(allow_none=True, metadata={"description": "Entries from this instant on only."})
    until = fields.AwareDateTime(allow_none=True, metadata={"description": "Entries before this instant only."})
    project = fields.String(allow_none=True, metadata={"description": "Entries of this project only."})
    has_values = fields.Boolean(metadata={"description": "Whether personal values are inside."})
    asked_by = fields.String(metadata={"description": "Pseudonym of who ordered it."})
    asked_at = fields.AwareDateTime(metadata={"description": "When, UTC."})
    state = fields.String(
        metadata={"description": "waiting, working, made, failed, or ended: its file was deleted.", "example": "made"}
    )
    done = fields.Integer(metadata={"description": "Steps that are done."})
    total = fields.Integer(metadata={"description": "Steps in all; 0 until that is known."})
    sha256 = fields.String(allow_none=True, metadata={"description": "SHA-256 of the file, hexadecimal."})
    file_bytes = fields.Integer(allow_none=True, metadata={"description": "Size of the file, bytes."})
    failure = fields.String(allow_none=True, metadata={"description": "Why it failed and what to do."})
    ends_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the file is deleted."})


class ExportPage(Schema):
    """Some exports, the newest first."""

    items = fields.List(fields.Nested(ExportOut))
    next = fields.String(allow_none=True, metadata={"description": "Cursor of the page that follows."})
