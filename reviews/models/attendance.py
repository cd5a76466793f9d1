"""Reviews that happen in a room or on a drive: screenings and who came, and shipments until they ended."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class Screening(Base):
    """A supervised session: who hosts it, in which room, on which display, and when that was calibrated."""

    __tablename__ = "reviews_screenings"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state_is_known"),
        Index("ix_reviews_screenings_project", "project_id", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    method: Mapped[str] = mapped_column(String(4))
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    room: Mapped[str] = mapped_column(String(120))
    display: Mapped[str] = mapped_column(String(120))
    display_serial: Mapped[str] = mapped_column(String(60))
    calibrated_on: Mapped[date | None]
    calibration_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the calibration's report."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    sequence: Mapped[int] = mapped_column(default=0)
    """How often its invitation was changed (RFC 5545 section 3.8.7.4)."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Attendance(Base):
    """A contact is invited to a screening, and is signed in there by the host, who saw who they are."""

    __tablename__ = "reviews_attendances"
    __table_args__ = (UniqueConstraint("screening_id", "contact_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_screenings.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    invited_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    signed_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    nda_sha256: Mapped[str | None] = mapped_column(String(64))


class Shipment(Base):
    """A drive, a DCP or a tablet that left the house with a version on it; chased until it is back or destroyed."""

    __tablename__ = "reviews_shipments"
    __table_args__ = (
        CheckConstraint("carrier_kind IN ('drive', 'dcp', 'tablet')", name="kind_is_known"),
        CheckConstraint("ending IS NULL OR ending IN ('returned', 'destroyed', 'lost')", name="ending_is_known"),
        CheckConstraint("(ending IS NULL) = (ended_at IS NULL)", name="ending_has_time"),
        CheckConstraint("kdm_until IS NULL OR kdm_until > kdm_from", name="kdm_ends_after_start"),
        Index("ix_reviews_shipments_project", "project_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    method: Mapped[str] = mapped_column(String(4))
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"), index=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"))
    carrier_kind: Mapped[str] = mapped_column(String(8))
    serial: Mapped[str] = mapped_column(String(80))
    courier: Mapped[str] = mapped_column(String(120))
    tracking: Mapped[str] = mapped_column(String(80))
    shipped_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    shipped_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    receipt_note: Mapped[str] = mapped_column(String(300), default="")
    kdm_device: Mapped[str] = mapped_column(String(120), default="")
    """The thumbprint or serial of the one server that the KDM serves."""
    kdm_from: Mapped[datetime | None]
    kdm_until: Mapped[datetime | None]
    due_back_on: Mapped[date]
    ending: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]
    certificate_sha256: Mapped[str | None] = mapped_column(String(64))
    chased_on: Mapped[date | None]
    """The last day on which the recipient was reminded."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
