"""Floors on pages: what the house and a client demand of every agreement and link, and what is under it today."""

from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, reads
from answerprint.core.permissions import Permission
from facility.public import project_codes
from facility.queries.projects import visible_client
from reviews.pages.frame import blueprint
from reviews.pages.room_forms import DemandsForm
from reviews.queries.below_floor import below_floor
from reviews.queries.policies import policy_row
from reviews.rules.floors import Demands
from reviews.service.policies import set_floor

DEMANDED = {
    "forbids_download": "No downloads",
    "needs_release": "A second person releases each link",
    "asks_passphrase": "A passphrase by another channel",
    "asks_totp": "An authenticator",
    "needs_nda": "An undertaking of confidentiality",
    "needs_watermark": "A watermark is instructed",
    "recipients_only": "Links for parties only",
}


@blueprint.get("/reviews/policy")
@reads(Permission.REVIEWS_READ)
def show_policy(session: Session) -> str:
    """Show what the house demands of every agreement and link."""
    return _page(session, None)


@blueprint.post("/reviews/policy")
@submits(Permission.REVIEWS_POLICY, shows=show_policy)
def post_policy(session: Session) -> Response:
    """Set what the house demands."""
    _set(session, None)
    return see_other("reviews_pages.show_policy", done="policy-set")


@blueprint.get("/reviews/clients/<uuid:client_id>/policy")
@reads(Permission.REVIEWS_READ)
def show_client_policy(session: Session, client_id: UUID) -> str:
    """Show what a client demands, by itself and together with the house."""
    return _page(session, client_id)


@blueprint.post("/reviews/clients/<uuid:client_id>/policy")
@submits(Permission.REVIEWS_POLICY, shows=show_client_policy)
def post_client_policy(session: Session, client_id: UUID) -> Response:
    """Set what a client demands."""
    _set(session, client_id)
    return see_other("reviews_pages.show_client_policy", done="policy-set", client_id=client_id)


def _page(session: Session, client_id: UUID | None) -> str:
    actor = current_actor()
    client = visible_client(session, actor, client_id) if client_id is not None else None
    under: Any = below_floor(session, client_id, now=clock.now()) if actor.may(Permission.REVIEWS_POLICY) else ()
    return render_template(
        "reviews/policy.html",
        client=client,
        row=policy_row(session, actor, client_id),
        demanded=DEMANDED,
        under=under,
        codes=project_codes(session, [one.project_id for one in under]),
    )


def _set(session: Session, client_id: UUID | None) -> None:
    form = read_form(DemandsForm())
    version = form.pop("version")
    set_floor(session, current_actor(), client_id=client_id, demands=Demands(**form), version=version)
