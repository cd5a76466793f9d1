"""Rounds on pages: a version is put before the client, and what they decided."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.permissions import Permission
from reviews.pages.forms import RoundForm
from reviews.pages.frame import blueprint, project_head
from reviews.queries import agreements, decisions, materials
from reviews.queries.parties import contact_names
from reviews.rules.viewing import read_declaration
from reviews.service.rounds import close_round, give_notice, open_round

_ROUND = "reviews_pages.show_round"


@blueprint.get("/reviews/rounds/of/<uuid:agreement_id>")
@reads(Permission.REVIEWS_READ)
def show_rounds(session: Session, agreement_id: UUID) -> str:
    """Show an agreement's rounds, used of those agreed."""
    row = agreements.agreement_row(session, current_actor(), agreement_id)
    return render_template(
        "reviews/rounds.html",
        **project_head(session, row.project_id),
        row=row,
        rounds=decisions.rounds_of(session, current_actor(), agreement_id),
        versions=materials.versions_to_choose(session, current_actor(), row.project_id),
    )


@blueprint.post("/reviews/rounds/of/<uuid:agreement_id>")
@submits(Permission.REVIEWS_WRITE, shows=show_rounds)
def post_round(session: Session, agreement_id: UUID) -> Response:
    """Put a version before the client's approvers."""
    form = read_form(RoundForm())
    opened = open_round(session, current_actor(), agreement_id=agreement_id, **form, now=clock.now())
    return see_other(_ROUND, done="round-opened", round_id=opened.id)


@blueprint.get("/reviews/rounds/<uuid:round_id>")
@reads(Permission.REVIEWS_READ)
def show_round(session: Session, round_id: UUID) -> str:
    """Show a round, whom it waits for, and every decision made in it."""
    row = decisions.round_row(session, current_actor(), round_id)
    agreement = agreements.agreement_row(session, current_actor(), row.agreement_id)
    made = decisions.decisions_of(session, round_id)
    return render_template(
        "reviews/round.html",
        **project_head(session, agreement.project_id),
        row=row,
        agreement=agreement,
        decisions=[(one, read_declaration(one.viewing)) for one in made],
        names=contact_names(session, [one.contact_id for one in made]),
    )


@blueprint.post("/reviews/rounds/<uuid:round_id>/notice")
@submits(Permission.REVIEWS_WRITE, shows=show_round)
def post_notice(session: Session, round_id: UUID) -> Response:
    """Tell those who have not decided that their silence will approve, where that was agreed."""
    give_notice(session, current_actor(), round_id=round_id, now=clock.now())
    return see_other(_ROUND, done="notice-given", round_id=round_id)


@blueprint.post("/reviews/rounds/<uuid:round_id>/close")
@submits(Permission.REVIEWS_WRITE, shows=show_round)
def post_close(session: Session, round_id: UUID) -> Response:
    """Close a round that nobody will decide any more."""
    close_round(session, current_actor(), round_id=round_id, now=clock.now())
    return see_other(_ROUND, done="round-closed", round_id=round_id)
