"""What comes in and goes out of reservations, of availability and of blackouts. Days are the facility's own."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from facility.schemas.parts import (
    ID,
    VERSION,
    Moment,
    choice,
    count,
    day,
    flag_field,
    identifier,
    moment_field,
    next_field,
    whole,
    words,
)
from licensing.models.reservations import ReservationState
from licensing.rules.lots import QUANTITY_MAX
from licensing.rules.relief import HOW_CHOSEN, ReliefKind
from licensing.rules.reservations import OFFER_HOURS, OFFER_HOURS_MAX

_STATES = "Held and offered ones count on their days; waiting ones stand in the queue."


class Digits(fields.Integer):
    """A whole number as an address has it: plain digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) is None:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class ReservationPatch(Schema):
    """What of a reservation is to become another; what is left out stays."""

    quantity = whole("How many seats.", 6)
    starts_on = day("The first day.", "2026-03-03")
    ends_on = day("The last day, included.", "2026-03-14")


class ReservationIn(Schema):
    """Seats to reserve for a project."""

    product_id = identifier("The product.", required=True)
    project_id = identifier("For which project.", required=True)
    quantity = whole("How many seats.", 6, required=True)
    starts_on = day("The first day.", "2026-03-03", required=True)
    ends_on = day("The last day, included.", "2026-03-14", required=True)
    wait = flag_field("Where they are not free, wait for them in the queue; false if left out.", example=True)
    waits_until = day("The last day to wait for them; the first day if left out.", "2026-03-02", may_lack=True)
    offer_hours = whole(
        f"How many hours an offer stands when it is the project's turn; {OFFER_HOURS} if left out.",
        OFFER_HOURS,
        most=OFFER_HOURS_MAX,
    )


class ReservationQuery(Schema):
    """Which reservations are asked for."""

    product_id = identifier("Of this product only.")
    project_id = identifier("Of this project only.")
    state = choice("In this state only.", "held", ReservationState)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class ReservationOut(Schema):
    """A reservation."""

    id = fields.UUID(metadata=ID)
    product_id = identifier("The product.")
    project_id = identifier("For which project.")
    quantity = count("How many seats.", 6)
    starts_on = day("The first day.", "2026-03-03")
    ends_on = day("The last day, included.", "2026-03-14")
    state = choice(_STATES, "held", ReservationState)
    place = count("Its place in the product's queue: the lower was there first.", 12)
    asked_at = moment_field("When it was asked for.")
    waits_until = day("The last day on which it waits; null where it never waited.", "2026-03-02", may_lack=True)
    offer_hours = count("How many hours an offer stands.", OFFER_HOURS)
    offered_until = Moment(
        allow_none=True,
        metadata={"description": "Until when its offer can be taken; null before.", "example": "2026-03-02T09:00:00Z"},
    )
    version = fields.Integer(metadata=VERSION)


class ReservationPage(Schema):
    """Some reservations of projects that you may see."""

    items = fields.List(fields.Nested(ReservationOut), metadata={"description": "The newest first."})
    next = next_field()


class AvailabilityQuery(Schema):
    """What is asked: so many seats on each day from the first to the last."""

    first = fields.Date(
        required=True, data_key="from", metadata={"description": "The first day.", "example": "2026-03-03"}
    )
    last = fields.Date(
        required=True, data_key="to", metadata={"description": "The last day, included.", "example": "2026-03-14"}
    )
    quantity = Digits(
        required=True,
        validate=validate.Range(min=1, max=QUANTITY_MAX),
        metadata={"description": "How many seats, on top of what the project holds.", "example": 6},
    )
    project_id = fields.UUID(
        data_key="project", metadata=ID | {"description": "For which project; without it, for none of those there."}
    )


class SeatDayOut(Schema):
    """The seats of one day, as they are for the project that asks."""

    on = day("The day.", "2026-03-05")
    capacity = count("Seats of the day's lots; null where uncounted.", 20, may_lack=True)
    limit = count("With the agreed overage, which is not reserved; null where nothing bounds use.", 22, may_lack=True)
    is_uncounted = fields.Boolean(metadata={"description": "A lot of the day has no number.", "example": False})
    reserved_by_others = count("Held by or offered to other projects.", 12)
    reserved_by_project = count("Held by or offered to this project.", 2)
    checked_out_by_others = count("Out for others beyond their reservations, as far as it is known today.", 1)
    waited_for = count("Waited for by those who asked before.", 0)
    blackouts = fields.List(fields.String(), metadata={"description": "Why nothing can be reserved.", "example": []})
    free = count("What the project can use, its own reservations included; null where uncounted.", 7, may_lack=True)
    short_by = count("How many seats are missing for what is asked.", 1)


