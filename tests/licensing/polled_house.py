"""A product of one seat on a server that is polled and keeps a log: what tests of statements by both start from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.queries.statement_lines import StatementLine
from licensing.queries.statements import contract_statement
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.factories import NOW, make_contract, make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat

DAY = date(2026, 3, 13)
AT = datetime(2026, 3, 13, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
House = tuple[UUID, UUID, UUID]


def polled_house(database: Database) -> House:
    """Make a product of one seat on a server whose clock shows UTC; return contract, product and server."""
    with database.transaction() as session:
        product = make_product(session)
        make_contract(session, product.vendor_id)
        lot = make_lot(session, product, quantity=1, overage_policy="soft", overage_quantity=9)
        server = make_server(session, zone="UTC", stale=600)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="grade")
        return lot.contract_id, product.id, server.id


def poll(database: Database, server_id: UUID, users: Sequence[str], taken_at: datetime) -> None:
    """Send a capture that lists these users."""
    raw = lmstat({"grade": Use(9, users)}, printed=None)
    with database.transaction() as session:
        take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=taken_at, now=taken_at)


def line_of(database: Database, contract_id: UUID) -> StatementLine:
    """Read the statement's one line for the day, in UTC, a month later."""
    with database.reading() as session:
        (line,) = contract_statement(
            session, contract_id, starts_on=DAY, ends_on=DAY, zone=ZoneInfo("UTC"), now=NOW + timedelta(days=30)
        ).lines
    return line
