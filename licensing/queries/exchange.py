"""Read what imports are held against, and what exports write out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.collectors.table_cells import RowError
from licensing.errors import NoSuchRecord, naming
from licensing.models.catalogue import Contract, Feature, Lot, Product, Vendor
from licensing.models.entitlements import StoredMapping
from licensing.rules.exchange.drafts import LotDraft, Preview
from licensing.rules.exchange.export import HeldLot
from licensing.rules.exchange.licence import LicenceTarget
from licensing.rules.exchange.sources import ImportKind, ImportSource
from licensing.rules.exchange.table import LotMapping
from licensing.rules.lots import LotEntry

THERE_ALREADY = "This lot is there already, under this contract: leave the row out."
_COLUMNS = tuple(getattr(Lot, field.name) for field in fields(LotEntry))


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of the vendors, products and contracts that are there, by their names."""

    vendors: dict[str, UUID]
    products: dict[tuple[str, str], UUID]
    contracts: dict[tuple[str, str], UUID]


def names_there(session: Session) -> Names:
    """Return what is there by name; products and contracts by their vendor's name and their own."""
    vendors = {name: vendor_id for vendor_id, name in session.execute(select(Vendor.id, Vendor.name))}
    products = select(Vendor.name, Product.name, Product.id).join(Product, Product.vendor_id == Vendor.id)
    contracts = select(Vendor.name, Contract.number, Contract.id).join(Contract, Contract.vendor_id == Vendor.id)
    return Names(
        vendors=vendors,
        products={(vendor, name): key for vendor, name, key in session.execute(products)},
        contracts={(vendor, number): key for vendor, number, key in session.execute(contracts)},
    )


def held_lots(session: Session) -> list[HeldLot]:
    """Return all lots with the names of whose they are, by vendor, product and contract."""
    statement = (
        select(Lot.id, Vendor.name, Product.name, Contract.number, *_COLUMNS)
        .join(Product, Product.id == Lot.product_id)
        .join(Contract, Contract.id == Lot.contract_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .order_by(Vendor.name, Product.name, Contract.number, Lot.starts_on, Lot.id)
    )
    return [_held(*row) for row in session.execute(statement)]


def held_against_house(session: Session, preview: Preview) -> Preview:
    """Return a preview with an error for each row whose lot is there already: twice imported is twice counted."""
    there = {_likeness(lot.vendor, lot.product, lot.contract, lot.entry) for lot in held_lots(session)}
    twice = [RowError(draft.line, "", THERE_ALREADY) for draft in preview.rows if _likeness_of(draft) in there]
    return replace(preview, errors=(*preview.errors, *twice))


def known_features(session: Session, vendor: str) -> Mapping[str, str]:
    """Return what this vendor's products are called by licence files and servers, where a name means one product."""
    named = (
        select(Feature.name, Product.name)
        .join(Product, Product.id == Feature.product_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(Vendor.name == vendor)
    )
    filed = (
        select(Lot.feature, Product.name)
        .join(Product, Product.id == Lot.product_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(Vendor.name == vendor, Lot.feature != "")
    )
    pairs = [(feature, product) for feature, product in (*session.execute(named), *session.execute(filed))]
    return MappingProxyType(_unambiguous(pairs))


def stored_mapping(session: Session, mapping_id: UUID) -> LotMapping:
    """Return a mapping that was kept; raises ``NoSuchRecord``."""
    found = session.get(StoredMapping, mapping_id)
    if found is None:
        raise naming(NoSuchRecord, "mapping_id", "There is no such mapping.")
    return LotMapping(**found.mapping)


def import_source(
    session: Session,
    *,
    kind: str,
    text: str,
    starts_on: date,
    mapping: LotMapping | None = None,
    mapping_id: UUID | None = None,
    vendor: str = "",
    contract: str = "",
) -> ImportSource:
    """Return a text to import with what it is read with; raises ``NoSuchRecord`` for a mapping that is not there."""
    found = stored_mapping(session, mapping_id) if mapping_id is not None else mapping
    target = LicenceTarget(vendor, contract, starts_on, known_features(session, vendor))
    return ImportSource(ImportKind(kind), text, mapping=found, target=target)


def _held(lot_id: UUID, vendor: str, product: str, contract: str, *columns: Any) -> HeldLot:
    names = (field.name for field in fields(LotEntry))
    entry = LotEntry(**dict(zip(names, columns, strict=True)))
    return HeldLot(lot_id, vendor, product, contract, entry)


def _likeness_of(draft: LotDraft) -> tuple[str, str, str, LotEntry]:
    return _likeness(draft.vendor, draft.product, draft.contract, draft.entry)


def _likeness(vendor: str, product: str, contract: str, entry: LotEntry) -> tuple[str, str, str, LotEntry]:
    # Which lot a top-up adds to is known by its id, which a text cannot name.
    return vendor, product, contract, replace(entry, topped_up_lot_id=None)


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for feature, product in pairs:
        found.setdefault(feature, set()).add(product)
    return {feature: next(iter(products)) for feature, products in found.items() if len(products) == 1}
