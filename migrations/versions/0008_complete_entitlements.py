"""Complete the entitlements: more of each lot, its key and papers, imports, unmapped features, named seats.

Why: a lot said how many seats from when to when, and nothing of its term, its purpose or its rights. The columns are
added in place, so that the triggers that keep the ledger of seats stay on the tables. Lots that are there become
perpetual where their metric said so, and subscriptions for commercial work else; whoever knows better changes them.
Running code of the release before survives it: it knows none of the tables, and the new columns have their defaults.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LOTS, CONTRACTS = "licensing_lots", "licensing_contracts"
TABLES = (
    "licensing_lot_keys",
    "licensing_documents",
    "licensing_table_mappings",
    "licensing_feature_candidates",
    "licensing_match_refusals",
    "licensing_assignments",
)


def upgrade() -> None:
    cooling_off = sa.Column("cooling_off_days", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column(CONTRACTS, cooling_off)
    for column in _lot_columns():
        op.add_column(LOTS, column, inline_references=True)
    op.create_index(op.f("ix_licensing_lots_topped_up_lot_id"), LOTS, ["topped_up_lot_id"])
    op.execute("UPDATE licensing_lots SET term = 'perpetual' WHERE metric = 'perpetual'")
    _create_papers()
    _create_matching()
    _create_assignments()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index(op.f("ix_licensing_lots_topped_up_lot_id"), LOTS)
    for column in reversed(_lot_columns()):
        op.drop_column(LOTS, column.name)
    op.drop_column(CONTRACTS, "cooling_off_days")


def _lot_columns() -> list[sa.Column[object]]:
    empty = sa.text("'[]'")
    return [
        sa.Column("term", sa.String(12), nullable=False, server_default="subscription"),
        sa.Column("purpose", sa.String(12), nullable=False, server_default="commercial"),
        sa.Column("maintenance_until", sa.Date, nullable=True),
        sa.Column("order_number", sa.String(80), nullable=False, server_default=""),
        sa.Column("feature", sa.String(120), nullable=False, server_default=""),
        sa.Column("downgrade_to", sa.JSON, nullable=False, server_default=empty),
        sa.Column("bundle", sa.JSON, nullable=False, server_default=empty),
        sa.Column(
            "topped_up_lot_id",
            sa.Uuid(),
            sa.ForeignKey("licensing_lots.id", name=op.f("fk_licensing_lots_topped_up_lot_id")),
            nullable=True,
        ),
    ]


def _create_papers() -> None:
    op.create_table(
        "licensing_lot_keys",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_licensing_lot_keys")),
        _points("licensing_lot_keys", "lot_id", LOTS),
    )
    op.create_table(
        "licensing_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_documents")),
        _points("licensing_documents", "contract_id", CONTRACTS),
        sa.UniqueConstraint("contract_id", "sha256", name=op.f("uq_licensing_documents_contract_id_sha256")),
    )
    op.create_table(
        "licensing_table_mappings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_table_mappings")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_table_mappings_name")),
    )


def _create_matching() -> None:
    candidates, refusals = "licensing_feature_candidates", "licensing_match_refusals"
    op.create_table(
        candidates,
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(240), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("set_aside_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("server_id", "name", name=op.f(f"pk_{candidates}")),
        _points(candidates, "server_id", "licensing_servers"),
    )
    op.create_table(
        refusals,
        sa.Column("feature", sa.String(240), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("feature", "product_id", name=op.f(f"pk_{refusals}")),
        _points(refusals, "product_id", "licensing_products"),
    )


def _create_assignments() -> None:
    table = "licensing_assignments"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("assignee", sa.String(120), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("free_on", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _holds(table, "kind_is_known", "kind IN ('person', 'device')"),
        _holds(table, "end_frees", "(ended_on IS NULL) = (free_on IS NULL)"),
        _holds(table, "ends_after_start", "ended_on IS NULL OR (ended_on >= since AND free_on >= ended_on)"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _points(table, "product_id", "licensing_products"),
    )
    op.create_index("ix_licensing_assignments_product_ended", table, ["product_id", "ended_on"])


def _holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
