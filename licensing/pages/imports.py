"""Pages of imports: choose a text, see what it would enter, and enter it all."""

from datetime import date
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from licensing.collectors.table_mapping import DateForm
from licensing.collectors.tables import decode_table
from licensing.errors import naming
from licensing.pages.import_forms import DELIMITER_NAMES, ImportForm, MappingForm, mapping_of
from licensing.queries.contracts import contract_detail, list_contracts
from licensing.queries.entitlements import stored_mappings
from licensing.queries.exchange import import_source
from licensing.queries.file_claims import look_at
from licensing.rules.exchange.file_claims import Differs
from licensing.rules.exchange.sources import ImportKind, ImportSource, preview_import
from licensing.rules.exchange.table import COLUMNS, REQUIRED
from licensing.service.imports import carry_out_import
from licensing.service.mappings import keep_mapping

_KINDS = {
    ImportKind.CSV: "Table (CSV)",
    ImportKind.FLEXNET: "FlexNet licence file",
    ImportKind.RLM: "RLM licence file",
    ImportKind.CYCLONEDX: "CycloneDX document",
    ImportKind.LMSTAT: "FlexNet lmstat -i (a hint)",
}
_ROWS_SHOWN = 200
_DIFFERS = {
    Differs.UNKNOWN_FEATURE: "counts for no product",
    Differs.AMBIGUOUS_FEATURE: "counts for more than one product",
    Differs.NO_LOT: "no lot of today",
    Differs.ENDED: "the file's rows have ended",
    Differs.QUANTITY: "another number of seats",
    Differs.END: "another end",
}


@reads(Permission.CONTRACTS_WRITE)
def new_import(session: Session) -> str:
    """Show the form that chooses a text to import."""
    contracts = [
        ("", "none"),
        *((str(one.id), f"{one.number}, {one.vendor_name}") for one in list_contracts(session).items),
    ]
    mappings = [("", "our own headers"), *((str(one.id), one.name) for one in stored_mappings(session))]
    return render_template(
        "licensing/import_form.html",
        kinds=[(kind.value, label) for kind, label in _KINDS.items()],
        contracts=contracts,
        mappings=mappings,
        columns=COLUMNS,
        required=REQUIRED,
    )


@submits(Permission.CONTRACTS_WRITE, shows=new_import)
def post_preview(session: Session) -> Any:
    """Show what a text would enter and what is wrong with which row; nothing is entered."""
    typed = read_form(ImportForm())
    source = _source(session, typed)
    preview = look_at(session, source, on=_today())
    template = "import_hints" if source.kind is ImportKind.LMSTAT else "import_preview"
    return render_template(
        f"licensing/{template}.html",
        preview=preview,
        rows=preview.rows[:_ROWS_SHOWN],
        errors=preview.errors[:_ROWS_SHOWN],
        text=source.text,
        typed=typed,
        label=_KINDS[source.kind],
        differs=_DIFFERS,
    )


@submits(Permission.CONTRACTS_WRITE, shows=new_import)
def post_import(session: Session) -> Any:
    """Enter all lots of a text, or none."""
    source = _source(session, read_form(ImportForm()))
    carry_out_import(session, current_actor(), preview=preview_import(source), source=source)
    return see_other("licensing_pages.list_contracts", done="lots-imported")


@reads(Permission.CONTRACTS_WRITE)
def new_mapping(session: Session) -> str:
    """Show the form that keeps a mapping, and those that were kept."""
    return render_template(
        "licensing/mapping_form.html",
        columns=COLUMNS,
        required=REQUIRED,
        delimiters=[(name, name) for name in DELIMITER_NAMES],
        forms=[(form.value, form.value) for form in DateForm],
        kept=stored_mappings(session),
    )


@submits(Permission.CONTRACTS_WRITE, shows=new_mapping)
def post_mapping(session: Session) -> Any:
    """Keep a mapping of tables."""
    payload = read_form(MappingForm())
    keep_mapping(session, current_actor(), name=payload["mapping_name"], mapping=mapping_of(payload))
    return see_other("licensing_pages.new_import", done="mapping-kept")


def _source(session: Session, typed: dict[str, Any]) -> ImportSource:
    file = request.files.get("file")
    raw = file.read() if file is not None else b""
    text = decode_table(raw) if raw else str(typed.get("text", "")).replace("\r\n", "\n")
    if not text.strip():
        raise naming(Invalid, "text", "Choose a file, or paste its text.")
    contract = contract_detail(session, typed["contract_id"]).contract if "contract_id" in typed else None
    return import_source(
        session,
        kind=typed["kind"],
        text=text,
        mapping_id=typed.get("mapping_id"),
        vendor=contract.vendor_name if contract else "",
        contract=contract.number if contract else "",
        starts_on=contract.starts_on if contract else _today(),
    )


def _today() -> date:
    return clock.now().astimezone(facility_zone()).date()
