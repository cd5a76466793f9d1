"""Templates of file names on pages: tokens in order, each off, a warning, or a reason to refuse."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import render_template, request
from marshmallow import EXCLUDE
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core.forms import form_state, read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.nested_forms import read_nested_form
from answerprint.core.permissions import Permission
from reviews.errors import UnknownReview
from reviews.models.materials import NamingTemplate
from reviews.pages.form_parts import rows_typed
from reviews.pages.frame import blueprint
from reviews.pages.room_forms import NamedForm
from reviews.queries.materials import naming_templates
from reviews.rules.naming import TOKENS_MAX, Severity, Template, Token, TokenKind
from reviews.rules.naming_documents import read_template
from reviews.rules.naming_presets import HOUSE, PRESETS
from reviews.schemas.materials import NamingTemplateIn
from reviews.service.naming import set_naming_template

_BLANK_TOKENS = 2


@blueprint.get("/reviews/naming")
@reads(Permission.REVIEWS_READ)
def show_naming(session: Session) -> str:
    """Show the house's templates of names, and those to begin with."""
    found = [(one, read_template(one.tokens)) for one in naming_templates(session)]
    return render_template("reviews/naming.html", templates=found, presets=PRESETS)


@blueprint.get("/reviews/naming/new")
@reads(Permission.REVIEWS_POLICY)
def show_new_naming(_session: Session) -> str:
    """Show the form of a template, begun with one that is published or with the house's."""
    preset = request.args.get("preset", "")
    return _form(PRESETS.get(preset, HOUSE), preset, None)


@blueprint.post("/reviews/naming/new")
@submits(Permission.REVIEWS_POLICY, shows=show_new_naming)
def post_naming(session: Session) -> Response:
    """Add a template of names."""
    return _set(session, read_form(NamedForm(unknown=EXCLUDE))["name"], 0)


@blueprint.get("/reviews/naming/<uuid:template_id>/change")
@reads(Permission.REVIEWS_POLICY)
def show_naming_change(session: Session, template_id: UUID) -> str:
    """Show the form of a template that is there."""
    found = _found(session, template_id)
    return _form(read_template(found.tokens), found.name, found)


@blueprint.post("/reviews/naming/<uuid:template_id>/change")
@submits(Permission.REVIEWS_POLICY, shows=show_naming_change)
def post_naming_change(session: Session, template_id: UUID) -> Response:
    """Change a template; names that were registered stay as they are."""
    version = read_form(NamedForm(unknown=EXCLUDE, exclude=["name"]))["version"]
    return _set(session, _found(session, template_id).name, version)


def _set(session: Session, name: str, version: int) -> Response:
    said = read_nested_form(NamingTemplateIn())
    tokens = tuple(
        Token(**(one | {"kind": TokenKind(one["kind"]), "severity": Severity(one.get("severity", Severity.BLOCK))}))
        for one in said["tokens"]
    )
    template = Template(tokens, said.get("separator", "_"), tuple(said.get("extensions", ())))
    set_naming_template(session, current_actor(), name=name, template=template, version=version)
    return see_other("reviews_pages.show_naming", done="naming-set")


def _found(session: Session, template_id: UUID) -> NamingTemplate:
    found = session.get(NamingTemplate, template_id)
    if found is None:
        raise UnknownReview("There is no such template of names.")
    return found


def _form(template: Template, name: str, found: NamingTemplate | None) -> str:
    rows = max(len(template.tokens), rows_typed(form_state().values, "tokens")) + _BLANK_TOKENS
    return render_template(
        "reviews/naming_form.html",
        found=found,
        name=name,
        shown=_shown(template),
        rows=min(rows, TOKENS_MAX),
        separator=template.separator,
        extensions="\n".join(template.extensions),
        kinds=[("", "none"), *((one.value, one.value) for one in TokenKind)],
        severities=[("", "block, unless said"), *((one.value, one.value) for one in Severity)],
    )


def _shown(template: Template) -> dict[int, dict[str, Any]]:
    return {
        row: asdict(token) | {"options": "\n".join(token.options), "may_lack": "true" if token.may_lack else ""}
        for row, token in enumerate(template.tokens)
    }
