"""Texts of an import read as the fields of a lot; what cannot be read is an error of its row and column."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from licensing.collectors.table_cells import RowError
from licensing.rules.lots import LotEntry

UNCOUNTED = "uncounted"
DATES = ("starts_on", "ends_on", "maintenance_until")
LISTS = ("downgrade_to", "bundle")
TEXTS = (
    *("metric", "site", "price", "currency", "overage_policy", "term", "purpose", "order_number"),
    "feature",
)
FIELDS = ("quantity", "overage_quantity", *DATES, *LISTS, *TEXTS)
SEPARATOR = "|"


class Values:
    """The texts of one row by the names of the fields."""

    def __init__(
        self, line: int, texts: Mapping[str, str], day_of: Callable[[str], date | None], errors: list[RowError]
    ) -> None:
        self._line = line
        self._texts = texts
        self._day_of = day_of
        self._errors = errors

    def text(self, field: str) -> str:
        """Return a text without the space around it; empty where there is none."""
        return self._texts.get(field, "").strip()

    def refuse(self, field: str, sentence: str) -> None:
        """Note what is wrong with a field of this row."""
        self._errors.append(RowError(self._line, field, sentence))

    def entry(self) -> LotEntry | None:
        """Return the lot, or ``None`` where a text of it cannot be read. Nothing is guessed."""
        before = len(self._errors)
        found: dict[str, Any] = {name: self.text(name) for name in TEXTS if self.text(name)}
        found |= {name: self._day(name) for name in DATES}
        found |= {name: self._list(name) for name in LISTS}
        found["quantity"] = self._quantity()
        overage = self.text("overage_quantity")
        found["overage_quantity"] = self._number("overage_quantity", overage) if overage else None
        for name, sentence in (("metric", "State what is counted."), ("starts_on", "State the lot's first day.")):
            if not found.get(name) and not self.text(name):
                self.refuse(name, sentence)
        return None if len(self._errors) > before else LotEntry(**found)

    def _quantity(self) -> int | None:
        text = self.text("quantity")
        if text.lower() == UNCOUNTED:
            return None
        if not text:
            self.refuse("quantity", f"State how many, or write “{UNCOUNTED}”: an empty cell could be either.")
            return None
        return self._number("quantity", text)

    def _number(self, field: str, text: str) -> int | None:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            self.refuse(field, f"“{text[:80]}” is no whole number in digits.")
            return None
        return int(text)

    def _day(self, field: str) -> date | None:
        text = self.text(field)
        day = self._day_of(text) if text else None
        if text and day is None:
            self.refuse(field, f"“{text[:80]}” is no day in the form that is expected.")
        return day

    def _list(self, field: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(field).split(SEPARATOR) if part.strip())
