"""Agree on reviews: contacts of clients, and agreements with their versions, parties and acceptances.

Why: what a client agreed to stood in mails. An acceptance is never changed, and neither is a text once
it was sent: triggers refuse it.
Running code of the release before survives it: it knows none of the tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.append_only import freeze, keep, release, thaw
from migrations.shapes import holds, points

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "reviews_agreement_templates",
    "reviews_contacts",
    "reviews_policy_floors",
    "reviews_agreements",
    "reviews_agreement_versions",
    "reviews_acceptances",
    "reviews_parties",
)
KEPT = ("reviews_acceptances",)
FROZEN = "reviews_agreement_versions"


def upgrade() -> None:
    _create_agreement_templates()
    _create_contacts()
    _create_policy_floors()
    _create_agreements()
    _create_agreement_versions()
    _create_acceptances()
    _create_parties()
    for table in KEPT:
        keep(table)
    freeze(FROZEN, "text", "text_sha256", "terms", "number", "agreement_id", once="text")


def downgrade() -> None:
    thaw(FROZEN)
    for table in KEPT:
        release(table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_agreement_templates() -> None:
    op.create_table(
        "reviews_agreement_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        points("reviews_agreement_templates", "client_id", "facility_clients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_agreement_templates")),
        sa.UniqueConstraint("client_id", "name", name=op.f("uq_reviews_agreement_templates_client_id_name")),
    )


def _create_contacts() -> None:
    op.create_table(
        "reviews_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("company", sa.String(120), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary, nullable=True),
        sa.Column("totp_confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_contacts", "totp_confirmed_has_secret", "totp_confirmed_at IS NULL OR totp_sealed IS NOT NULL"),
        points("reviews_contacts", "client_id", "facility_clients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_contacts")),
        sa.UniqueConstraint("client_id", "email", name=op.f("uq_reviews_contacts_client_id_email")),
    )


def _create_policy_floors() -> None:
    op.create_table(
        "reviews_policy_floors",
        sa.Column("scope", sa.String(50), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("demands", sa.String(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_policy_floors", "house_has_no_client", "(scope = 'house') = (client_id IS NULL)"),
        points("reviews_policy_floors", "client_id", "facility_clients"),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_reviews_policy_floors")),
    )
    op.create_index(op.f("ix_reviews_policy_floors_client_id"), "reviews_policy_floors", ["client_id"])


def _create_agreements() -> None:
    op.create_table(
        "reviews_agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("milestone", sa.String(40), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        points("reviews_agreements", "created_by", "facility_people"),
        points("reviews_agreements", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_agreements")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_reviews_agreements_project_id_number")),
    )


def _create_agreement_versions() -> None:
    op.create_table(
        "reviews_agreement_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("text_sha256", sa.String(64), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        holds(
            "reviews_agreement_versions",
            "sent_has_text",
            "state = 'draft' OR state = 'withdrawn' OR text_sha256 IS NOT NULL",
        ),
        holds(
            "reviews_agreement_versions",
            "state_is_known",
            "state IN ('draft', 'sent', 'accepted', 'superseded', 'withdrawn')",
        ),
        points("reviews_agreement_versions", "agreement_id", "reviews_agreements"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_agreement_versions")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_reviews_agreement_versions_agreement_id_number")),
    )
    op.create_index(
        "uq_reviews_agreement_versions_accepted",
        "reviews_agreement_versions",
        ["agreement_id"],
        unique=True,
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "uq_reviews_agreement_versions_open",
        "reviews_agreement_versions",
        ["agreement_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'sent')"),
        postgresql_where=sa.text("state IN ('draft', 'sent')"),
    )


def _create_acceptances() -> None:
    op.create_table(
        "reviews_acceptances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(6), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        holds("reviews_acceptances", "side_is_known", "side IN ('house', 'client')"),
        holds("reviews_acceptances", "one_of_two", "(contact_id IS NULL) <> (person_id IS NULL)"),
        points("reviews_acceptances", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_acceptances", "contact_id", "reviews_contacts"),
        points("reviews_acceptances", "person_id", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_acceptances")),
        sa.UniqueConstraint(
            "agreement_version_id", "side", name=op.f("uq_reviews_acceptances_agreement_version_id_side")
        ),
    )
    op.create_index(op.f("ix_reviews_acceptances_contact_id"), "reviews_acceptances", ["contact_id"])


def _create_parties() -> None:
    op.create_table(
        "reviews_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(4), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("place", sa.Integer, nullable=True),
        sa.Column("may_invite", sa.Boolean, nullable=False),
        sa.Column("salt", sa.String(32), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        holds("reviews_parties", "one_of_two", "(contact_id IS NULL) <> (person_id IS NULL)"),
        points("reviews_parties", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_parties", "contact_id", "reviews_contacts"),
        points("reviews_parties", "person_id", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_parties")),
        sa.UniqueConstraint(
            "agreement_version_id", "label", name=op.f("uq_reviews_parties_agreement_version_id_label")
        ),
    )
    op.create_index(op.f("ix_reviews_parties_contact_id"), "reviews_parties", ["contact_id"])
