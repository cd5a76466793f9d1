"""Products, and the features by which licence servers know them."""

from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import NotInCatalogue, naming
from licensing.facts.catalogue import FeatureLinked, FeatureUnlinked, ProductAdded, ProductRenamed
from licensing.models.catalogue import Feature, LicenceServer, Product, Vendor
from licensing.models.seats import Pool
from licensing.queries.catalogue import find, find_to_change, log_of
from licensing.queries.unique import one_of_a_kind

NAME_TAKEN = "This vendor has another product of this name."
FEATURE_TAKEN = "This feature of the server counts for a product already. Unlink it there first."


def add_product(session: Session, actor: Actor, *, vendor_id: UUID, name: str) -> Product:
    """Add a product, with no seats yet; raises ``AlreadyThere`` naming ``name``."""
    vendor = find(session, Vendor, vendor_id)
    product = Product(vendor_id=vendor.id, name=name)
    with one_of_a_kind("name", NAME_TAKEN):
        session.add(product)
        session.flush()
    session.add(Pool(product_id=product.id, checked_out=0))
    fact = ProductAdded(about=f"product:{product.id}", vendor=vendor.id, name=name)
    record(session, actor, fact, log=vendor.log)
    return product


def rename_product(session: Session, actor: Actor, *, product_id: UUID, name: str, version: int) -> Product:
    """Give a product another name; raises ``AlreadyThere`` naming ``name``."""
    product = find_to_change(session, Product, product_id, version=version)
    if product.name == name:
        return product
    fact = ProductRenamed(about=f"product:{product.id}", old_name=product.name, new_name=name)
    with one_of_a_kind("name", NAME_TAKEN):
        product.name = name
        session.flush()
    record(session, actor, fact, log=log_of(session, product.id))
    return product


def link_feature(session: Session, actor: Actor, *, product_id: UUID, server_id: UUID, name: str) -> Feature:
    """Let a feature of a licence server count for a product; raises ``AlreadyThere`` naming ``name``."""
    product, server = find(session, Product, product_id), find(session, LicenceServer, server_id)
    feature = Feature(product_id=product.id, server_id=server.id, name=name)
    with one_of_a_kind("name", FEATURE_TAKEN):
        session.add(feature)
        session.flush()
    fact = FeatureLinked(about=f"feature:{feature.id}", product=product.id, server=server.id, name=name)
    record(session, actor, fact, log=log_of(session, product.id))
    return feature


def unlink_feature(session: Session, actor: Actor, *, product_id: UUID, feature_id: UUID) -> None:
    """Let a feature no longer count for a product; raises ``NotInCatalogue`` where it did not."""
    product, feature = find(session, Product, product_id), find(session, Feature, feature_id)
    if feature.product_id != product.id:
        raise naming(NotInCatalogue, "feature_id", "This feature counts for another product.")
    session.delete(feature)
    fact = FeatureUnlinked(
        about=f"feature:{feature.id}", product=product.id, server=feature.server_id, name=feature.name
    )
    record(session, actor, fact, log=log_of(session, product.id))
