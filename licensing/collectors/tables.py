"""Tables of a vendor's portal, and our own of dongles: CSV with a mapping that says which column is what.

A mapping names columns by their headers, and a table without one of them is refused: nothing is found by its place or
its looks. What a row shows is the mapping's to say, because a seat that is assigned is not a seat that is used. A row
is taken whole or not at all, and each wrong cell is named with its line. Cells stay text: a formula is never reckoned.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerprint.core.problems import TooLarge
from licensing.collectors.formats import not_a_capture
from licensing.collectors.table_cells import RowError, TableRow, read_row
from licensing.collectors.table_mapping import DELIMITERS, Encoding, TableMapping, TableShows
from licensing.collectors.table_presets import PRESETS, Preset

MAX_TABLE_CHARACTERS = 8 * 1024 * 1024
MAX_ROWS = 100_000

_SHOWN_ROWS = 5
_SHOWN_CELL = 200
_ENDS = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a table says. Each record is a row, has errors, shows no product, or is blank; it is never two of these."""

    shows: TableShows
    rows: tuple[TableRow, ...]
    errors: tuple[RowError, ...]
    without_product: tuple[int, ...]
    """The lines of records that name no product: people who have nothing assigned."""
    blank: int
    records: int


@dataclass(frozen=True, slots=True)
class TableLook:
    """The header and the first rows of a table, and the mappings that it may be read with."""

    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    problems: tuple[str, ...]
    candidates: tuple[Preset, ...]

    @property
    def proposal(self) -> Preset | None:
        """Return the one preset that explains most columns; ``None`` where there is none, or two do so alike."""
        ranked = sorted(self.candidates, key=lambda preset: len(preset.headers), reverse=True)
        if len(ranked) > 1 and len(ranked[0].headers) == len(ranked[1].headers):
            return None
        return ranked[0] if ranked else None


def decode_table(raw: bytes, *, encoding: Encoding = Encoding.UTF_8) -> str:
    """Return the text of a table's bytes; refuses with the first line at fault where they are not in the encoding.

    A byte order mark says the encoding itself. Without one only the encoding that is named is tried.
    """
    if len(raw) > MAX_TABLE_CHARACTERS:
        raise _too_large(f"A table may have {MAX_TABLE_CHARACTERS} bytes, and this has more: send it in parts.")
    named = encoding.value
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        named = "utf-16"
    elif raw.startswith(b"\xef\xbb\xbf"):
        named = "utf-8-sig"
    try:
        return raw.decode(named)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sentence = f"Line {line} of this table is not {named}: save it as UTF-8, or name its encoding in the mapping."
        raise not_a_capture(sentence) from error


def read_table(text: str, mapping: TableMapping) -> TableReading:
    """Read a table. Raises ``NotACapture`` where it is none, or not one of this mapping, ``TooLarge`` over the limits.

    Quoted cells may hold line ends; a row's line is the one on which it begins.
    """
    records = _records(text, mapping.delimiter)
    header = _header(records, mapping.columns)
    places = {name: place for place, name in enumerate(header) if name}
    rows: list[TableRow] = []
    errors: list[RowError] = []
    without_product: list[int] = []
    blank = count = 0
    for line, cells in records:
        count += 1
        if count > MAX_ROWS:
            raise _too_large(f"A table may have {MAX_ROWS} rows, and this has more: send it in parts.")
        if not any(cell.strip() for cell in cells):
            blank += 1
            continue
        wrong = _ragged(line, cells, header)
        taken = [] if wrong else read_row(line, cells, places=places, mapping=mapping, errors=wrong)
        errors += wrong
        rows += taken
        if not taken and not wrong:
            without_product.append(line)
    return TableReading(mapping.shows, tuple(rows), tuple(errors), tuple(without_product), blank, count)


def rows_under(text: str, delimiter: str, columns: Sequence[str]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the header of a table and its records, each with its line; refuses one that lacks one of ``columns``."""
    records = _records(text, delimiter)
    return _header(records, columns), records


def look_at(text: str) -> TableLook:
    """Show the header and first rows of a table and propose mappings by the headers of known vendors.

    Raises ``NotACapture`` where it cannot be read as a table at all. The proposal is for a person to confirm.
    """
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    _, header = next(records, (1, []))
    header = [name.strip() for name in header]
    if not any(header):
        raise not_a_capture("The table has no header: its first line must name its columns.")
    rows = []
    for _, cells in records:
        if any(cell.strip() for cell in cells):
            rows.append(tuple(cell[:_SHOWN_CELL] for cell in cells))
        if len(rows) == _SHOWN_ROWS:
            break
    problems = [f"The column “{name}” stands twice." for name in _twice(header)]
    problems += [f"Row {number} has {len(row)} cells." for number, row in enumerate(rows, 1) if len(row) != len(header)]
    fitting = [one for one in PRESETS.values() if one.headers <= set(header) and not one.headers & set(_twice(header))]
    return TableLook(delimiter, tuple(header), tuple(rows), tuple(problems), tuple(fitting))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line on which it begins; refuses quotes that do not fit."""
    if len(text) > MAX_TABLE_CHARACTERS:
        raise _too_large(f"A table may have {MAX_TABLE_CHARACTERS} characters, and this has more: send it in parts.")
    text = text.removeprefix("\ufeff")
    found = text.find("\x00")
    if found >= 0:
        raise not_a_capture(f"Line {_line_of(text, found)} holds a NUL, so this is no text: export the table as CSV.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sentence = f"The record that begins on line {line} is no CSV ({error}): see to its quotes, or export again."
            raise not_a_capture(sentence) from error
        yield line, cells
        line = reader.line_num + 1


def _header(records: Iterator[tuple[int, list[str]]], columns: Sequence[str]) -> list[str]:
    """Return the header; refuses one that has a column twice, or lacks one of ``columns``."""
    _, found = next(records, (1, []))
    header = [name.strip() for name in found]
    if not any(header):
        raise not_a_capture("The table has no header: its first line must name its columns.")
    twice = _twice(header)
    if twice:
        sentence = f"The column “{twice[0][:80]}” stands twice, so nobody knows which counts: rename one of them."
        raise not_a_capture(sentence)
    missing = [name for name in columns if name not in header]
    if missing:
        there = ", ".join(f"“{name[:80]}”" for name in header[:20] if name)
        raise not_a_capture(f"The table has no column “{missing[0][:80]}”: change the mapping. Its columns: {there}.")
    return header


def _twice(header: Sequence[str]) -> list[str]:
    known: set[str] = set()
    return [name for name in header if name and (name in known or known.add(name))]  # type: ignore[func-returns-value]


def _ragged(line: int, cells: list[str], header: list[str]) -> list[RowError]:
    if len(cells) == len(header):
        return []
    sentence = (
        f"This row has {len(cells)} cells under {len(header)} columns: put quotes around a cell with a delimiter."
    )
    return [RowError(line, "", sentence)]


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the first line into most columns; a comma where none does."""
    first = _QUOTED.sub("", _ENDS.split(text.removeprefix("\ufeff"), maxsplit=1)[0])
    return max(DELIMITERS, key=lambda one: (first.count(one), one == ","))


def _line_of(text: str, place: int) -> int:
    return sum(1 for _ in _ENDS.finditer(text, 0, place)) + 1


def _too_large(sentence: str) -> TooLarge:
    return TooLarge(sentence, fields={"text": [sentence]})
