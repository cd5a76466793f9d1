"""Read the catalogue: vendors, products with their features, licence servers."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from answerprint.core.paging import PAGE_SIZE_MAX, Page, PageRequest, cut
from licensing.errors import NotInCatalogue, naming, refuse_stale
from licensing.models.catalogue import Contract, Feature, LicenceServer, Lot, Product, Vendor

Record = TypeVar("Record", Vendor, Product, LicenceServer, Feature, Contract, Lot)
Versioned = TypeVar("Versioned", Vendor, Product, LicenceServer, Contract, Lot)

FIRST = PageRequest(limit=PAGE_SIZE_MAX)
"""As many as a list gives at once, from the beginning: what a page's choice of vendors or products shows."""

_NOUNS: dict[type[object], tuple[str, str]] = {
    Vendor: ("vendor_id", "vendor"),
    Product: ("product_id", "product"),
    LicenceServer: ("server_id", "licence server"),
    Feature: ("feature_id", "feature"),
    Contract: ("contract_id", "contract"),
    Lot: ("lot_id", "lot"),
}


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product and whose it is."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """The name that a product has on a licence server."""

    id: UUID
    product_id: UUID
    server_id: UUID
    server_name: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product, whose it is, and its features."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    name: str
    features: tuple[FeatureRow, ...]
    version: int


def find(session: Session, model: type[Record], key: UUID) -> Record:
    """Return one record of the catalogue; raises ``NotInCatalogue`` naming the field that led here."""
    found = session.get(model, key)
    if found is None:
        raise _absent(model)
    return found


def find_to_change(session: Session, model: type[Versioned], key: UUID, *, version: int) -> Versioned:
    """Return one record, locked, as the caller knows it; raises ``NotInCatalogue`` or ``StaleVersion``."""
    found = session.get(model, key, with_for_update=True)
    if found is None:
        raise _absent(model)
    refuse_stale(version, found.version)
    return found


def list_vendors(session: Session, page: PageRequest = FIRST) -> Page[Vendor]:
    """List the vendors by name. The cursor is ``(name,)``."""
    statement = select(Vendor).order_by(Vendor.name).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(Vendor.name > page.after[0])
    return cut(session.scalars(statement).all(), page, key=lambda vendor: (vendor.name,))


def list_servers(session: Session, page: PageRequest = FIRST) -> Page[LicenceServer]:
    """List the licence servers by name. The cursor is ``(name,)``."""
    statement = select(LicenceServer).order_by(LicenceServer.name).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(LicenceServer.name > page.after[0])
    return cut(session.scalars(statement).all(), page, key=lambda server: (server.name,))


def list_products(session: Session, page: PageRequest = FIRST) -> Page[ProductRow]:
    """List the products by vendor and name. The cursor is ``(vendor's name, product's name)``."""
    place = tuple_(Vendor.name, Product.name)
    statement = (
        select(Product.id, Product.vendor_id, Vendor.name.label("vendor_name"), Product.name, Product.version)
        .join(Vendor, Product.vendor_id == Vendor.id)
        .order_by(Vendor.name, Product.name)
        .limit(page.limit + 1)
    )
    if page.after is not None:
        statement = statement.where(place > tuple_(*(literal(str(part)) for part in page.after)))
    rows = [ProductRow(*row) for row in session.execute(statement)]
    return cut(rows, page, key=lambda row: (row.vendor_name, row.name))


def product_detail(session: Session, product_id: UUID) -> ProductDetail:
    """Return a product with its features; raises ``NotInCatalogue``."""
    product = find(session, Product, product_id)
    vendor = find(session, Vendor, product.vendor_id)
    return ProductDetail(
        id=product.id,
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        name=product.name,
        features=features_of(session, product_id),
        version=product.version,
    )


def features_of(session: Session, product_id: UUID) -> tuple[FeatureRow, ...]:
    """Return the features that count for a product, by server and name."""
    statement = (
        select(Feature.id, Feature.product_id, Feature.server_id, LicenceServer.name, Feature.name)
        .join(LicenceServer, Feature.server_id == LicenceServer.id)
        .where(Feature.product_id == product_id)
        .order_by(LicenceServer.name, Feature.name)
    )
    return tuple(FeatureRow(*row) for row in session.execute(statement))


def log_of(session: Session, product_id: UUID) -> str:
    """Return the name of the log that holds what concerns a product; raises ``NotInCatalogue``."""
    statement = select(Vendor.log).join(Product, Product.vendor_id == Vendor.id).where(Product.id == product_id)
    log = session.scalar(statement)
    if log is None:
        raise _absent(Product)
    return log


def _absent(model: type[object]) -> NotInCatalogue:
    field, noun = _NOUNS[model]
    return naming(NotInCatalogue, field, f"There is no such {noun} in the catalogue.")
