"""The days that a page is asked for in its address."""

from datetime import date

from flask import request
from marshmallow import ValidationError

from answerprint.core.forms import by_field
from answerprint.core.problems import Invalid
from licensing.schemas.periods import Period


def asked_days(schema: Period, *, starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and the last day asked for, by default those given; raises ``Invalid`` naming the field."""
    asked = {"from": starts_on.isoformat(), "to": ends_on.isoformat()}
    asked |= {name: request.args[name] for name in asked if request.args.get(name)}
    try:
        loaded = schema.load(asked)
    except ValidationError as error:
        raise Invalid("These days make no period.", fields=by_field(error.messages)) from error
    return loaded["starts_on"], loaded["ends_on"]
