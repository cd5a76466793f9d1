"""Open the facility: people, roles, clients, projects, memberships, sessions, invitations, tokens, sign-in counters.

Why: the second floor's first tables.
Running code of the release before survives it: yes, it knows none of these tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "facility_people",
    "facility_role_grants",
    "facility_clients",
    "facility_projects",
    "facility_memberships",
    "facility_sessions",
    "facility_invitations",
    "facility_tokens",
    "facility_token_uses",
    "facility_sign_in_counters",
)


def upgrade() -> None:
    _create_people()
    _create_projects()
    _create_ways_in()
    _create_tokens()
    _create_counters()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "facility_people",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_people")),
        sa.UniqueConstraint("email", name=op.f("uq_facility_people_email")),
    )
    op.create_table(
        "facility_role_grants",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_facility_role_grants")),
        _points("facility_role_grants", "person_id", "facility_people"),
    )


def _create_projects() -> None:
    op.create_table(
        "facility_clients",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_clients")),
        sa.UniqueConstraint("name", name=op.f("uq_facility_clients_name")),
    )
    op.create_table(
        "facility_projects",
        _id(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_projects")),
        _points("facility_projects", "client_id", "facility_clients"),
        sa.UniqueConstraint("code", name=op.f("uq_facility_projects_code")),
    )
    op.create_index(op.f("ix_facility_projects_client_id"), "facility_projects", ["client_id"])
    op.create_table(
        "facility_memberships",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_facility_memberships")),
        _points("facility_memberships", "project_id", "facility_projects"),
        _points("facility_memberships", "person_id", "facility_people"),
    )
    op.create_index(op.f("ix_facility_memberships_person_id"), "facility_memberships", ["person_id"])


def _create_ways_in() -> None:
    op.create_table(
        "facility_sessions",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_facility_sessions")),
        _points("facility_sessions", "person_id", "facility_people"),
    )
    op.create_index(op.f("ix_facility_sessions_person_id"), "facility_sessions", ["person_id"])
    op.create_table(
        "facility_invitations",
        _id(),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_invitations")),
        _points("facility_invitations", "person_id", "facility_people"),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_facility_invitations_secret_sha256")),
    )
    op.create_index(op.f("ix_facility_invitations_person_id"), "facility_invitations", ["person_id"])


def _create_tokens() -> None:
    op.create_table(
        "facility_tokens",
        _id(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(1000), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_facility_tokens_expires_after_made")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_tokens")),
        _points("facility_tokens", "person_id", "facility_people"),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_facility_tokens_secret_sha256")),
    )
    op.create_index(op.f("ix_facility_tokens_person_id"), "facility_tokens", ["person_id"])
    op.create_table(
        "facility_token_uses",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_facility_token_uses")),
        _points("facility_token_uses", "token_id", "facility_tokens"),
    )


def _create_counters() -> None:
    op.create_table(
        "facility_sign_in_counters",
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("window_started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_facility_sign_in_counters")),
    )


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False)


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
