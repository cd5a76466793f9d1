"""The API description, as a file and as a page; and what each kind of problem means."""

import inspect
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from answerprint.core.http import open_to_all
from answerprint.core.problems import NotFound, Refusal
from answerprint.web.errors import HTTP_PROBLEMS, status_of
from answerprint.web.openapi import description

blueprint = Blueprint("api_pages", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@open_to_all
def show_openapi() -> Response:
    """Answer with the OpenAPI description."""
    return jsonify(description())


@blueprint.get("/docs")
@open_to_all
def show_docs() -> str:
    """Show the description as a page that needs nothing from outside."""
    api = description()
    headings = {tag["name"]: tag.get("description") or tag["name"] for tag in api.get("tags", [])}
    return render_template("api.html", api=api, groups=_groups(api), headings=headings)


@blueprint.get("/problems/<code>")
@open_to_all
def show_problem(code: str) -> str:
    """Explain one kind of problem."""
    found = problem_meanings().get(code)
    if found is None:
        raise NotFound("There is no problem of this name.")
    status, meaning = found
    return render_template("problem_kind.html", code=code, status=status, meaning=meaning)


def problem_meanings() -> dict[str, tuple[int, str]]:
    """Return every problem that the house can answer with: its status and what it means, by its code."""
    found = {code: (status, sentence) for status, (code, sentence) in HTTP_PROBLEMS.items()}
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not Refusal:
            found[kind.code] = (status_of(kind), (inspect.getdoc(kind) or "").partition("\n")[0])
    return dict(sorted(found.items()))


def _groups(api: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in sorted(api["paths"].items()):
        for method, operation in operations.items():
            if method != "parameters":
                for tag in operation.get("tags", ["Other"]):
                    groups.setdefault(tag, []).append({"path": path, "method": method.upper(), **operation})
    return groups
