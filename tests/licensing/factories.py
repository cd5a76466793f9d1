"""Make what a test of licensing stands on, through the use cases, with honest defaults."""

from datetime import UTC, date, datetime, timedelta
from typing import Unpack
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.models.catalogue import Contract, LicenceServer, Lot, Metric, Product, Vendor
from licensing.models.seats import Checkout, Pool
from licensing.rules.contracts import ContractEntry
from licensing.rules.leases import Lease
from licensing.rules.lots import LotChanges, LotEntry
from licensing.rules.servers import ServerEntry
from licensing.service.checkouts import check_out_seat
from licensing.service.contracts import add_contract
from licensing.service.lots import add_lot
from licensing.service.products import add_product
from licensing.service.servers import add_server
from licensing.service.vendors import add_vendor

TODAY = date(2026, 3, 14)
NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def make_vendor(session: Session, name: str = "Foundry") -> Vendor:
    """Add a vendor, with its log."""
    return add_vendor(session, SYSTEM, name=name)


def make_product(session: Session, vendor: Vendor | None = None, name: str = "Nuke") -> Product:
    """Add a product without lots, of a vendor of its own where none is given."""
    owner = vendor or make_vendor(session, f"Vendor of {name}")
    return add_product(session, SYSTEM, vendor_id=owner.id, name=name)


def make_server(
    session: Session, name: str = "lic1", kind: str = "flexnet", zone: str = "Europe/Berlin", stale: int = 900
) -> LicenceServer:
    """Add a licence server."""
    entry = ServerEntry(name=name, kind=kind, zone=zone, host=f"{name}.post.example", stale_after_seconds=stale)
    return add_server(session, SYSTEM, entry=entry)


def make_contract(session: Session, vendor_id: UUID, number: str = "F-2026-01") -> Contract:
    """Enter a contract for the year 2026, with notice by the end of September."""
    entry = ContractEntry(
        number=number, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), notice_on=date(2026, 9, 30)
    )
    return add_contract(session, SYSTEM, vendor_id=vendor_id, entry=entry)


def make_lot(session: Session, product: Product, **terms: Unpack[LotChanges]) -> Lot:
    """Enter a lot of ten seats for the year 2026, or of other terms, under a contract of its own."""
    number = f"C-{session.scalar(select(func.count()).select_from(Contract))}"
    contract = make_contract(session, product.vendor_id, number)
    honest: LotChanges = {
        "metric": Metric.CONCURRENT_USER.value,
        "quantity": 10,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    entry = LotEntry(**(honest | terms))
    return add_lot(session, SYSTEM, contract_id=contract.id, product_id=product.id, entry=entry)


def product_with_lots(database: Database, *lots: LotChanges, name: str = "Nuke") -> UUID:
    """Add a product with these lots, in a transaction of its own."""
    with database.transaction() as session:
        product = make_product(session, name=name)
        for terms in lots:
            make_lot(session, product, **terms)
        return product.id


def take(
    database: Database, product_id: UUID, quantity: int = 1, *, now: datetime = NOW, on: date = TODAY, minutes: int = 60
) -> Lease:
    """Check seats out, in a transaction of its own."""
    with database.transaction() as session:
        return check_out_seat(
            session,
            SYSTEM,
            product_id=product_id,
            quantity=quantity,
            holder="Kim Artist",
            host="ws-17",
            minutes=minutes,
            now=now,
            on=on,
        )


def seats_in_pool(database: Database, product_id: UUID) -> int:
    """Return what the ledger says is checked out, having held it against the open checkouts."""
    with database.reading() as session:
        held = session.scalar(select(Pool.checked_out).where(Pool.product_id == product_id))
        is_open = (Checkout.product_id == product_id) & Checkout.ended_at.is_(None)
        counted = session.scalar(select(func.coalesce(func.sum(Checkout.quantity), 0)).where(is_open))
    assert held == counted
    return int(held or 0)
