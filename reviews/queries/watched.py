"""Who watched when, for a whole project: each person with the links they had and the views they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.public import project_for
from reviews.models.links import ScreeningLink, View
from reviews.models.materials import Material, MaterialVersion
from reviews.models.parties import Contact

VIEWS_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link that somebody had, from when until when it was open to them."""

    id: UUID
    material: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A view that somebody took. ``proof`` says how they were known."""

    link_id: UUID
    material: str
    proof: str
    granted_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PersonWatched:
    """One of a client's people. Who had links and took no view is told, too."""

    contact_id: UUID
    name: str
    links: tuple[LinkSpan, ...]
    views: tuple[Watch, ...]


def watched_in(
    session: Session, actor: Actor, project_id: UUID, *, most: int | None = VIEWS_SHOWN
) -> Sequence[PersonWatched]:
    """Return who had links in a project and who watched, by name; raises ``UnknownProject``.

    Of the views there are the newest, ``most`` of them; ``None`` is all.
    """
    project_for(session, actor, project_id)
    links = session.execute(
        select(ScreeningLink, Contact.name, Material.name, MaterialVersion.number)
        .join(Contact, Contact.id == ScreeningLink.contact_id)
        .join(MaterialVersion, MaterialVersion.id == ScreeningLink.material_version_id)
        .join(Material, Material.id == MaterialVersion.material_id)
        .where(ScreeningLink.project_id == project_id)
        .order_by(Contact.name, Contact.id, ScreeningLink.starts_at)
    ).all()
    labels = {link.id: f"{material} v{number:03d}" for link, _, material, number in links}
    views: dict[UUID, list[Watch]] = {}
    of_project = select(ScreeningLink.id).where(ScreeningLink.project_id == project_id)
    newest = select(View).where(View.link_id.in_(of_project)).order_by(View.granted_at.desc(), View.id).limit(most)
    for one in session.scalars(newest):
        watch = Watch(one.link_id, labels[one.link_id], one.proof, one.granted_at, one.ends_at)
        views.setdefault(one.contact_id, []).append(watch)
    spans: dict[tuple[UUID, str], list[LinkSpan]] = {}
    for link, name, _, _ in links:
        ends = min(link.ends_at, link.revoked_at or link.ends_at)
        span = LinkSpan(link.id, labels[link.id], link.starts_at, max(ends, link.starts_at))
        spans.setdefault((link.contact_id, name), []).append(span)
    return [PersonWatched(one, name, tuple(had), tuple(views.get(one, ()))) for (one, name), had in spans.items()]
