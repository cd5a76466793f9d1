"""Freeze statements, give notice of dates, and keep mails until they are sent.

Why: a statement was made anew each time it was looked at; a licensor accepts one that stays as it was. Frozen ones and
notices are never changed, and triggers refuse it; the names beside a frozen statement can be erased.
Running code of the release before survives it: it knows none of the tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS, NAMES = "licensing_statements", "licensing_statement_names"
NOTICES, OUTBOX = "licensing_notices", "core_outbox"
KEPT = {STATEMENTS: "a frozen statement stays as it is", NOTICES: "a notice was given, and stays on record"}


def upgrade() -> None:
    _create_statements()
    _create_notices()
    _create_outbox()
    for table, sentence in KEPT.items():
        _refuse_changes(table, sentence)


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in (OUTBOX, NOTICES, NAMES, STATEMENTS):
        op.drop_table(table)
        if is_postgresql and table in KEPT:
            op.execute(f"DROP FUNCTION {table}_refuse_change()")


def _create_statements() -> None:
    op.create_table(
        STATEMENTS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("frozen_by", sa.String(80), nullable=False),
        sa.Column("log", sa.String(120), nullable=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f(f"ck_{STATEMENTS}_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STATEMENTS}")),
        _points(STATEMENTS, "contract_id", "licensing_contracts"),
        sa.UniqueConstraint("log", "entry", name=op.f(f"uq_{STATEMENTS}_log_entry")),
    )
    op.create_index("ix_licensing_statements_contract", STATEMENTS, ["contract_id", "frozen_at", "id"])
    op.create_table(
        NAMES,
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", "pseudonym", name=op.f(f"pk_{NAMES}")),
        _points(NAMES, "statement_id", STATEMENTS),
    )


def _create_notices() -> None:
    op.create_table(
        NOTICES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("falls_on", sa.Date, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NOTICES}")),
        sa.UniqueConstraint(
            "about", "what", "falls_on", "threshold", name=op.f(f"uq_{NOTICES}_about_what_falls_on_threshold")
        ),
    )


def _create_outbox() -> None:
    op.create_table(
        OUTBOX,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("last_failure", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{OUTBOX}")),
    )
    op.create_index(op.f("ix_core_outbox_sent_at_next_try_at"), OUTBOX, ["sent_at", "next_try_at"])


def _refuse_changes(table: str, sentence: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        # REPLACE would delete without its trigger.
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - a name of ours
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'; END $$"
    )
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_refuse_change()"
        )


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
