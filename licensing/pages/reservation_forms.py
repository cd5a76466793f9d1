"""The forms of the reservation pages: a question, which is typed into the address, and what follows from its answer."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from licensing.pages.forms import WholeNumber, is_one_line

_FILL_IN: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "Fill this in.",
    "invalid": "Write a day such as 2026-03-14.",
}


def _day(*, required: bool = True) -> fields.Date:
    return fields.Date(required=required, error_messages=_FILL_IN)


def _project(*, required: bool) -> fields.UUID:
    messages: dict[str, str | list[Any] | dict[Any, Any]] = {
        "required": "Choose a project.",
        "invalid_uuid": "Choose one of the list.",
    }
    return fields.UUID(required=required, error_messages=messages)


class QuestionForm(Schema):
    """Can so many seats be had, for a project, on each of these days? What else the address holds is let be."""

    class Meta:
        """The address also holds what was done."""

        unknown = EXCLUDE

    quantity = WholeNumber(required=True, error_messages=_FILL_IN)
    starts_on = _day()
    ends_on = _day()
    project_id = _project(required=False)


class ReserveForm(Schema):
    """Seats to reserve; with ``waits_until`` they are waited for."""

    quantity = WholeNumber(required=True, error_messages=_FILL_IN)
    starts_on = _day()
    ends_on = _day()
    project_id = _project(required=True)
    waits_until = _day(required=False)


class ReservationForm(Schema):
    """What is written of a reservation, whole, and the version that was read."""

    quantity = WholeNumber(required=True, error_messages=_FILL_IN)
    starts_on = _day()
    ends_on = _day()
    version = WholeNumber(required=True)


class BlackoutForm(Schema):
    """Days on which nothing can be reserved, of one product or of all."""

    starts_on = _day()
    ends_on = _day()
    reason = fields.String(
        required=True,
        error_messages=_FILL_IN,
        validate=[validate.Length(max=200, error="At most 200 letters."), is_one_line],
    )
    is_for_all = fields.Boolean()
