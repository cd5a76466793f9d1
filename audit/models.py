"""The tables of the trail. Their rows point at nothing, and triggers refuse to change or delete them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base


class Log(Base):
    """One log: the house's, or one counterparty's. Its first entry says the same as this row."""

    __tablename__ = "audit_logs"
    __table_args__ = ({"info": {"trail": "log"}},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    origin: Mapped[str] = mapped_column(String(240), unique=True)
    public_key: Mapped[str] = mapped_column(String(64))


class Head(Base):
    """How many entries a log has: the row whose lock makes indexes contiguous. It only grows."""

    __tablename__ = "audit_heads"
    __table_args__ = ({"info": {"trail": "head"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)


class Entry(Base):
    """One fact: ``body`` is the bytes that are hashed. The other columns repeat parts of it, for search."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_recorded_at", "recorded_at"),
        Index("ix_audit_entries_kind", "kind"),
        Index("ix_audit_entries_actor", "actor"),
        Index("ix_audit_entries_about", "about"),
        {"info": {"trail": "entry"}},
    )

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(120))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Disclosure(Base):
    """A personal value of an entry, beside the log: the entry holds only its digest (RFC 9901 section 4.2)."""

    __tablename__ = "audit_disclosures"
    __table_args__ = ({"info": {"trail": "disclosure"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    disclosure: Mapped[str]


class Tile(Base):
    """A full tile of a log: 256 hashes (C2SP tlog-tiles). Partial tiles are made when asked for."""

    __tablename__ = "audit_tiles"
    __table_args__ = ({"info": {"trail": "tile"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary(8192))


class StoredCheckpoint(Base):
    """A signed checkpoint, as served."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = ({"info": {"trail": "checkpoint"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[bytes] = mapped_column(LargeBinary)
