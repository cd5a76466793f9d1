"""Costs, right-sizing and forecasts, as the API asks for and shows them. Money is decimal text with its currency."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from facility.schemas.parts import choice, count, day, identifier, line
from licensing.rules.cost import CostsBy, Share
from licensing.rules.sightings import RestsOn
from licensing.schemas.periods import Period, last_day

_MONTHS_MAX = 24


class CostQuery(Period):
    """The days whose costs are asked for, both included."""

    ends_on = last_day("24 months")
    by = fields.String(
        load_default=CostsBy.PROJECT.value,
        validate=validate.OneOf([one.value for one in CostsBy], error="project or department."),
        metadata={"description": "Whose parts are told: projects' or departments'.", "example": "department"},
    )

    @post_load
    def make(self, asked: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return what is asked for, the choice as what it is."""
        return asked | {"by": CostsBy(asked["by"])}

    def why_too_long(self, starts_on: date, ends_on: date) -> str:
        """Return the sentence for days of more months than are told at once."""
        months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
        return f"Ask for {_MONTHS_MAX} months at most." if months > _MONTHS_MAX else ""


class CostOut(Schema):
    """A part of a product's cost in a month."""

    month = line("The month, as far as its days were asked for and have passed.", "2026-03", longest=7)
    product_id = identifier("The product.")
    product = line("The product's name.", "Nuke", longest=120)
    share = choice("Whose part it is.", "project", Share)
    project_id = identifier("The project; null for no project and for what lay idle.", may_lack=True)
    project = line("The project's code.", "NB-204", longest=40)
    department = line("The department; empty where none is known, and by project.", "VFX", longest=60)
    seat_hours = line("Seat-hours, decimal text.", "120.5", longest=20)
    currency = fields.String(allow_none=True, metadata={"description": "ISO 4217.", "example": "EUR"})
    amount = fields.String(
        allow_none=True, metadata={"description": "Decimal text; null is unknown, never none.", "example": "310.00"}
    )
    reason = line("Why the amount is not known.", "the lot has no price", longest=120)


class CostList(Schema):
    """Costs by month, product, and whose part it is."""

    items = fields.List(fields.Nested(CostOut))
    next = fields.String(allow_none=True, metadata={"description": "Always null: all is told.", "example": None})


class LastSeatsOut(Schema):
    """The last seats of a product, and for how long they were needed."""

    seats = count("The last so many seats.", 3)
    minutes = count("Minutes in which any of them was needed.", 45)


class RightSizingOut(Schema):
    """How far a product's seats were needed in the last 90 days, as far as it was seen."""

    product_id = identifier("The product.")
    product = line("The product's name.", "Nuke", longest=120)
    capacity = count("Seats of the lots of today; null is uncounted.", 12, may_lack=True)
    peak = count("The highest use; null where nothing is known.", 9, may_lack=True)
    p50 = fields.Integer(attribute="use.p50", allow_none=True, metadata={"example": 4})
    p90 = fields.Integer(attribute="use.p90", allow_none=True, metadata={"example": 7})
    p95 = fields.Integer(attribute="use.p95", allow_none=True, metadata={"example": 8})
    p99 = fields.Integer(attribute="use.p99", allow_none=True, metadata={"example": 9})
    coverage = line("Percent of the 90 days that is known.", "87.5", longest=5)
    last = fields.List(fields.Nested(LastSeatsOut), metadata={"description": "Those needed least first."})


class RightSizingList(Schema):
    """Right-sizing of all products with lots today."""

    items = fields.List(fields.Nested(RightSizingOut))
    next = fields.String(allow_none=True, metadata={"description": "Always null: all is told.", "example": None})


class ExpectedDayOut(Schema):
    """The need of a day, in seats."""

    day = day("The day.", "2026-04-01")
    low = count("The lower end of the band.", 6)
    expected = count("What is expected.", 8)
    high = count("The upper end of the band.", 10)
    reserved = count("Seats reserved for projects.", 4)
    capacity = count("Seats of the lots; null is uncounted.", 10, may_lack=True)


class KnownDayOut(Schema):
    """A day of the last 90 that a forecast is made from, and the back-test."""

    day = day("The day.", "2026-03-31")
    peak = fields.Integer(attribute="seats", metadata={"description": "The highest use proven.", "example": 8})
    rests_on = fields.String(
        metadata={
            "description": "What is known of it rests on: event log, captures or both; nothing: checkouts made here.",
            "enum": [word.value for word in RestsOn],
            "example": RestsOn.LOG.value,
        }
    )


class BackTestOut(Schema):
    """How forecasts of a week's highest use did."""

    weeks = count("How many weeks could be tried, at most 8.", 8)
    mean_error = line("Mean error in seats, decimal text.", "0.6", longest=12)
    worst_error = count("The largest error in seats.", 2)
    within_band = count("In how many weeks the band held what came.", 7)


class OutlookOut(Schema):
    """What is to be expected of a product's seats."""

    product_id = identifier("The product.")
    product = line("The product's name.", "Nuke", longest=120)
    coverage = line("Percent of the last 90 days that is known.", "87.5", longest=5)
    exhausted_on = fields.Date(
        attribute="forecast.exhausted_on",
        allow_none=True,
        metadata={"description": "First day on which need is expected to exceed the lots.", "example": "2026-05-04"},
    )
    exhausted_at_earliest = fields.Date(
        attribute="forecast.exhausted_at_earliest",
        allow_none=True,
        metadata={"description": "First day on which it may.", "example": "2026-04-20"},
    )
    reason = fields.String(
        attribute="forecast.reason", metadata={"description": "Why there is no forecast.", "example": ""}
    )
    back_test = fields.Nested(BackTestOut, attribute="forecast.back_test", allow_none=True)
    history = fields.List(
        fields.Nested(KnownDayOut), metadata={"description": "The days of which something is known, in order."}
    )
    days = fields.List(fields.Nested(ExpectedDayOut), attribute="forecast.days")


class OutlookList(Schema):
    """The outlook of all products with lots, those that run out first."""

    items = fields.List(fields.Nested(OutlookOut))
    next = fields.String(allow_none=True, metadata={"description": "Always null: all is told.", "example": None})
