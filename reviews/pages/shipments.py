"""Drives, DCPs and tablets on pages: they leave, arrive, and come to an end."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from facility.public import person_names, project_for
from reviews.pages.frame import (
    blueprint,
    contact_choices,
    in_force,
    moment_of,
    now_and_today,
    project_head,
    to_choose,
)
from reviews.pages.room_forms import ShipmentEndForm, ShipmentForm, ShipmentReceiptForm
from reviews.queries import materials, shipments
from reviews.rules.shipments import CARRIERS, spoken
from reviews.schemas.shipments import CARRIER_KINDS
from reviews.service.shipments import ShipmentEntry, confirm_receipt, end_shipment, ship

_SHIPMENT = "reviews_pages.show_shipment"


@blueprint.get("/reviews/projects/<uuid:project_id>/shipments")
@reads(Permission.REVIEWS_READ)
def show_shipments(session: Session, project_id: UUID) -> str:
    """Show what left the house for a project, the newest first."""
    _, on = now_and_today()
    page = shipments.shipments_of(session, current_actor(), project_id, page_request(str), on=on)
    here, file = "reviews_pages.show_shipments", "reviews_pages.download_shipments"
    links = list_links(here, page.next, file=file, project_id=project_id)
    return render_template("reviews/shipments.html", **project_head(session, project_id), shipments=page.items, **links)


@blueprint.get("/reviews/projects/<uuid:project_id>/shipments/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_shipment(session: Session, project_id: UUID) -> str:
    """Show the form of what leaves the house today."""
    head = project_head(session, project_id)
    agreements, methods = in_force(session, project_id, CARRIERS)
    return render_template(
        "reviews/shipment_form.html",
        **head,
        agreements=agreements,
        methods=methods,
        kinds=[(kind, spoken(kind)) for kind in CARRIER_KINDS],
        versions=materials.versions_to_choose(session, current_actor(), project_id),
        contacts=to_choose(contact_choices(session, head["project"].client_id)),
    )


@blueprint.post("/reviews/projects/<uuid:project_id>/shipments/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_shipment)
def post_shipment(session: Session, project_id: UUID) -> Response:
    """Note that a carrier leaves the house today."""
    form, (now, on) = read_form(ShipmentForm()), now_and_today()
    project_for(session, current_actor(), project_id)
    form |= {name: moment_of(form[name]) for name in ("kdm_from", "kdm_until") if name in form}
    sent = ship(session, current_actor(), entry=ShipmentEntry(**form), now=now, on=on)
    return see_other(_SHIPMENT, done="shipment-sent", shipment_id=sent.id)


@blueprint.get("/reviews/shipments/<uuid:shipment_id>")
@reads(Permission.REVIEWS_READ)
def show_shipment(session: Session, shipment_id: UUID) -> str:
    """Show one shipment, and what became of it."""
    _, on = now_and_today()
    row = shipments.shipment_row(session, current_actor(), shipment_id, on=on)
    return render_template(
        "reviews/shipment.html",
        **project_head(session, row.project_id),
        row=row,
        what=spoken(row.carrier_kind),
        version=materials.version_labels(session, [row.material_version_id])[row.material_version_id],
        people=person_names(session, [row.shipped_by]),
    )


@blueprint.post("/reviews/shipments/<uuid:shipment_id>/receipt")
@submits(Permission.REVIEWS_WRITE, shows=show_shipment)
def post_shipment_receipt(session: Session, shipment_id: UUID) -> Response:
    """Note that the recipient has it."""
    form = read_form(ShipmentReceiptForm())
    confirm_receipt(session, current_actor(), shipment_id=shipment_id, **form, now=clock.now())
    return see_other(_SHIPMENT, done="shipment-received", shipment_id=shipment_id)


@blueprint.post("/reviews/shipments/<uuid:shipment_id>/end")
@submits(Permission.REVIEWS_WRITE, shows=show_shipment)
def post_shipment_end(session: Session, shipment_id: UUID) -> Response:
    """Note that it is back, destroyed as a certificate says, or lost, which opens an incident."""
    form, (now, on) = read_form(ShipmentEndForm()), now_and_today()
    end_shipment(session, current_actor(), shipment_id=shipment_id, **form, now=now, on=on)
    return see_other(_SHIPMENT, done="shipment-ended", shipment_id=shipment_id)
