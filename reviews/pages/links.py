"""Screening links on pages: issued, who watched, released, taken back. A secret is shown once."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import current_app, make_response, render_template, request
from marshmallow import EXCLUDE
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import CSRF_FIELD, read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads, writes
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from facility.public import person_names, project_codes, project_for
from reviews.pages.forms import FreezeForm, LinkForm, ReasonForm
from reviews.pages.frame import blueprint, contact_choices, in_force, project_head, to_choose
from reviews.pages.link_faults import said_at_the_fields
from reviews.pages.watched import watched_picture
from reviews.players.html5 import player_for
from reviews.queries import links, materials
from reviews.queries.freezes import freezes
from reviews.queries.links import LinkRow
from reviews.queries.parties import contact_names
from reviews.queries.previews import preview_of
from reviews.queries.views import openings_of
from reviews.rules.links import BY_LINK, LinkWish
from reviews.rules.passphrases import chosen_passphrase
from reviews.service.freezes import lift_freeze, set_freeze
from reviews.service.link_secrets import release_link, resend_link, unlock_link
from reviews.service.links import confirm_platform_revocation, issue_link, revoke_link

_LINK = "reviews_pages.show_link"
_NEVER_STORED = {"Cache-Control": "no-store"}


@blueprint.get("/reviews/projects/<uuid:project_id>/links/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_link(session: Session, project_id: UUID) -> str:
    """Show the form of a link: under which agreement, to which version, for whom."""
    head = project_head(session, project_id)
    agreed, methods = in_force(session, project_id, BY_LINK)
    return render_template(
        "reviews/link_form.html",
        **head,
        agreements=agreed,
        methods=methods,
        versions=materials.versions_to_choose(session, current_actor(), project_id),
        contacts=to_choose(contact_choices(session, head["project"].client_id)),
    )


@blueprint.post("/reviews/projects/<uuid:project_id>/links/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_link)
def post_link(session: Session, project_id: UUID) -> Response:
    """Issue a link, and show its secret and its passphrase once."""
    form = read_form(LinkForm())
    phrase = chosen_passphrase(form.pop("passphrase", None))
    wish = _wish(form)
    with said_at_the_fields():
        made = issue_link(session, current_actor(), wish=wish, passphrase=phrase, base_url=_base(), now=clock.now())
    return _shown_once(session, project_id, made.link.id, made.secret, made.passphrase, made.warnings)


@blueprint.post("/reviews/projects/<uuid:project_id>/links/preview")
@submits(Permission.REVIEWS_WRITE, shows=show_new_link)
def post_preview(session: Session, project_id: UUID) -> Response:
    """Show the page that the recipient would come to; nothing is issued, and nothing is kept."""
    form, now = read_form(LinkForm()), clock.now()
    form.pop("passphrase", None)
    project_for(session, current_actor(), project_id)
    preview = preview_of(session, current_actor(), _wish(form), now=now)
    page = render_template(
        "reviews/preview.html",
        project_id=project_id,
        preview=preview,
        typed={name: value for name, value in request.form.items() if name != CSRF_FIELD and value},
        name=preview.outside,
        shown={"name": preview.material, "number": preview.number},
        link=asdict(preview.allows) | asdict(preview) | {"views_used": 0},
        plays=preview.target == "hand-off" or player_for(preview.media_path) is not None,
        until=f"{preview.allows.ends_at.astimezone(facility_zone()):%d %B %Y, %H:%M} {facility_zone().key}",
        is_live=True,
    )
    return make_response(page, 200, _NEVER_STORED)


@blueprint.get("/reviews/links/<uuid:link_id>")
@reads(Permission.REVIEWS_READ)
def show_link(session: Session, link_id: UUID) -> str:
    """Show a link, who opened it and who watched, people apart from machines."""
    row = links.link_row(session, current_actor(), link_id, now=clock.now())
    openings = openings_of(session, link_id)
    people = [one for one in (row.issued_by, row.released_by, row.revoked_by) if one is not None]
    return render_template(
        "reviews/link.html",
        **project_head(session, row.project_id),
        link=row,
        contact=contact_names(session, [row.contact_id]).get(row.contact_id, "unknown"),
        version=materials.version_labels(session, [row.material_version_id])[row.material_version_id],
        openings=openings,
        picture=watched_picture(row.starts_at, row.ends_at, [one.granted_at for one in openings.views]),
        people=person_names(session, people),
    )


@blueprint.post("/reviews/links/<uuid:link_id>/revoke")
@submits(Permission.REVIEWS_WRITE, shows=show_link)
def post_revocation(session: Session, link_id: UUID) -> Response:
    """Take a link back, at the next byte."""
    revoke_link(session, current_actor(), link_id=link_id, **read_form(ReasonForm()), now=clock.now())
    return see_other(_LINK, done="link-revoked", link_id=link_id)


@blueprint.post("/reviews/links/<uuid:link_id>/release")
@submits(Permission.REVIEWS_WRITE, shows=show_link)
def post_release(session: Session, link_id: UUID) -> Response:
    """Release a link that another person issued."""
    row, now = links.link_row(session, current_actor(), link_id, now=clock.now()), clock.now()
    secret = release_link(session, current_actor(), link_id=link_id, base_url=_base(), now=now)
    return _shown_once(session, row.project_id, link_id, secret)


@blueprint.post("/reviews/links/<uuid:link_id>/resend")
@submits(Permission.REVIEWS_WRITE, shows=show_link)
def post_resending(session: Session, link_id: UUID) -> Response:
    """Send a link anew; the old secret opens nothing any more."""
    row, now = links.link_row(session, current_actor(), link_id, now=clock.now()), clock.now()
    secret = resend_link(session, current_actor(), link_id=link_id, base_url=_base(), now=now)
    return _shown_once(session, row.project_id, link_id, secret)


@blueprint.post("/reviews/links/<uuid:link_id>/unlock")
@writes(Permission.REVIEWS_WRITE)
def post_unlocking(session: Session, link_id: UUID) -> Response:
    """Set the gate's counters of a link back."""
    unlock_link(session, current_actor(), link_id=link_id)
    return see_other(_LINK, done="link-unlocked", link_id=link_id)


