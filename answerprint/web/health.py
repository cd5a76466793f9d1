"""Whether the process lives, and whether it can serve: for whoever watches it."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core.http import database, open_to_all
from answerprint.core.upgrade import is_current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_all
def show_health() -> Response:
    """Answer while the process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@open_to_all
def show_readiness() -> tuple[Response, int]:
    """Answer 200 where the database answers and its tables are this release's, else 503 with the reason."""
    try:
        with database().reading() as session:
            ready = is_current(session.connection())
    except SQLAlchemyError:
        return jsonify(status="not ready", reason="the database does not answer"), 503
    if not ready:
        return jsonify(status="not ready", reason="the tables are of another release: run 'answerprint upgrade'"), 503
    return jsonify(status="ready"), 200
