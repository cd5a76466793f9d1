"""Reserve seats for a project, change and cancel it, and take what was offered."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.types import isoformat
from audit.record import record
from facility.errors import UnknownProject
from facility.public import project_for
from licensing.errors import ReservationOver, SeatsNotFree, naming, refuse_stale
from licensing.facts.reservations import (
    OfferAccepted,
    ReservationCancelled,
    ReservationChanged,
    ReservationQueued,
    SeatsReserved,
)
from licensing.models.reservations import Reservation, ReservationState
from licensing.queries.checkouts import LockedPool, lock_pool
from licensing.queries.reservations import absent, next_place
from licensing.queries.seat_plans import seat_plan
from licensing.rules.availability import Reserved, SeatPlan, SeatsWanted, is_short
from licensing.rules.changes import changes_between
from licensing.rules.reservations import (
    OVER,
    ReservationChanges,
    ReservationEntry,
    asks_for_more,
    check_days,
    check_entry,
    check_first_day,
    check_quantity,
    counts_from,
    short_sentence,
)
from licensing.service.seat_queue import settle_queue


def reserve_seats(session: Session, actor: Actor, *, entry: ReservationEntry, now: datetime, on: date) -> Reservation:
    """Reserve seats for a project, or put it into the queue where it asks to wait.

    Raises ``SeatsNotFree`` naming the days, ``BadReservation``, or ``UnknownProject`` for another's project.
    """
    check_entry(entry, on)
    try:
        project_for(session, actor, entry.project_id)
    except UnknownProject as error:
        raise naming(UnknownProject, "project_id", error.detail) from error
    pool = lock_pool(session, entry.product_id)
    settle_queue(session, SYSTEM, product_id=entry.product_id, log=pool.log, now=now, on=on)
    plan = seat_plan(session, entry.product_id, entry.starts_on, entry.ends_on, now=now, today=on)
    is_waiting = is_short(plan, entry.wanted)
    if is_waiting and not entry.wait:
        raise _not_free(pool, entry.wanted, plan)
    reservation = Reservation(
        product_id=entry.product_id,
        project_id=entry.project_id,
        quantity=entry.quantity,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        state=(ReservationState.WAITING if is_waiting else ReservationState.HELD).value,
        place=next_place(session, entry.product_id),
        asked_at=now,
        waits_until=entry.last_waiting_day if is_waiting else None,
        offer_hours=entry.offer_hours,
    )
    session.add(reservation)
    session.flush()
    record(session, actor, _made(reservation), log=pool.log)
    return reservation


def change_reservation(
    session: Session,
    actor: Actor,
    *,
    reservation_id: UUID,
    changes: ReservationChanges,
    version: int,
    now: datetime,
    on: date,
) -> Reservation:
    """Give a held or waiting reservation other seats or days; raises ``SeatsNotFree`` where those are not free.

    A waiting one that asks for more than before goes to the end of the queue. What it no longer needs is offered on.
    """
    pool, reservation = _lock(session, actor, reservation_id, now=now, on=on)
    refuse_stale(version, reservation.version)
    if reservation.state not in (ReservationState.HELD, ReservationState.WAITING):
        raise ReservationOver(f"This reservation is {reservation.state}: only a held or waiting one can be changed.")
    made = changes_between(reservation, changes)
    if not made:
        return reservation
    held = _as_reserved(reservation)
    entry = replace(_entry_of(reservation), **changes)
    _check_change(entry, reservation, on)
    if asks_for_more(held, entry):
        if reservation.state == ReservationState.HELD:
            _refuse_short(session, pool, reservation.id, entry, now=now, on=on)
        else:
            made |= changes_between(reservation, {"place": next_place(session, reservation.product_id)})
    if reservation.waits_until is not None and reservation.waits_until > entry.ends_on:
        made |= changes_between(reservation, {"waits_until": entry.ends_on})
    reservation.counts_from = counts_from(held, entry, on, before=reservation.counts_from)
    for name, change in made.items():
        setattr(reservation, name, change["new"])
    session.flush()  # the answer names the new version, and the queue sees the change
    fact = ReservationChanged(about=f"reservation:{reservation.id}", changes=made, **_whose(reservation))
    record(session, actor, fact, log=pool.log)
    settle_queue(session, SYSTEM, product_id=reservation.product_id, log=pool.log, now=now, on=on)
    return reservation


def cancel_reservation(session: Session, actor: Actor, *, reservation_id: UUID, now: datetime, on: date) -> Reservation:
    """Give a reservation, an offer or a place in the queue up; its seats are offered on. Raises ``ReservationOver``."""
    pool, reservation = _lock(session, actor, reservation_id, now=now, on=on)
    if reservation.state in OVER:
        raise ReservationOver(f"This reservation is {reservation.state} already: there is nothing to cancel.")
    about, quantity, old_state = f"reservation:{reservation.id}", reservation.quantity, reservation.state
    fact = ReservationCancelled(about=about, quantity=quantity, old_state=old_state, **_whose(reservation))
    reservation.state = ReservationState.CANCELLED.value
    session.flush()  # the queue sees that the seats are free
    record(session, actor, fact, log=pool.log)
    settle_queue(session, SYSTEM, product_id=reservation.product_id, log=pool.log, now=now, on=on)
    return reservation


def accept_offer(session: Session, actor: Actor, *, reservation_id: UUID, now: datetime, on: date) -> Reservation:
    """Take the seats that were offered: they are held from now on. Raises ``ReservationOver`` where none are."""
    pool, reservation = _lock(session, actor, reservation_id, now=now, on=on)
    if reservation.state != ReservationState.OFFERED:
        until = reservation.offered_until
        ended = f" Its offer ended at {isoformat(until)}." if until is not None and until <= now else ""
        raise ReservationOver(f"This reservation is {reservation.state}: there is no offer to take.{ended}")
    reservation.state = ReservationState.HELD.value
    session.flush()  # the answer names the new version
    about, quantity = f"reservation:{reservation.id}", reservation.quantity
    fact = OfferAccepted(about=about, quantity=quantity, **_whose(reservation))
    record(session, actor, fact, log=pool.log)
    return reservation


def _lock(
    session: Session, actor: Actor, reservation_id: UUID, *, now: datetime, on: date
) -> tuple[LockedPool, Reservation]:
    """Lock a reservation's pool and return it as it stands at ``now``; raises ``NoSuchReservation``."""
    row = session.execute(
        select(Reservation.product_id, Reservation.project_id).where(Reservation.id == reservation_id)
    ).one_or_none()
    if row is None:
        raise absent()
    try:
        project_for(session, actor, row.project_id)
    except UnknownProject as error:
        raise absent() from error
    pool = lock_pool(session, row.product_id)
    settle_queue(session, SYSTEM, product_id=row.product_id, log=pool.log, now=now, on=on)
    return pool, session.get_one(Reservation, reservation_id, populate_existing=True)


