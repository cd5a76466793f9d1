"""The texts that lots are imported from, each read by its own rules."""

from dataclasses import dataclass
from enum import StrEnum

from licensing.collectors.flexnet_file_list import KIND, read_file_list
from licensing.collectors.table_cells import RowError
from licensing.errors import BadImport, naming
from licensing.rules.exchange.cyclonedx import read_cyclonedx
from licensing.rules.exchange.drafts import Preview
from licensing.rules.exchange.licence import LicenceTarget, read_flexnet_lots, read_rlm_lots
from licensing.rules.exchange.table import LotMapping, own_mapping, read_lot_table


class ImportKind(StrEnum):
    """What a text is."""

    CSV = "csv"
    FLEXNET = "flexnet-licence"
    RLM = "rlm-licence"
    CYCLONEDX = "cyclonedx"
    LMSTAT = KIND
    """A list of a licence file that is looked at, and never entered."""


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A text to import, and what it is read with: a table's mapping, or a licence file's vendor and contract."""

    kind: ImportKind
    text: str
    mapping: LotMapping | None = None
    target: LicenceTarget | None = None


def preview_import(source: ImportSource) -> Preview:
    """Return what a text would enter and what is wrong with it, by the text alone.

    Raises ``BadImport``, and ``NotACapture`` for what is no list of a licence file.
    """
    match source.kind:
        case ImportKind.CSV:
            return read_lot_table(source.text, source.mapping or own_mapping(source.text))
        case ImportKind.CYCLONEDX:
            return read_cyclonedx(source.text)
        case ImportKind.FLEXNET:
            return read_flexnet_lots(source.text, _target(source))
        case ImportKind.RLM:
            return read_rlm_lots(source.text, _target(source))
        case ImportKind.LMSTAT:
            return _hints(source.text)


def _hints(text: str) -> Preview:
    found = read_file_list(text)
    errors = [RowError(one.line, "", f"This line is not understood: {one.reason}.") for one in found.diagnostics]
    return Preview((), tuple(errors), hints=found.hints)


def _target(source: ImportSource) -> LicenceTarget:
    target = source.target
    if target is None or not target.vendor or not target.contract:
        raise naming(BadImport, "contract", "Say whose licence file it is, and under which contract its lots stand.")
    return target
