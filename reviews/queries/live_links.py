"""Live links as agreements and floors see them: what each of them allows, to be held against terms and demands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from facility.models import Project
from reviews.models.agreements import AgreementVersion
from reviews.models.links import ScreeningLink
from reviews.rules.links_allowed import LinkAllows


@dataclass(frozen=True, slots=True)
class LiveLink:
    """A link that was not revoked and is not over; it may be used up. ``allows`` is what it lets happen."""

    id: UUID
    project_id: UUID
    agreement_version_id: UUID
    contact_id: UUID
    method: str
    ends_at: datetime
    allows: LinkAllows


def is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a link was not revoked and is not over."""
    return (ScreeningLink.revoked_at.is_(None), ScreeningLink.ends_at > now)


def allows_of(link: ScreeningLink) -> LinkAllows:
    """Return what a link lets happen, its window as the clocks of its zone show it."""
    return LinkAllows(
        starts_at=_on_the_wall(link.starts_at, link.zone),
        ends_at=_on_the_wall(link.ends_at, link.zone),
        view_limit=link.view_limit,
        view_minutes=link.view_minutes,
        method=link.method,
        contact_id=link.contact_id,
        allows_download=link.allows_download,
        asks_passphrase=link.asks_passphrase,
        asks_totp=link.asks_totp,
        needs_release=link.needs_release,
        nda_text_id=link.nda_text_id,
        watermark=link.watermark,
    )


def live_links_under(session: Session, agreement_id: UUID, *, now: datetime) -> Sequence[LiveLink]:
    """Return the live links that were issued under any version of an agreement, the newest first."""
    versions = select(AgreementVersion.id).where(AgreementVersion.agreement_id == agreement_id)
    return _read(session, _live(now).where(ScreeningLink.agreement_version_id.in_(versions)))


def live_links_for(session: Session, client_id: UUID | None, *, now: datetime) -> Sequence[LiveLink]:
    """Return the live links of a client's projects, or of all where it is ``None``, the newest first."""
    wanted = _live(now)
    if client_id is not None:
        wanted = wanted.where(ScreeningLink.project_id.in_(select(Project.id).where(Project.client_id == client_id)))
    return _read(session, wanted)


def _live(now: datetime) -> Select[ScreeningLink]:
    return select(ScreeningLink).where(*is_live(now)).order_by(ScreeningLink.id.desc())


def _read(session: Session, wanted: Select[ScreeningLink]) -> Sequence[LiveLink]:
    return [
        LiveLink(
            id=one.id,
            project_id=one.project_id,
            agreement_version_id=one.agreement_version_id,
            contact_id=one.contact_id,
            method=one.method,
            ends_at=one.ends_at,
            allows=allows_of(one),
        )
        for one in session.scalars(wanted)
    ]


def _on_the_wall(moment: datetime, zone: str) -> datetime:
    # Days of a link's life are the sender's calendar days: a week over the change of clocks is a week.
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
