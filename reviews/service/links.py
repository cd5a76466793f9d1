"""Screening links: issued as agreed, taken back at once, never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from answerprint.core.sealing import seal_of
from audit.record import record
from facility.public import ProjectRef, project_for
from reviews.errors import AgainstAgreement, BadLink, Frozen, NotInThisState
from reviews.facts.links import LinkIssued, LinkRevoked, PlatformRevocationConfirmed
from reviews.models.links import ScreeningLink
from reviews.models.materials import MaterialVersion
from reviews.queries import agreements, materials
from reviews.queries.freezes import stands_over
from reviews.queries.link_targets import target_breaches
from reviews.queries.links import held_link, is_newest, target_place
from reviews.queries.parties import contact_by_id
from reviews.queries.policies import demands_for
from reviews.rules.acting import person_of
from reviews.rules.documents import read_terms
from reviews.rules.links import (
    LinkWish,
    Recipient,
    breaches_of,
    host_of,
    plan_link,
    zone_of,
)
from reviews.rules.links_allowed import LinkAllows
from reviews.rules.passphrases import Passphrase
from reviews.rules.terms import Terms
from reviews.service.link_secrets import SentSecret, send_secret


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link as it was issued. Secret and passphrase are shown once, here; the house keeps neither.

    Without ``secret`` the link waits for its release: only then is there one, and a mail that carries it.
    """

    link: ScreeningLink
    secret: SentSecret | None = field(repr=False)
    passphrase: str | None = field(repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a link is issued on."""

    project: ProjectRef
    terms: Terms
    state: str
    version: MaterialVersion


def issue_link(
    session: Session, actor: Actor, *, wish: LinkWish, passphrase: Passphrase, base_url: str, now: datetime
) -> IssuedLink:
    """Issue a link to one person and mail it to them, unless it waits for its release.

    ``passphrase`` counts where one is asked for. Raises ``AgainstAgreement`` naming each term that it would break,
    ``BadLink``, ``Frozen``, or ``UnknownReview`` for what is not there.
    """
    basis = _basis(session, actor, wish)
    demands = demands_for(session, basis.project.client_id)
    allows = plan_link(wish, basis.terms, demands, now=now)
    recipient = _recipient(session, basis.project, wish.contact_id)
    zone = zone_of(wish.zone)
    found = breaches_of(allows, basis.terms, demands, recipient=recipient, state=basis.state, zone=zone)
    found |= target_breaches(session, basis.project.id, basis.terms, basis.version, wish)
    if found:
        raise AgainstAgreement("The link would break what was agreed or demanded.", fields=found)
    if stands_over(session, basis.project.id, wish.contact_id):
        raise Frozen("A freeze stands over this: lift it first.")
    link = _link(session, actor, basis, wish, allows, now)
    link.passphrase_hash = passphrase.stored if allows.asks_passphrase else None
    session.add(link)
    session.flush()
    is_older = not is_newest(session, basis.version)
    record(session, actor, _issued(link, is_older=is_older), log=basis.project.log)
    secret = (
        None
        if link.needs_release
        else send_secret(session, actor, link=link, log=basis.project.log, base_url=base_url, now=now)
    )
    warnings = ("A newer version of this material is there: the link shows an older one.",) if is_older else ()
    return IssuedLink(link, secret, passphrase.text if allows.asks_passphrase else None, warnings)


def revoke_link(session: Session, actor: Actor, *, link_id: UUID, reason: str, now: datetime) -> ScreeningLink:
    """Take a link back: no byte goes through it from the commit on. Raises ``NotInThisState`` where it was before."""
    link, project = held_link(session, actor, link_id)
    if link.revoked_at is not None:
        raise NotInThisState("This link was revoked already.")
    _revoke(session, actor, link, project.log, reason, now)
    return link


def revoke_links(
    session: Session, actor: Actor, *, project_id: UUID, reason: str, now: datetime
) -> Sequence[ScreeningLink]:
    """Take all of a project's links back that were not yet, the oldest first; raises ``UnknownProject``."""
    project = project_for(session, actor, project_id)
    standing = (ScreeningLink.project_id == project.id, ScreeningLink.revoked_at.is_(None))
    links = session.scalars(select(ScreeningLink).where(*standing).order_by(ScreeningLink.id).with_for_update()).all()
    for link in links:
        _revoke(session, actor, link, project.log, reason, now)
    return links


def confirm_platform_revocation(session: Session, actor: Actor, *, link_id: UUID, now: datetime) -> ScreeningLink:
    """Note that the access on the platform itself was ended too; raises ``NotInThisState`` where that is not due."""
    link, project = held_link(session, actor, link_id)
    if link.platform_revocation != "due":
        raise NotInThisState("Nothing is due on a platform for this link.")
    link.platform_revocation, link.platform_revoked_by, link.platform_revoked_at = "confirmed", person_of(actor), now
    session.flush()
    fact = PlatformRevocationConfirmed(
        about=f"link:{link.id}", project=project.id, contact=link.contact_id, target_host=link.target_host
    )
    record(session, actor, fact, log=project.log)
    return link


def _revoke(session: Session, actor: Actor, link: ScreeningLink, log: str, reason: str, now: datetime) -> None:
    link.revoked_at, link.revoked_by, link.revoke_reason = now, person_of(actor), reason
    link.platform_revocation = "due" if link.target == "hand-off" else "none"
    session.flush()
    fact = LinkRevoked(
        about=f"link:{link.id}",
        project=link.project_id,
        contact=link.contact_id,
        views_used=link.views_used,
        platform_revocation=link.platform_revocation,
        reason=reason,
    )
    record(session, actor, fact, log=log)


def _basis(session: Session, actor: Actor, wish: LinkWish) -> _Basis:
    version, project = agreements.visible_version(session, actor, wish.agreement_version_id)
    material, material_version = materials.version_by_id(session, actor, wish.material_version_id)
    if material.project_id != project.id:
        sentence = "This version belongs to another project than the agreement."
        raise BadLink(sentence, fields={"material_version_id": [sentence]})
    return _Basis(project, read_terms(version.terms), version.state, material_version)


def _recipient(session: Session, project: ProjectRef, contact_id: UUID) -> Recipient:
    contact = contact_by_id(session, contact_id)
    if contact.client_id != project.client_id or contact.erased_at is not None:
        sentence = "This contact is none of the project's client."
        raise BadLink(sentence, fields={"contact_id": [sentence]})
    return Recipient(contact.id, contact.client_id, contact.email)


def _link(
    session: Session, actor: Actor, basis: _Basis, wish: LinkWish, allows: LinkAllows, now: datetime
) -> ScreeningLink:
    link_id, url = new_id(), wish.target_url
    sealed = None if url is None else seal_of(session).seal(url.encode(), place=target_place(link_id))
    return ScreeningLink(
        id=link_id,
        project_id=basis.project.id,
        agreement_version_id=wish.agreement_version_id,
        material_version_id=wish.material_version_id,
        zone=wish.zone,
        target="room" if url is None else "hand-off",
        target_sealed=sealed,
        target_host=None if url is None else host_of(url),
        platform=wish.platform,
        platform_enforces=wish.platform_enforces,
        issued_by=person_of(actor),
        issued_at=now,
        **{name: getattr(allows, name) for name in LinkAllows.__dataclass_fields__},
    )


def _issued(link: ScreeningLink, *, is_older: bool) -> LinkIssued:
    return LinkIssued(
        about=f"link:{link.id}",
        project=link.project_id,
        agreement_version=link.agreement_version_id,
        method=link.method,
        material_version=link.material_version_id,
        contact=link.contact_id,
        starts_at=link.starts_at,
        ends_at=link.ends_at,
        zone=link.zone,
        view_limit=link.view_limit,
        view_minutes=link.view_minutes,
        asks_passphrase=link.asks_passphrase,
        asks_totp=link.asks_totp,
        needs_release=link.needs_release,
        nda_text=link.nda_text_id,
        allows_download=link.allows_download,
        has_watermark_instruction=bool(link.watermark),
        target=link.target,
        target_host=link.target_host,
        is_older_version=is_older,
    )
