"""Read what comes near: which product's seats will not suffice, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.models.catalogue import Product
from licensing.models.reservations import Reservation, ReservationState
from licensing.queries.contracts import lot_terms
from licensing.queries.use_over_time import use_over_time
from licensing.rules.capacity import LotTerms, capacity_on
from licensing.rules.forecast import DayPeak, Forecast, Reserved, forecast
from licensing.rules.percentiles import Stretch
from licensing.rules.sightings import RestsOn
from licensing.rules.statement import Rest

HISTORY_DAYS = 90


@dataclass(frozen=True, slots=True)
class ProductOutlook:
    """A product's use of the last 90 days, and what is to be expected. ``coverage`` is the percent that is known."""

    product_id: UUID
    product: str
    history: tuple[DayPeak, ...]
    forecast: Forecast
    coverage: str


def outlook(session: Session, *, zone: ZoneInfo, now: datetime) -> list[ProductOutlook]:
    """Return the outlook of each product with lots today or later: those that run out first, then by name."""
    today = now.astimezone(zone).date()
    names = session.execute(select(Product.id, Product.name).order_by(Product.name)).all()
    lots = lot_terms(session, [product_id for product_id, _ in names])
    kept = [one for one in names if any(lot.ends_on is None or lot.ends_on >= today for lot in lots[one[0]])]
    starts_at = datetime.combine(today - timedelta(days=HISTORY_DAYS), time(), zone).astimezone(UTC)
    use = use_over_time(session, [product_id for product_id, _ in kept], starts_at=starts_at, ends_at=now)
    reserved = _reserved(session, today)
    found = []
    for product_id, name in kept:
        seen = use[product_id]
        history = daily_peaks(seen.stretches, zone, before=today, at_least=seen.at_least, rests=seen.rests)
        ahead = forecast(
            history,
            on=today,
            capacity=partial(_seats_on, lots[product_id]),
            reserved=reserved.get(product_id, ()),
        )
        found.append(ProductOutlook(product_id, name, history, ahead, seen.coverage))
    return sorted(found, key=lambda one: (one.forecast.exhausted_on or date.max, one.product))


def daily_peaks(
    stretches: Iterable[Stretch],
    zone: ZoneInfo,
    *,
    before: date,
    at_least: Iterable[Stretch] = (),
    rests: Iterable[Rest] = (),
) -> tuple[DayPeak, ...]:
    """Return the highest use of each day before ``before`` of which anything is known, in order.

    What is certain ``at_least`` in the rest of such a day raises its peak, and makes no other day a known one.
    ``rests`` says what is known of the days rests on.
    """
    known, certain = _highest_by_day(stretches, zone), _highest_by_day(at_least, zone)
    told = _rests_by_day(rests, zone)
    return tuple(
        DayPeak(day, max(known[day], certain.get(day, 0)), told.get(day, RestsOn.NOTHING))
        for day in sorted(known)
        if day < before
    )


def _rests_by_day(rests: Iterable[Rest], zone: ZoneInfo) -> dict[date, RestsOn]:
    """Return what each day rests on: both where some of it rests on this and some on that."""
    found: dict[date, RestsOn] = {}
    for one in rests:
        if one.rests_on is RestsOn.NOTHING:
            continue
        for day in _days(one.starts_at, one.ends_at, zone):
            found[day] = one.rests_on if found.get(day, one.rests_on) is one.rests_on else RestsOn.BOTH
    return found


def _highest_by_day(stretches: Iterable[Stretch], zone: ZoneInfo) -> dict[date, int]:
    peaks: dict[date, int] = {}
    for one in stretches:
        for day in _days(one.starts_at, one.ends_at, zone):
            peaks[day] = max(peaks.get(day, 0), one.seats)
    return peaks


def _days(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Give the days that a stretch reaches into; one that ends at midnight does not reach into the day after."""
    day = starts_at.astimezone(zone).date()
    last = (ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _seats_on(lots: list[LotTerms], day: date) -> int | None:
    return capacity_on(lots, day).quantity


def _reserved(session: Session, today: date) -> dict[UUID, list[Reserved]]:
    row = Reservation
    query = select(row.product_id, row.starts_on, row.ends_on, row.quantity).where(
        row.ends_on >= today, row.state.in_([ReservationState.HELD.value, ReservationState.OFFERED.value])
    )
    found: dict[UUID, list[Reserved]] = {}
    for product_id, starts_on, ends_on, quantity in session.execute(query):
        found.setdefault(product_id, []).append(Reserved(starts_on, ends_on, quantity))
    return found
