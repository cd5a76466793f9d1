"""What belongs to entitlements: keys, documents, mappings of tables, unmapped features, and named seats."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class LotKey(Base):
    """The licence key of a lot, sealed for its lot: who has only the database cannot read it."""

    __tablename__ = "licensing_lot_keys"

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_lots.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]


class Document(Base):
    """A paper of a contract, byte for byte, with its hash. ``kind`` is its media type, as the sender named it."""

    __tablename__ = "licensing_documents"
    __table_args__ = (UniqueConstraint("contract_id", "sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_contracts.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    added_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class StoredMapping(Base):
    """A mapping of a table of lots, made once and used for each table of that form after."""

    __tablename__ = "licensing_table_mappings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class FeatureCandidate(Base):
    """A feature that captures of a server show and that counted for no product when they came."""

    __tablename__ = "licensing_feature_candidates"

    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(240), primary_key=True)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]
    """Since when it is known to be of no product here."""


class MatchRefusal(Base):
    """A product that a feature's name is not to be proposed for again, on whatever server."""

    __tablename__ = "licensing_match_refusals"

    feature: Mapped[str] = mapped_column(String(240), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"), primary_key=True)
    refused_at: Mapped[datetime]


class AssigneeKind(StrEnum):
    """Who or what a named seat is assigned to."""

    PERSON = "person"
    DEVICE = "device"


class Assignment(Base):
    """A named seat of a product. It counts until it ended and its seat is free, ``free_on``, the first such day."""

    __tablename__ = "licensing_assignments"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'device')", name="kind_is_known"),
        CheckConstraint("(ended_on IS NULL) = (free_on IS NULL)", name="end_frees"),
        CheckConstraint("ended_on IS NULL OR (ended_on >= since AND free_on >= ended_on)", name="ends_after_start"),
        Index("ix_licensing_assignments_product_ended", "product_id", "ended_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"))
    kind: Mapped[str] = mapped_column(String(10))
    assignee: Mapped[str] = mapped_column(String(120))
    since: Mapped[date]
    ended_on: Mapped[date | None]
    free_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
