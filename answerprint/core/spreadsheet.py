"""Tables for a spreadsheet (RFC 4180), in which no cell begins a formula."""

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(cells: Iterable[object]) -> str:
    """Write one line. An apostrophe in front makes a spreadsheet take for text what it would run."""
    line = io.StringIO()
    texts = map(str, cells)
    csv.writer(line).writerow([f"'{text}" if text.startswith(_FORMULA) else text for text in texts])
    return line.getvalue()
