"""Open the trail: logs, heads, entries, disclosures, tiles, checkpoints; and the answers kept for repeated requests.

Why: the first tables. The database itself holds the trail append-only: triggers refuse every change and removal, an
entry that does not take the next place, and a head that does not grow.
Running code of the release before survives it: there is none.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_logs", "audit_entries", "audit_disclosures", "audit_tiles", "audit_checkpoints")
REFUSED = "the trail is append-only"


def upgrade() -> None:
    _create_trail()
    _create_kept_answers()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in (*APPEND_ONLY, "audit_heads"):
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    for table in ("core_kept_answers", "audit_heads", *APPEND_ONLY):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in ("refuse_change", "refuse_shrinking", "refuse_gap"):
            op.execute(f"DROP FUNCTION audit_{name}()")


def _create_trail() -> None:
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("origin", sa.String(240), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
        sa.UniqueConstraint("name", name=op.f("uq_audit_logs_name")),
        sa.UniqueConstraint("origin", name=op.f("uq_audit_logs_origin")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("log_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_entries",
        *_place(),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "idx", name=op.f("pk_audit_entries")),
    )
    for column in ("recorded_at", "kind", "actor", "about"):
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column])
    op.create_table(
        "audit_disclosures",
        *_place(),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("disclosure", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "idx", "name", name=op.f("pk_audit_disclosures")),
    )
    op.create_table(
        "audit_tiles",
        sa.Column("log_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(8192), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "level", "idx", name=op.f("pk_audit_tiles")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("log_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", name=op.f("pk_audit_checkpoints")),
    )


def _place() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("log_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger, autoincrement=False, nullable=False),
    )


def _create_kept_answers() -> None:
    op.create_table(
        "core_kept_answers",
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("content_type", sa.String(80), nullable=False),
        sa.Column("entity_tag", sa.String(80), nullable=False),
        sa.Column("entries", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_core_kept_answers")),
    )


def _guard_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
    op.execute(
        f"CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_heads_no_shrinking BEFORE UPDATE ON audit_heads "
        "WHEN NEW.size <= OLD.size OR NEW.log_id <> OLD.log_id "
        "BEGIN SELECT RAISE(ABORT, 'a log only grows'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_gap BEFORE INSERT ON audit_entries "
        "WHEN NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM audit_entries WHERE log_id = NEW.log_id) "
        "BEGIN SELECT RAISE(ABORT, 'an entry takes the next place'); END"
    )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION audit_refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.size <= OLD.size OR NEW.log_id <> OLD.log_id THEN RAISE EXCEPTION 'a log only grows'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM audit_entries WHERE log_id = NEW.log_id) "
        "THEN RAISE EXCEPTION 'an entry takes the next place'; END IF; RETURN NEW; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()"
        )
    for table in (*APPEND_ONLY, "audit_heads"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_heads_no_shrinking BEFORE UPDATE ON audit_heads "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse_shrinking()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_gap BEFORE INSERT ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse_gap()"
    )
