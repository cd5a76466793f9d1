"""Pages of reservations: ask for seats, reserve or wait for them, and look after those of one's projects."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import g, render_template, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import FormState, by_field, form_state, read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads, writes
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from answerprint.core.problems import Refusal
from facility.queries.projects import visible_projects
from licensing.pages.reservation_forms import BlackoutForm, QuestionForm, ReservationForm, ReserveForm
from licensing.pages.timeline import Timeline, draw, shown_days
from licensing.queries.availability import Availability, ask_availability, consequence, seat_calendar
from licensing.queries.catalogue import FIRST, product_detail
from licensing.queries.reservations import list_blackouts, reservation_detail, reservations_on
from licensing.queries.reservations import list_reservations as read_reservations
from licensing.rules.availability import SeatDay, SeatsWanted
from licensing.rules.relief import HOW_CHOSEN
from licensing.rules.reservations import ReservationEntry
from licensing.service.blackouts import add_blackout, lift_blackout
from licensing.service.reservations import accept_offer, cancel_reservation, change_reservation, reserve_seats


def now_and_today() -> tuple[datetime, date]:
    """Return this instant, and its day in the facility's zone."""
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


@reads(Permission.LICENSING_READ)
def show_product_reservations(session: Session, product_id: UUID) -> str:
    """Show what of a product is reserved, and answer the question that stands in the address."""
    now, today = now_and_today()
    answer = _answer(session, product_id, now, today)
    wanted = answer.wanted if answer else None
    picture, days = timeline_of(session, product_id, wanted, answer)
    first, last = days[0].on, days[-1].on
    return render_template(
        "licensing/product_reservations.html",
        product=product_detail(session, product_id),
        answer=answer,
        how_chosen=HOW_CHOSEN,
        picture=picture,
        days=days,
        rows=reservations_on(session, current_actor(), product_id, first, last),
        blackouts=[one for one in list_blackouts(session, product_id).items if one.ends_on >= today],
        project_choice=project_choice(session),
        today=today,
    )


@submits(Permission.RESERVATIONS_WRITE, shows=show_product_reservations)
def post_reservation(session: Session, product_id: UUID) -> Any:
    """Reserve seats, or wait for them."""
    now, on = now_and_today()
    typed = read_form(ReserveForm())
    entry = ReservationEntry(product_id=product_id, wait="waits_until" in typed, **typed)
    made = reserve_seats(session, current_actor(), entry=entry, now=now, on=on)
    done = "seats-waited-for" if made.waits_until else "seats-reserved"
    return see_other("licensing_pages.show_reservation", reservation_id=made.id, done=done)


@reads(Permission.LICENSING_READ)
def list_reservations(session: Session) -> str:
    """List the reservations of the projects that the reader works on, the newest first."""
    page = read_reservations(session, current_actor(), page=page_request(str))
    links = list_links("licensing_pages.list_reservations", page.next, file="licensing_pages.download_reservations")
    return render_template("licensing/reservations.html", rows=page.items, **links)


@reads(Permission.LICENSING_READ)
def show_reservation(session: Session, reservation_id: UUID) -> str:
    """Show one reservation, what its cancelling would do, and how to change it."""
    now, today = now_and_today()
    row = reservation_detail(session, current_actor(), reservation_id)
    is_over = row.state in ("ended", "cancelled", "lapsed")
    return render_template(
        "licensing/reservation.html",
        row=row,
        is_over=is_over,
        consequence=None if is_over else consequence(session, current_actor(), row, now=now, today=today),
        today=today,
    )


@submits(Permission.RESERVATIONS_WRITE, shows=show_reservation)
def post_change(session: Session, reservation_id: UUID) -> Any:
    """Give a reservation other seats or days."""
    now, on = now_and_today()
    typed = read_form(ReservationForm())
    version: int = typed.pop("version")
    changes: Any = typed
    change_reservation(
        session, current_actor(), reservation_id=reservation_id, changes=changes, version=version, now=now, on=on
    )
    return see_other("licensing_pages.show_reservation", reservation_id=reservation_id, done="reservation-changed")


