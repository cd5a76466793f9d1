"""Read what seats cost by month and project or department, and how many of them were hardly needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from facility.public import people_in_departments, project_codes
from licensing.models.catalogue import Lot, Product
from licensing.models.seats import Checkout
from licensing.queries.contracts import lot_terms
from licensing.queries.use_over_time import use_over_time
from licensing.rules.capacity import METRICS_WITHOUT_SEATS, capacity_on
from licensing.rules.cost import CostedLot, CostRow, CostsBy, Month, Share, Taker, Use, costs
from licensing.rules.departments import Departments
from licensing.rules.percentiles import Percentiles, highest, percentiles, time_at
from licensing.rules.right_sizing import LastSeats, last_seats

RIGHT_SIZING_DAYS = 90
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class CostLine:
    """A part of a product's cost in a month, with names, as decimal text.

    ``amount`` is ``None``, with the reason, where it is not known. ``project`` is empty for no project, ``department``
    for none that is known, and both for what lay idle.
    """

    month: str
    product_id: UUID
    product: str
    share: Share
    project_id: UUID | None
    project: str
    department: str
    seat_hours: str
    currency: str | None
    amount: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RightSizing:
    """How far a product's seats of today were needed in the days before, as far as it was seen.

    ``capacity`` is ``None`` where seats are uncounted.
    """

    product_id: UUID
    product: str
    capacity: int | None
    peak: int | None
    use: Percentiles
    coverage: str
    last: tuple[LastSeats, ...]


def costs_by_month(
    session: Session,
    *,
    starts_on: date,
    ends_on: date,
    zone: ZoneInfo,
    now: datetime,
    by: CostsBy = CostsBy.PROJECT,
) -> list[CostLine]:
    """Return the costs of the months from ``starts_on`` to ``ends_on``, as far as they have passed."""
    months = months_between(starts_on, min(ends_on, now.astimezone(zone).date()), zone)
    lots = _lots(session)
    use = _use(session, months, zone, now, by)
    names = {row.id: row.name for row in session.execute(select(Product.id, Product.name))}
    rows = costs(lots, months, use)
    codes = project_codes(session, {row.taker for row in rows if isinstance(row.taker, UUID)})
    return [_line(row, names, codes) for row in rows]


def right_sizing(session: Session, *, on: date, now: datetime) -> list[RightSizing]:
    """Return for how long the last seats of each product with lots today were needed in the last 90 days."""
    names = session.execute(select(Product.id, Product.name).order_by(Product.name)).all()
    lots = lot_terms(session, [product_id for product_id, _ in names])
    covered = [(product_id, name) for product_id, name in names if any(lot.covers(on) for lot in lots[product_id])]
    use = use_over_time(
        session, [one for one, _ in covered], starts_at=now - timedelta(days=RIGHT_SIZING_DAYS), ends_at=now
    )
    found = []
    for product_id, name in covered:
        capacity = capacity_on(lots[product_id], on).quantity
        lengths = time_at(use[product_id].stretches)
        found.append(
            RightSizing(
                product_id=product_id,
                product=name,
                capacity=capacity,
                peak=highest(lengths) if lengths else None,
                use=percentiles(use[product_id].stretches),
                coverage=use[product_id].coverage,
                last=last_seats(lengths, capacity) if capacity is not None else (),
            )
        )
    return found


def months_between(starts_on: date, ends_on: date, zone: ZoneInfo) -> list[Month]:
    """Return the months of the days from ``starts_on`` to ``ends_on``, the outer two as far as they lie in between."""
    months = []
    start = starts_on
    while start <= ends_on:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(ends_on, following - timedelta(days=1))
        length = _midnight(end + timedelta(days=1), zone) - _midnight(start, zone)
        months.append(Month(start, end, length // timedelta(seconds=1)))
        start = following
    return months


def _line(row: CostRow, names: Mapping[UUID, str], codes: Mapping[UUID, str]) -> CostLine:
    tenths = (row.seat_seconds * 10 + _HOUR // 2) // _HOUR
    cents = row.hundredths
    project_id = row.taker if isinstance(row.taker, UUID) else None
    return CostLine(
        month=row.month,
        product_id=row.product_id,
        product=names[row.product_id],
        share=row.share,
        project_id=project_id,
        project=codes.get(project_id, "") if project_id else "",
        department=row.taker if isinstance(row.taker, str) else "",
        seat_hours=f"{tenths // 10}.{tenths % 10}",
        currency=row.currency,
        amount=None if cents is None else f"{cents // 100}.{cents % 100:02}",
        reason=row.reason,
    )


def _lots(session: Session) -> list[CostedLot]:
    columns = (Lot.id, Lot.product_id, Lot.quantity, Lot.starts_on, Lot.ends_on, Lot.price, Lot.currency)
    query = select(*columns).join(Product, Product.id == Lot.product_id)
    counted = query.where(Lot.metric.not_in(METRICS_WITHOUT_SEATS)).order_by(Product.name, Lot.starts_on, Lot.id)
    return [CostedLot(*row) for row in session.execute(counted)]


def _use(session: Session, months: Sequence[Month], zone: ZoneInfo, now: datetime, by: CostsBy) -> list[Use]:
    """Return the seat-seconds of checkouts in each month, up to now, by who took them."""
    if not months:
        return []
    spans = [
        (one, _midnight(one.starts_on, zone), min(_midnight(one.ends_on + timedelta(days=1), zone), now))
        for one in months
    ]
    found: dict[tuple[UUID, str], dict[Taker, int]] = {}
    columns = (Checkout.product_id, Checkout.project_id, Checkout.holder, Checkout.started_on, Checkout.quantity)
    query = select(*columns, Checkout.started_at, Checkout.expires_at, Checkout.ended_at).where(
        Checkout.started_at < spans[-1][2], Checkout.expires_at > spans[0][1]
    )
    departments = Departments(people_in_departments(session) if by is CostsBy.DEPARTMENT else ())
    for product_id, project_id, holder, day, quantity, began, expires, ended in session.execute(query):
        taker: Taker = project_id if by is CostsBy.PROJECT else departments.of(holder, day)
        until = min(expires, ended or expires)
        for month, starts_at, ends_at in spans:
            seconds = (min(until, ends_at) - max(began, starts_at)) // timedelta(seconds=1)
            if seconds > 0:
                taken = found.setdefault((product_id, month.name), {})
                taken[taker] = taken.get(taker, 0) + seconds * quantity
    return [Use(product_id, month, seconds) for (product_id, month), seconds in found.items()]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