class ReliefOut(Schema):
    """One thing that would give seats on the short days."""

    kind = choice("What it is.", "reservation", ReliefKind)
    quantity = count("How many seats it gives; null is all.", 4, may_lack=True)
    first = day(
        "From this day.",
        "2026-03-03",
    )
    last = day("To this day.", "2026-03-06")
    about = identifier("The reservation's or the blackout's id, if you may see it.", may_lack=True)
    project_id = identifier("Whose it is, if you may see the project.", may_lack=True)


class WouldFreeOut(Schema):
    """What would make it a yes."""

    is_enough = fields.Boolean(metadata={"description": "All of it together makes it a yes.", "example": True})
    chosen_by = fields.Constant(HOW_CHOSEN, metadata={"description": "How the set is chosen.", "example": HOW_CHOSEN})
    items = fields.List(fields.Nested(ReliefOut), metadata={"description": "Empty where nothing is short."})


class TopUpOut(Schema):
    """What the missing seats would cost: an estimate."""

    amount = fields.String(
        allow_none=True, metadata={"description": "Decimal text; null where no price is known.", "example": "480.00"}
    )
    currency = fields.String(allow_none=True, metadata={"description": "ISO 4217.", "example": "EUR"})
    seats = count("For so many seats.", 3)
    first = day("From the first short day.", "2026-03-05", may_lack=True)
    last = day("To the last short day.", "2026-03-09", may_lack=True)
    reason = words("What it is reckoned from, or why there is none.", "No lot states a price.")


class AvailabilityOut(Schema):
    """Whether so many seats can be had on each day, and if not, why not and what would help."""

    product_id = identifier("The product.")
    project_id = fields.UUID(
        attribute="wanted.project_id", allow_none=True, metadata=ID | {"description": "For which project."}
    )
    quantity = fields.Integer(attribute="wanted.quantity", metadata={"description": "Seats asked for.", "example": 6})
    first = fields.Date(
        attribute="wanted.first", data_key="from", metadata={"description": "The first day.", "example": "2026-03-03"}
    )
    last = fields.Date(
        attribute="wanted.last", data_key="to", metadata={"description": "The last day.", "example": "2026-03-14"}
    )
    verdict = choice("The answer.", "short", ("yes", "short"))
    is_uncounted = fields.Boolean(metadata={"description": "Uncounted on all of the days.", "example": False})
    short_by = count("How many seats the shortest day lacks.", 3)
    short_days = fields.List(
        fields.Pluck(SeatDayOut, "on"), metadata={"description": "The days that are short.", "example": ["2026-03-05"]}
    )
    seen_in_use = count("In use on the servers today; null is unknown or not asked. Not taken off.", 9, may_lack=True)
    caution = words("What to mind of that; empty is nothing.", "")
    days = fields.List(fields.Nested(SeatDayOut), metadata={"description": "Each day, in order."})
    would_free = fields.Nested(WouldFreeOut)
    top_up = fields.Nested(TopUpOut, allow_none=True, metadata={"description": "Null where nothing is short."})


class BlackoutIn(Schema):
    """Days on which nothing can be reserved."""

    product_id = identifier("Of this product; of all if left out.", may_lack=True)
    starts_on = day("The first day.", "2026-12-24", required=True)
    ends_on = day("The last day, included.", "2026-12-26", required=True)
    reason = words("Why.", "The licence server moves.", longest=200)


class BlackoutOut(BlackoutIn):
    """A blackout."""

    id = fields.UUID(metadata=ID)


class BlackoutQuery(Schema):
    """Which blackouts are asked for."""

    product_id = identifier("Those of this product, and those of all.")
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class BlackoutPage(Schema):
    """Some blackouts."""

    items = fields.List(fields.Nested(BlackoutOut), metadata={"description": "The newest first."})
    next = next_field()
