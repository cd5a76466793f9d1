"""People of a client, whom the house knows by a pseudonym everywhere but here, and how projects are named outside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id

NAME_LENGTH_MAX, EMAIL_LENGTH_MAX, COMPANY_LENGTH_MAX, ALIAS_LENGTH_MAX = 120, 254, 120, 60


class Contact(Base):
    """Somebody of a client's. ``email`` is in lower case; who was erased has a pseudonym in both and ``erased_at``.

    ``totp_sealed`` is the secret of their authenticator (RFC 6238), sealed for its row; ``totp_step`` is the last time
    step that was used, so that no code opens twice.
    """

    __tablename__ = "reviews_contacts"
    __table_args__ = (
        UniqueConstraint("client_id", "email"),
        CheckConstraint("totp_confirmed_at IS NULL OR totp_sealed IS NOT NULL", name="totp_confirmed_has_secret"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("facility_clients.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH_MAX))
    company: Mapped[str] = mapped_column(String(COMPANY_LENGTH_MAX), default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class ProjectFace(Base):
    """How a project is called outside the gate. While an alias is in force its real titles stand nowhere but sealed.

    ``titles_sealed`` are the real titles, a line each, sealed for the row: names of files are held against them.
    """

    __tablename__ = "reviews_project_faces"
    __table_args__ = (CheckConstraint("NOT is_alias_in_force OR alias <> ''", name="alias_in_force_is_there"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"), primary_key=True)
    alias: Mapped[str] = mapped_column(String(ALIAS_LENGTH_MAX), default="")
    is_alias_in_force: Mapped[bool] = mapped_column(default=False)
    titles_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    naming_template_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_naming_templates.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AllowedHost(Base):
    """A host to which a project's links may hand off."""

    __tablename__ = "reviews_allowed_hosts"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"), primary_key=True)
    host: Mapped[str] = mapped_column(String(253), primary_key=True)


class NdaText(Base):
    """The text of a confidentiality undertaking. A change is a new version; what was accepted is never written over."""

    __tablename__ = "reviews_nda_texts"
    __table_args__ = (UniqueConstraint("client_id", "title", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("facility_clients.id"))
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    text: Mapped[str]
    text_sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]


class NdaAcceptance(Base):
    """A contact accepted an undertaking's text, at a gate or in the room. Never changed."""

    __tablename__ = "reviews_nda_acceptances"
    __table_args__ = (Index("ix_reviews_nda_acceptances_who", "contact_id", "nda_text_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"))
    nda_text_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_nda_texts.id"))
    text_sha256: Mapped[str] = mapped_column(String(64))
    proof: Mapped[str] = mapped_column(String(40))
    """How it was known who accepted, in the words of ``rules.vocabulary.Proof``."""
    accepted_at: Mapped[datetime]
