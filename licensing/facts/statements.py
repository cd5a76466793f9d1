"""Facts of statements that were frozen and of notices that were given."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFrozen(Fact):
    """A contract's statement was frozen: these bytes, by their hash, and what they say of each product."""

    kind: ClassVar[str] = "licensing.statement.frozen"
    contract: UUID
    starts_on: date
    ends_on: date
    zone: str
    sha256: str
    size: int
    states: dict[str, str]
    """The verdict on each product, by the product's id."""
    captures: int
    """How many captures its peaks rest on; it holds the hash of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementNamesErased(Fact):
    """Names beside frozen statements were erased by an order; the statements stay as they are."""

    kind: ClassVar[str] = "licensing.statement.names-erased"
    order: UUID
    names: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOfDateGiven(Fact):
    """The house was told that a date comes near."""

    kind: ClassVar[str] = "licensing.notice.given"
    what: str
    falls_on: date
    threshold: int
    told_on: date
    goes_to_admins: int
