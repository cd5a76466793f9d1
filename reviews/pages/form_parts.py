"""What long forms are made of: sections of rows of fields, named by their paths in the schema that reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.rules.vocabulary import title

Options = Sequence[tuple[str, str]]
ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its path, its label, and how it is filled in."""

    name: str
    label: str
    type: str = "text"
    options: Options = ()
    help: str = ""
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class FormRow:
    """Fields that stand side by side; what has a ``legend`` are boxes that belong together."""

    fields: tuple[FormField, ...]
    legend: str = ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """Rows under one heading."""

    title: str
    lead: str
    rows: tuple[FormRow, ...]


def row_of(*fields: FormField) -> FormRow:
    """Return a row of these fields."""
    return FormRow(fields)


def choices(shape: Iterable[StrEnum], *, blank: str = "") -> Options:
    """Return the words of a list to choose from, with what an empty choice says first."""
    shown = [(one.value, title(one)) for one in shape]
    return [("", blank), *shown] if blank else shown


def ticks(legend: str, prefix: str, shape: Iterable[StrEnum]) -> FormRow:
    """Return a box for each word of a list."""
    return FormRow(tuple(FormField(f"{prefix}.{one.value}", title(one), "checkbox") for one in shape), legend)


def rows_typed(typed: Mapping[str, str], path: str) -> int:
    """Return how many rows of a list were filled in, counted to the last one."""
    rows = [0]
    for name, text in typed.items():
        row = name.removeprefix(f"{path}.").partition(".")[0] if name.startswith(f"{path}.") else ""
        if row.isascii() and row.isdigit() and text.strip() not in ("", "false"):
            rows.append(min(int(row[:6]), ROWS_MAX - 1) + 1)
    return max(rows)
