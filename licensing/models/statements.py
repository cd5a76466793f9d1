"""Statements that were frozen, and the notices of dates that were given."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class FrozenStatement(Base):
    """A contract's statement as it was on a day: its bytes and their hash. Triggers refuse any change.

    ``content`` names people and machines by pseudonym only. ``log`` and ``entry`` are its place on the trail.
    """

    __tablename__ = "licensing_statements"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        UniqueConstraint("log", "entry"),
        Index("ix_licensing_statements_contract", "contract_id", "frozen_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_contracts.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(String(80))
    log: Mapped[str] = mapped_column(String(120))
    entry: Mapped[int] = mapped_column(BigInteger)


class StatementName(Base):
    """Who or what a pseudonym of a frozen statement stands for; erased with the person, while the statement stays.

    The statement holds SHA-256 of ``salt`` and ``name``: with both at hand, the name is proven.
    """

    __tablename__ = "licensing_statement_names"

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_statements.id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))


class NoticeGiven(Base):
    """A notice that was given of a date: each threshold of each date once. Triggers refuse any change.

    ``about`` is ``noun:id`` of what has the date, and ``what`` which of its dates it is.
    """

    __tablename__ = "licensing_notices"
    __table_args__ = (UniqueConstraint("about", "what", "falls_on", "threshold"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    about: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(20))
    falls_on: Mapped[date]
    threshold: Mapped[int]
    told_at: Mapped[datetime]
    told_on: Mapped[date]
