"""Reads of who came to the gate and who watched: people apart from machines, and holders of older versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.public import project_for
from reviews.errors import UnknownReview
from reviews.models.gate import GateKey, Visit
from reviews.models.links import ScreeningLink, View
from reviews.models.materials import Material, MaterialVersion

VISITS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view: when, until when, and how it was known who watched."""

    id: UUID
    visit_id: UUID
    contact_id: UUID
    material_version_id: UUID
    proof: str
    nda_sha256: str | None
    granted_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit at the gate. ``mailbox_verified_at`` is ``None`` where nobody proved to be a person."""

    id: UUID
    opened_at: datetime
    mailbox_verified_at: datetime | None
    passphrase_verified_at: datetime | None
    totp_verified_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Openings:
    """Who opened a link: visits of people, visits that never proved a mailbox, and the views that came of them.

    The newest of each, at most five hundred; ``machine_count`` is of all.
    """

    people: Sequence[VisitRow]
    machines: Sequence[VisitRow]
    machine_count: int
    views: Sequence[ViewRow]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who watched a version that is not the newest, or holds a link to it."""

    contact_id: UUID
    link_id: UUID
    material_version_id: UUID
    number: int
    views: int
    last_view_at: datetime | None
    is_link_live: bool


def views_of(session: Session, link_id: UUID) -> Sequence[ViewRow]:
    """Return the views of a link, the newest first."""
    wanted = select(View).where(View.link_id == link_id).order_by(View.granted_at.desc(), View.id.desc())
    names = ViewRow.__dataclass_fields__
    return [ViewRow(**{name: getattr(one, name) for name in names}) for one in session.scalars(wanted)]


def openings_of(session: Session, link_id: UUID) -> Openings:
    """Return who opened a link, people apart from what never proved to be one."""
    is_machine = Visit.mailbox_verified_at.is_(None)
    of_link = Visit.gate_key_id.in_(select(GateKey.id).where(GateKey.link_id == link_id))
    count = session.scalar(select(func.count()).select_from(Visit).where(of_link, is_machine)) or 0
    newest = select(Visit).where(of_link).order_by(Visit.opened_at.desc(), Visit.id.desc()).limit(VISITS_SHOWN)
    people = [_visit_row(one) for one in session.scalars(newest.where(~is_machine))]
    machines = [_visit_row(one) for one in session.scalars(newest.where(is_machine))]
    return Openings(people, machines, count, views_of(session, link_id))


def earlier_visits(session: Session, subject_id: UUID, visit_id: UUID) -> int:
    """Return how many other visits of this link or agreement proved their mailbox."""
    keys = select(GateKey.id).where(or_(GateKey.link_id == subject_id, GateKey.agreement_version_id == subject_id))
    others = (Visit.gate_key_id.in_(keys), Visit.id != visit_id, Visit.mailbox_verified_at.is_not(None))
    return session.scalar(select(func.count()).select_from(Visit).where(*others)) or 0


def holders_of_older(session: Session, actor: Actor, material_id: UUID, *, now: datetime) -> Sequence[Holder]:
    """Return who watched or may watch a version of a material that is not the newest; raises ``UnknownReview``."""
    project_id = session.scalar(select(Material.project_id).where(Material.id == material_id))
    if project_id is None:
        raise UnknownReview("There is no such material among those of your projects.")
    project_for(session, actor, project_id)
    of_it = MaterialVersion.material_id == material_id
    newest = select(func.max(MaterialVersion.number)).where(of_it).scalar_subquery()
    views = (
        select(View.link_id, func.count().label("views"), func.max(View.granted_at).label("last"))
        .group_by(View.link_id)
        .subquery()
    )
    wanted = (
        select(ScreeningLink, MaterialVersion.number, views.c.views, views.c["last"])
        .join(MaterialVersion, MaterialVersion.id == ScreeningLink.material_version_id)
        .outerjoin(views, views.c.link_id == ScreeningLink.id)
        .where(of_it, MaterialVersion.number < newest)
        .order_by(ScreeningLink.id.desc())
    )
    found = [
        Holder(
            contact_id=link.contact_id,
            link_id=link.id,
            material_version_id=link.material_version_id,
            number=number,
            views=count or 0,
            last_view_at=last,
            is_link_live=link.revoked_at is None and link.starts_at <= now < link.ends_at,
        )
        for link, number, count, last in session.execute(wanted)
    ]
    return [one for one in found if one.views or one.is_link_live]


def _visit_row(one: Visit) -> VisitRow:
    return VisitRow(**{name: getattr(one, name) for name in VisitRow.__dataclass_fields__})
