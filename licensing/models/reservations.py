"""Seats kept for a project over some days, the queue of those who wait for some, and the days that are kept free."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class ReservationState(StrEnum):
    """What a reservation is: held and offered ones count on their days, waiting ones stand in the queue."""

    HELD = "held"
    WAITING = "waiting"
    OFFERED = "offered"
    ENDED = "ended"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Reservation(Base):
    """So many seats of a product for a project, from a day to a day, both included.

    ``place`` is its place in the product's queue, counted up under the pool's lock: who asked first stands first.
    """

    __tablename__ = "licensing_reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("offer_hours > 0", name="offer_hours_positive"),
        CheckConstraint(
            "state IN ('held', 'waiting', 'offered', 'ended', 'cancelled', 'lapsed')", name="state_is_known"
        ),
        CheckConstraint("state <> 'offered' OR offered_until IS NOT NULL", name="offer_has_end"),
        CheckConstraint("state <> 'waiting' OR waits_until IS NOT NULL", name="waiting_has_end"),
        UniqueConstraint("product_id", "place"),
        Index("ix_licensing_reservations_days", "product_id", "state", "ends_on", "starts_on"),
        Index("ix_licensing_reservations_project", "project_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    quantity: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    counts_from: Mapped[date | None]
    """From which day on it holds its seats, where it began before it was given as many; ``None`` is its first day."""
    state: Mapped[str] = mapped_column(String(10))
    place: Mapped[int]
    asked_at: Mapped[datetime]
    waits_until: Mapped[date | None]
    """The last day on which it still waits for seats."""
    offer_hours: Mapped[int]
    offered_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Blackout(Base):
    """Days on which no seat of a product, or of any product, can be reserved."""

    __tablename__ = "licensing_blackouts"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("licensing_products.id"), index=True)
    """``None`` is every product."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
