"""Keep seats for projects: reservations with their queue, blackout days, and checkouts that are taken offline.

Why: seats were given to whoever came first on the day. A project can now reserve some, and checkouts of other projects
leave them alone. A checkout says whether it is borrowed, since such a one sends no heartbeat. The column is added in
place, so that the triggers that keep the ledger of seats stay on the table.
Running code of the release before survives it: it knows none of the tables, and writes checkouts that are not borrowed;
but it does not leave reserved seats alone.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RESERVATIONS, BLACKOUTS = "licensing_reservations", "licensing_blackouts"
STATES = "state IN ('held', 'waiting', 'offered', 'ended', 'cancelled', 'lapsed')"


def upgrade() -> None:
    borrowed = sa.Column("is_borrowed", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("licensing_checkouts", borrowed)
    op.create_table(
        RESERVATIONS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("waits_until", sa.Date, nullable=True),
        sa.Column("offer_hours", sa.Integer, nullable=False),
        sa.Column("offered_until", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _holds(RESERVATIONS, "quantity_positive", "quantity > 0"),
        _holds(RESERVATIONS, "ends_after_start", "ends_on >= starts_on"),
        _holds(RESERVATIONS, "offer_hours_positive", "offer_hours > 0"),
        _holds(RESERVATIONS, "state_is_known", STATES),
        _holds(RESERVATIONS, "offer_has_end", "state <> 'offered' OR offered_until IS NOT NULL"),
        _holds(RESERVATIONS, "waiting_has_end", "state <> 'waiting' OR waits_until IS NOT NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_reservations")),
        _points(RESERVATIONS, "product_id", "licensing_products"),
        _points(RESERVATIONS, "project_id", "facility_projects"),
        sa.UniqueConstraint("product_id", "place", name=op.f("uq_licensing_reservations_product_id_place")),
    )
    op.create_index("ix_licensing_reservations_days", RESERVATIONS, ["product_id", "state", "ends_on", "starts_on"])
    op.create_index("ix_licensing_reservations_project", RESERVATIONS, ["project_id", "id"])
    op.create_table(
        BLACKOUTS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        _holds(BLACKOUTS, "ends_after_start", "ends_on >= starts_on"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_blackouts")),
        _points(BLACKOUTS, "product_id", "licensing_products"),
    )
    op.create_index(op.f("ix_licensing_blackouts_product_id"), BLACKOUTS, ["product_id"])


def downgrade() -> None:
    op.drop_table(BLACKOUTS)
    op.drop_table(RESERVATIONS)
    op.drop_column("licensing_checkouts", "is_borrowed")


def _holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
