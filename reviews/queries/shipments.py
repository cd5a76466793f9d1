"""Reads of what left the house, and shipments held until the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.models import Membership
from facility.public import ProjectRef, project_for
from reviews.errors import UnknownReview
from reviews.models.attendance import Shipment
from reviews.models.parties import Contact
from reviews.queries.cursors import id_after
from reviews.rules.shipments import CHASED_EVERY

OVERDUE_SHOWN = 500
_READ_BESIDE = frozenset({"contact_name", "days_overdue"})


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment as lists show it."""

    id: UUID
    project_id: UUID
    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    contact_id: UUID
    contact_name: str
    carrier_kind: str
    serial: str
    courier: str
    tracking: str
    shipped_by: UUID
    shipped_at: datetime
    received_at: datetime | None
    receipt_note: str
    kdm_device: str
    kdm_from: datetime | None
    kdm_until: datetime | None
    due_back_on: date
    ending: str | None
    ended_at: datetime | None
    certificate_sha256: str | None
    chased_on: date | None
    days_overdue: int
    version: int


def shipments_of(session: Session, actor: Actor, project_id: UUID, page: PageRequest, *, on: date) -> Page[ShipmentRow]:
    """List a project's shipments, the newest first; raises ``UnknownProject``. The cursor is ``(id,)``."""
    project_for(session, actor, project_id)
    wanted = _shipments().where(Shipment.project_id == project_id).order_by(Shipment.id.desc())
    if page.after is not None:
        wanted = wanted.where(Shipment.id < id_after(page))
    rows = session.execute(wanted.limit(page.limit + 1))
    return cut([_row(one, name, on) for one, name in rows], page, lambda row: (str(row.id),))


def shipment_row(session: Session, actor: Actor, shipment_id: UUID, *, on: date) -> ShipmentRow:
    """Return one shipment; raises ``UnknownReview`` or ``UnknownProject``."""
    row = session.execute(_shipments().where(Shipment.id == shipment_id)).one_or_none()
    if row is None:
        raise _no_shipment()
    project_for(session, actor, row[0].project_id)
    return _row(row[0], row[1], on)


def overdue_shipments(session: Session, actor: Actor, *, on: date) -> Sequence[ShipmentRow]:
    """List what is overdue in all projects that ``actor`` may know of, the longest first; five hundred at most."""
    wanted = _shipments().where(*_is_overdue(on), _is_visible(actor)).order_by(Shipment.due_back_on, Shipment.id)
    return [_row(one, name, on) for one, name in session.execute(wanted.limit(OVERDUE_SHOWN))]


def hold_shipment(session: Session, actor: Actor, shipment_id: UUID) -> tuple[Shipment, ProjectRef]:
    """Hold a shipment until the commit; raises ``UnknownReview`` or ``UnknownProject``."""
    wanted = select(Shipment).where(Shipment.id == shipment_id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise _no_shipment()
    return found, project_for(session, actor, found.project_id)


def held_to_chase(session: Session, *, on: date) -> Sequence[Shipment]:
    """Hold what is overdue and was not chased for a week, the longest first; whose recipient was erased is left out."""
    is_turn = or_(Shipment.chased_on.is_(None), Shipment.chased_on <= on - CHASED_EVERY)
    reached = select(Contact.id).where(Contact.erased_at.is_(None))
    wanted = select(Shipment).where(*_is_overdue(on), is_turn, Shipment.contact_id.in_(reached))
    ordered = wanted.order_by(Shipment.due_back_on, Shipment.id).limit(OVERDUE_SHOWN)
    return session.scalars(ordered.with_for_update().execution_options(populate_existing=True)).all()


def _is_overdue(on: date) -> tuple[ColumnElement[bool], ...]:
    return Shipment.ending.is_(None), Shipment.due_back_on < on


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all_projects:
        return true()
    return Shipment.project_id.in_(select(Membership.project_id).where(Membership.person_id == actor.person_id))


def _shipments() -> Select[Shipment, str]:
    return select(Shipment, Contact.name).join(Contact, Contact.id == Shipment.contact_id)


def _row(one: Shipment, contact_name: str, on: date) -> ShipmentRow:
    ended = one.ended_at.date() if one.ended_at is not None else on
    overdue = max((ended - one.due_back_on).days, 0)
    stored = {name: getattr(one, name) for name in ShipmentRow.__dataclass_fields__ if name not in _READ_BESIDE}
    return ShipmentRow(**stored, contact_name=contact_name, days_overdue=overdue)


def _no_shipment() -> UnknownReview:
    return UnknownReview("There is no such shipment among the projects that you work on.")
