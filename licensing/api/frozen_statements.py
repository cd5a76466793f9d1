"""The API of frozen statements."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, page_request, reads, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Contract
from licensing.printing.files import statement_file
from licensing.queries import frozen_statements as queries
from licensing.queries.catalogue import find
from licensing.queries.frozen_statements import FrozenRow
from licensing.schemas.frozen import FrozenStatementOut, FrozenStatementPage, PaperQuery, StatementFreeze
from licensing.service.statements import freeze_statement

blueprint = Blueprint(
    "licensing_frozen_statements", __name__, url_prefix="/licensing", description="Statements that stay as they are"
)
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FORMS = dict.fromkeys(("application/json", "text/csv", "application/pdf"), _FILE)


@blueprint.get("/contracts/<uuid:contract_id>/statements")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, FrozenStatementPage)
def list_frozen_statements(session: Session, contract_id: UUID) -> Page[FrozenRow]:
    """List the frozen statements of a contract, the newest first."""
    find(session, Contract, contract_id)
    return queries.frozen_statements(session, contract_id, page_request(str, str))


@blueprint.post("/contracts/<uuid:contract_id>/statements")
@blueprint.arguments(StatementFreeze)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, FrozenStatementOut)
def post_frozen_statement(session: Session, days: dict[str, date], contract_id: UUID) -> FrozenRow:
    """Freeze a contract's statement for some days as it is now."""
    return freeze_statement(
        session, current_actor(), contract_id=contract_id, **days, zone=facility_zone(), now=clock.now()
    )


@blueprint.get("/statements/<uuid:statement_id>")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, FrozenStatementOut)
def get_frozen_statement(session: Session, statement_id: UUID) -> FrozenRow:
    """Show a frozen statement's hash and its place on the trail."""
    return queries.frozen_row(session, statement_id)


@blueprint.get("/statements/<uuid:statement_id>/content")
@blueprint.arguments(PaperQuery, location="query", unknown=None)
@reads(Permission.CONTRACTS_READ)
@blueprint.doc(responses={200: {"description": "The file.", "content": _FORMS}})
def get_statement_content(session: Session, asked: dict[str, str], statement_id: UUID) -> Response:
    """Send a frozen statement as the JSON that was hashed, as CSV or as PDF/A."""
    made = statement_file(queries.frozen_content(session, statement_id), asked["form"], names=asked["names"])
    response = Response(made.content, content_type=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
