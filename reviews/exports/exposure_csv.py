"""A leak drill as a table for a spreadsheet. It names people, and neither the project nor the material."""

from collections.abc import Iterable, Iterator

from answerprint.core.spreadsheet import csv_line
from answerprint.core.types import isoformat
from reviews.rules.leaks import Exposure

FILE_NAME = "exposure.csv"
_HEADS = (
    *("who", "of", "how", "known by", "from (UTC)", "until (UTC)", "times"),
    *("mark as instructed", "over", "id", "source id"),
)


def exposure_table(rows: Iterable[Exposure]) -> Iterator[str]:
    """Write the lines of the table, heads first."""
    yield csv_line(_HEADS)
    for row in rows:
        until = isoformat(row.last_at) if row.last_at is not None else ""
        who = (row.name, "client" if row.contact_id is not None else "house")
        known = (row.how, row.proof, isoformat(row.first_at), until, row.times, row.mark, row.over)
        yield csv_line((*who, *known, row.contact_id or row.person_id, row.source_id))
