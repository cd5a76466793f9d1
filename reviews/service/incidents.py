"""Incidents: opened when something got out or may have, worked on step by step, and never written over."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Invalid
from audit.record import record
from facility.public import ProjectRef, project_for
from reviews.errors import NotInThisState
from reviews.facts.incidents import (
    IncidentClosed,
    IncidentFroze,
    IncidentNotified,
    IncidentOpened,
    IncidentStepTaken,
)
from reviews.models.incidents import Incident, IncidentStep
from reviews.models.links import Freeze
from reviews.queries.incidents import hold_incident, step_count
from reviews.queries.materials import version_by_id
from reviews.rules.acting import person_of
from reviews.rules.incidents import NOTIFY_HOURS, notify_by
from reviews.service.freezes import set_freeze


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """What is known when an incident is opened. Its clock runs from ``detected_at``."""

    project_id: UUID
    title: str
    detected_at: datetime
    material_version_id: UUID | None = None


def open_incident(
    session: Session, actor: Actor, *, entry: IncidentEntry, now: datetime, notify_hours: int = NOTIFY_HOURS
) -> Incident:
    """Open an incident: the client is to know so many hours after it was detected. Raises ``Invalid``."""
    project = project_for(session, actor, entry.project_id)
    if entry.material_version_id is not None:
        material, _ = version_by_id(session, actor, entry.material_version_id)
        if material.project_id != project.id:
            sentence = "This version belongs to another project."
            raise Invalid(sentence, fields={"material_version_id": [sentence]})
    incident = Incident(
        project_id=project.id,
        material_version_id=entry.material_version_id,
        title=entry.title,
        opened_by=person_of(actor),
        opened_at=now,
        detected_at=entry.detected_at,
        notify_by=notify_by(entry.detected_at, notify_hours, now=now),
    )
    session.add(incident)
    session.flush()
    fact = IncidentOpened(
        about=f"incident:{incident.id}",
        project=project.id,
        material_version=entry.material_version_id,
        detected_at=entry.detected_at,
        notify_by=incident.notify_by,
        title=entry.title,
    )
    record(session, actor, fact, log=project.log)
    _take(session, actor, incident, project, "detected", entry.title, None, now)
    return incident


def take_step(
    session: Session,
    actor: Actor,
    *,
    incident_id: UUID,
    step_kind: str,
    text: str,
    now: datetime,
    evidence_sha256: str | None = None,
) -> IncidentStep:
    """Write down what was done; it is never changed. That the client was told is ``mark_notified``'s."""
    incident, project = _open(session, actor, incident_id)
    if step_kind == "notified":
        sentence = "That the client was told is marked, and not written as a step."
        raise Invalid(sentence, fields={"step_kind": [sentence]})
    return _take(session, actor, incident, project, step_kind, text, evidence_sha256, now)


def mark_notified(session: Session, actor: Actor, *, incident_id: UUID, text: str, now: datetime) -> Incident:
    """Mark that the client was told, and how; raises ``NotInThisState`` where that was marked before."""
    incident, project = _open(session, actor, incident_id)
    if incident.notified_at is not None:
        raise NotInThisState("That the client was told was marked before.")
    incident.notified_at = now
    _take(session, actor, incident, project, "notified", text, None, now)
    fact = IncidentNotified(
        about=f"incident:{incident_id}",
        project=project.id,
        notify_by=incident.notify_by,
        is_late=now > incident.notify_by,
    )
    record(session, actor, fact, log=project.log)
    return incident


def freeze_from_incident(
    session: Session, actor: Actor, *, incident_id: UUID, scope: str, subject_id: UUID | None, now: datetime
) -> Freeze:
    """Freeze because of an incident and write that down, in one act; the project is the incident's if none is named.

    Raises what ``set_freeze`` raises, or ``NotInThisState`` where the incident is closed.
    """
    incident, project = _open(session, actor, incident_id)
    subject = project.id if scope == "project" and subject_id is None else subject_id
    reason = f"incident {incident_id}"
    freeze = set_freeze(session, actor, scope=scope, subject_id=subject, reason=reason, now=now)
    _take(session, actor, incident, project, "responded", f"Froze: {scope} {subject or ''}".rstrip(), None, now)
    fact = IncidentFroze(about=f"incident:{incident_id}", project=project.id, freeze=freeze.id, scope=scope)
    record(session, actor, fact, log=project.log)
    return freeze


def close_incident(session: Session, actor: Actor, *, incident_id: UUID, text: str, now: datetime) -> Incident:
    """Close an incident with what it came to; freezes stand until somebody lifts them."""
    incident, project = _open(session, actor, incident_id)
    _take(session, actor, incident, project, "reported", text, None, now)
    incident.closed_at = now
    session.flush()
    fact = IncidentClosed(
        about=f"incident:{incident_id}",
        project=project.id,
        was_notified=incident.notified_at is not None,
        steps=step_count(session, incident_id),
    )
    record(session, actor, fact, log=project.log)
    return incident


def _open(session: Session, actor: Actor, incident_id: UUID) -> tuple[Incident, ProjectRef]:
    incident, project = hold_incident(session, actor, incident_id)
    person_of(actor)
    if incident.closed_at is not None:
        raise NotInThisState("This incident is closed. Open another one.")
    return incident, project


def _take(
    session: Session,
    actor: Actor,
    incident: Incident,
    project: ProjectRef,
    step_kind: str,
    text: str,
    evidence_sha256: str | None,
    now: datetime,
) -> IncidentStep:
    if not text.strip():
        sentence = "Say what was done."
        raise Invalid(sentence, fields={"text": [sentence]})
    step = IncidentStep(
        incident_id=incident.id,
        kind=step_kind,
        text=text.strip(),
        evidence_sha256=evidence_sha256,
        taken_by=person_of(actor),
        taken_at=now,
    )
    session.add(step)
    session.flush()
    fact = IncidentStepTaken(
        about=f"incident:{incident.id}",
        project=project.id,
        step=step.id,
        step_kind=step_kind,
        text_sha256=hashlib.sha256(step.text.encode()).hexdigest(),
        evidence_sha256=evidence_sha256,
    )
    record(session, actor, fact, log=project.log)
    return step
