"""Seats as quantities: one pool a product, and the checkouts that hold some of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class Ending(StrEnum):
    """How a checkout ended."""

    RETURNED = "returned"
    EXPIRED = "expired"


class Pool(Base):
    """How many seats of a product are checked out here: kept by triggers on the checkouts, and by nothing else.

    Its row lock puts checkouts of one product in a line; the trigger refuses one that the lots of its day do not carry.
    """

    __tablename__ = "licensing_pools"
    __table_args__ = (CheckConstraint("checked_out >= 0", name="checked_out_not_negative"),)

    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"), primary_key=True)
    checked_out: Mapped[int] = mapped_column(default=0)


class Checkout(Base):
    """A lease of seats: it ends by itself at ``expires_at`` unless a heartbeat extends it or somebody returns it.

    ``started_on`` is the day of the start in the facility's zone: the day whose lots must carry it.
    """

    __tablename__ = "licensing_checkouts"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("expires_at > started_at", name="expires_after_start"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending_is_named"),
        Index("ix_licensing_checkouts_product_ended", "product_id", "ended_at"),
        Index("ix_licensing_checkouts_ended_expires", "ended_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"))
    quantity: Mapped[int]
    holder: Mapped[str] = mapped_column(String(120))
    host: Mapped[str] = mapped_column(String(240), default="")
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility_projects.id"))
    started_at: Mapped[datetime]
    started_on: Mapped[date]
    expires_at: Mapped[datetime]
    last_on: Mapped[date | None]
    """The last day in the facility's zone on which it holds its seats; ``None`` where an older release wrote it."""
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(10))
    over_capacity: Mapped[int] = mapped_column(default=0)
    """How many of its seats lay beyond the lots' quantity, under a policy that allows it."""
    is_borrowed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Taken offline: it lasts its days without a heartbeat."""
    version: Mapped[int] = mapped_column(default=1)
