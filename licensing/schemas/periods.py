"""The days that somebody asks for: ``from`` and ``to`` outside, ``starts_on`` and ``ends_on`` inside, both included."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

_IN_CALENDAR = validate.Range(min=date(1990, 1, 1), max=date(2199, 12, 31), error="A day from 1990 to 2199.")


def _day(name: str, what: str, example: str) -> fields.Date:
    about = {"description": what, "example": example}
    return fields.Date(required=True, data_key=name, validate=_IN_CALENDAR, metadata=about)


def last_day(longest: str) -> fields.Date:
    """Return the field for the last day of a period, which says how long the period may be."""
    return _day("to", f"Last day, included; at most {longest} on.", "2026-03-31")


class Period(Schema):
    """Some days, both included; each kind of period says how long it may be."""

    starts_on = _day("from", "First day, in the facility's zone.", "2026-03-01")

    @validates_schema
    def _check_length(self, loaded: dict[str, Any], **_: Any) -> None:
        starts_on, ends_on = loaded["starts_on"], loaded["ends_on"]
        if ends_on < starts_on:
            raise ValidationError("The last day is not before the first.", "to")
        if complaint := self.why_too_long(starts_on, ends_on):
            raise ValidationError(complaint, "to")

    def why_too_long(self, starts_on: date, ends_on: date) -> str:
        """Return the sentence for a period that is too long; empty where it is not."""
        raise NotImplementedError
