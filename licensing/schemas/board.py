"""The seats board, as the API shows it."""

from typing import Any

from marshmallow import Schema, fields

from facility.schemas.parts import ID, Moment
from licensing.rules.board import FindingCode
from licensing.rules.observation import Freshness


def _seats(what: str, example: int | None) -> fields.Integer:
    about: dict[str, Any] = {"description": f"{what} In seats; null is unknown.", "example": example}
    return fields.Integer(allow_none=True, metadata=about)


class FindingOut(Schema):
    """Something to look at."""

    code = fields.String(
        metadata={
            "description": "Stable name.",
            "enum": [code.value for code in FindingCode],
            "example": "report-differs",
        }
    )
    sentence = fields.String(metadata={"description": "What it is.", "example": "3 more in use than the lots give."})


class BoardRowOut(Schema):
    """The seats of one product now. Numbers that are unknown are null, never zero."""

    product_id = fields.UUID(metadata=ID)
    product = fields.String(metadata={"description": "The product's name.", "example": "Nuke"})
    vendor_id = fields.UUID(metadata=ID)
    vendor = fields.String(metadata={"description": "The licensor's name.", "example": "Foundry"})
    capacity = fields.Integer(
        allow_none=True,
        metadata={
            "description": "Seats of the day's lots; null where uncounted, or where the lots count no seats.",
            "example": 12,
        },
    )
    is_uncounted = fields.Boolean(metadata={"description": "A lot of the day has no number.", "example": False})
    limit = fields.Integer(
        allow_none=True,
        metadata={"description": "Seats with the agreed overage; null where nothing bounds use.", "example": 14},
    )
    checked_out = fields.Integer(metadata={"description": "Seats that open checkouts here hold.", "example": 7})
    borrowed_here = fields.Integer(
        metadata={"description": "Of these, seats that were taken offline for some days.", "example": 0}
    )
    seen_in_use = _seats("In use by the newest captures, reservations left out.", 6)
    seen_reported = _seats("In use as the servers report it; may hold reservations.", 8)
    reserved = _seats("Kept for somebody by the servers.", 2)
    queued = _seats("Waited for at the servers.", 0)
    borrowed = _seats("Taken away from the servers for a while.", 1)
    free = _seats("Free now; null too where the product is uncounted.", 3)
    over = _seats("In use beyond the lots.", 0)
    is_ledger_only = fields.Boolean(
        metadata={"description": "No server was ever seen: free is by checkouts here alone.", "example": False}
    )
    freshness = fields.String(
        metadata={
            "description": "What the newest captures are worth, by the worst server of the product.",
            "enum": [word.value for word in Freshness],
            "example": "current",
        }
    )
    taken_at = Moment(
        allow_none=True,
        metadata={"description": "When the oldest of them was printed.", "example": "2026-03-13T10:00:00.000000Z"},
    )
    findings = fields.List(fields.Nested(FindingOut), metadata={"description": "What to look at."})


class BoardOut(Schema):
    """The seats of all products."""

    on = fields.Date(metadata={"description": "The day whose lots count.", "example": "2026-03-13"})
    made_at = Moment(metadata={"description": "The instant it shows.", "example": "2026-03-13T10:00:30.000000Z"})
    items = fields.List(fields.Nested(BoardRowOut))
