"""Forms of what has parts within parts: fields are named by their path, such as ``methods.0.viewing.room``.

The same schemas as the API read them. A box of a list of words is named by its word, ``subjects.edit``, and one of a
list of days by its number; a row that is left empty is no row; lines of a text area are the texts of a list.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from answerprint.core.forms import by_field
from answerprint.core.problems import Invalid

_ROWS_MAX = 60
_IN_ROW = re.compile(r"\.\d+\.")
_LACKING = fields.Field.default_error_messages["required"]


def read_nested_form(schema: Schema) -> Any:
    """Read the submitted form; raises ``Invalid`` naming the fields at fault by their paths."""
    reader = _Reader({name: value.strip() for name, value in request.form.items()})
    try:
        return schema.load(reader.part(schema, ""))
    except ValidationError as error:
        found = {reader.typed_as(name): _said(name, said) for name, said in by_field(error.messages).items()}
        raise Invalid("Some fields need another look.", fields=found) from error


def _said(name: str, sentences: list[str]) -> list[str]:
    """Return the sentences of a field; of one that a row lacks, what can be done about it."""
    if _IN_ROW.search(name) is None:
        return sentences
    return ["Fill this in, or empty the rest of this row." if one == _LACKING else one for one in sentences]


class _Reader:
    """Turns names with points into parts. It remembers which row of the form became which of the list."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = {name: value for name, value in typed.items() if value}
        self._rows: dict[str, str] = {}

    def part(self, schema: Schema, prefix: str) -> dict[str, Any]:
        """Return what was typed of one part; what was left empty is left out."""
        found = {name: self._value(field, f"{prefix}{name}") for name, field in schema.load_fields.items()}
        return {name: value for name, value in found.items() if value is not None}

    def typed_as(self, name: str) -> str:
        """Return the path under which a field of the loaded list stood in the form."""
        typed = ""
        for part in name.split("."):
            path = f"{typed}.{part}" if typed else part
            typed = self._rows.get(path, path)
        return typed

    def _value(self, field: fields.Field[Any], path: str) -> Any:
        if isinstance(field, fields.Nested):
            return self.part(field.schema, f"{path}.") or None
        if isinstance(field, fields.List):
            # A list that must be there is there, be it empty: what it must hold is for the schema to say.
            return self._list(field, path) or ([] if field.required else None)
        text = self._typed.get(path)
        if isinstance(field, fields.Boolean):
            return text == "true" if text is not None else False
        if isinstance(field, fields.Integer) and text is not None and re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            return int(text)
        return text

    def _list(self, field: fields.List[Any], path: str) -> list[Any]:
        if isinstance(field.inner, fields.Nested):
            return self._parts(field.inner.schema, path)
        options = _options(field.inner)
        if options:
            return [option for option in options if self._typed.get(f"{path}.{option}") == "true"]
        return [line.strip() for line in self._typed.get(path, "").splitlines() if line.strip()]

    def _parts(self, schema: Schema, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for row in range(_ROWS_MAX):
            if not any(name.startswith(f"{path}.{row}.") for name in self._typed):
                continue
            # A row of a form is there even where it is empty, so it counts from its first field of its own on.
            part = self.part(schema, f"{path}.{row}.")
            if any(value not in (False, None) for value in part.values()):
                self._rows[f"{path}.{len(found)}"] = f"{path}.{row}"
                found.append(part)
        return found


def _options(field: Any) -> list[Any]:
    """Return what has a box of its own: the words of a list, or the few whole numbers of a range."""
    if isinstance(field, fields.String):
        return [choice for rule in field.validators if isinstance(rule, validate.OneOf) for choice in rule.choices]
    found: list[Any] = []
    for rule in field.validators if isinstance(field, fields.Integer) else []:
        if isinstance(rule, validate.Range) and rule.min is not None and rule.max is not None:
            found += range(rule.min, rule.max + 1)
    return found
