"""What the house may use: vendors, products, contracts and their entitlement lots, licence servers and features."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from answerprint.core.db import Base
from answerprint.core.ids import new_id
from licensing.models.texts import Texts


class Metric(StrEnum):
    """What a lot counts, in the words of CycloneDX ``licenseTypes``, with ``token`` and ``site`` beside them."""

    CONCURRENT_USER = "concurrent-user"
    NAMED_USER = "named-user"
    USER = "user"
    CLIENT_ACCESS = "client-access"
    DEVICE = "device"
    NODE_LOCKED = "node-locked"
    SUBSCRIPTION = "subscription"
    PERPETUAL = "perpetual"
    EVALUATION = "evaluation"
    ACADEMIC = "academic"
    TOKEN = "token"  # noqa: S105
    CORE_POINTS = "core-points"
    PROCESSOR_POINTS = "processor-points"
    SITE = "site"
    OTHER = "other"


class OveragePolicy(StrEnum):
    """What the contract says of use beyond the lots: refused, tolerated, or settled afterwards."""

    HARD = "hard"
    SOFT = "soft"
    TRUE_UP = "true-up"


class Term(StrEnum):
    """For how long a lot is had: for good, for as long as it is paid, or for a show."""

    PERPETUAL = "perpetual"
    SUBSCRIPTION = "subscription"
    RENTAL = "rental"


class Purpose(StrEnum):
    """What a lot may be used for."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    SHOW_RENTAL = "show-rental"
    EVALUATION = "evaluation"


class Vendor(Base):
    """A licensor. Everything its contracts concern stands in a log of its own."""

    __tablename__ = "licensing_vendors"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    log: Mapped[str] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Product(Base):
    """A product whose seats are counted."""

    __tablename__ = "licensing_products"
    __table_args__ = (UniqueConstraint("vendor_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_vendors.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    features: Mapped[list["Feature"]] = relationship(back_populates="product", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class LicenceServer(Base):
    """A licence server that captures come from. ``zone`` is the server's own, since its output names none."""

    __tablename__ = "licensing_servers"
    __table_args__ = (CheckConstraint("stale_after_seconds > 0", name="stale_after_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(240), default="")
    zone: Mapped[str] = mapped_column(String(60))
    stale_after_seconds: Mapped[int] = mapped_column(default=900)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Feature(Base):
    """The name that a product has on a licence server. A feature of a server belongs to one product at most."""

    __tablename__ = "licensing_features"
    __table_args__ = (UniqueConstraint("server_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"), index=True)
    server_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_servers.id"))
    name: Mapped[str] = mapped_column(String(120))

    product: Mapped[Product] = relationship(back_populates="features", lazy="raise")
    server: Mapped[LicenceServer] = relationship(lazy="raise")


class Contract(Base):
    """An agreement with a licensor. ``ends_on`` is the last day it covers; ``None`` is without end.

    For ``cooling_off_days`` from the day a named seat was assigned, it is nobody else's.
    """

    __tablename__ = "licensing_contracts"
    __table_args__ = (
        UniqueConstraint("vendor_id", "number"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_vendors.id"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    notice_on: Mapped[date | None]
    cooling_off_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    version: Mapped[int] = mapped_column(default=1)

    vendor: Mapped[Vendor] = relationship(lazy="raise")
    lots: Mapped[list["Lot"]] = relationship(back_populates="contract", lazy="raise", order_by="Lot.starts_on")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Lot(Base):
    """An entitlement lot: so many seats of a product, from a day to a day, both included.

    ``quantity`` of ``None`` is uncounted. ``overage_quantity`` is what may be used beyond it under a soft or true-up
    policy; ``None`` there is without stated bound. ``price`` is for the lot's whole term, as decimal text. A top-up
    names in ``topped_up_lot_id`` the lot that it adds to. ``feature`` is what its licence file calls the product.
    """

    __tablename__ = "licensing_lots"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity_positive"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("overage_quantity IS NULL OR overage_quantity > 0", name="overage_positive"),
        CheckConstraint("overage_policy <> 'hard' OR overage_quantity IS NULL", name="hard_has_no_overage"),
        CheckConstraint("(price IS NULL) = (currency IS NULL)", name="price_has_currency"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_contracts.id"), index=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("licensing_products.id"), index=True)
    metric: Mapped[str] = mapped_column(String(30))
    quantity: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    site: Mapped[str] = mapped_column(String(120), default="")
    price: Mapped[str | None] = mapped_column(String(24))
    currency: Mapped[str | None] = mapped_column(String(3))
    overage_policy: Mapped[str] = mapped_column(String(10), default=OveragePolicy.HARD.value)
    overage_quantity: Mapped[int | None]
    term: Mapped[str] = mapped_column(String(12), default=Term.SUBSCRIPTION.value, server_default="subscription")
    purpose: Mapped[str] = mapped_column(String(12), default=Purpose.COMMERCIAL.value, server_default="commercial")
    maintenance_until: Mapped[date | None]
    order_number: Mapped[str] = mapped_column(String(80), default="", server_default="")
    feature: Mapped[str] = mapped_column(String(120), default="", server_default="")
    downgrade_to: Mapped[tuple[str, ...]] = mapped_column(Texts, default=(), server_default=text("'[]'"))
    bundle: Mapped[tuple[str, ...]] = mapped_column(Texts, default=(), server_default=text("'[]'"))
    topped_up_lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("licensing_lots.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    contract: Mapped[Contract] = relationship(back_populates="lots", lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
