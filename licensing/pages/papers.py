"""Pages of licence keys and documents."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import View, current_actor, reads, writes
from answerprint.core.permissions import Permission
from facility.links import NEVER_STORED
from licensing.models.catalogue import Lot
from licensing.pages.contracts import edit_lot, show_contract
from licensing.pages.forms import DocumentForm, KeyForm
from licensing.queries.catalogue import find
from licensing.queries.contracts import contract_detail
from licensing.queries.entitlements import document_bytes
from licensing.rules.documents import DOCUMENT_MAX, OCTETS, DocumentEntry, media_type
from licensing.service.documents import attach_document
from licensing.service.keys import reveal_lot_key, set_lot_key


def takes_documents(view: View) -> View:
    """Let a view's requests be as large as a document with the form around it."""
    vars(view)["answerprint_body_limit"] = DOCUMENT_MAX + 65_536
    return view


@submits(Permission.CONTRACTS_WRITE, shows=edit_lot)
def post_key(session: Session, lot_id: UUID) -> Any:
    """Keep the licence key of a lot."""
    set_lot_key(session, current_actor(), lot_id=lot_id, key=read_form(KeyForm())["key"], now=clock.now())
    return see_other("licensing_pages.edit_lot", lot_id=lot_id, done="key-set")


@writes(Permission.CONTRACTS_WRITE)
def post_revelation(session: Session, lot_id: UUID) -> Any:
    """Show the licence key of a lot, once, and write down who asked."""
    key = reveal_lot_key(session, current_actor(), lot_id=lot_id)
    detail = contract_detail(session, find(session, Lot, lot_id).contract_id)
    lot = next(one for one in detail.lots if one.id == lot_id)
    page = render_template("licensing/lot_key.html", key=key, lot=lot, contract=detail.contract)
    return page, 200, NEVER_STORED


@takes_documents
@submits(Permission.CONTRACTS_WRITE, shows=show_contract)
def post_document(session: Session, contract_id: UUID) -> Any:
    """Attach a document to a contract."""
    name = read_form(DocumentForm()).get("name", "")
    file = request.files.get("content")
    entry = DocumentEntry(
        name=name or (file.filename if file is not None else "") or "document",
        kind=media_type(file.mimetype if file is not None else None),
        content=file.read() if file is not None else b"",
    )
    attach_document(session, current_actor(), contract_id=contract_id, entry=entry, now=clock.now())
    return see_other("licensing_pages.show_contract", contract_id=contract_id, done="document-attached")


@reads(Permission.CONTRACTS_READ)
def download_document(session: Session, document_id: UUID) -> Response:
    """Give a document, byte for byte as it came, as a file to keep."""
    answer = Response(document_bytes(session, document_id), content_type=OCTETS)
    answer.headers.set("Content-Disposition", "attachment", filename=f"document-{document_id}")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
