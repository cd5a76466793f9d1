"""Tables of lots: CSV with a mapping that says which column is which field."""

from dataclasses import dataclass, field

from licensing.collectors.table_cells import RowError, read_day
from licensing.collectors.table_mapping import DELIMITERS, DateForm
from licensing.collectors.tables import rows_under
from licensing.errors import BadImport, naming
from licensing.rules.exchange.drafts import LotDraft, Preview, preview_of
from licensing.rules.exchange.values import FIELDS, Values

NAMES = ("vendor", "product", "contract", "ref", "tops_up")
COLUMNS = (*NAMES, *FIELDS)
REQUIRED = ("vendor", "product", "contract", "metric", "quantity", "starts_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMapping:
    """Which header stands over which field; ``constants`` are fields that are the same in each row."""

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    date_form: str = DateForm.YEAR_FIRST.value
    delimiter: str = ","


def check_mapping(mapping: LotMapping) -> None:
    """Refuse a mapping of fields that are not there, or without one that each lot needs; raises ``BadImport``."""
    named = {**mapping.columns, **mapping.constants}
    unknown = [name for name in named if name not in COLUMNS]
    missing = [name for name in REQUIRED if not named.get(name)]
    if unknown:
        raise naming(BadImport, "mapping", f"“{unknown[0][:80]}” is no field of a lot. Fields: {', '.join(COLUMNS)}.")
    if missing:
        raise naming(BadImport, "mapping", f"The mapping says nothing of: {', '.join(missing)}.")
    if mapping.delimiter not in DELIMITERS or mapping.date_form not in set(DateForm):
        sentence = f"A delimiter is a comma, a semicolon, a tab or a bar; a date form is one of {', '.join(DateForm)}."
        raise naming(BadImport, "mapping", sentence)


def own_mapping(text: str) -> LotMapping:
    """Return the mapping of a table with commas, whose headers are our own names of the fields."""
    header, _ = rows_under(text, ",", ())
    columns = {name: name for name in header if name in COLUMNS}
    return LotMapping(columns=columns, date_form=DateForm.YEAR_FIRST.value, delimiter=",")


def read_lot_table(text: str, mapping: LotMapping) -> Preview:
    """Read a table of lots. Raises ``BadImport``, or ``NotACapture`` where it is no table of this mapping."""
    check_mapping(mapping)
    header, records = rows_under(text, mapping.delimiter, [name for name in mapping.columns.values() if name])
    places = {name: header.index(column) for name, column in mapping.columns.items() if column}
    drafts: list[LotDraft] = []
    errors: list[RowError] = []
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            errors.append(RowError(line, "", f"This row has {len(cells)} cells under {len(header)} columns."))
            continue
        draft = _draft(
            line, mapping.constants | {name: cells[place] for name, place in places.items()}, mapping, errors
        )
        drafts += [draft] if draft else []
    return preview_of(drafts, errors)


def _draft(line: int, texts: dict[str, str], mapping: LotMapping, errors: list[RowError]) -> LotDraft | None:
    form = DateForm(mapping.date_form)
    values = Values(line, texts, lambda text: read_day(text, form), errors)
    entry = values.entry()
    if entry is None:
        return None
    return LotDraft(line=line, entry=entry, **{name: values.text(name) for name in NAMES})
