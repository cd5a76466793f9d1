"""Incidents: something got out, or may have, and the clock runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class Incident(Base):
    """A leak, or what may be one. ``detected_at`` starts its clock; ``notify_by`` is when the client must know."""

    __tablename__ = "reviews_incidents"
    __table_args__ = (Index("ix_reviews_incidents_project", "project_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    material_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_material_versions.id"))
    title: Mapped[str] = mapped_column(String(200))
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    opened_at: Mapped[datetime]
    detected_at: Mapped[datetime]
    notify_by: Mapped[datetime]
    notified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class IncidentStep(Base):
    """Something that was done about an incident. Never changed."""

    __tablename__ = "reviews_incident_steps"
    __table_args__ = (
        CheckConstraint("kind IN ('detected', 'notified', 'responded', 'evidence', 'reported')", name="kind_is_known"),
        Index("ix_reviews_incident_steps_incident", "incident_id", "taken_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_incidents.id"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str]
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    taken_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    taken_at: Mapped[datetime]
