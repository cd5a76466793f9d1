"""Keep what event logs tell: parts, sessions and denials; what options files mean; and how seats are counted.

Why: between two captures nothing is seen, and a log tells each checkout, return and denial. The indexes are led by
server and feature, and then by time: a statement reads of ten million sessions only those that reach into its period.
Running code of the release before survives it: yes, it knows none of these tables.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "licensing_event_logs",
    "licensing_log_parts",
    "licensing_sessions",
    "licensing_denials",
    "licensing_server_options",
    "licensing_counting_rules",
)


def upgrade() -> None:
    _create_logs()
    _create_sessions()
    _create_denials()
    _create_words()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_logs() -> None:
    _create_of_server(
        "licensing_event_logs",
        sa.Column("kind", sa.String(20), nullable=False),
        *_numbers("parts", "lines", "sessions", "denials", "longest_seconds"),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("carried", sa.Text, nullable=False),
    )
    op.create_table(
        "licensing_log_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        _server(),
        *_numbers("number"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("opening", sa.String(64), nullable=False),
        *_numbers("size"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        *_moments("first_at", "last_at"),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        *_numbers("lines", "events", "notices", "diagnostics", "undated", "clock_back", "date_jumps"),
        *_numbers("sessions", "denials"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_log_parts")),
        _points("licensing_log_parts", "server_id", "licensing_servers"),
        sa.UniqueConstraint("server_id", "sha256", name=op.f("uq_licensing_log_parts_server_id_sha256")),
        sa.UniqueConstraint("server_id", "number", name=op.f("uq_licensing_log_parts_server_id_number")),
    )
    op.create_index("ix_licensing_log_parts_opening", "licensing_log_parts", ["server_id", "opening"])


def _create_sessions() -> None:
    _create_of_server(
        "licensing_sessions",
        *_numbers("number"),
        *_asked_for(),
        *_numbers("quantity"),
        *_who(),
        sa.Column("grade", sa.String(20), nullable=False),
        sa.Column("is_tied", sa.Boolean, nullable=False),
        sa.Column("share", sa.String(40), nullable=True),
        *_moments("opened_at", "opened_first", "opened_last", "closed_first", "closed_last", "seen_at"),
        *_lines("opened_line", "opened_first_line", "opened_last_line", "closed_line", "seen_line"),
        key=("server_id", "number"),
    )
    op.create_index("ix_licensing_sessions_series", "licensing_sessions", ["server_id", "feature", "opened_first"])
    has_no_end = sa.text("closed_last IS NULL")
    op.create_index(
        "ix_licensing_sessions_without_end",
        "licensing_sessions",
        ["server_id", "feature"],
        sqlite_where=has_no_end,
        postgresql_where=has_no_end,
    )


def _create_denials() -> None:
    _create_of_server(
        "licensing_denials",
        *_numbers("number"),
        *_asked_for(),
        *_numbers("line"),
        *_moments("at"),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("is_settled", sa.Boolean, nullable=False),
        *_numbers("quantity"),
        *_who(),
        *_lines("code"),
        key=("server_id", "number"),
    )
    op.create_index("ix_licensing_denials_series", "licensing_denials", ["server_id", "feature", "at"])


def _create_words() -> None:
    _create_of_server(
        "licensing_server_options",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        *_numbers("statements", "diagnostics", "version"),
    )
    op.create_table(
        "licensing_counting_rules",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        *_numbers("version"),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "version", name=op.f("pk_licensing_counting_rules")),
        _points("licensing_counting_rules", "product_id", "licensing_products"),
    )


def _create_of_server(table: str, *columns: sa.Column[Any], key: tuple[str, ...] = ("server_id",)) -> None:
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}"))
    op.create_table(table, _server(), *columns, primary, _points(table, "server_id", "licensing_servers"))


def _asked_for() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(240), nullable=False) for name in ("daemon", "feature")]


def _who() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=True) for name in ("user", "host")]


def _server() -> sa.Column[object]:
    return sa.Column("server_id", sa.Uuid(), nullable=False)


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _lines(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=True) for name in names]


def _moments(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, UtcDateTime(), nullable=True) for name in names]


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
