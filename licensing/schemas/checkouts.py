"""What comes in and goes out of checkouts. Instants are UTC with ``Z``; leases are counted in minutes."""

from marshmallow import Schema, fields

from facility.schemas.parts import (
    ID,
    VERSION,
    choice,
    count,
    day,
    identifier,
    line,
    moment_field,
    next_field,
    whole,
    words,
)
from licensing.rules.leases import BORROWED_DAYS_MAX, MINUTES, MINUTES_MAX, LeaseState

_ENDS = f"How long the lease lasts, in minutes; {MINUTES} where left out."


class CheckoutIn(Schema):
    """Seats to check out."""

    product_id = identifier("The product.", required=True)
    quantity = whole("How many seats.", 1, required=True)
    holder = words("Who holds them.", "Kim Artist")
    host = line("On which machine.", "ws-17", longest=240)
    project_id = identifier("For which project.", may_lack=True)
    minutes = whole(_ENDS, MINUTES, most=MINUTES_MAX)
    borrowed_days = whole(
        "Taken offline for so many days, instead of minutes: no heartbeat is needed.",
        5,
        most=BORROWED_DAYS_MAX,
        may_lack=True,
    )


class HeartbeatIn(Schema):
    """A heartbeat: still in use."""

    minutes = whole(_ENDS, MINUTES, most=MINUTES_MAX)


class CheckoutQuery(Schema):
    """Which checkouts are asked for."""

    product_id = identifier("Of this product only.")
    state = choice("In this state only.", "open", LeaseState)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class CheckoutOut(Schema):
    """A checkout as it stands now."""

    id = fields.UUID(metadata=ID)
    product_id = identifier("The product.")
    product_name = words("The product's name.", "Nuke")
    quantity = count("How many seats.", 1)
    holder = words("Who holds them.", "Kim Artist")
    host = line("On which machine.", "ws-17", longest=240)
    project_id = identifier("For which project.", may_lack=True)
    state = choice("Open, or how it ended.", "open", LeaseState)
    started_at = moment_field("When it began.")
    started_on = day("The day whose lots carry it, in the facility's zone.", "2026-03-14")
    expires_at = moment_field("When it ends by itself.")
    last_on = day("The last day that it reaches into, in the facility's zone.", "2026-03-14", may_lack=True)
    cut_on = day(
        "In the answer to a checkout or heartbeat: the first day that does not carry the seats, so that the lease ends "
        "as it begins, sooner than was asked. Null where all that was asked for was given.",
        "2026-03-15",
        may_lack=True,
    )
    note = line("Why it was cut and what to do; empty where it was not.", "", longest=400)
    ended_at = moment_field("When it ended; null while it is open.", may_lack=True)
    is_borrowed = fields.Boolean(metadata={"description": "Taken offline for its days.", "example": False})
    over_capacity = count("How many of its seats lay beyond the lots when it began.", 0)
    version = fields.Integer(metadata=VERSION)


class CheckoutPage(Schema):
    """Some checkouts."""

    items = fields.List(fields.Nested(CheckoutOut), metadata={"description": "The newest first."})
    next = next_field()
