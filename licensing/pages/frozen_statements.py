"""Pages of frozen statements: freezing one, what it holds, and its files."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import by_field, read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from licensing.pages.statements import show_statement
from licensing.printing.files import statement_file
from licensing.queries import frozen_statements as queries
from licensing.queries.contracts import contract_detail
from licensing.schemas.frozen import PaperQuery, StatementFreeze
from licensing.service.statements import freeze_statement


@submits(Permission.CONTRACTS_WRITE, shows=show_statement)
def post_frozen_statement(session: Session, contract_id: UUID) -> Any:
    """Freeze the statement of the days that are shown."""
    days = read_form(StatementFreeze())
    frozen = freeze_statement(
        session, current_actor(), contract_id=contract_id, **days, zone=facility_zone(), now=clock.now()
    )
    return see_other("licensing_pages.show_frozen_statement", statement_id=frozen.id, done="statement-frozen")


@reads(Permission.CONTRACTS_READ)
def list_frozen_statements(session: Session, contract_id: UUID) -> str:
    """Show the frozen statements of a contract, the newest first."""
    page = queries.frozen_statements(session, contract_id, page_request(str, str))
    here, file = "licensing_pages.list_frozen_statements", "licensing_pages.download_frozen_statements"
    return render_template(
        "licensing/frozen_statements.html",
        contract=contract_detail(session, contract_id).contract,
        statements=page.items,
        **list_links(here, page.next, file=file, contract_id=contract_id),
    )


@reads(Permission.CONTRACTS_READ)
def show_frozen_statement(session: Session, statement_id: UUID) -> str:
    """Show what a frozen statement says of each product, its hash, its receipt, and its files."""
    frozen = queries.frozen_content(session, statement_id)
    return render_template(
        "licensing/frozen_statement.html", frozen=frozen.row, document=frozen.document, names=frozen.aliases
    )


@reads(Permission.CONTRACTS_READ)
def download_statement(session: Session, statement_id: UUID) -> Response:
    """Send a frozen statement as a file."""
    try:
        asked = PaperQuery().load({name: request.args[name] for name in ("form", "names") if name in request.args})
    except ValidationError as error:
        raise Invalid("There is no such form of a statement.", fields=by_field(error.messages)) from error
    made = statement_file(queries.frozen_content(session, statement_id), asked["form"], names=asked["names"])
    response = Response(made.content, content_type=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
