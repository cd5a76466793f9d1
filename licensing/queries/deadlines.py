"""Read the dates of contracts and lots that come near, and which notices were given of them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.models.catalogue import Contract, Lot, Product, Vendor
from licensing.models.statements import NoticeGiven
from licensing.rules.notices import THRESHOLDS, ComingDate, Deadline, Told

_AHEAD = timedelta(days=THRESHOLDS[0])


@dataclass(frozen=True, slots=True)
class GivenNotice:
    """A notice that was given."""

    about: str
    what: str
    falls_on: date
    threshold: int
    told_at: datetime


def coming_dates(session: Session, on: date) -> list[ComingDate]:
    """Return the dates from the day ``on`` to the farthest threshold."""
    return [*_of_contracts(session, on), *_of_lots(session, on)]


def told_thresholds(session: Session, coming: Collection[ComingDate]) -> dict[Told, set[int]]:
    """Return at which thresholds notice was given of these dates."""
    days = {one.falls_on for one in coming}
    row = NoticeGiven
    query = select(row.about, row.what, row.falls_on, row.threshold).where(row.falls_on.in_(days))
    told: dict[Told, set[int]] = {}
    for about, what, falls_on, threshold in session.execute(query):
        told.setdefault((about, what, falls_on), set()).add(threshold)
    return told


def hold_vendors(session: Session, logs: Collection[str]) -> None:
    """Hold the vendors of these logs to the end of the transaction, so that one transaction at a time tells of them."""
    held = select(Vendor.id).where(Vendor.log.in_(logs)).order_by(Vendor.id)
    # NO KEY UPDATE: contracts and products of the vendor can be entered meanwhile.
    session.execute(held.with_for_update(key_share=True)).all()


def given_notices(session: Session, *, on: date) -> list[GivenNotice]:
    """Return the notices of dates that are not past, the newest first."""
    row = NoticeGiven
    query = select(row.about, row.what, row.falls_on, row.threshold, row.told_at).where(row.falls_on >= on)
    return [GivenNotice(*one) for one in session.execute(query.order_by(row.told_at.desc(), row.id))]


def _of_contracts(session: Session, on: date) -> list[ComingDate]:
    query = select(Contract.id, Contract.number, Contract.ends_on, Contract.notice_on, Vendor.name, Vendor.log).join(
        Vendor, Vendor.id == Contract.vendor_id
    )
    near = Contract.ends_on.between(on, on + _AHEAD) | Contract.notice_on.between(on, on + _AHEAD)
    found = []
    for contract_id, number, ends_on, notice_on, vendor, log in session.execute(query.where(near)):
        dates = ((Deadline.CONTRACT_ENDS, ends_on), (Deadline.NOTICE, notice_on))
        name = f"Contract {number} with {vendor}"
        found += [ComingDate(f"contract:{contract_id}", what, day, name, log) for what, day in _near(dates, on)]
    return found


def _of_lots(session: Session, on: date) -> list[ComingDate]:
    query = (
        select(Lot.id, Lot.ends_on, Lot.maintenance_until, Product.name, Contract.number, Vendor.log)
        .join(Product, Product.id == Lot.product_id)
        .join(Contract, Contract.id == Lot.contract_id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
    )
    near = Lot.ends_on.between(on, on + _AHEAD) | Lot.maintenance_until.between(on, on + _AHEAD)
    found = []
    for lot_id, ends_on, maintained, product, number, log in session.execute(query.where(near)):
        dates = ((Deadline.LOT_ENDS, ends_on), (Deadline.MAINTENANCE_ENDS, maintained))
        name = f"{product}, contract {number}"
        found += [ComingDate(f"lot:{lot_id}", what, day, name, log) for what, day in _near(dates, on)]
    return found


def _near(dates: Iterable[tuple[Deadline, date | None]], on: date) -> Iterator[tuple[Deadline, date]]:
    for what, day in dates:
        if day is not None and on <= day <= on + _AHEAD:
            yield what, day
