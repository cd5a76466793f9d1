"""Entitlement lots: what a contract entitles the house to."""

from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import BadLot, naming
from licensing.facts.catalogue import LotAdded, LotChanged, LotSuperseded
from licensing.models.catalogue import Contract, Lot, Product, Vendor
from licensing.queries.catalogue import find, find_to_change, log_of
from licensing.rules.changes import changes_between
from licensing.rules.lots import LotChanges, LotEntry, check_lot, following_entry


def add_lot(session: Session, actor: Actor, *, contract_id: UUID, product_id: UUID, entry: LotEntry) -> Lot:
    """Enter a lot under a contract; raises ``BadLot``, also where the product is not of the contract's vendor."""
    check_lot(entry)
    contract, product = find(session, Contract, contract_id), find(session, Product, product_id)
    vendor = find(session, Vendor, contract.vendor_id)
    if product.vendor_id != vendor.id:
        raise naming(BadLot, "product_id", f"This contract is with {vendor.name}: choose one of its products.")
    lot = Lot(contract_id=contract.id, product_id=product.id, **asdict(entry))
    _check_top_up(session, lot, entry)
    session.add(lot)
    session.flush()  # the lot's own checks speak now, not at the commit
    fact = LotAdded(about=f"lot:{lot.id}", contract=contract.id, product=product.id, **asdict(entry))
    record(session, actor, fact, log=vendor.log)
    return lot


def change_lot(session: Session, actor: Actor, *, lot_id: UUID, changes: LotChanges, version: int) -> Lot:
    """Change what is written of a lot; raises ``BadLot``. Seats held beyond the new terms stay held."""
    lot = find_to_change(session, Lot, lot_id, version=version)
    entry = replace(_entry_of(lot), **changes)
    check_lot(entry)
    _check_top_up(session, lot, entry)
    made = changes_between(lot, changes)
    if not made:
        return lot
    for name, change in made.items():
        setattr(lot, name, change["new"])
    session.flush()  # the answer names the new version
    log = log_of(session, lot.product_id)
    record(session, actor, LotChanged(about=f"lot:{lot.id}", changes=made), log=log)
    return lot


def change_lot_from(
    session: Session, actor: Actor, *, lot_id: UUID, on: date, changes: LotChanges, version: int
) -> Lot:
    """Let a lot have other terms from a day on: it ends the day before, and another begins; return that one.

    What was before stays as it was, for statements of the time. Raises ``BadLot``.
    """
    lot = find_to_change(session, Lot, lot_id, version=version)
    entry = following_entry(_entry_of(lot), on, changes)
    follower = add_lot(session, actor, contract_id=lot.contract_id, product_id=lot.product_id, entry=entry)
    old_ends_on, lot.ends_on = lot.ends_on, on - timedelta(days=1)
    session.flush()
    fact = LotSuperseded(
        about=f"lot:{lot.id}", followed_by=follower.id, old_ends_on=old_ends_on, new_ends_on=lot.ends_on
    )
    record(session, actor, fact, log=log_of(session, lot.product_id))
    return follower


def _entry_of(lot: Lot) -> LotEntry:
    """Return what is written down of a lot."""
    return LotEntry(**{field.name: getattr(lot, field.name) for field in fields(LotEntry)})


def _check_top_up(session: Session, lot: Lot, entry: LotEntry) -> None:
    """Refuse a top-up of itself, of a top-up, or of another product's lot; raises ``BadLot``."""
    if entry.topped_up_lot_id is None:
        return
    topped_up = session.get(Lot, entry.topped_up_lot_id)
    if topped_up is None or topped_up.product_id != lot.product_id:
        raise naming(BadLot, "topped_up_lot_id", "A top-up adds to a lot of the same product: choose one.")
    if topped_up.id == lot.id or topped_up.topped_up_lot_id is not None:
        raise naming(BadLot, "topped_up_lot_id", "A top-up adds to a first lot, not to itself or another top-up.")
    if topped_up.metric != entry.metric:
        raise naming(BadLot, "metric", f"A top-up counts what its lot counts: {topped_up.metric}.")
