"""What agreements and names begin with: templates of terms, for all or for a client, and templates of file names."""

from uuid import UUID

from flask import render_template
from marshmallow import EXCLUDE
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core.forms import form_state, read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.nested_forms import read_nested_form
from answerprint.core.permissions import Permission
from facility.queries.projects import visible_client
from reviews.pages.forms import VersionForm
from reviews.pages.frame import blueprint, contact_choices, undertaking_choices
from reviews.pages.room_forms import NamedForm
from reviews.pages.terms_form import TermsChoices, row_counts, sections_of
from reviews.pages.terms_values import NEW, form_values
from reviews.queries.templates import TemplateRow, template_row, templates_for
from reviews.schemas.terms import TermsSchema
from reviews.service.templates import add_template, change_template, remove_template


@blueprint.get("/reviews/terms")
@reads(Permission.REVIEWS_READ)
def show_terms(session: Session) -> str:
    """Show the terms that agreements with all clients can begin with."""
    found = templates_for(session, current_actor(), None)
    return render_template("reviews/terms.html", client=None, templates=found)


@blueprint.get("/reviews/clients/<uuid:client_id>/terms")
@reads(Permission.REVIEWS_READ)
def show_client_terms(session: Session, client_id: UUID) -> str:
    """Show the terms that agreements with a client can begin with."""
    client = visible_client(session, current_actor(), client_id)
    found = templates_for(session, current_actor(), client_id)
    return render_template("reviews/terms.html", client=client, templates=found)


@blueprint.get("/reviews/terms/new")
@reads(Permission.REVIEWS_POLICY)
def show_new_terms(session: Session) -> str:
    """Show the form of terms for all clients."""
    return _form(session, None, None)


@blueprint.post("/reviews/terms/new")
@submits(Permission.REVIEWS_POLICY, shows=show_new_terms)
def post_terms(session: Session) -> Response:
    """Add terms for all clients to begin with."""
    return _add(session, None)


@blueprint.get("/reviews/clients/<uuid:client_id>/terms/new")
@reads(Permission.REVIEWS_POLICY)
def show_new_client_terms(session: Session, client_id: UUID) -> str:
    """Show the form of terms for one client."""
    return _form(session, client_id, None)


@blueprint.post("/reviews/clients/<uuid:client_id>/terms/new")
@submits(Permission.REVIEWS_POLICY, shows=show_new_client_terms)
def post_client_terms(session: Session, client_id: UUID) -> Response:
    """Add terms for one client to begin with."""
    return _add(session, client_id)


@blueprint.get("/reviews/terms/<uuid:template_id>/change")
@reads(Permission.REVIEWS_POLICY)
def show_terms_change(session: Session, template_id: UUID) -> str:
    """Show the form of terms that are there."""
    row = template_row(session, current_actor(), template_id)
    return _form(session, row.client_id, row)


@blueprint.post("/reviews/terms/<uuid:template_id>/change")
@submits(Permission.REVIEWS_POLICY, shows=show_terms_change)
def post_terms_change(session: Session, template_id: UUID) -> Response:
    """Change terms; agreements that began with them stay as they are."""
    named, terms = read_form(NamedForm(unknown=EXCLUDE)), read_nested_form(TermsSchema())
    made = change_template(session, current_actor(), template_id=template_id, **named, terms=terms)
    return _to_list(made.client_id, done="terms-changed")


@blueprint.post("/reviews/terms/<uuid:template_id>/remove")
@submits(Permission.REVIEWS_POLICY, shows=show_terms_change)
def post_terms_removal(session: Session, template_id: UUID) -> Response:
    """Remove terms."""
    row, version = template_row(session, current_actor(), template_id), read_form(VersionForm())["version"]
    remove_template(session, current_actor(), template_id=template_id, version=version)
    return _to_list(row.client_id, done="terms-removed")


def _add(session: Session, client_id: UUID | None) -> Response:
    name, terms = read_form(NamedForm(unknown=EXCLUDE))["name"], read_nested_form(TermsSchema())
    add_template(session, current_actor(), client_id=client_id, name=name, terms=terms)
    return _to_list(client_id, done="terms-added")


def _to_list(client_id: UUID | None, *, done: str) -> Response:
    if client_id is None:
        return see_other("reviews_pages.show_terms", done=done)
    return see_other("reviews_pages.show_client_terms", done=done, client_id=client_id)


def _form(session: Session, client_id: UUID | None, row: TemplateRow | None) -> str:
    client = visible_client(session, current_actor(), client_id) if client_id is not None else None
    choose = TermsChoices()
    if client_id is not None:
        choose = TermsChoices(contact_choices(session, client_id), (), undertaking_choices(session, client_id))
    shown = form_values(row.terms) if row else NEW
    return render_template(
        "reviews/terms_form.html",
        client=client,
        row=row,
        sections=sections_of(row_counts({**shown, **form_state().values}), choose),
        shown=shown,
    )