@writes(Permission.RESERVATIONS_WRITE)
def post_cancel(session: Session, reservation_id: UUID) -> Any:
    """Cancel a reservation."""
    now, on = now_and_today()
    cancel_reservation(session, current_actor(), reservation_id=reservation_id, now=now, on=on)
    return see_other("licensing_pages.show_reservation", reservation_id=reservation_id, done="reservation-cancelled")


@writes(Permission.RESERVATIONS_WRITE)
def post_accept(session: Session, reservation_id: UUID) -> Any:
    """Take the seats that were offered."""
    now, on = now_and_today()
    accept_offer(session, current_actor(), reservation_id=reservation_id, now=now, on=on)
    return see_other("licensing_pages.show_reservation", reservation_id=reservation_id, done="offer-accepted")


@reads(Permission.CONTRACTS_WRITE)
def new_blackout(session: Session, product_id: UUID) -> str:
    """Show the form that keeps days free of reservations."""
    return render_template("licensing/blackout_form.html", product=product_detail(session, product_id))


@submits(Permission.CONTRACTS_WRITE, shows=new_blackout)
def post_blackout(session: Session, product_id: UUID) -> Any:
    """Keep days free of new reservations."""
    _, on = now_and_today()
    typed = read_form(BlackoutForm())
    chosen = None if typed.pop("is_for_all", False) else product_id
    add_blackout(session, current_actor(), product_id=chosen, **typed, on=on)
    return see_other("licensing_pages.show_product_reservations", product_id=product_id, done="blackout-added")


@writes(Permission.CONTRACTS_WRITE)
def post_lift(session: Session, product_id: UUID, blackout_id: UUID) -> Any:
    """Lift a blackout."""
    now, on = now_and_today()
    lift_blackout(session, current_actor(), blackout_id=blackout_id, now=now, on=on)
    return see_other("licensing_pages.show_product_reservations", product_id=product_id, done="blackout-lifted")


def timeline_of(
    session: Session, product_id: UUID, wanted: SeatsWanted | None = None, answer: Availability | None = None
) -> tuple[Timeline, Sequence[SeatDay]]:
    """Return the picture of a product's reservations, and the days it shows; the asked ones as they were answered."""
    now, today = now_and_today()
    first, last = shown_days(today, *((wanted.first, wanted.last) if wanted else (None, None)))
    answered = {day.on: day for day in answer.days} if answer else {}
    calendar = seat_calendar(session, product_id, first, last, now=now, today=today)
    days = [answered.get(day.on, day) for day in calendar]
    return draw(days, reservations_on(session, current_actor(), product_id, first, last)), days


def project_choice(session: Session) -> list[tuple[str, str]]:
    """Return the open projects that the reader may ask for."""
    projects = visible_projects(session, current_actor(), FIRST).items
    return [("", "none yet"), *((str(one.id), f"{one.code} {one.name}") for one in projects if one.is_open)]


def _answer(session: Session, product_id: UUID, now: datetime, today: date) -> Availability | None:
    """Answer what was typed, or put what is wrong with it beside its fields; ``None`` where nothing can be answered."""
    typed = {name: value.strip() for name, value in request.values.items() if value.strip()}
    if "quantity" not in typed:
        return None
    try:
        asked = QuestionForm().load(typed)
        wanted = SeatsWanted(asked.get("project_id"), asked["quantity"], asked["starts_on"], asked["ends_on"])
        return ask_availability(session, current_actor(), product_id=product_id, wanted=wanted, now=now, today=today)
    except ValidationError as error:
        _say(typed, by_field(error.messages), "Some fields need another look.")
    except Refusal as error:
        names = {"from": "starts_on", "to": "ends_on", "project": "project_id"}
        _say(typed, {names.get(name, name): said for name, said in error.fields.items()}, error.detail)
    return None


def _say(typed: dict[str, str], fields: dict[str, list[str]], detail: str) -> None:
    """Keep what was typed and what is wrong with it for the page, unless a refused form says it already."""
    if not form_state().detail:
        g.form = FormState(values=typed, fields=fields, detail=detail)
