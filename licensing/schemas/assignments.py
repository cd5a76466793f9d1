"""What comes in and goes out of named seats and of the list of leavers."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, count, day, identifier, next_field, texts, words
from licensing.collectors.table_presets import PRESETS
from licensing.models.entitlements import AssigneeKind
from licensing.rules.assignments import ASSIGNEE_LENGTH_MAX
from licensing.rules.leavers import LEAVERS_MAX, NAMES_MAX


class SwapIn(Schema):
    """Whose a named seat is to be."""

    assignee = words("Who or what it is for: personal.", "kim@post.example", longest=ASSIGNEE_LENGTH_MAX)


class AssignmentIn(SwapIn):
    """A named seat to assign."""

    product_id = identifier("The product.", required=True)
    kind = choice("Who or what it is for.", "person", AssigneeKind, required=True)


class AssignmentOut(AssignmentIn):
    """A named seat."""

    id = fields.UUID(metadata=ID)
    since = day("The day it was assigned.", "2026-03-01")
    ended_on = day("The day it was given back; null while it is assigned.", "2026-06-30", may_lack=True)
    free_on = day("The first day on which it is another's; null while it is assigned.", "2026-06-30", may_lack=True)
    may_swap_on = day("The first day on which the contract lets it become another's.", "2026-03-31")
    version = fields.Integer(metadata=VERSION)


class AssignmentPage(Schema):
    """Some named seats."""

    items = fields.List(fields.Nested(AssignmentOut), metadata={"description": "The newest first."})
    next = next_field()


class AssignmentQuery(Schema):
    """Which named seats are asked for; left out is all."""

    product_id = identifier("Only of this product.")
    state = choice("Only those that are assigned, or only those that ended.", "open", ("open", "ended"))


class AssignedExportIn(Schema):
    """A vendor's export of assigned seats."""

    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=8 * 1024 * 1024),
        metadata={"description": "The table, whole.", "example": "Email,First Name,…"},
    )
    preset = choice("Which export it is; left out, its headers tell.", "adobe-users", PRESETS)


class AssignedSeatsOut(Schema):
    """What an export brought."""

    assigned = count("Seats newly assigned.", 12)
    known = count("Seats that were assigned before.", 30)


class LeaversIn(Schema):
    """Those who leave."""

    leavers = fields.List(
        texts("All by which one person may be known.", ["kim@post.example", "Kim Artist"], longest=120, most=NAMES_MAX),
        required=True,
        validate=validate.Length(min=1, max=LEAVERS_MAX),
        metadata={"description": "A list of names for each person: mail, name, account."},
    )


class LeaverOut(Schema):
    """What somebody on the list held and gave back."""

    names = texts("As they were sent.", ["kim@post.example"], longest=120, most=NAMES_MAX)
    assignments = count("Named seats given back.", 1)
    checkouts = count("Checkouts that ended.", 2)
    products = texts("Of which products.", ["Nuke"], longest=120, most=500)


class LeaversOut(Schema):
    """What was found for whom."""

    items = fields.List(fields.Nested(LeaverOut), metadata={"description": "In the order of the list."})
