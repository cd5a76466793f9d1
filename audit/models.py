"""The tables of the trail. Their rows point at nothing, and triggers refuse to change or delete them.

Two things may end, each by an order of two people that is itself on the log: a personal value is emptied once its
subject's key is gone, and what lies below a log's minimum index is pruned.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


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
        Index("ix_audit_entries_log", "log_id", "recorded_at"),
        Index("ix_audit_entries_kind", "kind", "recorded_at"),
        Index("ix_audit_entries_actor", "actor", "recorded_at"),
        Index("ix_audit_entries_about", "about", "recorded_at"),
        Index("ix_audit_entries_project", "project", "recorded_at"),
        {"info": {"trail": "entry"}},
    )

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(120))
    project: Mapped[str | None] = mapped_column(String(36))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Subject(Base):
    """Whose personal values are sealed with this key. ``sealed_key`` is sealed itself; without it they say nothing."""

    __tablename__ = "audit_subjects"
    __table_args__ = ({"info": {"trail": "subject"}},)

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary(61))


class Disclosure(Base):
    """A personal value of an entry, beside the log: the entry holds only its digest (RFC 9901 section 4.2).

    ``sealed`` is the disclosure under its subject's key, ``tag`` what its value is found by. Once erased, both are
    ``None``, and ``subject`` names the order.
    """

    __tablename__ = "audit_disclosures"
    __table_args__ = (
        Index("ix_audit_disclosures_subject", "subject"),
        Index("ix_audit_disclosures_tag", "tag", "log_id", "idx", "name"),
        {"info": {"trail": "disclosure"}},
    )

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120))
    tag: Mapped[str | None] = mapped_column(String(32))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


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


class LogKey(Base):
    """A key that signs a log beside or after the one it was opened with.

    An Ed25519 key signs the checkpoints of more than ``since`` entries, up to where the next one begins; ``statement``
    is the note by which the key before it hands over. An ML-DSA-44 key signs beside it and needs no statement.
    """

    __tablename__ = "audit_log_keys"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    algorithm: Mapped[str] = mapped_column(String(20), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(1800))
    statement: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeyRevocation(Base):
    """A key is in wrong hands: what it signed of more than ``stands`` entries is not to be believed."""

    __tablename__ = "audit_key_revocations"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[str] = mapped_column(String(1800), primary_key=True)
    stands: Mapped[int] = mapped_column(BigInteger)
    statement: Mapped[bytes] = mapped_column(LargeBinary)


class Cosignature(Base):
    """What a witness signed of a checkpoint: one line of a signed note."""

    __tablename__ = "audit_cosignatures"
    __table_args__ = ({"info": {"trail": "cosignature"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(String(240), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    collected_at: Mapped[datetime] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(Text)


class Witnessing(Base):
    """The witnesses of a checkpoint were asked. ``failures`` says, witness by witness, why there is no cosignature."""

    __tablename__ = "audit_witnessings"
    __table_args__ = ({"info": {"trail": "witnessing"}},)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime] = mapped_column(primary_key=True)
    policy_sha256: Mapped[str] = mapped_column(String(64))
    is_quorum_met: Mapped[bool]
    failures: Mapped[str] = mapped_column(Text)


class Order(Base):
    """Something that two people decide: to erase a subject's values, or to prune a log below an index."""

    __tablename__ = "audit_orders"
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by OR state IN ('asked', 'withdrawn')", name="two_people"),
        CheckConstraint("kind IN ('erasure', 'pruning')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(120), index=True)
    log_id: Mapped[int | None]
    minimum: Mapped[int | None] = mapped_column(BigInteger)
    ground: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Hold(Base):
    """A legal hold: what it covers, a subject or a log, is neither erased nor pruned until it is lifted."""

    __tablename__ = "audit_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str | None] = mapped_column(String(120), index=True)
    log_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(String(80))
    lifted_at: Mapped[datetime | None]


class Retention(Base):
    """How many days the entries of a log are kept at least. A log without a row keeps them for the default."""

    __tablename__ = "audit_retentions"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Pruning(Base):
    """The minimum index of a log (C2SP tlog-tiles): entries below it were pruned, their hashes are kept."""

    __tablename__ = "audit_prunings"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    minimum: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    order_id: Mapped[UUID]


class ExportJob(Base):
    """A bundle in the making, or made. ``worked_until`` is when another worker may take a stuck one over."""

    __tablename__ = "audit_export_jobs"
    __table_args__ = ({"info": {"unrecorded": "a job's progress; that a bundle was made is a fact"}},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    log: Mapped[str] = mapped_column(String(120))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    project: Mapped[str | None] = mapped_column(String(36))
    has_values: Mapped[bool] = mapped_column(default=True)
    asked_by: Mapped[str] = mapped_column(String(80), index=True)
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    worked_until: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    failure: Mapped[str | None] = mapped_column(String(500))
    ends_at: Mapped[datetime | None]
