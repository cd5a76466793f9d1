"""A vendor's export of who or what seats are assigned to, read as named seats."""

from dataclasses import dataclass

from licensing.collectors.table_cells import RowError, TableRow
from licensing.collectors.table_mapping import TableShows
from licensing.collectors.table_presets import PRESETS, Preset
from licensing.collectors.tables import look_at, read_table
from licensing.errors import BadImport, naming
from licensing.models.entitlements import AssigneeKind


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """One product that somebody or something has a named seat of."""

    line: int
    product: str
    kind: AssigneeKind
    assignee: str


def read_assigned(text: str, preset: str = "") -> list[AssignedRow]:
    """Read an export of assigned seats; without ``preset``, its headers must be those of one export that is known.

    Raises ``BadImport`` naming each row at fault: use is no assignment, and nothing is guessed.
    """
    chosen = _chosen(text, preset)
    if chosen.mapping.shows is TableShows.USED:
        raise naming(BadImport, "preset", "This export shows who used a product, not to whom a seat is assigned.")
    reading = read_table(text, chosen.mapping)
    if reading.errors:
        raise rows_at_fault(reading.errors)
    return [_assigned(row) for row in reading.rows]


def rows_at_fault(errors: tuple[RowError, ...]) -> BadImport:
    """Return the refusal of a text with rows at fault, line by line."""
    fields: dict[str, list[str]] = {}
    for error in errors[:50]:
        fields.setdefault(f"line {error.line}", []).append(error.sentence)
    return BadImport(f"Nothing was assigned: {len(errors)} errors in its rows.", fields=fields)


def _chosen(text: str, preset: str) -> Preset:
    found = PRESETS.get(preset) if preset else look_at(text).proposal
    if found is None:
        raise naming(BadImport, "preset", f"Say which export this is, one of: {', '.join(PRESETS)}.")
    return found


def _assigned(row: TableRow) -> AssignedRow:
    person = row.mail or row.person
    if person:
        return AssignedRow(row.line, row.product, AssigneeKind.PERSON, person)
    return AssignedRow(row.line, row.product, AssigneeKind.DEVICE, row.device)
