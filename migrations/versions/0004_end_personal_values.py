"""Let personal values be erased and old entries be pruned, by order of two people; keys, witnesses and exports.

Why: personal values lay beside the log in clear, so that nobody could erase them from a backup. They are sealed now,
each under its subject's key. What stands in the table already is sealed here, with the house's sealing key; entries get
the project that they name, for search. The order of two people is held by the tables themselves.
Running code of the release before does not survive it: it reads and writes values in clear. Stop it first.
"""

import base64
import hmac
import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from answerprint.core.sealing import Seal
from answerprint.core.types import UtcDateTime
from migrations import trail_ends

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEARCHED = ("kind", "actor", "about", "project")
NEW_TABLES = (
    "audit_subjects",
    "audit_log_keys",
    "audit_key_revocations",
    "audit_cosignatures",
    "audit_witnessings",
    "audit_orders",
    "audit_holds",
    "audit_retentions",
    "audit_prunings",
    "audit_export_jobs",
)


def upgrade() -> None:
    _drop_triggers("audit_entries", "audit_disclosures")
    _create_tables()
    _add_project()
    _seal_values()
    for statement in trail_ends.on_sqlite() if _is_sqlite() else trail_ends.on_postgresql():
        op.execute(statement)


def downgrade() -> None:
    _refuse_where_sealed()
    _drop_triggers("audit_entries", "audit_disclosures", *NEW_TABLES)
    if not _is_sqlite():
        for table, act in trail_ends.CONDITIONS:
            op.execute(f"DROP FUNCTION {table}_judge_{act.lower()}()")
    op.drop_table("audit_disclosures")
    for table in NEW_TABLES:
        op.drop_table(table)
    for column in ("log", *SEARCHED):
        op.drop_index(f"ix_audit_entries_{column}", "audit_entries")
    op.drop_column("audit_entries", "project")
    for column in ("kind", "actor", "about"):
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column])
    _create_open_disclosures()
    _restore_triggers()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refuse_where_sealed() -> None:
    if op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM audit_disclosures")):
        raise RuntimeError("Personal values are sealed, and the release before cannot read them: put a backup back.")


def _drop_triggers(*tables: str) -> None:
    if _is_sqlite():
        found = sa.text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    else:
        found = sa.text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    for name, table in op.get_bind().execute(found).all():
        if table in tables and name != "audit_entries_no_gap":
            op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))


