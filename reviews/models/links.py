"""Screening links and what came of them: views, downloads, and freezes that stop them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id

_IS_DUE = text("platform_revocation = 'due'")


class ScreeningLink(Base):
    """One person's way to one version, under one agreement and one of its methods. Never deleted.

    What the agreement and the floors demanded when it was issued stands on the link itself, so that the gate asks one
    row. ``views_used`` moves only in the transaction that records the view.
    """

    __tablename__ = "reviews_links"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("views_used >= 0 AND views_used <= view_limit", name="views_within_limit"),
        CheckConstraint("view_minutes > 0", name="view_has_length"),
        CheckConstraint("target IN ('room', 'hand-off')", name="target_is_known"),
        CheckConstraint("target = 'room' OR target_sealed IS NOT NULL", name="hand_off_has_target"),
        CheckConstraint("NOT asks_passphrase OR passphrase_hash IS NOT NULL", name="passphrase_is_set"),
        CheckConstraint("released_by IS NULL OR released_by <> issued_by", name="released_by_another"),
        CheckConstraint("platform_revocation IN ('none', 'due', 'confirmed')", name="revocation_is_known"),
        Index("ix_reviews_links_project", "project_id", "id"),
        Index("ix_reviews_links_agreement", "agreement_version_id", "id"),
        Index("ix_reviews_links_material", "material_version_id", "id"),
        Index("ix_reviews_links_due", "project_id", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    method: Mapped[str] = mapped_column(String(4))
    """The label of the method in the agreement's terms: M1, M2, …"""
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60))
    """The zone in which the sender meant both."""
    view_limit: Mapped[int]
    views_used: Mapped[int] = mapped_column(default=0)
    view_minutes: Mapped[int]
    """How long a view lasts: within it, watching again is the same view."""
    asks_passphrase: Mapped[bool] = mapped_column(default=False)
    passphrase_hash: Mapped[str | None] = mapped_column(String(200))
    asks_totp: Mapped[bool] = mapped_column(default=False)
    nda_text_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_nda_texts.id"))
    allows_download: Mapped[bool] = mapped_column(default=False)
    watermark: Mapped[str] = mapped_column(String(200), default="")
    """The instruction, as agreed; whether it was applied is another matter."""
    target: Mapped[str] = mapped_column(String(10))
    target_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The address of a hand-off, sealed for this row."""
    target_host: Mapped[str | None] = mapped_column(String(253))
    platform: Mapped[str] = mapped_column(String(60), default="")
    platform_enforces: Mapped[str] = mapped_column(String(500), default="")
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    issued_at: Mapped[datetime]
    needs_release: Mapped[bool] = mapped_column(default=False)
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    released_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    revoke_reason: Mapped[str] = mapped_column(String(300), default="")
    platform_revocation: Mapped[str] = mapped_column(String(10), default="none")
    """For a hand-off: whether the access on the platform itself must still be ended there, and whether it was."""
    platform_revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    platform_revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class View(Base):
    """A recipient was let in: a window of time in which they watch, and go on watching. Never changed."""

    __tablename__ = "reviews_views"
    __table_args__ = (
        CheckConstraint("ends_at > granted_at", name="ends_after_start"),
        Index("ix_reviews_views_link", "link_id", "granted_at"),
        Index("ix_reviews_views_who", "contact_id", "material_version_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_links.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"))
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"), index=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_visits.id"))
    proof: Mapped[str] = mapped_column(String(40))
    """How the recipient proved who they are, in the words of ``rules.vocabulary.Proof``."""
    nda_sha256: Mapped[str | None] = mapped_column(String(64))
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Download(Base):
    """A recipient took the file along, within a view. Never changed."""

    __tablename__ = "reviews_downloads"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    view_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_views.id"))
    link_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_links.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"))
    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"), index=True)
    downloaded_at: Mapped[datetime]


class Freeze(Base):
    """Nothing of these opens until it is lifted: a contact's, a client's, a project's, or everything."""

    __tablename__ = "reviews_freezes"
    __table_args__ = (
        CheckConstraint("scope IN ('contact', 'client', 'project', 'all')", name="scope_is_known"),
        CheckConstraint("(scope = 'all') = (subject_id IS NULL)", name="all_has_no_subject"),
        Index("ix_reviews_freezes_standing", "lifted_at", "scope"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(300))
    set_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    set_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    lifted_at: Mapped[datetime | None]
