"""The API of screening links: issue, list, release, revoke, send anew, unlock, and who opened them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import View, current_actor, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from facility.links import NEVER_STORED
from reviews.queries import links, views
from reviews.queries.links import LinkFilters, LinkRow
from reviews.queries.views import Openings
from reviews.rules.links import LinkWish
from reviews.rules.passphrases import chosen_passphrase
from reviews.schemas.links import (
    IssuedLinkOut,
    LinkIn,
    LinkOut,
    LinkPage,
    LinkQuery,
    LinkSecretOut,
    OpeningsOut,
    ProjectRevocationIn,
    RevocationIn,
    RevokedOut,
    UnlockedOut,
    VersionHolderList,
)
from reviews.service import link_secrets
from reviews.service import links as service

blueprint = Blueprint("reviews_links", __name__, url_prefix="/reviews", description="Screening links")


def with_passphrase(view: View) -> Callable[..., Any]:
    """Choose and hash the passphrase before the transaction, since that takes long."""

    @wraps(view)
    def run(payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        chosen = chosen_passphrase(payload.pop("passphrase", None))
        return view(payload | {"passphrase": chosen}, *args, **kwargs)

    return run


def base_url() -> str:
    """Return the address that people use."""
    return str(current_app.config["ANSWERPRINT_URL"])


@blueprint.get("/links")
@blueprint.arguments(LinkQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, LinkPage)
def list_links(session: Session, filters: LinkFilters) -> Page[LinkRow]:
    """List links of projects that you may see, the newest first, those that are over or revoked too."""
    return links.links(session, current_actor(), filters, page_request(str), now=clock.now())


@blueprint.post("/links")
@blueprint.arguments(LinkIn)
@with_passphrase
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, IssuedLinkOut)
def post_link(session: Session, payload: dict[str, Any]) -> Any:
    """Issue a link to one person; the answer shows its secret and its passphrase once."""
    passphrase, now = payload.pop("passphrase"), clock.now()
    issued = service.issue_link(
        session,
        current_actor(),
        wish=LinkWish(**payload),
        passphrase=passphrase,
        base_url=base_url(),
        now=now,
    )
    row = links.link_row(session, current_actor(), issued.link.id, now=now)
    answer = {"link": row, "secret": issued.secret, "passphrase": issued.passphrase, "warnings": issued.warnings}
    return answer, 201, NEVER_STORED


@blueprint.get("/links/<uuid:link_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, LinkOut)
def get_link(session: Session, link_id: UUID) -> LinkRow:
    """Show one link."""
    return tagged(links.link_row(session, current_actor(), link_id, now=clock.now()))


@blueprint.get("/links/<uuid:link_id>/openings")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, OpeningsOut)
def get_openings(session: Session, link_id: UUID) -> Openings:
    """Show who opened a link and who watched, people apart from machines."""
    links.link_row(session, current_actor(), link_id, now=clock.now())
    return views.openings_of(session, link_id)


@blueprint.post("/links/<uuid:link_id>/release")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, LinkSecretOut)
def post_release(session: Session, link_id: UUID) -> Any:
    """Release a link that another person issued; only now it gets a secret, and its mail goes out."""
    sent = link_secrets.release_link(session, current_actor(), link_id=link_id, base_url=base_url(), now=clock.now())
    return sent, 200, NEVER_STORED


@blueprint.post("/links/<uuid:link_id>/resend")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, LinkSecretOut)
def post_resend(session: Session, link_id: UUID) -> Any:
    """Send a link anew, with another secret; the old one opens nothing any more."""
    sent = link_secrets.resend_link(session, current_actor(), link_id=link_id, base_url=base_url(), now=clock.now())
    return sent, 200, NEVER_STORED


@blueprint.post("/links/<uuid:link_id>/unlock")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, UnlockedOut)
def post_unlock(session: Session, link_id: UUID) -> dict[str, int]:
    """Set the gate's counters of a link and its recipient back."""
    return {"counters": link_secrets.unlock_link(session, current_actor(), link_id=link_id)}


@blueprint.post("/links/<uuid:link_id>/revoke")
@blueprint.arguments(RevocationIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, LinkOut)
def post_link_revocation(session: Session, payload: dict[str, Any], link_id: UUID) -> LinkRow:
    """Take a link back: from now on no byte goes through it."""
    now, reason = clock.now(), payload.get("reason", "")
    service.revoke_link(session, current_actor(), link_id=link_id, reason=reason, now=now)
    return links.link_row(session, current_actor(), link_id, now=now)


@blueprint.post("/links/revoke")
@blueprint.arguments(ProjectRevocationIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, RevokedOut)
def post_project_revocation(session: Session, payload: dict[str, Any]) -> dict[str, int]:
    """Take back all links of a project that were not yet."""
    reason, now = payload.get("reason", ""), clock.now()
    revoked = service.revoke_links(session, current_actor(), project_id=payload["project_id"], reason=reason, now=now)
    return {"revoked": len(revoked)}


@blueprint.post("/links/<uuid:link_id>/platform-revocation")
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, LinkOut)
def post_platform_revocation(session: Session, link_id: UUID) -> LinkRow:
    """Confirm that the access on the platform itself was ended there."""
    now = clock.now()
    service.confirm_platform_revocation(session, current_actor(), link_id=link_id, now=now)
    return links.link_row(session, current_actor(), link_id, now=now)


@blueprint.get("/materials/<uuid:material_id>/older-holders")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, VersionHolderList)
def list_older_holders(session: Session, material_id: UUID) -> dict[str, Any]:
    """List who watched or may watch a version of a material that is not the newest."""
    return {"items": views.holders_of_older(session, current_actor(), material_id, now=clock.now())}
