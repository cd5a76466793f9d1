"""A frozen statement on paper: PDF/A-2b, the same bytes each time.

The text goes in as JSON and the template only shows it, so nothing that anybody wrote is taken for markup. The fonts
are those that come with the compiler; what they have no sign for is written as its code point.
"""

import json
import unicodedata
from importlib.resources import files
from typing import Any

import typst

from licensing.rules.frozen import Json

_RANGES = ((0x20, 0x7E), (0xA0, 0x2FF), (0x384, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x20A0, 0x20C0))
"""Signs that the fonts of the compiler have: Latin, Greek, Cyrillic, dashes and quotes, currencies."""


def statement_pdf(document: dict[str, Any], *, sha256: str, receipt: str) -> bytes:
    """Return the statement as PDF/A-2b. ``receipt`` names its entry on the trail."""
    template = files("licensing.printing").joinpath("statement.typ").read_bytes()
    shown = paper_text(document, sha256=sha256, receipt=receipt)
    return typst.compile(
        template,
        sys_inputs={"statement": json.dumps(shown, sort_keys=True)},
        pdf_standards=["a-2b"],
        ignore_system_fonts=True,
        timestamp=0,
    )


def paper_text(document: dict[str, Any], *, sha256: str, receipt: str) -> Json:
    """Return what the template shows: the document, its hash and its receipt, in signs that its fonts have."""
    shown: Json = document | {"sha256": sha256, "receipt": receipt}
    return _printable(shown)


def _printable(value: Json) -> Json:
    if isinstance(value, str):
        return "".join(map(_sign, unicodedata.normalize("NFC", value)))
    if isinstance(value, list):
        return [_printable(part) for part in value]
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    return value


def _sign(sign: str) -> str:
    is_known = any(first <= ord(sign) <= last for first, last in _RANGES)
    return sign if is_known and unicodedata.category(sign) != "Cn" else f"[U+{ord(sign):04X}]"
