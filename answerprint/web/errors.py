"""Where refusals meet HTTP: the only place that knows a status. Problems are RFC 9457.

A page's form that was refused is shown again with what was typed. A refusal that carries a fact has it recorded here,
in a transaction of its own, since the request's was rolled back.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from answerprint.core import problems
from answerprint.core.forms import FormState, by_field
from answerprint.core.http import current_actor, database
from audit.record import HOUSE, Fact, record

STATUS: dict[type[problems.Refusal], int] = {
    problems.Invalid: 422,
    problems.NotSignedIn: 401,
    problems.NotAllowed: 403,
    problems.NotFound: 404,
    problems.Conflict: 409,
    problems.StaleVersion: 412,
    problems.VersionRequired: 428,
    problems.TooLarge: 413,
    problems.TooMany: 429,
}
PROBLEMS = "/api/v1/problems/"
HTTP_PROBLEMS = {
    400: ("unreadable", "The request cannot be read. Check that the body is JSON, in UTF-8, as the description says."),
    404: (problems.NotFound.code, "There is nothing at this address."),
    405: ("method-not-taken", "This address does not take that method."),
    413: (problems.TooLarge.code, "The body is larger than this address takes. Send less at a time."),
    415: ("kind-not-taken", "The body is of a kind that this address does not take. Set Content-Type as described."),
    422: (problems.Invalid.code, "Some fields need another look."),
    500: (
        "fault",
        "The house made a mistake. Nothing of this request was kept. Try again; if it stays, tell your admin.",
    ),
}
"""What HTTP itself refuses, by status: the code of the problem and its sentence."""

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer every error of ``app`` with a problem."""
    app.register_error_handler(problems.Refusal, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(IntegrityError, _answer_integrity)
    app.register_error_handler(StaleDataError, _answer_stale)
    app.register_error_handler(Exception, _answer_fault)


def status_of(refusal: type[problems.Refusal]) -> int:
    """Return the HTTP status of a kind of refusal."""
    return next((STATUS[kind] for kind in refusal.__mro__ if kind in STATUS), 400)


def answer_refusal(refusal: problems.Refusal) -> Response:
    """Answer with the refusal's sentence, and record what it left for the trail."""
    if isinstance(refusal.on_trail, Fact):
        with database().transaction() as session:
            record(session, current_actor(), refusal.on_trail, log=getattr(refusal, "trail_log", HOUSE))
    status = status_of(type(refusal))
    shows = vars(current_app.view_functions.get(request.endpoint or "", answer_refusal)).get("answerprint_shows")
    if shows is not None and status not in (401, 403):
        return _show_form_again(cast("Callable[..., Any]", shows), refusal, status)
    return _answer(status, refusal.code, refusal.detail, refusal.fields)


def _show_form_again(shows: Callable[..., Any], refusal: problems.Refusal, status: int) -> Response:
    g.form = FormState(values=request.form.to_dict(), fields=refusal.fields, detail=refusal.detail)
    try:
        response = make_response(shows(**(request.view_args or {})))
    except problems.Refusal as gone:
        return _answer(status_of(type(gone)), gone.code, gone.detail, gone.fields)
    response.status_code = status
    return response


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None and status < 400:
        return cast("Response", error.response)
    fields: dict[str, list[str]] = {}
    messages = (getattr(error, "data", None) or {}).get("messages")
    if messages:
        fields = by_field(messages)
    code, sentence = HTTP_PROBLEMS.get(status, HTTP_PROBLEMS[400] if status < 500 else HTTP_PROBLEMS[500])
    answer = _answer(status, code, sentence, fields)
    if status == 405 and error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer


def _answer_integrity(error: IntegrityError) -> Response:
    log.warning("two changes met", error=str(error.orig))
    detail = "Somebody changed the same thing at the same moment. Nothing of yours was kept: look again and repeat it."
    return answer_refusal(problems.Conflict(detail))


def _answer_stale(_error: StaleDataError) -> Response:
    detail = "It was changed since you read it. Nothing of yours was kept: read it again and repeat your change."
    return answer_refusal(problems.StaleVersion(detail))


def _answer_fault(error: Exception) -> Response:
    # The route and not the path: some paths carry the secret of a link.
    route = request.url_rule.rule if request.url_rule is not None else request.path
    log.error("fault", path=route, method=request.method, exc_info=error)
    if current_app.testing:
        raise error
    return _answer(500, *HTTP_PROBLEMS[500], {})


def _answer(status: int, code: str, detail: str, fields: dict[str, list[str]]) -> Response:
    title = HTTPStatus(status).phrase
    if not request.path.startswith("/api/"):
        page = render_template("problem.html", status=status, title=title, detail=detail, fields=fields)
        return make_response(page, status)
    problem = {"type": f"{PROBLEMS}{code}", "title": title, "status": status, "detail": detail}
    if fields:
        problem["errors"] = [{"field": name, "detail": " ".join(words)} for name, words in sorted(fields.items())]
    response = jsonify(problem)
    response.status_code = status
    response.headers["Content-Type"] = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="answerprint"'
    return response
