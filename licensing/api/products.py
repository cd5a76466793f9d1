"""The API of products, and of the features by which licence servers know them."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Feature, Product
from licensing.queries import catalogue
from licensing.queries.catalogue import ProductDetail, ProductRow
from licensing.schemas.catalogue import (
    FeatureIn,
    FeatureOut,
    ProductDetailOut,
    ProductIn,
    ProductOut,
    ProductPage,
    ProductPatch,
)
from licensing.service.products import add_product, link_feature, rename_product, unlink_feature

blueprint = Blueprint("licensing_products", __name__, url_prefix="/licensing", description="Products and features")


@blueprint.get("/products")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ProductPage)
def list_products(session: Session) -> Page[ProductRow]:
    """List the products by vendor and name."""
    return catalogue.list_products(session, page_request(str, str))


@blueprint.post("/products")
@blueprint.arguments(ProductIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, ProductOut)
def post_product(session: Session, payload: dict[str, Any]) -> Product:
    """Add a product; it has no seats until a lot gives some."""
    return tagged(add_product(session, current_actor(), **payload))


@blueprint.get("/products/<uuid:product_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ProductDetailOut)
def get_product(session: Session, product_id: UUID) -> ProductDetail:
    """Show one product with its features."""
    return tagged(catalogue.product_detail(session, product_id))


@blueprint.patch("/products/<uuid:product_id>")
@blueprint.arguments(ProductPatch)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, ProductOut)
def patch_product(session: Session, payload: dict[str, Any], product_id: UUID) -> Product:
    """Give a product another name."""
    return tagged(rename_product(session, current_actor(), product_id=product_id, version=held_version(), **payload))


@blueprint.post("/products/<uuid:product_id>/features")
@blueprint.arguments(FeatureIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, FeatureOut)
def post_feature(session: Session, payload: dict[str, Any], product_id: UUID) -> Feature:
    """Let a feature of a licence server count for a product."""
    return link_feature(session, current_actor(), product_id=product_id, **payload)


@blueprint.delete("/products/<uuid:product_id>/features/<uuid:feature_id>")
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(204)
def delete_feature(session: Session, product_id: UUID, feature_id: UUID) -> None:
    """Let a feature no longer count for a product."""
    unlink_feature(session, current_actor(), product_id=product_id, feature_id=feature_id)
