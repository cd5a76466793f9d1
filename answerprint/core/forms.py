"""Forms of the pages: the same schemas as the API, and what was typed stays where it was typed.

A page's POST declares the view that shows its form. Where the use case refuses, the roof shows that view again, with
``g.form`` holding what was typed, the problem, and the fields at fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, redirect, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Response

from answerprint.core.http import View, writes
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid

CSRF_FIELD = "csrf"


@dataclass(frozen=True, slots=True)
class FormState:
    """What was typed into a form and what was wrong with it; an empty one has neither."""

    values: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    detail: str = ""


def submits(permission: Permission, *, shows: View) -> Callable[[View], View]:
    """Declare the POST of a form: like ``writes``, and where it is refused the view ``shows`` is shown again."""

    def declare(view: View) -> View:
        run = writes(permission)(view)
        vars(run)["answerprint_shows"] = shows
        return run

    return declare


def read_form(schema: Schema) -> dict[str, Any]:
    """Read the submitted form; an empty field counts as left out. Raises ``Invalid`` naming the fields at fault."""
    typed = {name: value.strip() for name, value in request.form.items() if name != CSRF_FIELD and value.strip()}
    try:
        loaded: dict[str, Any] = schema.load(typed)
    except ValidationError as error:
        raise Invalid("Some fields need another look.", fields=by_field(error.messages)) from error
    return loaded


def by_field(messages: object) -> dict[str, list[str]]:
    """Say field by field what is wrong, from marshmallow's messages; a field in another is written ``outer.inner``."""
    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, object]] = [("", messages)]
    while waiting:
        name, part = waiting.pop()
        if isinstance(part, dict):
            waiting += [(f"{name}.{key}" if name else str(key), inner) for key, inner in part.items()]
        else:
            sentences = part if isinstance(part, list) else [part]
            field_name = name.removeprefix("json.").removeprefix("query.")
            found["body" if field_name in ("", "json", "_schema") else field_name] = [str(one) for one in sentences]
    return found


def form_state() -> FormState:
    """Return the state of the form that this page shows."""
    state = g.get("form")
    return state if isinstance(state, FormState) else FormState()


def see_other(endpoint: str, *, done: str = "", **values: Any) -> Response:
    """Send the browser to a page of ours; ``done`` names the sentence of success that it shows."""
    if done:
        values["done"] = done
    return redirect(url_for(endpoint, **values), code=303)
