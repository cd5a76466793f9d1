"""The API of contract statements."""

from datetime import date
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.permissions import Permission
from licensing.queries.statements import Statement, contract_statement
from licensing.schemas.statements import StatementOut, StatementQuery

blueprint = Blueprint("licensing_statements", __name__, url_prefix="/licensing", description="Use against contracts")


@blueprint.get("/contracts/<uuid:contract_id>/statement")
@blueprint.arguments(StatementQuery, location="query", unknown=None)
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, StatementOut)
def get_statement(session: Session, days: dict[str, date], contract_id: UUID) -> Statement:
    """Hold the use of a contract's products over some days against its lots."""
    return contract_statement(session, contract_id, **days, zone=facility_zone(), now=clock.now())