def _create_tables() -> None:
    op.create_table(
        "audit_subjects",
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(61), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_audit_subjects")),
    )
    op.create_table(
        "audit_log_keys",
        *_places("log_id", "since"),
        sa.Column("algorithm", sa.String(20), nullable=False),
        sa.Column("public_key", sa.String(1800), nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("log_id", "since", "algorithm", name=op.f("pk_audit_log_keys")),
    )
    op.create_table(
        "audit_key_revocations",
        *_places("log_id"),
        sa.Column("public_key", sa.String(1800), nullable=False),
        sa.Column("stands", sa.BigInteger, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "public_key", name=op.f("pk_audit_key_revocations")),
    )
    op.create_table(
        "audit_cosignatures",
        *_places("log_id", "size"),
        sa.Column("witness", sa.String(240), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "log_id", "size", "witness", "key_id", "collected_at", name=op.f("pk_audit_cosignatures")
        ),
    )
    op.create_table(
        "audit_witnessings",
        *_places("log_id", "size"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("policy_sha256", sa.String(64), nullable=False),
        sa.Column("is_quorum_met", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", "asked_at", name=op.f("pk_audit_witnessings")),
    )
    _create_orders()
    _create_export_jobs()


def _places(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, sa.Integer if name == "log_id" else sa.BigInteger, autoincrement=False, nullable=False)
        for name in names
    ]


def _create_orders() -> None:
    op.create_table(
        "audit_orders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(120), nullable=True),
        sa.Column("log_id", sa.Integer, nullable=True),
        sa.Column("minimum", sa.BigInteger, nullable=True),
        sa.Column("ground", sa.String(500), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "decided_by <> asked_by OR state IN ('asked', 'withdrawn')", name=op.f("ck_audit_orders_two_people")
        ),
        sa.CheckConstraint("kind IN ('erasure', 'pruning')", name=op.f("ck_audit_orders_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_orders")),
    )
    op.create_index("ix_audit_orders_subject", "audit_orders", ["subject"])
    op.create_table(
        "audit_holds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.String(120), nullable=True),
        sa.Column("log_id", sa.Integer, nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(80), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_holds")),
    )
    op.create_index("ix_audit_holds_subject", "audit_holds", ["subject"])
    op.create_table(
        "audit_retentions",
        *_places("log_id"),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_audit_retentions")),
    )
    op.create_table(
        "audit_prunings",
        *_places("log_id", "minimum"),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "minimum", name=op.f("pk_audit_prunings")),
    )


def _create_export_jobs() -> None:
    op.create_table(
        "audit_export_jobs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("log", sa.String(120), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("project", sa.String(36), nullable=True),
        sa.Column("has_values", sa.Boolean, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("worked_until", UtcDateTime(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("file_bytes", sa.BigInteger, nullable=True),
        sa.Column("failure", sa.String(500), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_export_jobs")),
    )
    op.create_index("ix_audit_export_jobs_asked_by", "audit_export_jobs", ["asked_by"])


def _add_project() -> None:
    op.add_column("audit_entries", sa.Column("project", sa.String(36), nullable=True))
    bind = op.get_bind()
    naming = sa.text("SELECT log_id, idx, body FROM audit_entries ORDER BY log_id, idx")
    filled = sa.text("UPDATE audit_entries SET project = :project WHERE log_id = :log_id AND idx = :idx")
    for log_id, idx, body in bind.execute(naming).all():
        project = json.loads(body)["data"].get("project")
        if isinstance(project, str):
            bind.execute(filled, {"project": project, "log_id": log_id, "idx": idx})
    for column in ("kind", "actor", "about"):
        op.drop_index(f"ix_audit_entries_{column}", "audit_entries")
    op.create_index("ix_audit_entries_log", "audit_entries", ["log_id", "recorded_at"])
    for column in SEARCHED:
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column, "recorded_at"])


def _seal_values() -> None:
    bind = op.get_bind()
    held = bind.execute(
        sa.text(
            "SELECT d.log_id, d.idx, d.name, d.disclosure, e.about, e.body FROM audit_disclosures d"
            " JOIN audit_entries e ON e.log_id = d.log_id AND e.idx = d.idx ORDER BY d.log_id, d.idx, d.name"
        )
    ).all()
    op.drop_table("audit_disclosures")
    op.create_table(
        "audit_disclosures",
        *_places("log_id", "idx"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("tag", sa.String(32), nullable=True),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("log_id", "idx", "name", name=op.f("pk_audit_disclosures")),
    )
    op.create_index("ix_audit_disclosures_subject", "audit_disclosures", ["subject"])
    op.create_index("ix_audit_disclosures_tag", "audit_disclosures", ["tag", "log_id", "idx", "name"])
    if not held:
        return
    seal = context.config.attributes.get("seal")
    if seal is None:
        raise RuntimeError("This database holds personal values: run 'answerprint upgrade', which has the sealing key.")
    keys: dict[str, bytes] = {}
    sealed = [_sealed(seal, keys, *row) for row in held]
    subjects = [{"subject": one, "key": seal.seal(key, place=f"subject/{one}")} for one, key in keys.items()]
    bind.execute(sa.text("INSERT INTO audit_subjects (subject, sealed_key) VALUES (:subject, :key)"), subjects)
    bind.execute(
        sa.text(
            "INSERT INTO audit_disclosures (log_id, idx, name, subject, tag, sealed)"
            " VALUES (:log_id, :idx, :name, :subject, :tag, :sealed)"
        ),
        sealed,
    )


def _sealed(
    seal: Seal, keys: dict[str, bytes], log_id: int, idx: int, name: str, disclosure: str, about: str, body: bytes
) -> dict[str, Any]:
    value = json.loads(base64.urlsafe_b64decode(disclosure + "=="))[2]
    tag = seal.tag(value)
    is_of_what_it_is_about = name not in ("holder", "host", "address") and about.partition(":")[0] in (
        "person",
        "client",
        "project",
    )
    subject = about if is_of_what_it_is_about else f"text:{tag}"
    key = keys.setdefault(subject, secrets.token_bytes(32))
    nonce = json.loads(body)["nonce"]
    values = hmac.digest(key, b"values", "sha256")
    return {
        "log_id": log_id,
        "idx": idx,
        "name": name,
        "subject": subject,
        "tag": tag,
        "sealed": Seal(values).seal(disclosure.encode(), place=f"{nonce}/{name}"),
    }


def _create_open_disclosures() -> None:
    op.create_table(
        "audit_disclosures",
        *_places("log_id", "idx"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("disclosure", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "idx", "name", name=op.f("pk_audit_disclosures")),
    )


def _restore_triggers() -> None:
    for table in ("audit_entries", "audit_disclosures"):
        if _is_sqlite():
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{trail_ends.REFUSED}'); END"
                )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        )
