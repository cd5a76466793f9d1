"""The API of vendors."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Vendor
from licensing.queries import catalogue
from licensing.schemas.catalogue import VendorIn, VendorOut, VendorPage
from licensing.service.vendors import add_vendor, rename_vendor

blueprint = Blueprint("licensing_vendors", __name__, url_prefix="/licensing", description="Vendors")


@blueprint.get("/vendors")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, VendorPage)
def list_vendors(session: Session) -> Page[Vendor]:
    """List the vendors by name."""
    return catalogue.list_vendors(session, page_request(str))


@blueprint.post("/vendors")
@blueprint.arguments(VendorIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, VendorOut)
def post_vendor(session: Session, payload: dict[str, Any]) -> Vendor:
    """Add a vendor, with a log of its own."""
    return tagged(add_vendor(session, current_actor(), **payload))


@blueprint.get("/vendors/<uuid:vendor_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, VendorOut)
def get_vendor(session: Session, vendor_id: UUID) -> Vendor:
    """Show one vendor."""
    return tagged(catalogue.find(session, Vendor, vendor_id))


@blueprint.patch("/vendors/<uuid:vendor_id>")
@blueprint.arguments(VendorIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, VendorOut)
def patch_vendor(session: Session, payload: dict[str, Any], vendor_id: UUID) -> Vendor:
    """Give a vendor another name; its log keeps its own."""
    return tagged(rename_vendor(session, current_actor(), vendor_id=vendor_id, version=held_version(), **payload))
