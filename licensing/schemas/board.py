"""The seats board, as the API shows it."""

from marshmallow import Schema, fields

from facility.schemas.parts import ID, Moment, claim, count, day, moment, text, word
from licensing.rules.board import FindingCode
from licensing.rules.observation import Freshness


def _seats(what: str, example: int) -> fields.Integer:
    return count(f"{what} In seats; null is unknown.", example, may_lack=True)


class FindingOut(Schema):
    """Something to look at."""

    code = word("Stable name.", "report-differs", FindingCode)
    sentence = text("What it is.", "3 more in use than the lots give.")


class BoardRowOut(Schema):
    """The seats of one product now. Numbers that are unknown are null, never zero."""

    product_id = fields.UUID(metadata=ID)
    product = text("The product's name.", "Nuke")
    vendor_id = fields.UUID(metadata=ID)
    vendor = text("The licensor's name.", "Foundry")
    capacity = count(
        "Seats of the day's lots; null where uncounted, or where the lots count no seats.", 12, may_lack=True
    )
    is_uncounted = claim("A lot of the day has no number.", example=False)
    limit = count("Seats with the agreed overage; null where nothing bounds use.", 14, may_lack=True)
    checked_out = count("Seats that open checkouts here hold.", 7)
    borrowed_here = count("Of these, seats that were taken offline for some days.", 0)
    seen_in_use = _seats("In use by the newest captures, reservations left out.", 6)
    seen_reported = _seats("In use as the servers report it; may hold reservations.", 8)
    reserved = _seats("Kept for somebody by the servers.", 2)
    queued = _seats("Waited for at the servers.", 0)
    borrowed = _seats("Taken away from the servers for a while.", 1)
    free = _seats("Free now; null too where the product is uncounted.", 3)
    over = _seats("In use beyond the lots.", 0)
    is_ledger_only = claim("No server was ever seen: free is by checkouts here alone.", example=False)
    freshness = word("What the newest captures are worth, by the worst server of the product.", "current", Freshness)
    taken_at = moment("When the oldest of them was printed.")
    findings = fields.List(fields.Nested(FindingOut), metadata={"description": "What to look at."})


class BoardOut(Schema):
    """The seats of all products."""

    on = day("The day whose lots count.", "2026-03-13")
    made_at = Moment(metadata={"description": "The instant it shows.", "example": "2026-03-13T10:00:30.000000Z"})
    items = fields.List(fields.Nested(BoardRowOut))
