"""Read what of licensing stands in a calendar, from a day on, as far as its reader may know of projects."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.errors import UnknownProject
from facility.public import project_for
from licensing.models.catalogue import Contract, Lot, Product, Vendor
from licensing.models.reservations import Reservation, ReservationState
from licensing.rules.calendar import DatedRecord, ReservedDays
from licensing.rules.notices import Deadline

_SHOWN = [
    one.value
    for one in (ReservationState.HELD, ReservationState.OFFERED, ReservationState.WAITING, ReservationState.ENDED)
]


def dated_records(session: Session, since: date) -> list[DatedRecord]:
    """Return the dates of contracts and lots from the day ``since`` on, the first to come first."""
    found = [*_of_contracts(session, since), *_of_lots(session, since)]
    return sorted(found, key=lambda one: (one.day, one.what, one.id))


def reserved_days(session: Session, actor: Actor, project_id: UUID, since: date) -> tuple[str, list[ReservedDays]]:
    """Return a project's code and its reservations that last to the day ``since`` or longer.

    Of a project that the reader may not know of, or not any more, there is no code and no reservation.
    """
    try:
        code = project_for(session, actor, project_id).code
    except UnknownProject:
        return "", []
    statement = (
        select(Reservation, Product.name)
        .join(Product, Reservation.product_id == Product.id)
        .where(Reservation.project_id == project_id, Reservation.ends_on >= since)
        .where(Reservation.state.in_(_SHOWN))
        .order_by(Reservation.starts_on, Reservation.id)
    )
    found = [
        ReservedDays(one.id, code, name, one.quantity, one.starts_on, one.ends_on, one.state, one.version)
        for one, name in session.execute(statement)
    ]
    return code, found


def _of_contracts(session: Session, since: date) -> Iterator[DatedRecord]:
    wanted = (
        select(Contract.id, Contract.number, Contract.ends_on, Contract.notice_on, Contract.version, Vendor.name)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where((Contract.ends_on >= since) | (Contract.notice_on >= since))
    )
    for one_id, number, ends_on, notice_on, version, vendor in session.execute(wanted):
        dates = ((Deadline.CONTRACT_ENDS, ends_on), (Deadline.NOTICE, notice_on))
        for what, day in _from(dates, since):
            yield DatedRecord(f"contract:{one_id}", one_id, what, day, f"Contract {number} with {vendor}", version)


def _of_lots(session: Session, since: date) -> Iterator[DatedRecord]:
    wanted = (
        select(Lot.id, Lot.quantity, Lot.ends_on, Lot.maintenance_until, Lot.version, Product.name)
        .add_columns(Contract.id, Contract.number)
        .join(Product, Product.id == Lot.product_id)
        .join(Contract, Contract.id == Lot.contract_id)
        .where((Lot.ends_on >= since) | (Lot.maintenance_until >= since))
    )
    for one_id, quantity, ends_on, maintained, version, product, contract_id, number in session.execute(wanted):
        seats = "uncounted" if quantity is None else str(quantity)
        dates = ((Deadline.LOT_ENDS, ends_on), (Deadline.MAINTENANCE_ENDS, maintained))
        for what, day in _from(dates, since):
            yield DatedRecord(
                f"contract:{contract_id}", one_id, what, day, f"{product} ({seats}), contract {number}", version
            )


def _from(dates: Iterable[tuple[Deadline, date | None]], since: date) -> Iterator[tuple[Deadline, date]]:
    for what, day in dates:
        if day is not None and day >= since:
            yield what, day
