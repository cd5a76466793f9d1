"""The cells of a row, read as its mapping says, and what is to be done about one that cannot be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from licensing.collectors.table_mapping import DateForm, TableMapping

_FORMS = {
    DateForm.YEAR_FIRST: re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", re.ASCII),
    DateForm.YEAR_FIRST_SLASHES: re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})", re.ASCII),
    DateForm.YEAR_FIRST_TIME: re.compile(
        r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
    ),
    DateForm.DAY_FIRST_DOTS: re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII),
    DateForm.DAY_FIRST: re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    DateForm.MONTH_FIRST: re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})", re.ASCII),
}
_YEARS = range(1970, 2200)
_NUMBERS = {".": re.compile(r"\d{1,9}(?:\.\d{1,4})?", re.ASCII), ",": re.compile(r"\d{1,9}(?:,\d{1,4})?", re.ASCII)}
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One product of one row. ``None`` and empty are what the table does not say; a quantity is never made up."""

    line: int
    product: str
    person: str
    mail: str
    device: str
    quantity: Decimal | None
    assigned_on: date | None
    last_used_on: date | None
    place: str
    custodian: str


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row, in which column, if in one, and what to do."""

    line: int
    column: str
    sentence: str


class _Cells:
    """The cells of one row by the names of their columns."""

    def __init__(self, line: int, cells: list[str], places: Mapping[str, int], errors: list[RowError]) -> None:
        self._line = line
        self._cells = cells
        self._places = places
        self._errors = errors

    def text(self, column: str | None) -> str:
        """Return a cell as it stands, without the space around it."""
        return "" if column is None else self._cells[self._places[column]].strip()

    def number(self, column: str | None, *, decimal: str) -> Decimal | None:
        """Return a quantity; ``None`` where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        if _NUMBERS[decimal].fullmatch(text) is None:
            self._refuse(
                column, f"“{text[:80]}” is no quantity with “{decimal}” as decimal sign: change it or the mapping."
            )
            return None
        return Decimal(text.replace(",", "."))

    def day(self, column: str | None, *, form: DateForm) -> date | None:
        """Return a day; ``None`` where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        day = read_day(text, form)
        if day is None:
            self._refuse(column, f"“{text[:80]}” is no day written as {form}: change it, or the mapping's date form.")
            return None
        return day

    def mail(self, column: str | None) -> str:
        """Return a mail address; an export that hides people holds none."""
        text = self.text(column)
        if text and _MAIL.fullmatch(text) is None:
            self._refuse(
                column,
                f"“{text[:80]}” is no mail address: export with names shown, or leave the column out of the mapping.",
            )
        return text

    def _refuse(self, column: str | None, sentence: str) -> None:
        self._errors.append(RowError(self._line, column or "", sentence))


def read_day(text: str, form: DateForm) -> date | None:
    """Return the day that a cell names in this form; ``None`` where it names none."""
    found = _FORMS[form].fullmatch(text)
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None
    return day if day is not None and day.year in _YEARS else None


def read_row(
    line: int, cells: list[str], *, places: Mapping[str, int], mapping: TableMapping, errors: list[RowError]
) -> list[TableRow]:
    """Return the rows of a record, one for each product; none where it names no product, or where a cell is wrong.

    What is wrong is added to ``errors``.
    """
    row = _Cells(line, cells, places, errors)
    products = _products(row, mapping)
    if not products:
        return []
    person = " ".join(part for part in (row.text(column) for column in mapping.person) if part)
    mail, device = row.mail(mapping.mail), row.text(mapping.device)
    quantity = row.number(mapping.quantity, decimal=mapping.decimal)
    assigned_on = row.day(mapping.assigned_on, form=mapping.date_form)
    last_used_on = row.day(mapping.last_used_on, form=mapping.date_form)
    if not (person or mail or device) and (mapping.person or mapping.mail or mapping.device):
        sentence = "This row names neither a person nor a device: fill it in, or delete the row."
        errors.append(RowError(line, "", sentence))
    if errors:
        return []
    place, custodian = row.text(mapping.place), row.text(mapping.custodian)
    return [
        TableRow(line, product, person, mail, device, quantity, assigned_on, last_used_on, place, custodian)
        for product in products
    ]


def _products(row: _Cells, mapping: TableMapping) -> list[str]:
    """Return the products of a row, each once."""
    if mapping.fixed_product:
        return [mapping.fixed_product]
    cell = row.text(mapping.product)
    parts = cell.split(mapping.product_separator) if mapping.product_separator else [cell]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
