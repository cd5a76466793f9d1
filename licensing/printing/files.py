"""The file of a frozen statement, in each of its forms."""

from dataclasses import dataclass
from typing import Any

from licensing.printing.statement_csv import statement_csv
from licensing.printing.statement_pdf import statement_pdf
from licensing.queries.frozen_statements import FrozenContent
from licensing.rules.frozen import FORM, Json, canonical, with_names

_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file to send."""

    content: bytes
    media_type: str
    name: str


def statement_file(frozen: FrozenContent, form: str, *, names: str) -> StatementFile:
    """Return a frozen statement as ``json``, ``csv`` or ``pdf``; with ``names`` of ``full``, with those still kept.

    As JSON and by pseudonym these are the bytes that were hashed. With names, the JSON holds them beside the statement,
    each with the salt that proves it.
    """
    is_full = names == "full"
    row = frozen.row
    shown: Any = with_names(frozen.document, frozen.aliases) if is_full else frozen.document
    if form == "json":
        content = canonical(_disclosed(frozen)) if is_full else frozen.content
    elif form == "csv":
        content = statement_csv(shown, sha256=row.sha256).encode()
    else:
        content = statement_pdf(shown, sha256=row.sha256, receipt=f"{row.log}, entry {row.entry}")
    kind = "-names" if is_full else ""
    number = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in row.number)
    name = f"statement-{number}-{row.starts_on}-{row.ends_on}{kind}.{form}"
    return StatementFile(content, _TYPES[form], name)


def _disclosed(frozen: FrozenContent) -> Json:
    names: list[Json] = [{"pseudonym": one.pseudonym, "salt": one.salt, "name": one.name} for one in frozen.aliases]
    return {"form": f"{FORM}+names", "statement": frozen.document, "sha256": frozen.row.sha256, "names": names}
