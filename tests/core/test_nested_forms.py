"""Forms of parts within parts: what is at fault is named where it stands in the form."""

from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from answerprint.core.nested_forms import read_nested_form
from answerprint.core.problems import Invalid

APP = Flask(__name__)
NAMES = ("outer.0.name", "outer.1.inner.0.count", "outer..name", "outer.0", "days", "days.3", "is_so")


def read(schema: Schema, typed: dict[str, str]) -> Any:
    """Read a form in which this was typed."""
    with APP.test_request_context(method="POST", data=typed):
        return read_nested_form(schema)


def fault(schema: Schema, typed: dict[str, str]) -> set[str]:
    """Return which fields of the form are at fault."""
    with pytest.raises(Invalid) as caught:
        read(schema, typed)
    return set(caught.value.fields)


class Inner(Schema):
    """A part of a part."""

    what = fields.String(required=True)
    count = fields.Integer(strict=True)


class Outer(Schema):
    """A part with parts."""

    name = fields.String(required=True)
    inner = fields.List(fields.Nested(Inner))


class Whole(Schema):
    """A form."""

    outer = fields.List(fields.Nested(Outer), required=True)
    days = fields.List(fields.Integer(strict=True, validate=validate.Range(min=0, max=6)))
    is_so = fields.Boolean()


class TestReading:
    """Names with points become parts."""

    def test_box_that_is_not_ticked_is_false(self) -> None:
        """A browser sends nothing for it; the form says no all the same."""
        assert read(Whole(), {}) == {"outer": [], "is_so": False}

    def test_boxes_of_numbers_are_read_in_order(self) -> None:
        """A box of a list of days is named by its day."""
        assert read(Whole(), {"days.4": "true", "days.0": "true", "days.9": "true"})["days"] == [0, 4]

    def test_fault_is_named_where_it_stands_in_the_form(self) -> None:
        """Rows that were left empty shift the list, and not the names of the fields."""
        typed = {"outer.1.name": "a", "outer.1.inner.2.count": "3", "outer.3.inner.0.what": "b"}

        assert fault(Whole(), typed) == {"outer.1.inner.2.what", "outer.3.name"}

    def test_row_that_lacks_something_may_be_emptied_too(self) -> None:
        """Somebody who wants no such row is told that it goes away with the rest of it."""
        with pytest.raises(Invalid) as caught:
            read(Whole(), {"outer.0.inner.0.count": "3"})

        assert caught.value.fields["outer.0.name"] == ["Fill this in, or empty the rest of this row."]

    @pytest.mark.parametrize("typed", ["1.5", "five", "-1", "1e3", "٣"])
    def test_number_is_digits_and_nothing_else(self, typed: str) -> None:
        """What is no plain number is refused, never rounded or guessed."""
        assert fault(Whole(), {"outer.0.name": "a", "outer.0.inner.0.what": "b", "outer.0.inner.0.count": typed}) == {
            "outer.0.inner.0.count"
        }

    @given(st.dictionaries(st.text(max_size=20) | st.sampled_from(NAMES), st.text(max_size=20), max_size=8))
    def test_whatever_is_sent_is_read_or_refused(self, typed: dict[str, str]) -> None:
        """No name and no text breaks the reader; what comes out is as the schema promises."""
        with suppress(Invalid):
            assert isinstance(read(Whole(), typed)["outer"], list)
