"""What licence servers said: captures kept raw, and the numbers read from them, never mixed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class Capture(Base):
    """What a licence server printed, kept as it came, with its hash.

    ``taken_at`` is when it was printed: as the sender says, else as the text says, else when it arrived. ``kind`` and
    ``zone`` are those it was read with: the server's may change, and the text must read the same for ever.
    """

    __tablename__ = "licensing_captures"
    __table_args__ = (
        UniqueConstraint("server_id", "sha256", "taken_at"),
        Index("ix_licensing_captures_server_taken_at", "server_id", "taken_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(60))
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    lines: Mapped[int]
    events: Mapped[int]
    diagnostics: Mapped[int]
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class FeatureReadingRow(Base):
    """The numbers of one feature in one capture. ``None`` is unknown or uncounted, never zero."""

    __tablename__ = "licensing_feature_readings"
    __table_args__ = (Index("ix_licensing_feature_readings_series", "server_id", "feature", "taken_at"),)

    capture_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_captures.id"), primary_key=True)
    feature: Mapped[str] = mapped_column(String(240), primary_key=True)
    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"))
    taken_at: Mapped[datetime]
    issued: Mapped[int | None]
    is_uncounted: Mapped[bool]
    reported_in_use: Mapped[int | None]
    counted_in_use: Mapped[int | None]
    reserved: Mapped[int | None]
    queued: Mapped[int | None]
    borrowed: Mapped[int | None]