def _check_change(entry: ReservationEntry, reservation: Reservation, on: date) -> None:
    check_quantity(entry.quantity)
    check_days(entry.starts_on, entry.ends_on, on)
    check_first_day(entry.ends_on, on, "ends_on")
    if entry.starts_on != reservation.starts_on:
        check_first_day(entry.starts_on, on)


def _refuse_short(
    session: Session, pool: LockedPool, reservation_id: UUID, entry: ReservationEntry, *, now: datetime, on: date
) -> None:
    wanted = replace(entry.wanted, first=max(entry.starts_on, on))
    plan = seat_plan(session, entry.product_id, wanted.first, wanted.last, now=now, today=on, without=reservation_id)
    if is_short(plan, wanted):
        raise _not_free(pool, wanted, plan)


def _not_free(pool: LockedPool, wanted: SeatsWanted, plan: SeatPlan) -> SeatsNotFree:
    sentence = short_sentence(pool.product_name, wanted, plan)
    return naming(SeatsNotFree, "quantity", sentence)


def _made(one: Reservation) -> SeatsReserved | ReservationQueued:
    about = f"reservation:{one.id}"
    if one.waits_until is None:
        return SeatsReserved(
            about=about,
            product=one.product_id,
            project=one.project_id,
            quantity=one.quantity,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
    return ReservationQueued(
        about=about,
        product=one.product_id,
        project=one.project_id,
        quantity=one.quantity,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        place=one.place,
        waits_until=one.waits_until,
        offer_hours=one.offer_hours,
    )


def _whose(one: Reservation) -> dict[str, UUID]:
    return {"product": one.product_id, "project": one.project_id}


def _as_reserved(one: Reservation) -> Reserved:
    return Reserved(one.id, one.project_id, one.quantity, one.starts_on, one.ends_on, one.state)


def _entry_of(one: Reservation) -> ReservationEntry:
    return ReservationEntry(
        product_id=one.product_id,
        project_id=one.project_id,
        quantity=one.quantity,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        offer_hours=one.offer_hours,
    )
