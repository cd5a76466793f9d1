"""Entries as a table for a spreadsheet (RFC 4180)."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from audit.queries.entries import EntryRow

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEADS = ("log", "index", "fact", "about", "actor", "project", "recorded (local)", "zone", "recorded (UTC)")


def entries_table(rows: Iterable[EntryRow], zone: ZoneInfo, *, is_whole: bool) -> str:
    """Return the table; where it is not whole its last line says so. No cell begins a formula in a spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEADS)
    for row in rows:
        local, utc = row.recorded_at.astimezone(zone), row.recorded_at.astimezone(UTC)
        times = (f"{local:%Y-%m-%d %H:%M:%S}", f"{zone.key} {local:%z}", f"{utc:%Y-%m-%dT%H:%M:%S.%fZ}")
        lines.writerow(_plain((row.log, str(row.index), row.kind, row.about, row.actor, row.project or "", *times)))
    if not is_whole:
        lines.writerow(["There are more entries than this table holds: search for a shorter time."])
    return text.getvalue()


def _plain(cells: Iterable[str]) -> list[str]:
    # An apostrophe in front makes a spreadsheet take the cell for text.
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
