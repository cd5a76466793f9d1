"""What event logs of licence servers told: the parts that were taken in, sessions, denials, and what is still open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id

_HAS_NO_END = text("closed_last IS NULL")


class EventLog(Base):
    """The log of one server, however many parts it came in, and what its next part is read with.

    ``carried`` is JSON: what is open and who holds it, so it is personal. ``longest_seconds`` is the longest session
    that has ended: no older one reaches into a period.
    """

    __tablename__ = "licensing_event_logs"

    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parts: Mapped[int]
    lines: Mapped[int]
    sessions: Mapped[int]
    denials: Mapped[int]
    longest_seconds: Mapped[int]
    last_at: Mapped[datetime | None]
    carried: Mapped[str] = mapped_column(Text)


class LogPart(Base):
    """A part of a log that was taken in. Its text is not kept; ``opening`` is the SHA-256 of its first line."""

    __tablename__ = "licensing_log_parts"
    __table_args__ = (
        UniqueConstraint("server_id", "sha256"),
        UniqueConstraint("server_id", "number"),
        Index("ix_licensing_log_parts_opening", "server_id", "opening"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    opening: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(60))
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    lines: Mapped[int]
    events: Mapped[int]
    notices: Mapped[int]
    diagnostics: Mapped[int]
    undated: Mapped[int]
    clock_back: Mapped[int]
    date_jumps: Mapped[int]
    sessions: Mapped[int]
    denials: Mapped[int]


class LoggedSession(Base):
    """Seats held by somebody, as a log tells. Times are ``None`` where they are not known or lie before the log.

    The lines order what happened where the clock was set back. A session that is open, or whose end has no date, has no
    ``closed_last``.
    """

    __tablename__ = "licensing_sessions"
    __table_args__ = (
        Index("ix_licensing_sessions_series", "server_id", "feature", "opened_first"),
        Index(
            "ix_licensing_sessions_without_end",
            "server_id",
            "feature",
            sqlite_where=_HAS_NO_END,
            postgresql_where=_HAS_NO_END,
        ),
    )

    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    daemon: Mapped[str] = mapped_column(String(240))
    feature: Mapped[str] = mapped_column(String(240))
    quantity: Mapped[int]
    user: Mapped[str | None] = mapped_column(Text)
    host: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str] = mapped_column(String(20))
    is_tied: Mapped[bool]
    share: Mapped[str | None] = mapped_column(String(40))
    opened_at: Mapped[datetime | None]
    opened_line: Mapped[int | None]
    opened_first: Mapped[datetime | None]
    opened_first_line: Mapped[int | None]
    opened_last: Mapped[datetime | None]
    opened_last_line: Mapped[int | None]
    closed_first: Mapped[datetime | None]
    closed_last: Mapped[datetime | None]
    closed_line: Mapped[int | None]
    seen_at: Mapped[datetime | None]
    seen_line: Mapped[int | None]


class LoggedDenial(Base):
    """A denial that a log tells; until it ``is_settled`` a later line may yet show what it was."""

    __tablename__ = "licensing_denials"
    __table_args__ = (Index("ix_licensing_denials_series", "server_id", "feature", "at"),)

    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    daemon: Mapped[str] = mapped_column(String(240))
    feature: Mapped[str] = mapped_column(String(240))
    line: Mapped[int]
    at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20))
    is_settled: Mapped[bool]
    quantity: Mapped[int]
    user: Mapped[str | None] = mapped_column(Text)
    host: Mapped[str | None] = mapped_column(Text)
    code: Mapped[int | None]


class ServerOptions(Base):
    """What a server's newest options file lays down: numbers by feature and kinds of line, but nobody's name."""

    __tablename__ = "licensing_server_options"

    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    meaning: Mapped[str] = mapped_column(Text)
    """JSON: reserved and overdraft by feature, and what is kept out of the log."""
    statements: Mapped[int]
    diagnostics: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class CountingRuleRow(Base):
    """How the seats of a product are counted, from a moment on. Rules are added, and none is ever changed."""

    __tablename__ = "licensing_counting_rules"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
