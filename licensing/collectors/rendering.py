"""A reading as JSON values, and as a table for people."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum

from licensing.collectors.flexnet_file_list import FileList
from licensing.collectors.reading import DaemonReading, FeatureReading, Reading, ServerMember, ServerReading

_COLUMNS = ("feature", "issued", "in use", "counted", "reserved", "queued", "borrowed", "note")
_FILE_COLUMNS = ("feature", "licences", "until", "of")


def as_json(reading: Reading | FileList) -> dict[str, object]:
    """Return the reading as plain values; what is unknown or uncounted is null."""
    plain = _plain(reading)
    if not isinstance(plain, dict):  # pragma: no cover - a dataclass gives a dict
        raise TypeError(plain)
    return plain


def as_table(reading: Reading | FileList) -> Iterator[str]:
    """Give the lines of a table: the servers, the features, and the lines in doubt."""
    for line in _file_lines(reading) if isinstance(reading, FileList) else _table_lines(reading):
        # A display may be noise, and noise may hold what a terminal obeys.
        yield line if line.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in line)


def _table_lines(reading: Reading) -> Iterator[str]:
    for server in (reading.server, *reading.others):
        yield from _server_lines(server)
    yield from _aligned([_COLUMNS, *(_row(feature) for feature in reading.features)])
    yield from _doubts(reading)


def _file_lines(found: FileList) -> Iterator[str]:
    yield "a hint of a licence file: neither use nor capacity"
    rows = [(one.feature, _seats(one.quantity), one.ends.isoformat() if one.ends else "never") for one in found.hints]
    notes = [f"{one.daemon} {one.version}".strip() for one in found.hints]
    yield from _aligned([_FILE_COLUMNS, *((*row, note) for row, note in zip(rows, notes, strict=True))])
    yield from _doubts(found)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        name = row[0].ljust(widths[0])
        numbers = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "  ".join([name, *numbers, row[-1]]).rstrip()


def _doubts(reading: Reading | FileList) -> Iterator[str]:
    yield f"{reading.lines} lines: {reading.events} understood, {len(reading.diagnostics)} in doubt"
    for one in reading.diagnostics:
        yield f"line {one.line}: {one.reason}: {one.text.strip()}"


def _server_lines(server: ServerReading) -> Iterator[str]:
    printed = f", {_moment(server.reported_at)}" if server.reported_at else ""
    yield f"{server.name or 'server without a name'}: {server.state}{printed}"
    parts: tuple[ServerMember | DaemonReading, ...] = (*server.members, *server.daemons)
    for part in parts:
        if part.error:
            yield f"  {part.name}: {part.state}: {part.error}"


def _row(feature: FeatureReading) -> tuple[str, ...]:
    issued = "uncounted" if feature.is_uncounted else _number(feature.issued)
    numbers = (
        feature.reported_in_use,
        feature.counted_in_use,
        feature.reserved,
        feature.queued,
        feature.borrowed,
    )
    return (feature.feature, issued, *(_number(one) for one in numbers), feature.discrepancy or "")


def _seats(quantity: int | None) -> str:
    return "uncounted" if quantity is None else str(quantity)


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else value


def _moment(moment: datetime) -> str:
    """Write an instant as facts and answers do, in UTC; that module would bring the database with it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
