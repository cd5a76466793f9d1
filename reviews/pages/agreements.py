"""Agreements on pages: written, looked at as the client will see them, sent, accepted, revised, taken back."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template, request
from marshmallow import EXCLUDE
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import form_state, read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.nested_forms import read_nested_form
from answerprint.core.permissions import Permission
from facility.queries.projects import members_of
from reviews.pages.forms import AcceptForm, ReasonForm, VersionForm
from reviews.pages.frame import blueprint, contact_choices, now_and_today, project_head, undertaking_choices
from reviews.pages.room_forms import CloneForm
from reviews.pages.terms_form import TermsChoices, row_counts, sections_of
from reviews.pages.terms_values import NEW, form_values
from reviews.queries import agreement_details, agreements, decisions
from reviews.queries.affected_links import affected_links
from reviews.queries.agreement_texts import who_is
from reviews.queries.overview import agreements_elsewhere
from reviews.queries.templates import templates_for
from reviews.rules.labels import parties_by_label
from reviews.rules.terms import Terms
from reviews.schemas.terms import TermsSchema
from reviews.service.acceptances import accept_for_house
from reviews.service.agreement_sending import send_agreement
from reviews.service.agreements import (
    change_draft,
    clone_agreement,
    draft_agreement,
    revise_agreement,
    withdraw_agreement,
)

_VERSION = "reviews_pages.show_version"


@blueprint.get("/reviews/projects/<uuid:project_id>/agreements/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_agreement(session: Session, project_id: UUID) -> str:
    """Show the form of a new agreement, empty or from terms to begin with."""
    head = project_head(session, project_id)
    templates = templates_for(session, current_actor(), head["project"].client_id)
    chosen = next((one for one in templates if str(one.id) == request.args.get("template", "")), None)
    terms = chosen.terms if chosen is not None else None
    others = agreements_elsewhere(session, current_actor(), project_id)
    beginnings = {"templates": templates, "others": others, "chosen": str(chosen.id) if chosen else ""}
    return _form(session, head, terms, detail=None, **beginnings)


@blueprint.post("/reviews/projects/<uuid:project_id>/agreements/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_agreement)
def post_new_agreement(session: Session, project_id: UUID) -> Response:
    """Begin an agreement; its first version is a draft."""
    terms: Terms = read_nested_form(TermsSchema())
    version = draft_agreement(session, current_actor(), project_id=project_id, terms=terms, now=clock.now())
    return see_other(_VERSION, done="agreement-drafted", version_id=version.id)


@blueprint.post("/reviews/projects/<uuid:project_id>/agreements/clone")
@submits(Permission.REVIEWS_WRITE, shows=show_new_agreement)
def post_clone(session: Session, project_id: UUID) -> Response:
    """Begin an agreement with the terms of another; what belongs to another client stays behind."""
    version_id, now = read_form(CloneForm())["version_id"], clock.now()
    version = clone_agreement(session, current_actor(), version_id=version_id, project_id=project_id, now=now)
    return see_other("reviews_pages.show_version_change", done="agreement-cloned", version_id=version.id)


@blueprint.get("/reviews/agreements/<uuid:version_id>")
@reads(Permission.REVIEWS_READ)
def show_version(session: Session, version_id: UUID) -> str:
    """Show a version: its text as the client sees it, what speaks against it, and what can be done with it."""
    actor, (now, on) = current_actor(), now_and_today()
    detail = agreement_details.version_detail(session, actor, version_id)
    older = [one for one in agreements.versions(session, detail.agreement_id) if one.number < detail.number]
    changes = agreement_details.version_difference(session, actor, version_id, against=older[0].id) if older else ()
    return render_template(
        "reviews/agreement.html",
        **project_head(session, detail.project_id),
        row=agreements.agreement_row(session, actor, detail.agreement_id),
        detail=detail,
        text=agreement_details.agreement_text(session, actor, version_id),
        standing=agreement_details.version_standing(session, actor, version_id, now=now, on=on),
        versions=agreements.versions(session, detail.agreement_id),
        changes=changes,
        names={label: who_is(session, party) for label, party in parties_by_label(detail.terms).items()},
        accepted={one.side: one for one in detail.acceptances},
        links=affected_links(session, actor, version_id, now=now),
        rounds=decisions.rounds_of(session, actor, detail.agreement_id),
    )


@blueprint.get("/reviews/agreements/<uuid:version_id>/change")
@reads(Permission.REVIEWS_WRITE)
def show_version_change(session: Session, version_id: UUID) -> str:
    """Show the form of a draft."""
    detail = agreement_details.version_detail(session, current_actor(), version_id)
    return _form(session, project_head(session, detail.project_id), detail.terms, detail=detail)


@blueprint.post("/reviews/agreements/<uuid:version_id>/change")
@submits(Permission.REVIEWS_WRITE, shows=show_version_change)
def post_version_change(session: Session, version_id: UUID) -> Response:
    """Give a draft other terms."""
    held, terms = _held(), read_nested_form(TermsSchema())
    change_draft(session, current_actor(), version_id=version_id, terms=terms, version=held)
    return see_other(_VERSION, done="agreement-changed", version_id=version_id)


@blueprint.post("/reviews/agreements/<uuid:version_id>/send")
@submits(Permission.REVIEWS_WRITE, shows=show_version)
def post_sending(session: Session, version_id: UUID) -> Response:
    """Freeze the text and send it to the client's signatories."""
    now, on = now_and_today()
    send_agreement(
        session,
        current_actor(),
        version_id=version_id,
        version=_held(),
        base_url=current_app.config["ANSWERPRINT_URL"],
        now=now,
        on=on,
    )
    return see_other(_VERSION, done="agreement-sent", version_id=version_id)


