"""The page of the review: features that count for no product, and lots to look at."""

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from licensing.pages.forms import MatchForm, SeenFeatureForm
from licensing.queries.review import features_to_review, review_findings
from licensing.rules.review import ReviewCode
from licensing.service.matching import accept_match, refuse_match, set_feature_aside


@reads(Permission.LICENSING_READ)
def show_review(session: Session) -> str:
    """Show the features that count for no product, and the lots to look at."""
    now = clock.now()
    on = now.astimezone(facility_zone()).date()
    page = features_to_review(session, page_request(str, str), on=on)
    found = review_findings(session, on=on, now=now)
    return render_template(
        "licensing/review.html",
        features=page.items,
        findings=[one for one in found if one.code is not ReviewCode.UNKNOWN_FEATURE],
        **list_links("licensing_pages.show_review", page.next, file="licensing_pages.download_review"),
    )


@submits(Permission.CONTRACTS_WRITE, shows=show_review)
def post_acceptance(session: Session) -> Any:
    """Let a feature count for a product."""
    accept_match(session, current_actor(), **read_form(MatchForm()))
    return see_other("licensing_pages.show_review", done="match-accepted")


@submits(Permission.CONTRACTS_WRITE, shows=show_review)
def post_refusal(session: Session) -> Any:
    """Never propose this product for a feature of this name again."""
    refuse_match(session, current_actor(), **read_form(MatchForm()), now=clock.now())
    return see_other("licensing_pages.show_review", done="match-refused")


@submits(Permission.CONTRACTS_WRITE, shows=show_review)
def post_set_aside(session: Session) -> Any:
    """Say that a feature is of no product that is counted here."""
    set_feature_aside(session, current_actor(), **read_form(SeenFeatureForm()), now=clock.now())
    return see_other("licensing_pages.show_review", done="feature-set-aside")
