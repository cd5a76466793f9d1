"""The API of reservations, of what can be reserved, and of blackouts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.reservations import Blackout, Reservation, ReservationState
from licensing.queries import reservations
from licensing.queries.availability import Availability, ask_availability
from licensing.queries.reservations import ReservationFilters, ReservationRow
from licensing.rules.availability import SeatsWanted
from licensing.rules.reservations import ReservationChanges, ReservationEntry
from licensing.schemas.reservations import (
    AvailabilityOut,
    AvailabilityQuery,
    BlackoutIn,
    BlackoutOut,
    BlackoutPage,
    BlackoutQuery,
    ReservationIn,
    ReservationOut,
    ReservationPage,
    ReservationPatch,
    ReservationQuery,
)
from licensing.service.blackouts import add_blackout, lift_blackout
from licensing.service.reservations import accept_offer, cancel_reservation, change_reservation, reserve_seats

blueprint = Blueprint(
    "licensing_reservations", __name__, url_prefix="/licensing", description="Seats reserved for projects"
)


def _now_and_today() -> tuple[datetime, date]:
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


@blueprint.get("/products/<uuid:product_id>/availability")
@blueprint.arguments(AvailabilityQuery, location="query")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, AvailabilityOut)
def get_availability(session: Session, asked: dict[str, Any], product_id: UUID) -> Availability:
    """Say whether so many seats are free on each day, and if not, what would free them and what a top-up costs."""
    now, today = _now_and_today()
    wanted = SeatsWanted(asked.get("project_id"), asked["quantity"], asked["first"], asked["last"])
    return ask_availability(session, current_actor(), product_id=product_id, wanted=wanted, now=now, today=today)


@blueprint.get("/reservations")
@blueprint.arguments(ReservationQuery, location="query")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ReservationPage)
def list_reservations(session: Session, asked: dict[str, Any]) -> Page[ReservationRow]:
    """List the reservations of projects that you may see, the newest first."""
    state = ReservationState(asked["state"]) if "state" in asked else None
    filters = ReservationFilters(asked.get("product_id"), asked.get("project_id"), state)
    return reservations.list_reservations(session, current_actor(), filters, page_request(str))


@blueprint.post("/reservations")
@blueprint.arguments(ReservationIn)
@writes(Permission.RESERVATIONS_WRITE)
@blueprint.response(201, ReservationOut)
def post_reservation(session: Session, payload: dict[str, Any]) -> Reservation:
    """Reserve seats for a project, or wait for them."""
    now, on = _now_and_today()
    return tagged(reserve_seats(session, current_actor(), entry=ReservationEntry(**payload), now=now, on=on))


@blueprint.get("/reservations/<uuid:reservation_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ReservationOut)
def get_reservation(session: Session, reservation_id: UUID) -> ReservationRow:
    """Show one reservation."""
    return tagged(reservations.reservation_detail(session, current_actor(), reservation_id))


@blueprint.patch("/reservations/<uuid:reservation_id>")
@blueprint.arguments(ReservationPatch)
@writes(Permission.RESERVATIONS_WRITE)
@blueprint.response(200, ReservationOut)
def patch_reservation(session: Session, payload: ReservationChanges, reservation_id: UUID) -> Reservation:
    """Give a held or waiting reservation other seats or days."""
    now, on = _now_and_today()
    return tagged(
        change_reservation(
            session,
            current_actor(),
            reservation_id=reservation_id,
            changes=payload,
            version=held_version(),
            now=now,
            on=on,
        )
    )


@blueprint.delete("/reservations/<uuid:reservation_id>")
@writes(Permission.RESERVATIONS_WRITE)
@blueprint.response(200, ReservationOut)
def delete_reservation(session: Session, reservation_id: UUID) -> Reservation:
    """Cancel a reservation; it stays on the list as cancelled, and its seats are offered on."""
    now, on = _now_and_today()
    return tagged(cancel_reservation(session, current_actor(), reservation_id=reservation_id, now=now, on=on))


@blueprint.post("/reservations/<uuid:reservation_id>/acceptance")
@writes(Permission.RESERVATIONS_WRITE)
@blueprint.response(200, ReservationOut)
def post_acceptance(session: Session, reservation_id: UUID) -> Reservation:
    """Take the seats that were offered."""
    now, on = _now_and_today()
    return tagged(accept_offer(session, current_actor(), reservation_id=reservation_id, now=now, on=on))


@blueprint.get("/blackouts")
@blueprint.arguments(BlackoutQuery, location="query")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, BlackoutPage)
def list_blackouts(session: Session, asked: dict[str, Any]) -> Page[Blackout]:
    """List blackouts, the newest first."""
    return reservations.list_blackouts(session, asked.get("product_id"), page_request(str))


@blueprint.post("/blackouts")
@blueprint.arguments(BlackoutIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, BlackoutOut)
def post_blackout(session: Session, payload: dict[str, Any]) -> Blackout:
    """Keep days free of new reservations, of one product or of all."""
    product_id = payload.pop("product_id", None)
    _, on = _now_and_today()
    return add_blackout(session, current_actor(), product_id=product_id, **payload, on=on)


@blueprint.delete("/blackouts/<uuid:blackout_id>")
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(204)
def delete_blackout(session: Session, blackout_id: UUID) -> None:
    """Lift a blackout; who waits for its days is asked at once."""
    now, on = _now_and_today()
    lift_blackout(session, current_actor(), blackout_id=blackout_id, now=now, on=on)
