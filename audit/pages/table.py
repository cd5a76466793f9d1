"""Entries as a table for a spreadsheet."""

from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from answerprint.core.spreadsheet import csv_line
from audit.queries.entries import EntryRow

_HEADS = ("log", "index", "fact", "about", "actor", "project", "recorded (local)", "zone", "recorded (UTC)")


def entries_table(rows: Iterable[EntryRow], zone: ZoneInfo, *, is_whole: bool) -> str:
    """Return the table; where it is not whole its last line says so."""
    lines = [csv_line(_HEADS)]
    for row in rows:
        local, utc = row.recorded_at.astimezone(zone), row.recorded_at.astimezone(UTC)
        times = (f"{local:%Y-%m-%d %H:%M:%S}", f"{zone.key} {local:%z}", f"{utc:%Y-%m-%dT%H:%M:%S.%fZ}")
        lines.append(csv_line((row.log, row.index, row.kind, row.about, row.actor, row.project or "", *times)))
    if not is_whole:
        lines.append(csv_line(["There are more entries than this table holds: search for a shorter time."]))
    return "".join(lines)