@blueprint.post("/reviews/agreements/<uuid:version_id>/accept")
@submits(Permission.REVIEWS_WRITE, shows=show_version)
def post_acceptance(session: Session, version_id: UUID) -> Response:
    """Accept the text for the house."""
    read = read_form(AcceptForm())["text_sha256"]
    accept_for_house(session, current_actor(), version_id=version_id, text_sha256=read, now=clock.now())
    return see_other(_VERSION, done="agreement-accepted", version_id=version_id)


@blueprint.post("/reviews/agreements/<uuid:version_id>/withdraw")
@submits(Permission.REVIEWS_WRITE, shows=show_version)
def post_withdrawal(session: Session, version_id: UUID) -> Response:
    """Take a version back."""
    reason, held = read_form(ReasonForm(unknown=EXCLUDE))["reason"], _held()
    withdraw_agreement(session, current_actor(), version_id=version_id, reason=reason, version=held, now=clock.now())
    return see_other(_VERSION, done="agreement-withdrawn", version_id=version_id)


@blueprint.post("/reviews/agreements/<uuid:version_id>/revise")
@submits(Permission.REVIEWS_WRITE, shows=show_version)
def post_revision(session: Session, version_id: UUID) -> Response:
    """Begin a new draft from the version in force."""
    detail = agreement_details.version_detail(session, current_actor(), version_id)
    version = revise_agreement(session, current_actor(), agreement_id=detail.agreement_id)
    return see_other("reviews_pages.show_version_change", done="agreement-revised", version_id=version.id)


def _form(session: Session, head: dict[str, Any], terms: Terms | None, *, detail: Any, **beginnings: Any) -> str:
    project = head["project"]
    choose = TermsChoices(
        contact_choices(session, project.client_id),
        [(str(one.person_id), one.name) for one in members_of(session, current_actor(), project.id)],
        undertaking_choices(session, project.client_id),
    )
    shown = form_values(terms) if terms is not None else NEW
    return render_template(
        "reviews/agreement_form.html",
        **head,
        **beginnings,
        sections=sections_of(row_counts({**shown, **form_state().values}), choose),
        shown=shown,
        detail=detail,
        has_contacts=bool(choose.contacts),
    )


def _held() -> int:
    held: int = read_form(VersionForm(unknown=EXCLUDE))["version"]
    return held
