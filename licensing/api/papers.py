"""The API of licence keys and of documents."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import View, current_actor, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.links import NEVER_STORED
from licensing.models.entitlements import Document
from licensing.queries import entitlements
from licensing.rules.documents import DOCUMENT_MAX, OCTETS, DocumentEntry, media_type
from licensing.schemas.papers import DocumentOut, DocumentPage, DocumentQuery, LotKeyIn, LotKeyOut
from licensing.service.documents import attach_document
from licensing.service.keys import reveal_lot_key, set_lot_key

blueprint = Blueprint(
    "licensing_papers", __name__, url_prefix="/licensing", description="Licence keys and documents of contracts"
)
_AS_BYTES = {
    "requestBody": {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    "description": "The body is the document, byte for byte; `Content-Type` says what it is.",
}


def _reads_body_first(view: View) -> Callable[..., Any]:
    """Read the document before the route's transaction opens, so that a slow sender holds no lock."""

    @wraps(view)
    def run(query: dict[str, Any], contract_id: UUID) -> Any:
        request.max_content_length = DOCUMENT_MAX
        entry = DocumentEntry(name=query["name"], kind=media_type(request.content_type), content=request.get_data())
        return view(entry=entry, contract_id=contract_id)

    return run


@blueprint.put("/lots/<uuid:lot_id>/key")
@blueprint.arguments(LotKeyIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(204)
def put_lot_key(session: Session, payload: dict[str, Any], lot_id: UUID) -> None:
    """Keep the licence key of a lot, sealed, in the place of what was there."""
    set_lot_key(session, current_actor(), lot_id=lot_id, key=payload["key"], now=clock.now())


@blueprint.post("/lots/<uuid:lot_id>/key/revelation")
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, LotKeyOut)
def post_key_revelation(session: Session, lot_id: UUID) -> Any:
    """Show the licence key of a lot; that you asked is on the trail."""
    return {"key": reveal_lot_key(session, current_actor(), lot_id=lot_id)}, 200, NEVER_STORED


@blueprint.get("/contracts/<uuid:contract_id>/documents")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, DocumentPage)
def list_documents(session: Session, contract_id: UUID) -> Page[Document]:
    """List the documents of a contract by name, without their bytes."""
    return entitlements.list_documents(session, contract_id, page_request(str, str))


@blueprint.post("/contracts/<uuid:contract_id>/documents")
@blueprint.doc(**_AS_BYTES)
@blueprint.arguments(DocumentQuery, location="query")
@_reads_body_first
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, DocumentOut)
def post_document(session: Session, entry: DocumentEntry, contract_id: UUID) -> Document:
    """Attach a document to a contract, with its hash on the trail."""
    return attach_document(session, current_actor(), contract_id=contract_id, entry=entry, now=clock.now())


@blueprint.get("/documents/<uuid:document_id>")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, DocumentOut)
def get_document(session: Session, document_id: UUID) -> Document:
    """Show a document without its bytes."""
    return entitlements.find_document(session, document_id)


@blueprint.get("/documents/<uuid:document_id>/content")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=OCTETS)
def get_document_content(session: Session, document_id: UUID) -> Response:
    """Fetch a document, byte for byte as it came."""
    # A browser is given bytes to keep, whatever the sender said they were.
    answer = Response(entitlements.document_bytes(session, document_id), content_type=OCTETS)
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{document_id}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
