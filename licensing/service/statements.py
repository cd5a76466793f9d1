"""Freeze statements, so that what was handed over stays as it was."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import settle
from answerprint.core.ids import new_id
from answerprint.core.sealing import Seal
from audit.record import record
from licensing.errors import NothingToFreeze
from licensing.facts.statements import StatementFrozen, StatementNamesErased
from licensing.models.catalogue import Contract, Vendor
from licensing.models.statements import FrozenStatement, StatementName
from licensing.queries.catalogue import find
from licensing.queries.frozen_statements import FrozenRow, frozen_row
from licensing.queries.statement_document import statement_document
from licensing.queries.statements import Statement, contract_statement
from licensing.rules.frozen import Aliases, canonical


def freeze_statement(
    session: Session, actor: Actor, *, contract_id: UUID, starts_on: date, ends_on: date, zone: ZoneInfo, now: datetime
) -> FrozenRow:
    """Keep a contract's statement for some days as it is now, with its hash on the vendor's log.

    Raises ``NotInCatalogue``, and ``NothingToFreeze`` for a contract without lots.
    """
    statement = contract_statement(session, contract_id, starts_on=starts_on, ends_on=ends_on, zone=zone, now=now)
    if not statement.lines:
        raise NothingToFreeze("This contract has no lots yet, so there is nothing to hold use against. Enter its lots.")
    aliases = Aliases(lambda: secrets.token_hex(16))
    content = canonical(statement_document(session, statement, aliases))
    frozen = FrozenStatement(
        id=new_id(),
        contract_id=contract_id,
        starts_on=starts_on,
        ends_on=ends_on,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        frozen_at=now,
        frozen_by=actor.id,
        log=find(session, Vendor, statement.contract.contract.vendor_id).log,
    )
    record(session, actor, _fact(frozen, statement), log=frozen.log)
    frozen.entry = _entry_taken(session, frozen.log)
    session.add(frozen)
    session.flush()
    if aliases.given:
        session.execute(insert(StatementName), [asdict(one) | {"statement_id": frozen.id} for one in aliases.given])
    return frozen_row(session, frozen.id)


def forget_names(
    session: Session, actor: Actor, *, order_id: UUID, tags: Collection[str], seal: Seal
) -> dict[str, int]:
    """Delete the names beside frozen statements whose tag is one of ``tags``; return how many, by log.

    The statements stay as they are: they hold pseudonyms, and salted digests that now prove nothing of anybody.
    """
    wanted = [text for text in session.scalars(select(StatementName.name).distinct()) if seal.tag(text) in tags]
    found = (
        select(StatementName.statement_id, StatementName.pseudonym, Vendor.log)
        .join(FrozenStatement, FrozenStatement.id == StatementName.statement_id)
        .join(Contract, Contract.id == FrozenStatement.contract_id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(StatementName.name.in_(wanted))
    )
    erased: dict[str, list[tuple[UUID, str]]] = {}
    for statement_id, pseudonym, log in session.execute(found):
        erased.setdefault(log, []).append((statement_id, pseudonym))
    for log, names in sorted(erased.items()):
        session.execute(
            delete(StatementName).where(tuple_(StatementName.statement_id, StatementName.pseudonym).in_(names))
        )
        fact = StatementNamesErased(about=f"order:{order_id}", order=order_id, names=len(names))
        record(session, actor, fact, log=log)
    return {log: len(names) for log, names in erased.items()}


def _fact(frozen: FrozenStatement, statement: Statement) -> StatementFrozen:
    return StatementFrozen(
        about=f"statement:{frozen.id}",
        contract=frozen.contract_id,
        starts_on=frozen.starts_on,
        ends_on=frozen.ends_on,
        zone=statement.period.zone.key,
        sha256=frozen.sha256,
        size=frozen.size,
        states={str(line.product_id): line.state.value for line in statement.lines},
        captures=len({one.sha256 for line in statement.lines for one in line.evidence}),
    )


def _entry_taken(session: Session, log: str) -> int:
    """Let the held facts take their places now, and return that of the last one of ``log``."""
    settle(session)
    entries: list[str] = session.info["entries"]
    return max(int(one.rpartition("/")[2]) for one in entries if one.rpartition("/")[0] == log)
