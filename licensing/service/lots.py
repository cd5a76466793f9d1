"""Entitlement lots: what a contract entitles the house to."""

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import BadLot, naming
from licensing.facts.catalogue import LotAdded, LotChanged
from licensing.models.catalogue import Contract, Lot, Product, Vendor
from licensing.queries.catalogue import find, find_to_change, log_of
from licensing.rules.changes import changes_between
from licensing.rules.lots import LotChanges, LotEntry, check_lot


def add_lot(session: Session, actor: Actor, *, contract_id: UUID, product_id: UUID, entry: LotEntry) -> Lot:
    """Enter a lot under a contract; raises ``BadLot``, also where the product is not of the contract's vendor."""
    check_lot(entry)
    contract, product = find(session, Contract, contract_id), find(session, Product, product_id)
    vendor = find(session, Vendor, contract.vendor_id)
    if product.vendor_id != vendor.id:
        raise naming(BadLot, "product_id", f"This contract is with {vendor.name}: choose one of its products.")
    lot = Lot(contract_id=contract.id, product_id=product.id, **asdict(entry))
    session.add(lot)
    session.flush()  # the lot's own checks speak now, not at the commit
    fact = LotAdded(about=f"lot:{lot.id}", contract=contract.id, product=product.id, **asdict(entry))
    record(session, actor, fact, log=vendor.log)
    return lot


def change_lot(session: Session, actor: Actor, *, lot_id: UUID, changes: LotChanges, version: int) -> Lot:
    """Change what is written of a lot; raises ``BadLot``. Seats held beyond the new terms stay held."""
    lot = find_to_change(session, Lot, lot_id, version=version)
    check_lot(replace(_entry_of(lot), **changes))
    made = changes_between(lot, changes)
    if not made:
        return lot
    for name, change in made.items():
        setattr(lot, name, change["new"])
    session.flush()  # the answer names the new version
    log = log_of(session, lot.product_id)
    record(session, actor, LotChanged(about=f"lot:{lot.id}", changes=made), log=log)
    return lot


def _entry_of(lot: Lot) -> LotEntry:
    return LotEntry(
        metric=lot.metric,
        quantity=lot.quantity,
        starts_on=lot.starts_on,
        ends_on=lot.ends_on,
        site=lot.site,
        price=lot.price,
        currency=lot.currency,
        overage_policy=lot.overage_policy,
        overage_quantity=lot.overage_quantity,
    )