@blueprint.post("/reviews/links/<uuid:link_id>/platform")
@submits(Permission.REVIEWS_WRITE, shows=show_link)
def post_platform(session: Session, link_id: UUID) -> Response:
    """Confirm that access was ended on the platform itself."""
    confirm_platform_revocation(session, current_actor(), link_id=link_id, now=clock.now())
    return see_other(_LINK, done="platform-confirmed", link_id=link_id)


@blueprint.get("/reviews/freezes")
@reads(Permission.REVIEWS_READ)
def show_freezes(session: Session) -> str:
    """Show what is frozen, and what was."""
    page = freezes(session, current_actor(), page_request(str))
    subjects = [one.subject_id for one in page.items if one.subject_id is not None]
    return render_template(
        "reviews/freezes.html",
        freezes=page.items,
        **list_links("reviews_pages.show_freezes", page.next, file="reviews_pages.download_freezes"),
        names=contact_names(session, subjects) | project_codes(session, subjects),
        begun={name: request.args.get(name, "") for name in ("scope", "subject_id")},
    )


@blueprint.post("/reviews/freezes")
@submits(Permission.REVIEWS_FREEZE, shows=show_freezes)
def post_freeze(session: Session) -> Response:
    """Freeze what a contact, a client or a project may see, or everything."""
    form = read_form(FreezeForm(unknown=EXCLUDE))
    form.setdefault("subject_id", None)
    set_freeze(session, current_actor(), **form, now=clock.now())
    return see_other("reviews_pages.show_freezes", done="freeze-set")


@blueprint.post("/reviews/freezes/<uuid:freeze_id>/lift")
@writes(Permission.REVIEWS_FREEZE)
def post_lift(session: Session, freeze_id: UUID) -> Response:
    """Lift a freeze."""
    lift_freeze(session, current_actor(), freeze_id=freeze_id, now=clock.now())
    return see_other("reviews_pages.show_freezes", done="freeze-lifted")


def _wish(form: dict[str, Any]) -> LinkWish:
    asked = form.pop("asks_passphrase")
    return LinkWish(**form, asks_passphrase=True if asked else None, zone=facility_zone().key)


def _base() -> str:
    return str(current_app.config["ANSWERPRINT_URL"])


def _shown_once(
    session: Session, project_id: UUID, link_id: UUID, secret: Any, passphrase: str | None = None, warnings: Any = ()
) -> Response:
    row: LinkRow = links.link_row(session, current_actor(), link_id, now=clock.now())
    page = render_template(
        "reviews/link_made.html",
        **project_head(session, project_id),
        link=row,
        contact=contact_names(session, [row.contact_id]).get(row.contact_id, "unknown"),
        secret=secret,
        passphrase=passphrase,
        warnings=warnings,
    )
    return make_response(page, 200, _NEVER_STORED)
