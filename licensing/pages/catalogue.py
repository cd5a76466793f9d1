"""Pages of the catalogue: vendors, products, licence servers, and which feature counts for which product."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads, writes
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Feature
from licensing.pages.forms import FeatureForm, ProductForm, VendorForm
from licensing.queries.catalogue import find, list_products, list_servers, list_vendors
from licensing.queries.observed import FeatureOn, features_of, server_states
from licensing.service.products import add_product, link_feature, unlink_feature
from licensing.service.vendors import add_vendor


@reads(Permission.LICENSING_READ)
def show_catalogue(session: Session) -> str:
    """Show products with their features, and on the first page vendors, and licence servers with their state."""
    servers, page = server_states(session, clock.now()), list_products(session, page_request(str, str))
    features: dict[UUID, list[FeatureOn]] = {}
    for feature in features_of(session, [one.id for one in page.items]):
        features.setdefault(feature.product_id, []).append(feature)
    return render_template(
        "licensing/catalogue.html",
        vendors=list_vendors(session).items,
        products=page.items,
        is_first_page="cursor" not in request.args,
        **list_links("licensing_pages.show_catalogue", page.next, file="licensing_pages.download_products"),
        features=features,
        servers=servers,
        server_names={server.server_id: server.server for server in servers},
    )


@reads(Permission.CONTRACTS_WRITE)
def new_vendor(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that adds a vendor."""
    return render_template("licensing/vendor_form.html")


@submits(Permission.CONTRACTS_WRITE, shows=new_vendor)
def post_vendor(session: Session) -> Any:
    """Add a vendor, with a log of its own."""
    add_vendor(session, current_actor(), **read_form(VendorForm()))
    return see_other("licensing_pages.show_catalogue", done="vendor-added")


@reads(Permission.CONTRACTS_WRITE)
def new_product(session: Session) -> str:
    """Show the form that adds a product."""
    vendors = [(str(vendor.id), vendor.name) for vendor in list_vendors(session).items]
    return render_template("licensing/product_form.html", vendors=vendors)


@submits(Permission.CONTRACTS_WRITE, shows=new_product)
def post_product(session: Session) -> Any:
    """Add a product."""
    product = add_product(session, current_actor(), **read_form(ProductForm()))
    return see_other("licensing_pages.show_product", product_id=product.id, done="product-added")


@reads(Permission.CONTRACTS_WRITE)
def new_feature(session: Session) -> str:
    """Show the form that links a feature of a server to a product."""
    return render_template(
        "licensing/feature_form.html",
        products=[(str(one.id), f"{one.name} ({one.vendor_name})") for one in list_products(session).items],
        servers=[(str(one.id), one.name) for one in list_servers(session).items],
        chosen={name: request.args.get(name, "") for name in ("product_id", "server_id", "feature")},
    )


@submits(Permission.CONTRACTS_WRITE, shows=new_feature)
def post_feature(session: Session) -> Any:
    """Link a feature of a server to a product."""
    feature = link_feature(session, current_actor(), **read_form(FeatureForm()))
    return see_other("licensing_pages.show_product", product_id=feature.product_id, done="feature-linked")


@writes(Permission.CONTRACTS_WRITE)
def post_unlink(session: Session, feature_id: UUID) -> Any:
    """Let a feature of a server no longer count for its product."""
    product_id = find(session, Feature, feature_id).product_id
    unlink_feature(session, current_actor(), product_id=product_id, feature_id=feature_id)
    return see_other("licensing_pages.show_product", product_id=product_id, done="feature-unlinked")
