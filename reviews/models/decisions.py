"""Rounds, decisions and notes. Decisions and notes are never changed: who thinks again writes a new one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class Round(Base):
    """A version was put before the client for a decision. Rounds count through all versions of an agreement."""

    __tablename__ = "reviews_rounds"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreements.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    number: Mapped[int]
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"), index=True)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    """The last working day of the client's turnaround, in the agreement's zone and calendar."""
    noticed_at: Mapped[datetime | None]
    """When the approvers were told that their silence will approve, where that was agreed."""
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))


class Decision(Base):
    """What an approver decided of a version, from an identified visit, under an agreement. Never changed.

    A withdrawal is a new one whose ``withdraws_id`` names the decision that it takes back. ``views`` counts the logged
    views of this approver before it; none is a warning that stands on the decision for ever.
    """

    __tablename__ = "reviews_decisions"
    __table_args__ = (
        CheckConstraint(
            "value IN ('approved', 'approved-with-notes', 'not-approved', 'no-decision', 'withdrawn')",
            name="value_is_known",
        ),
        CheckConstraint("(value = 'withdrawn') = (withdraws_id IS NOT NULL)", name="withdrawal_names_one"),
        CheckConstraint("visit_id IS NOT NULL OR attendance_id IS NOT NULL", name="decider_is_identified"),
        UniqueConstraint("withdraws_id"),
        Index("ix_reviews_decisions_round", "round_id", "decided_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_rounds.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"))
    material_sha256: Mapped[str] = mapped_column(String(64))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_parties.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_visits.id"))
    attendance_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_attendances.id"))
    scope: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(20))
    statement_sha256: Mapped[str] = mapped_column(String(64))
    """Of the sign-off text that was shown."""
    nda_sha256: Mapped[str | None] = mapped_column(String(64))
    viewing: Mapped[str]
    """What the approver declared of how they watched, as canonical JSON of ``rules.viewing.Declaration``."""
    views: Mapped[int]
    last_view_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_views.id"))
    proof: Mapped[str] = mapped_column(String(40))
    withdraws_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_decisions.id"))
    decided_at: Mapped[datetime]


class Note(Base):
    """Something said of a version, at a frame or of the whole. Never changed; internal ones never leave the house."""

    __tablename__ = "reviews_notes"
    __table_args__ = (
        CheckConstraint("contact_id IS NULL OR person_id IS NULL", name="one_author"),
        CheckConstraint("out_frame IS NULL OR out_frame >= in_frame", name="out_after_in"),
        Index("ix_reviews_notes_version", "material_version_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_decisions.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_contacts.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    is_internal: Mapped[bool] = mapped_column(default=False)
    in_frame: Mapped[int | None]
    out_frame: Mapped[int | None]
    text: Mapped[str]
    written_at: Mapped[datetime]
