"""Read frozen statements: the list of a contract's, one with its bytes, and who its pseudonyms stand for."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from answerprint.core.paging import Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from answerprint.core.types import isoformat
from licensing.errors import NotInCatalogue, naming
from licensing.models.catalogue import Contract, Vendor
from licensing.models.statements import FrozenStatement, StatementName
from licensing.queries.catalogue import FIRST
from licensing.rules.frozen import Alias, Json


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """A frozen statement without its bytes, and its place on the trail."""

    id: UUID
    contract_id: UUID
    number: str
    vendor: str
    starts_on: date
    ends_on: date
    sha256: str
    size: int
    frozen_at: datetime
    frozen_by: str
    log: str
    entry: int


@dataclass(frozen=True, slots=True)
class FrozenContent:
    """A frozen statement with its bytes, what they say, and the names that are still beside it."""

    row: FrozenRow
    content: bytes
    document: dict[str, Json]
    aliases: tuple[Alias, ...]


def frozen_statements(session: Session, contract_id: UUID, page: PageRequest = FIRST) -> Page[FrozenRow]:
    """List a contract's frozen statements, the newest first. The cursor is ``(when, id)``."""
    statement = _rows().where(FrozenStatement.contract_id == contract_id)
    statement = statement.order_by(FrozenStatement.frozen_at.desc(), FrozenStatement.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        frozen_at, identity = _place(page.after)
        statement = statement.where(tuple_(FrozenStatement.frozen_at, FrozenStatement.id) < tuple_(frozen_at, identity))
    rows = [FrozenRow(*row) for row in session.execute(statement)]
    return cut(rows, page, key=lambda row: (isoformat(row.frozen_at), str(row.id)))


def frozen_row(session: Session, statement_id: UUID) -> FrozenRow:
    """Return a frozen statement without its bytes; raises ``NotInCatalogue``."""
    row = session.execute(_rows().where(FrozenStatement.id == statement_id)).one_or_none()
    if row is None:
        raise NotInCatalogue("There is no such statement. Look at the contract's list of frozen ones.")
    return FrozenRow(*row)


def frozen_content(session: Session, statement_id: UUID) -> FrozenContent:
    """Return a frozen statement with its bytes; raises ``NotInCatalogue``."""
    row = frozen_row(session, statement_id)
    content = session.scalars(select(FrozenStatement.content).where(FrozenStatement.id == statement_id)).one()
    found = select(StatementName.pseudonym, StatementName.name, StatementName.salt)
    names = session.execute(found.where(StatementName.statement_id == statement_id).order_by(StatementName.pseudonym))
    return FrozenContent(row, content, json.loads(content), tuple(Alias(*one) for one in names))


def _rows() -> Select[UUID, UUID, str, str, date, date, str, int, datetime, str, str, int]:
    frozen = FrozenStatement
    return (
        select(frozen.id, frozen.contract_id, Contract.number, Vendor.name.label("vendor"), frozen.starts_on)
        .add_columns(frozen.ends_on, frozen.sha256, frozen.size, frozen.frozen_at, frozen.frozen_by)
        .add_columns(frozen.log, frozen.entry)
        .join(Contract, Contract.id == frozen.contract_id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
    )


def _place(key: Key) -> tuple[datetime, UUID]:
    frozen_at, identity = (str(part) for part in key)
    try:
        return datetime.strptime(frozen_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC), UUID(identity)
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise naming(Invalid, "cursor", sentence) from error
