"""What a form shows of terms: text by the paths of its fields. What is sent back unchanged is the same terms."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from reviews.rules import terms as rules
from reviews.rules import vocabulary as words
from reviews.rules.terms import Terms


def form_values(terms: Terms) -> dict[str, str]:
    """Return what the form shows of terms, by the fields' names."""
    return dict(_flat(terms, ""))


def _flat(part: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for one in fields(part):
        value, path = getattr(part, one.name), f"{prefix}{one.name}"
        if is_dataclass(value):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, tuple):
            yield from _flat_list(value, path)
        elif isinstance(value, bool):
            yield path, "true" if value else ""
        elif value is not None:
            yield path, _text(value)


def _flat_list(values: tuple[Any, ...], path: str) -> Iterator[tuple[str, str]]:
    if values and is_dataclass(values[0]):
        for row, one in enumerate(values):
            yield from _flat(one, f"{path}.{row}.")
    elif values and isinstance(values[0], StrEnum | int):
        # A word of a list and a day of the week have a box each.
        yield from ((f"{path}.{_text(one)}", "true") for one in values)
    else:
        yield path, "\n".join(_text(one) for one in values)


def _text(value: object) -> str:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)


NEW = form_values(
    Terms(
        milestone=words.Milestone.FINE_CUT,
        deliverable="",
        subjects=(words.Subject.EDIT,),
        parties=(),
        methods=(rules.Method(words.MethodKind.ASYNC_LINK, rules.Viewing(judges=(words.Subject.EDIT,))),),
        sign_off=rules.SignOff(statement="I have reviewed this version and decide as I say below."),
    )
)
"""What a new form shows."""
