"""Reads of freezes: whether one stands over a link, as a condition and as a list."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.models import Membership, Project
from reviews.errors import UnknownReview
from reviews.models.links import Freeze
from reviews.models.parties import Contact
from reviews.queries.cursors import id_after

Id = InstrumentedAttribute[UUID]


def is_frozen(project_id: Id | UUID, contact_id: Id | UUID) -> ColumnElement[bool]:
    """Return the condition that a freeze stands over this project's links to this contact."""
    client_id = select(Contact.client_id).where(Contact.id == contact_id).scalar_subquery()
    covers = or_(
        Freeze.scope == "all",
        and_(Freeze.scope == "project", Freeze.subject_id == project_id),
        and_(Freeze.scope == "contact", Freeze.subject_id == contact_id),
        and_(Freeze.scope == "client", Freeze.subject_id == client_id),
    )
    return exists().where(Freeze.lifted_at.is_(None), covers)


def stands_over(session: Session, project_id: UUID, contact_id: UUID) -> bool:
    """Report whether a freeze stands over this project's links to this contact."""
    return bool(session.scalar(select(is_frozen(project_id, contact_id))))


def held_freeze(session: Session, freeze_id: UUID) -> Freeze:
    """Hold a freeze until the commit and return it; raises ``UnknownReview``."""
    freeze = session.get(Freeze, freeze_id, with_for_update=True)
    if freeze is None:
        raise UnknownReview("There is no such freeze.")
    return freeze


def freezes(session: Session, actor: Actor, page: PageRequest) -> Page[Freeze]:
    """List the freezes that ``actor`` may know of, the newest first; the cursor is ``(id,)``."""
    wanted = select(Freeze).where(_concerns(actor)).order_by(Freeze.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        wanted = wanted.where(Freeze.id < id_after(page))
    return cut(session.scalars(wanted).all(), page, lambda row: (str(row.id),))


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a freeze is of all, or of somebody or something the actor works for."""
    if actor.sees_all_projects:
        return or_(Freeze.scope == "all", Freeze.scope != "all")
    own = select(Membership.project_id).where(Membership.person_id == actor.person_id)
    clients = select(Project.client_id).where(Project.id.in_(own))
    contacts = select(Contact.id).where(Contact.client_id.in_(clients))
    return or_(
        Freeze.scope == "all",
        Freeze.subject_id.in_(own),
        Freeze.subject_id.in_(clients),
        Freeze.subject_id.in_(contacts),
    )
