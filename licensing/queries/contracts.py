"""Read contracts and their lots, and what the lots give on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from answerprint.core.paging import Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from licensing.errors import naming
from licensing.models.catalogue import Contract, Lot, Product, Vendor
from licensing.models.entitlements import LotKey
from licensing.queries.catalogue import FIRST, find
from licensing.rules.capacity import LotTerms

WITHOUT_END = date.max


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract and with whom. ``acts_on`` is the day to have decided by: notice, else end, else none."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    number: str
    title: str
    starts_on: date
    ends_on: date | None
    notice_on: date | None
    cooling_off_days: int
    version: int

    @property
    def acts_on(self) -> date | None:
        """The day to have decided by."""
        return self.notice_on or self.ends_on


@dataclass(frozen=True, slots=True)
class LotRow:
    """An entitlement lot and of which product."""

    id: UUID
    contract_id: UUID
    product_id: UUID
    product_name: str
    metric: str
    quantity: int | None
    starts_on: date
    ends_on: date | None
    site: str
    price: str | None
    currency: str | None
    overage_policy: str
    overage_quantity: int | None
    term: str
    purpose: str
    maintenance_until: date | None
    order_number: str
    feature: str
    downgrade_to: tuple[str, ...]
    bundle: tuple[str, ...]
    topped_up_lot_id: UUID | None
    has_key: bool
    version: int


@dataclass(frozen=True, slots=True)
class ContractDetail:
    """A contract with its lots."""

    contract: ContractRow
    lots: tuple[LotRow, ...]

    @property
    def product_ids(self) -> tuple[UUID, ...]:
        """The products that the lots are of, each once, in the order of the lots."""
        return tuple(dict.fromkeys(lot.product_id for lot in self.lots))


def list_contracts(session: Session, page: PageRequest = FIRST) -> Page[ContractRow]:
    """List the contracts, the next to act on first. The cursor is ``(day, vendor's name, number)``."""
    day = func.coalesce(Contract.notice_on, Contract.ends_on, literal(WITHOUT_END))
    statement = _rows().order_by(day, Vendor.name, Contract.number).limit(page.limit + 1)
    if page.after is not None:
        after_day, vendor, number = _place(page.after)
        place = tuple_(literal(after_day), literal(vendor), literal(number))
        statement = statement.where(tuple_(day, Vendor.name, Contract.number) > place)
    rows = [ContractRow(*row) for row in session.execute(statement)]
    return cut(rows, page, key=lambda row: ((row.acts_on or WITHOUT_END).isoformat(), row.vendor_name, row.number))


def contract_detail(session: Session, contract_id: UUID) -> ContractDetail:
    """Return a contract with its lots; raises ``NotInCatalogue``."""
    find(session, Contract, contract_id)
    row = session.execute(_rows().where(Contract.id == contract_id)).one()
    return ContractDetail(contract=ContractRow(*row), lots=lots_of_contract(session, contract_id))


def lots_of_contract(session: Session, contract_id: UUID) -> tuple[LotRow, ...]:
    """Return the lots of a contract, by product and start."""
    statement = (
        select(*(getattr(Lot, name) for name in ("id", "contract_id", "product_id")), Product.name)
        .add_columns(Lot.metric, Lot.quantity, Lot.starts_on, Lot.ends_on, Lot.site, Lot.price, Lot.currency)
        .add_columns(Lot.overage_policy, Lot.overage_quantity, Lot.term, Lot.purpose, Lot.maintenance_until)
        .add_columns(Lot.order_number, Lot.feature, Lot.downgrade_to, Lot.bundle, Lot.topped_up_lot_id)
        .add_columns(LotKey.lot_id.is_not(None), Lot.version)
        .join(Product, Lot.product_id == Product.id)
        .outerjoin(LotKey, LotKey.lot_id == Lot.id)
        .where(Lot.contract_id == contract_id)
        .order_by(Product.name, Lot.starts_on, Lot.id)
    )
    return tuple(LotRow(*row) for row in session.execute(statement))


def lot_terms(session: Session, product_ids: Collection[UUID]) -> dict[UUID, list[LotTerms]]:
    """Return what the lots of each of these products say of capacity; a product without lots has an empty list."""
    found: dict[UUID, list[LotTerms]] = {product_id: [] for product_id in product_ids}
    statement = select(
        Lot.product_id,
        Lot.metric,
        Lot.quantity,
        Lot.starts_on,
        Lot.ends_on,
        Lot.overage_policy,
        Lot.overage_quantity,
    ).where(Lot.product_id.in_(found))
    for row in session.execute(statement):
        terms = LotTerms(
            metric=row.metric,
            quantity=row.quantity,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            overage_policy=row.overage_policy,
            overage_quantity=row.overage_quantity,
        )
        found[row.product_id].append(terms)
    return found


def _rows() -> Select[UUID, UUID, str, str, str, date, date | None, date | None, int, int]:
    return select(
        Contract.id,
        Contract.vendor_id,
        Vendor.name.label("vendor_name"),
        Contract.number,
        Contract.title,
        Contract.starts_on,
        Contract.ends_on,
        Contract.notice_on,
        Contract.cooling_off_days,
        Contract.version,
    ).join(Vendor, Contract.vendor_id == Vendor.id)


def _place(key: Key) -> tuple[date, str, str]:
    day, vendor, number = (str(part) for part in key)
    try:
        return date.fromisoformat(day), vendor, number
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise naming(Invalid, "cursor", sentence) from error
