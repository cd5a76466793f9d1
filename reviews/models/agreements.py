"""Review agreements: what a client and the house agreed on how work is reviewed, version by version."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id

_ONE_OPEN = text("state IN ('draft', 'sent')")
_ONE_ACCEPTED = text("state = 'accepted'")


class Agreement(Base):
    """What is agreed for a project and a milestone; what it says stands in its versions."""

    __tablename__ = "reviews_agreements"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    number: Mapped[int]
    """Counted from 1 in its project: with the project's code it is how people speak of it, ``LUMEN-2``."""
    milestone: Mapped[str] = mapped_column(String(40))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    created_at: Mapped[datetime]


class AgreementVersion(Base):
    """One version. Its terms change while it is a draft; once it is sent its text is frozen by its hash.

    ``terms`` is canonical JSON of ``rules.terms.Terms``; ``text`` is what both sides hold to, written out of it, in
    which people stand as P1, P2, … with the digest of who they are, so that it can be read after an erasure.
    """

    __tablename__ = "reviews_agreement_versions"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("state IN ('draft', 'sent', 'accepted', 'superseded', 'withdrawn')", name="state_is_known"),
        CheckConstraint("state = 'draft' OR state = 'withdrawn' OR text_sha256 IS NOT NULL", name="sent_has_text"),
        Index(
            "uq_reviews_agreement_versions_open",
            "agreement_id",
            unique=True,
            sqlite_where=_ONE_OPEN,
            postgresql_where=_ONE_OPEN,
        ),
        Index(
            "uq_reviews_agreement_versions_accepted",
            "agreement_id",
            unique=True,
            sqlite_where=_ONE_ACCEPTED,
            postgresql_where=_ONE_ACCEPTED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreements.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    terms: Mapped[str]
    text: Mapped[str | None]
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    """When the second side accepted."""
    ended_at: Mapped[datetime | None]
    """When it was superseded or withdrawn."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Party(Base):
    """Somebody with a part in a version: a contact of the client's, or a person of the house.

    ``digest`` is the SHA-256 of the canonical JSON ``[salt, name, email, company]`` as they were when it was sent; with
    ``salt`` gone, as after an erasure, nothing can be told from it.
    """

    __tablename__ = "reviews_parties"
    __table_args__ = (
        UniqueConstraint("agreement_version_id", "label"),
        CheckConstraint("(contact_id IS NULL) <> (person_id IS NULL)", name="one_of_two"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    label: Mapped[str] = mapped_column(String(4))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    place: Mapped[int | None]
    """The place in the order of approval; ``None`` where none is agreed."""
    may_invite: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str | None] = mapped_column(String(64))


class Acceptance(Base):
    """A side accepted a version's text. Never changed; a side accepts once."""

    __tablename__ = "reviews_acceptances"
    __table_args__ = (
        UniqueConstraint("agreement_version_id", "side"),
        CheckConstraint("(contact_id IS NULL) <> (person_id IS NULL)", name="one_of_two"),
        CheckConstraint("side IN ('house', 'client')", name="side_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_agreement_versions.id"))
    side: Mapped[str] = mapped_column(String(6))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_people.id"))
    proof: Mapped[str] = mapped_column(String(40))
    text_sha256: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime]


class AgreementTemplate(Base):
    """Terms to begin with, for one client or for all."""

    __tablename__ = "reviews_agreement_templates"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_clients.id"))
    name: Mapped[str] = mapped_column(String(120))
    terms: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PolicyFloor(Base):
    """What no agreement and no link may go under: of the house where ``client_id`` is ``None``, or of one client's.

    ``demands`` is canonical JSON of ``rules.floors.Demands``.
    """

    __tablename__ = "reviews_policy_floors"
    __table_args__ = (CheckConstraint("(scope = 'house') = (client_id IS NULL)", name="house_has_no_client"),)

    scope: Mapped[str] = mapped_column(String(50), primary_key=True)
    """``house``, or ``client:<id>``."""
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_clients.id"), index=True)
    demands: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
