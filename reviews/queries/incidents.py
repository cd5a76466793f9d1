"""Reads of incidents and of what was done about them, and incidents held until the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.models import Membership
from facility.public import ProjectRef, project_for
from reviews.errors import UnknownReview
from reviews.models.incidents import Incident, IncidentStep
from reviews.queries.cursors import id_after
from reviews.rules.incidents import is_overdue


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as lists show it. ``is_overdue``: the client should know by now and does not."""

    id: UUID
    project_id: UUID
    material_version_id: UUID | None
    title: str
    opened_by: UUID
    opened_at: datetime
    detected_at: datetime
    notify_by: datetime
    notified_at: datetime | None
    closed_at: datetime | None
    is_overdue: bool
    version: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """Something that was done about an incident."""

    id: UUID
    kind: str
    text: str
    evidence_sha256: str | None
    taken_by: UUID
    taken_at: datetime


def incidents_of(
    session: Session, actor: Actor, page: PageRequest, *, project_id: UUID | None = None, now: datetime
) -> Page[IncidentRow]:
    """List the incidents of a project, or of all that ``actor`` may know of, the newest first.

    Raises ``UnknownProject``. The cursor is ``(id,)``.
    """
    wanted = select(Incident).where(_is_visible(actor)).order_by(Incident.id.desc())
    if project_id is not None:
        wanted = wanted.where(Incident.project_id == project_for(session, actor, project_id).id)
    if page.after is not None:
        wanted = wanted.where(Incident.id < id_after(page))
    rows = session.scalars(wanted.limit(page.limit + 1))
    return cut([_row(one, now) for one in rows], page, lambda row: (str(row.id),))


def incident_row(session: Session, actor: Actor, incident_id: UUID, *, now: datetime) -> IncidentRow:
    """Return one incident; raises ``UnknownReview`` or ``UnknownProject``."""
    found = session.get(Incident, incident_id)
    if found is None:
        raise _no_incident()
    project_for(session, actor, found.project_id)
    return _row(found, now)


def steps_of(session: Session, incident_id: UUID) -> Sequence[StepRow]:
    """Return what was done about an incident in its order, whoever asks."""
    wanted = select(IncidentStep).where(IncidentStep.incident_id == incident_id)
    return [
        StepRow(one.id, one.kind, one.text, one.evidence_sha256, one.taken_by, one.taken_at)
        for one in session.scalars(wanted.order_by(IncidentStep.taken_at, IncidentStep.id))
    ]


def step_count(session: Session, incident_id: UUID) -> int:
    """Return how much was done about an incident."""
    return session.scalar(select(func.count()).where(IncidentStep.incident_id == incident_id)) or 0


def hold_incident(session: Session, actor: Actor, incident_id: UUID) -> tuple[Incident, ProjectRef]:
    """Hold an incident until the commit; raises ``UnknownReview`` or ``UnknownProject``."""
    wanted = select(Incident).where(Incident.id == incident_id).with_for_update(key_share=True)
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise _no_incident()
    return found, project_for(session, actor, found.project_id)


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all_projects:
        return true()
    return Incident.project_id.in_(select(Membership.project_id).where(Membership.person_id == actor.person_id))


def _row(one: Incident, now: datetime) -> IncidentRow:
    late = is_overdue(one.notify_by, one.notified_at, one.closed_at, now=now)
    stored = {name: getattr(one, name) for name in IncidentRow.__dataclass_fields__ if name != "is_overdue"}
    return IncidentRow(**stored, is_overdue=late)


def _no_incident() -> UnknownReview:
    return UnknownReview("There is no such incident among the projects that you work on.")
