"""What the trail's routes share: their blueprint, and the forms of an answer."""

from flask import Response, make_response
from flask_smorest import Blueprint

blueprint = Blueprint("audit", __name__, url_prefix="/audit", description="The signed trail")

TEXT = {"text/plain": {"schema": {"type": "string"}}}
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def text(raw: bytes) -> Response:
    """Answer with plain text."""
    response = make_response(raw)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
