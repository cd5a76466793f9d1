"""Open licensing: vendors, products, servers, contracts, lots, pools, checkouts, captures and what was read from them.

Why: the third floor's first tables. The database itself keeps the ledger of seats: triggers on the checkouts count
each pool, and refuse a checkout that the lots of its day do not carry, whoever writes it and from wherever. A checkout
is never removed, its seats and its start never change, and one that ended stays ended. The rule of capacity is the
one of ``licensing.rules.capacity``, in SQL; a change of it there needs a revision here.
Running code of the release before survives it: yes, it knows none of these tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.seat_ledger import POSTGRESQL, POSTGRESQL_FUNCTIONS, SQLITE

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "licensing_vendors",
    "licensing_products",
    "licensing_servers",
    "licensing_features",
    "licensing_contracts",
    "licensing_lots",
    "licensing_pools",
    "licensing_checkouts",
    "licensing_captures",
    "licensing_feature_readings",
)


def upgrade() -> None:
    _create_catalogue()
    _create_contracts()
    _create_seats()
    _create_observed()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in POSTGRESQL_FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")


def _create_catalogue() -> None:
    op.create_table(
        "licensing_vendors",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("log", sa.String(120), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_vendors")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_vendors_name")),
        sa.UniqueConstraint("log", name=op.f("uq_licensing_vendors_log")),
    )
    op.create_table(
        "licensing_products",
        _id(),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_products")),
        _points("licensing_products", "vendor_id", "licensing_vendors"),
        sa.UniqueConstraint("vendor_id", "name", name=op.f("uq_licensing_products_vendor_id_name")),
    )
    op.create_index(op.f("ix_licensing_products_vendor_id"), "licensing_products", ["vendor_id"])
    op.create_table(
        "licensing_servers",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("host", sa.String(240), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("stale_after_seconds", sa.Integer, nullable=False),
        _version(),
        sa.CheckConstraint("stale_after_seconds > 0", name=op.f("ck_licensing_servers_stale_after_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_servers")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_servers_name")),
    )
    op.create_table(
        "licensing_features",
        _id(),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_features")),
        _points("licensing_features", "product_id", "licensing_products"),
        _points("licensing_features", "server_id", "licensing_servers"),
        sa.UniqueConstraint("server_id", "name", name=op.f("uq_licensing_features_server_id_name")),
    )
    op.create_index(op.f("ix_licensing_features_product_id"), "licensing_features", ["product_id"])


def _create_contracts() -> None:
    op.create_table(
        "licensing_contracts",
        _id(),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("notice_on", sa.Date, nullable=True),
        _version(),
        _holds("licensing_contracts", "ends_after_start", "ends_on IS NULL OR ends_on >= starts_on"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_contracts")),
        _points("licensing_contracts", "vendor_id", "licensing_vendors"),
        sa.UniqueConstraint("vendor_id", "number", name=op.f("uq_licensing_contracts_vendor_id_number")),
    )
    op.create_index(op.f("ix_licensing_contracts_vendor_id"), "licensing_contracts", ["vendor_id"])
    op.create_table(
        "licensing_lots",
        _id(),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.String(30), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=True),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("site", sa.String(120), nullable=False),
        sa.Column("price", sa.String(24), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("overage_policy", sa.String(10), nullable=False),
        sa.Column("overage_quantity", sa.Integer, nullable=True),
        _version(),
        _holds("licensing_lots", "quantity_positive", "quantity IS NULL OR quantity > 0"),
        _holds("licensing_lots", "ends_after_start", "ends_on IS NULL OR ends_on >= starts_on"),
        _holds("licensing_lots", "overage_positive", "overage_quantity IS NULL OR overage_quantity > 0"),
        _holds("licensing_lots", "hard_has_no_overage", "overage_policy <> 'hard' OR overage_quantity IS NULL"),
        _holds("licensing_lots", "price_has_currency", "(price IS NULL) = (currency IS NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_lots")),
        _points("licensing_lots", "contract_id", "licensing_contracts"),
        _points("licensing_lots", "product_id", "licensing_products"),
    )
    for column in ("contract_id", "product_id"):
        op.create_index(op.f(f"ix_licensing_lots_{column}"), "licensing_lots", [column])


def _create_seats() -> None:
    op.create_table(
        "licensing_pools",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("checked_out", sa.Integer, nullable=False),
        _holds("licensing_pools", "checked_out_not_negative", "checked_out >= 0"),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_licensing_pools")),
        _points("licensing_pools", "product_id", "licensing_products"),
    )
    op.create_table(
        "licensing_checkouts",
        _id(),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("host", sa.String(240), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ending", sa.String(10), nullable=True),
        sa.Column("over_capacity", sa.Integer, nullable=False),
        _version(),
        _holds("licensing_checkouts", "quantity_positive", "quantity > 0"),
        _holds("licensing_checkouts", "expires_after_start", "expires_at > started_at"),
        _holds("licensing_checkouts", "ending_is_named", "(ended_at IS NULL) = (ending IS NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_checkouts")),
        _points("licensing_checkouts", "product_id", "licensing_products"),
        _points("licensing_checkouts", "project_id", "facility_projects"),
    )
    op.create_index("ix_licensing_checkouts_product_ended", "licensing_checkouts", ["product_id", "ended_at"])
    op.create_index("ix_licensing_checkouts_ended_expires", "licensing_checkouts", ["ended_at", "expires_at"])


def _create_observed() -> None:
    op.create_table(
        "licensing_captures",
        _id(),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("diagnostics", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_captures")),
        _points("licensing_captures", "server_id", "licensing_servers"),
        sa.UniqueConstraint(
            "server_id", "sha256", "taken_at", name=op.f("uq_licensing_captures_server_id_sha256_taken_at")
        ),
    )
    op.create_index("ix_licensing_captures_server_taken_at", "licensing_captures", ["server_id", "taken_at"])
    counted = ("reported_in_use", "counted_in_use", "reserved", "queued", "borrowed")
    op.create_table(
        "licensing_feature_readings",
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.Column("feature", sa.String(240), nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("issued", sa.Integer, nullable=True),
        sa.Column("is_uncounted", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=True) for name in counted),
        sa.PrimaryKeyConstraint("capture_id", "feature", name=op.f("pk_licensing_feature_readings")),
        _points("licensing_feature_readings", "capture_id", "licensing_captures"),
        _points("licensing_feature_readings", "server_id", "licensing_servers"),
    )
    series = ["server_id", "feature", "taken_at"]
    op.create_index("ix_licensing_feature_readings_series", "licensing_feature_readings", series)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False)


def _holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
