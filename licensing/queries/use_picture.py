"""Read what the pictures of a product's use show: its days behind and ahead, and the busy hours of its weeks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.models.reservations import Reservation, ReservationState
from licensing.queries.contracts import lot_terms
from licensing.queries.outlook import HISTORY_DAYS, ProductOutlook, daily_peaks
from licensing.queries.use_over_time import use_over_time
from licensing.rules.capacity import capacity_on
from licensing.rules.forecast import HORIZON_DAYS, Forecast, Reserved, forecast
from licensing.rules.use_days import LotsEnd, UseDay, lots_ending, use_days
from licensing.rules.use_hours import HourCell, hour_cells

HOURS_DAYS = 28


@dataclass(frozen=True, slots=True)
class DaysOfUse:
    """A product's days behind and ahead, its lots' ends among them, and what is to be expected."""

    days: tuple[UseDay, ...]
    ends: tuple[LotsEnd, ...]
    forecast: Forecast
    coverage: str


@dataclass(frozen=True, slots=True)
class ProductUse:
    """What is shown of one product: its days, and the hours of the last four weeks."""

    past: DaysOfUse
    hours: tuple[HourCell, ...]


def product_use(session: Session, product_id: UUID, *, zone: ZoneInfo, now: datetime) -> ProductUse:
    """Return the use of a product over the last 90 days, the 90 to come, and by hour over the last 28."""
    today = now.astimezone(zone).date()
    use = use_over_time(session, [product_id], starts_at=_start(today, HISTORY_DAYS, zone), ends_at=now)[product_id]
    lots = lot_terms(session, [product_id])[product_id]
    reserved = reserved_ahead(session, [product_id], today).get(product_id, [])
    history = daily_peaks(use.stretches, zone, before=today, at_least=use.at_least, rests=use.rests)
    ahead = forecast(history, on=today, capacity=lambda day: capacity_on(lots, day).quantity, reserved=reserved)
    last = today + timedelta(days=HORIZON_DAYS)
    days = use_days(history, ahead.days, lots, reserved=reserved, today=today, last=last)
    hours = hour_cells(use.stretches, zone, starts_at=_start(today, HOURS_DAYS, zone), ends_at=now)
    return ProductUse(DaysOfUse(tuple(days), tuple(lots_ending(lots, days[0].day, last)), ahead, use.coverage), hours)


def days_of(session: Session, found: Collection[ProductOutlook], today: date) -> dict[UUID, DaysOfUse]:
    """Return the days of the products of an outlook, beside their lots."""
    product_ids = [one.product_id for one in found]
    lots, reserved = lot_terms(session, product_ids), reserved_ahead(session, product_ids, today)
    last = today + timedelta(days=HORIZON_DAYS)
    shown = {}
    for one in found:
        own, kept = lots[one.product_id], reserved.get(one.product_id, [])
        days = use_days(one.history, one.forecast.days, own, reserved=kept, today=today, last=last)
        ends = lots_ending(own, days[0].day, last)
        shown[one.product_id] = DaysOfUse(tuple(days), tuple(ends), one.forecast, one.coverage)
    return shown


def reserved_ahead(session: Session, product_ids: Collection[UUID], today: date) -> dict[UUID, list[Reserved]]:
    """Return what of some products is held or offered on days from ``today`` on."""
    row = Reservation
    query = select(row.product_id, row.starts_on, row.ends_on, row.quantity).where(
        row.product_id.in_(product_ids),
        row.ends_on >= today,
        row.state.in_([ReservationState.HELD.value, ReservationState.OFFERED.value]),
    )
    found: dict[UUID, list[Reserved]] = {}
    for product_id, starts_on, ends_on, quantity in session.execute(query):
        found.setdefault(product_id, []).append(Reserved(starts_on, ends_on, quantity))
    return found


def _start(today: date, days: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(today - timedelta(days=days), time(), zone).astimezone(UTC)
