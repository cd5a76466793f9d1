"""The facts of the catalogue. ``changes`` holds, field by field, what it was and what it became."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.record import Fact

Values = dict[str, dict[str, str | int | date | UUID | tuple[str, ...] | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorAdded(Fact):
    """A licensor came into the catalogue, with a log of its own."""

    kind: ClassVar[str] = "licensing.vendor.added"
    name: str
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorRenamed(Fact):
    """A licensor bears another name; its log keeps its own."""

    kind: ClassVar[str] = "licensing.vendor.renamed"
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAdded(Fact):
    """A product came into the catalogue."""

    kind: ClassVar[str] = "licensing.product.added"
    vendor: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRenamed(Fact):
    """A product bears another name."""

    kind: ClassVar[str] = "licensing.product.renamed"
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureLinked(Fact):
    """A feature of a licence server counts for this product from now on."""

    kind: ClassVar[str] = "licensing.feature.linked"
    product: UUID
    server: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureUnlinked(Fact):
    """A feature of a licence server no longer counts for this product."""

    kind: ClassVar[str] = "licensing.feature.unlinked"
    product: UUID
    server: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAdded(Fact):
    """A licence server came into the catalogue."""

    kind: ClassVar[str] = "licensing.server.added"
    name: str
    server_kind: str
    host: str
    zone: str
    stale_after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChanged(Fact):
    """What is written of a licence server became another."""

    kind: ClassVar[str] = "licensing.server.changed"
    changes: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAdded(Fact):
    """A contract with a licensor was entered."""

    kind: ClassVar[str] = "licensing.contract.added"
    vendor: UUID
    number: str
    title: str
    starts_on: date
    ends_on: date | None
    notice_on: date | None
    cooling_off_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChanged(Fact):
    """What is written of a contract became another."""

    kind: ClassVar[str] = "licensing.contract.changed"
    changes: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAdded(Fact):
    """An entitlement lot was entered under a contract."""

    kind: ClassVar[str] = "licensing.lot.added"
    contract: UUID
    product: UUID
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChanged(Fact):
    """What is written of an entitlement lot became another."""

    kind: ClassVar[str] = "licensing.lot.changed"
    changes: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSuperseded(Fact):
    """A lot ends so that another, with other terms, begins the day after."""

    kind: ClassVar[str] = "licensing.lot.superseded"
    followed_by: UUID
    old_ends_on: date | None
    new_ends_on: date
