"""Read checkouts as they stand at a moment: a lease past its end is over, whether it was written down or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from licensing.errors import NoSuchCheckout, NotInCatalogue, naming
from licensing.models.catalogue import Product, Vendor
from licensing.models.seats import Checkout, Pool
from licensing.queries.catalogue import FIRST
from licensing.queries.contracts import lot_terms
from licensing.rules.capacity import Capacity, capacity_on
from licensing.rules.leases import Lease, LeaseState, lease_state

# Built once: checkouts, heartbeats and returns read these, and to build a statement anew costs more than to run it.
_LEASES: Select[*tuple[Any, ...]] = select(
    Checkout.id,
    Checkout.product_id,
    Product.name.label("product_name"),
    Checkout.quantity,
    Checkout.holder,
    Checkout.host,
    Checkout.project_id,
    Checkout.started_at,
    Checkout.started_on,
    Checkout.expires_at,
    Checkout.last_on,
    Checkout.ended_at,
    Checkout.ending,
    Checkout.over_capacity,
    Checkout.is_borrowed,
    Checkout.version,
).join(Product, Checkout.product_id == Product.id)
_LEASE = _LEASES.where(Checkout.id == bindparam("checkout"))
_LOCKED_LEASE = _LEASE.add_columns(Vendor.log).join(Vendor, Product.vendor_id == Vendor.id).with_for_update(of=Checkout)
_LOCKED_POOLS = (
    select(Pool.checked_out, Product.name, Vendor.log)
    .join(Product, Pool.product_id == Product.id)
    .join(Vendor, Product.vendor_id == Vendor.id)
    .with_for_update(of=Pool)
)
_LOCKED_POOL = _LOCKED_POOLS.where(Pool.product_id == bindparam("product"))
_LOCKED_POOL_OF_CHECKOUT = _LOCKED_POOLS.join(Checkout, Pool.product_id == Checkout.product_id).where(
    Checkout.id == bindparam("checkout")
)


@dataclass(frozen=True, slots=True)
class CheckoutFilters:
    """Which checkouts are asked for; ``None`` is all."""

    product_id: UUID | None = None
    state: LeaseState | None = None


@dataclass(frozen=True, slots=True)
class LockedPool:
    """The pool of a product, held until the transaction's end. ``checked_out`` counts leases past their end too."""

    product_name: str
    log: str
    checked_out: int


ALL_CHECKOUTS = CheckoutFilters()


def open_checkouts(session: Session, product_id: UUID, now: datetime) -> Sequence[Lease]:
    """Return the open leases of a product, the first to end first."""
    statement = _leases(CheckoutFilters(product_id, LeaseState.OPEN), now).order_by(Checkout.expires_at, Checkout.id)
    return [_lease(row, now) for row in session.execute(statement).mappings()]


def list_checkouts(
    session: Session, filters: CheckoutFilters = ALL_CHECKOUTS, page: PageRequest = FIRST, *, now: datetime
) -> Page[Lease]:
    """List checkouts, the newest first. The cursor is ``(id,)``: identifiers sort by the time of their making."""
    statement = _leases(filters, now).order_by(Checkout.id.desc()).limit(page.limit + 1)
    if page.after is not None:
        statement = statement.where(Checkout.id < _place(page.after))
    rows = [_lease(row, now) for row in session.execute(statement).mappings()]
    return cut(rows, page, key=lambda lease: (str(lease.id),))


def checkout_detail(session: Session, checkout_id: UUID, now: datetime) -> Lease:
    """Return one checkout as it stands at ``now``; raises ``NoSuchCheckout``."""
    row = session.execute(_LEASE, {"checkout": checkout_id}).mappings().one_or_none()
    if row is None:
        raise _absent()
    return _lease(row, now)


def lock_checkout(session: Session, checkout_id: UUID, now: datetime) -> tuple[Lease, str]:
    """Lock one checkout and return it as it stands at ``now``, with its vendor's log; raises ``NoSuchCheckout``."""
    row = session.execute(_LOCKED_LEASE, {"checkout": checkout_id}).mappings().one_or_none()
    if row is None:
        raise _absent()
    columns = dict(row)
    log = columns.pop("log")
    return _lease(columns, now), log


def lock_pool(session: Session, product_id: UUID) -> LockedPool:
    """Lock the pool of a product, so that its checkouts stand in a line; raises ``NotInCatalogue``."""
    row = session.execute(_LOCKED_POOL, {"product": product_id}).one_or_none()
    if row is None:
        raise naming(NotInCatalogue, "product_id", "There is no such product in the catalogue.")
    return LockedPool(product_name=row.name, log=row.log, checked_out=row.checked_out)


def lock_pool_of(session: Session, checkout_id: UUID) -> LockedPool:
    """Lock the pool that a checkout took its seats from; raises ``NoSuchCheckout``."""
    row = session.execute(_LOCKED_POOL_OF_CHECKOUT, {"checkout": checkout_id}).one_or_none()
    if row is None:
        raise _absent()
    return LockedPool(product_name=row.name, log=row.log, checked_out=row.checked_out)


def seats_checked_out(session: Session, product_id: UUID, now: datetime) -> int:
    """Return how many seats of a product are held by leases that are open at ``now``."""
    held = select(func.coalesce(func.sum(Checkout.quantity), 0)).where(
        Checkout.product_id == product_id, Checkout.ended_at.is_(None), Checkout.expires_at > now
    )
    return int(session.scalar(held) or 0)


def capacity_of(session: Session, product_id: UUID, on: date) -> Capacity:
    """Return what the lots of a product give on a day."""
    return capacity_on(lot_terms(session, [product_id])[product_id], on)


def _leases(filters: CheckoutFilters, now: datetime) -> Select[*tuple[Any, ...]]:
    statement = _LEASES
    if filters.product_id is not None:
        statement = statement.where(Checkout.product_id == filters.product_id)
    match filters.state:
        case LeaseState.OPEN:
            return statement.where(Checkout.ended_at.is_(None), Checkout.expires_at > now)
        case LeaseState.RETURNED:
            return statement.where(Checkout.ending == LeaseState.RETURNED.value)
        case LeaseState.EXPIRED:
            is_unwritten = Checkout.ended_at.is_(None) & (Checkout.expires_at <= now)
            return statement.where((Checkout.ending == LeaseState.EXPIRED.value) | is_unwritten)
        case None:
            return statement


def _lease(row: Mapping[Any, Any], now: datetime) -> Lease:
    columns: dict[str, Any] = {str(name): value for name, value in row.items()}
    state = lease_state(row["expires_at"], columns.pop("ending"), now)
    if state is LeaseState.EXPIRED:
        columns["ended_at"] = row["expires_at"]
    return Lease(state=state, **columns)


def _absent() -> NoSuchCheckout:
    return naming(NoSuchCheckout, "checkout_id", "There is no such checkout.")


def _place(key: Key) -> UUID:
    try:
        return UUID(str(key[0]))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise naming(Invalid, "cursor", sentence) from error
