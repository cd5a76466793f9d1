"""Tables for a spreadsheet (RFC 4180), in which no cell begins a formula."""

import csv
import io
from collections.abc import Iterable

# The last four are how a keyboard for Chinese or Japanese writes the first four, and are read as those.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_line(cells: Iterable[object]) -> str:
    """Write one line. An apostrophe in front makes a spreadsheet take for text what it would run."""
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: object) -> str:
    text = str(cell)
    is_number = isinstance(cell, int)
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
