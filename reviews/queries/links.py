"""Reads of screening links: all of them for ever, as far as the reader may know of their projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.sealing import seal_of
from facility.errors import UnknownProject
from facility.models import Membership
from facility.public import ProjectRef, project_for
from reviews.errors import UnknownReview
from reviews.models.agreements import AgreementVersion
from reviews.models.links import ScreeningLink
from reviews.models.materials import MaterialVersion
from reviews.queries.cursors import id_after
from reviews.queries.freezes import is_frozen
from reviews.rules.gate import LinkState, Standing, standing_of


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as lists show it. ``standing`` is how it stands now; nothing of it opens the gate."""

    id: UUID
    project_id: UUID
    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    contact_id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    view_limit: int
    views_used: int
    view_minutes: int
    asks_passphrase: bool
    asks_totp: bool
    nda_text_id: UUID | None
    allows_download: bool
    watermark: str
    target: str
    target_host: str | None
    platform: str
    platform_enforces: str
    issued_by: UUID
    issued_at: datetime
    needs_release: bool
    released_by: UUID | None
    released_at: datetime | None
    revoked_at: datetime | None
    revoked_by: UUID | None
    revoke_reason: str
    platform_revocation: str
    platform_revoked_by: UUID | None
    platform_revoked_at: datetime | None
    version: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class LinkFilters:
    """Which links are asked for; ``None`` is all, revoked ones and those that are over too."""

    project_id: UUID | None = None
    agreement_version_id: UUID | None = None
    material_version_id: UUID | None = None
    contact_id: UUID | None = None
    state: str | None = None
    """``open``, ``ended``, ``waiting`` for a release, or ``due`` on a platform."""


STATES = ("open", "ended", "waiting", "due")


def links(session: Session, actor: Actor, filters: LinkFilters, page: PageRequest, *, now: datetime) -> Page[LinkRow]:
    """List links, the newest first; raises ``UnknownProject`` for another's project. The cursor is ``(id,)``."""
    wanted = [*_named(filters), *_in_state(filters.state, now)]
    if filters.project_id is not None:
        project_for(session, actor, filters.project_id)
    elif not actor.sees_all_projects:
        own = select(Membership.project_id).where(Membership.person_id == actor.person_id)
        wanted.append(ScreeningLink.project_id.in_(own))
    if page.after is not None:
        wanted.append(ScreeningLink.id < id_after(page))
    return cut(_rows(session, wanted, page.limit + 1, now), page, lambda row: (str(row.id),))


def link_row(session: Session, actor: Actor, link_id: UUID, *, now: datetime) -> LinkRow:
    """Return one link; raises ``UnknownReview`` for one of a project that ``actor`` may not know of, too."""
    found = _rows(session, [ScreeningLink.id == link_id], 1, now)
    if not found:
        raise unknown_link()
    _visible_project(session, actor, found[0].project_id)
    return found[0]


def held_link(session: Session, actor: Actor, link_id: UUID) -> tuple[ScreeningLink, ProjectRef]:
    """Hold a link until the commit and return it with its project; raises ``UnknownReview`` as above."""
    wanted = select(ScreeningLink).where(ScreeningLink.id == link_id).with_for_update()
    link = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if link is None:
        raise unknown_link()
    return link, _visible_project(session, actor, link.project_id)


def is_newest(session: Session, version: MaterialVersion) -> bool:
    """Report whether no later version of the same material is there."""
    of_it = MaterialVersion.material_id == version.material_id
    return session.scalar(select(func.max(MaterialVersion.number)).where(of_it)) == version.number


def target_place(link_id: UUID) -> str:
    """Return where a link's sealed target belongs."""
    return f"reviews_links/{link_id}/target_sealed"


def open_target(session: Session, link_id: UUID, sealed: bytes) -> str:
    """Return the address to which a link hands off, from its seal; only what follows a grant asks for it."""
    return seal_of(session).open(sealed, place=target_place(link_id)).decode()


def unknown_link() -> UnknownReview:
    """Return the refusal of a link that is not there, or is not this reader's."""
    return UnknownReview("There is no such link among those of your projects.")


def _visible_project(session: Session, actor: Actor, project_id: UUID) -> ProjectRef:
    try:
        return project_for(session, actor, project_id)
    except UnknownProject as error:
        raise unknown_link() from error


def _named(filters: LinkFilters) -> list[ColumnElement[bool]]:
    names = ("project_id", "agreement_version_id", "material_version_id", "contact_id")
    asked = {name: getattr(filters, name) for name in names}
    return [getattr(ScreeningLink, name) == value for name, value in asked.items() if value is not None]


def _in_state(state: str | None, now: datetime) -> list[ColumnElement[bool]]:
    link = ScreeningLink
    is_waiting = and_(link.needs_release, link.released_at.is_(None))
    is_ended = or_(link.revoked_at.is_not(None), link.ends_at <= now)
    return {
        "open": [~is_ended, ~is_waiting],
        "ended": [is_ended],
        "waiting": [is_waiting, ~is_ended],
        "due": [link.platform_revocation == "due"],
    }.get(state or "", [])


def _rows(session: Session, wanted: Sequence[ColumnElement[bool]], limit: int, now: datetime) -> Sequence[LinkRow]:
    link = ScreeningLink
    in_force = exists().where(AgreementVersion.id == link.agreement_version_id, AgreementVersion.state == "accepted")
    found = session.execute(
        select(link, is_frozen(link.project_id, link.contact_id), in_force)
        .where(*wanted)
        .order_by(link.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_row(one, is_frozen=bool(frozen), is_agreed=bool(agreed), now=now) for one, frozen, agreed in found]


def _row(one: ScreeningLink, *, is_frozen: bool, is_agreed: bool, now: datetime) -> LinkRow:
    state = LinkState(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        is_used_up=one.views_used >= one.view_limit,
        is_revoked=one.revoked_at is not None,
        is_released=not one.needs_release or one.released_at is not None,
        is_frozen=is_frozen,
        is_agreed=is_agreed,
        is_replaced=False,
    )
    names = [name for name in LinkRow.__dataclass_fields__ if name != "standing"]
    return LinkRow(**{name: getattr(one, name) for name in names}, standing=standing_of(state, now=now))
