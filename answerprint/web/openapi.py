"""The API description: what flask-smorest writes, completed with what holds for every route."""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from flask import Flask, current_app
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from answerprint.web.gate import is_open, permission_of

CONFIG = {"API_TITLE": "Answerprint", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
_INTRODUCTION = """\
Seats held against contracts, on a signed trail. Every write answers with `Answerprint-Entry`: where its entry of the
trail stands. Writes take `Idempotency-Key`, changes take `If-Match`, lists page by `cursor`. Errors are problems of
RFC 9457 whose `type` stays the same for ever. Times are UTC with `Z`; money is decimal text with a currency."""


class ProblemField(Schema):
    """A field at fault."""

    field = fields.String(metadata={"description": "The field, header or parameter at fault."})
    detail = fields.String(metadata={"description": "What is wrong with it and what to do."})


class Problem(Schema):
    """A problem of RFC 9457."""

    type = fields.String(metadata={"description": "Stable name of the kind of problem, and where it is explained."})
    title = fields.String(metadata={"description": "The HTTP status in words."})
    status = fields.Integer(metadata={"description": "The HTTP status."})
    detail = fields.String(metadata={"description": "What happened and what to do, in a sentence."})
    errors = fields.List(fields.Nested(ProblemField))


def complete(app: Flask, api: Api) -> None:
    """Keep the description that goes with ``app``."""
    api.spec.components.schema("Problem", schema=Problem)
    api.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "An API token of a person, made on their page."}
    )
    app.extensions["answerprint.openapi"] = api.spec


def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the running app."""
    written = cast("dict[str, Any]", current_app.extensions["answerprint.openapi"].to_dict())
    written["info"]["description"] = _INTRODUCTION
    written["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    written["servers"] = [{"url": "/"}]
    written["security"] = [{"token": []}]
    written["components"].get("responses", {}).clear()
    for schema in ("Error", "PaginationMetadata"):
        written["components"]["schemas"].pop(schema, None)
    for rule in current_app.url_map.iter_rules():
        operations = written["paths"].get(_path_of(rule))
        for method, operation in (operations or {}).items():
            if method.upper() in (rule.methods or ()):
                _complete_operation(rule, method, operation)
    return written


def _path_of(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _complete_operation(rule: Rule, method: str, operation: dict[str, Any]) -> None:
    view = current_app.view_functions[rule.endpoint]
    operation["operationId"] = rule.endpoint.rpartition(".")[2]
    permission = permission_of(view)
    if is_open(view):
        operation["security"] = []
    elif permission is not None:
        operation["x-permission"] = permission.value
    parameters = [*operation.pop("parameters", []), *_parameters(method, view, operation)]
    if parameters:
        # A schema of a query may name cursor and limit itself; each is told once.
        operation["parameters"] = list({parameter.get("name"): parameter for parameter in parameters}.values())
    responses = {code: answer for code, answer in operation["responses"].items() if code not in ("default", "422")}
    refused = {"description": "A problem", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    codes = ["401", "403"] if permission is not None else []
    operation["responses"] = responses | dict.fromkeys([*codes, "default"], refused)


def _parameters(method: str, view: Callable[..., Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what every operation of its kind takes, whether or not its schemas say so."""
    if vars(view).get("answerprint_writes") and method != "get":
        yield _header("Idempotency-Key", "Repeat a request with the same key and it happens once.")
    if method == "patch":
        yield _header("If-Match", "The ETag last read; a change of another version is refused.", required=True)
    if _answers_page(operation):
        yield _query("cursor", {"type": "string"}, "`next` of the page before.")
        yield _query("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "Rows a page, 50 if left out.")


def _answers_page(operation: dict[str, Any]) -> bool:
    schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).endswith("Page")


def _header(name: str, sentence: str, *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string"}, "description": sentence}


def _query(name: str, schema: dict[str, Any], sentence: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": sentence}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
