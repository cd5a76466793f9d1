"""The API of the seats board."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.permissions import Permission
from licensing.queries.board import seats_board
from licensing.schemas.board import BoardOut

blueprint = Blueprint("licensing_board", __name__, url_prefix="/licensing", description="Seats now")


@blueprint.get("/board")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, BoardOut)
def get_board(session: Session) -> dict[str, Any]:
    """Show the seats of all products now: given, checked out, seen in use, free."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    return {"on": today, "made_at": now, "items": seats_board(session, on=today, now=now)}
