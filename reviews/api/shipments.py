"""The API of drives, DCPs and tablets: shipped, received, ended, and what is overdue."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from reviews.queries import shipments
from reviews.queries.shipments import ShipmentRow
from reviews.schemas.shipments import (
    EndingIn,
    OverdueList,
    ReceiptIn,
    ShipmentIn,
    ShipmentOut,
    ShipmentPage,
    ShipmentQuery,
)
from reviews.service.shipments import ShipmentEntry, confirm_receipt, end_shipment, ship

blueprint = Blueprint("reviews_shipments", __name__, url_prefix="/reviews", description="Drives, DCPs and tablets")


def _now_and_today() -> tuple[datetime, date]:
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


@blueprint.get("/shipments")
@blueprint.arguments(ShipmentQuery, location="query")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ShipmentPage)
def list_shipments(session: Session, asked: dict[str, Any]) -> Page[ShipmentRow]:
    """List a project's shipments, the newest first."""
    _, on = _now_and_today()
    return shipments.shipments_of(session, current_actor(), asked["project_id"], page_request(str), on=on)


@blueprint.get("/shipments/overdue")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, OverdueList)
def list_overdue(session: Session) -> dict[str, Any]:
    """List what is overdue in your projects, the longest first."""
    _, on = _now_and_today()
    return {"items": shipments.overdue_shipments(session, current_actor(), on=on)}


@blueprint.post("/shipments")
@blueprint.arguments(ShipmentIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(201, ShipmentOut)
def post_shipment(session: Session, payload: dict[str, Any]) -> ShipmentRow:
    """Note that a carrier leaves the house today."""
    now, on = _now_and_today()
    shipment = ship(session, current_actor(), entry=ShipmentEntry(**payload), now=now, on=on)
    return _shown(session, shipment.id, on)


@blueprint.get("/shipments/<uuid:shipment_id>")
@reads(Permission.REVIEWS_READ)
@blueprint.response(200, ShipmentOut)
def get_shipment(session: Session, shipment_id: UUID) -> ShipmentRow:
    """Show one shipment."""
    _, on = _now_and_today()
    return _shown(session, shipment_id, on)


@blueprint.post("/shipments/<uuid:shipment_id>/receipt")
@blueprint.arguments(ReceiptIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ShipmentOut)
def post_receipt(session: Session, payload: dict[str, Any], shipment_id: UUID) -> ShipmentRow:
    """Note that the recipient has it."""
    now, on = _now_and_today()
    confirm_receipt(session, current_actor(), shipment_id=shipment_id, **payload, now=now)
    return _shown(session, shipment_id, on)


@blueprint.post("/shipments/<uuid:shipment_id>/ending")
@blueprint.arguments(EndingIn)
@writes(Permission.REVIEWS_WRITE)
@blueprint.response(200, ShipmentOut)
def post_ending(session: Session, payload: dict[str, Any], shipment_id: UUID) -> ShipmentRow:
    """Note that it is back, destroyed as a certificate says, or lost, which opens an incident."""
    now, on = _now_and_today()
    end_shipment(session, current_actor(), shipment_id=shipment_id, **payload, now=now, on=on)
    return _shown(session, shipment_id, on)


def _shown(session: Session, shipment_id: UUID, on: date) -> ShipmentRow:
    return tagged(shipments.shipment_row(session, current_actor(), shipment_id, on=on))
