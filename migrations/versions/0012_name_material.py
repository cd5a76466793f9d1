"""Name material: versions with their hash, templates of names, how projects are called outside, and undertakings.

Why: a version number that gets another file, and a text that changes after it was accepted, prove nothing. Versions,
texts and acceptances are never changed: triggers refuse it.
Running code of the release before survives it: it knows none of the tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.append_only import keep, release
from migrations.shapes import holds, points

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "reviews_naming_templates",
    "reviews_nda_texts",
    "reviews_allowed_hosts",
    "reviews_materials",
    "reviews_nda_acceptances",
    "reviews_project_faces",
    "reviews_material_versions",
)
KEPT = (
    "reviews_nda_texts",
    "reviews_nda_acceptances",
    "reviews_material_versions",
)


def upgrade() -> None:
    _create_naming_templates()
    _create_nda_texts()
    _create_allowed_hosts()
    _create_materials()
    _create_nda_acceptances()
    _create_project_faces()
    _create_material_versions()
    for table in KEPT:
        keep(table)


def downgrade() -> None:
    for table in KEPT:
        release(table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_naming_templates() -> None:
    op.create_table(
        "reviews_naming_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_naming_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_reviews_naming_templates_name")),
    )


def _create_nda_texts() -> None:
    op.create_table(
        "reviews_nda_texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        points("reviews_nda_texts", "client_id", "facility_clients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_nda_texts")),
        sa.UniqueConstraint("client_id", "title", "number", name=op.f("uq_reviews_nda_texts_client_id_title_number")),
    )


def _create_allowed_hosts() -> None:
    op.create_table(
        "reviews_allowed_hosts",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        points("reviews_allowed_hosts", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("project_id", "host", name=op.f("pk_reviews_allowed_hosts")),
    )


def _create_materials() -> None:
    op.create_table(
        "reviews_materials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("eidr", sa.String(34), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        points("reviews_materials", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_materials")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_reviews_materials_project_id_name")),
    )


def _create_nda_acceptances() -> None:
    op.create_table(
        "reviews_nda_acceptances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("nda_text_id", sa.Uuid(), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        points("reviews_nda_acceptances", "contact_id", "reviews_contacts"),
        points("reviews_nda_acceptances", "nda_text_id", "reviews_nda_texts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_nda_acceptances")),
    )
    op.create_index("ix_reviews_nda_acceptances_who", "reviews_nda_acceptances", ["contact_id", "nda_text_id"])


def _create_project_faces() -> None:
    op.create_table(
        "reviews_project_faces",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.String(60), nullable=False),
        sa.Column("is_alias_in_force", sa.Boolean, nullable=False),
        sa.Column("titles_sealed", sa.LargeBinary, nullable=True),
        sa.Column("naming_template_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_project_faces", "alias_in_force_is_there", "NOT is_alias_in_force OR alias <> ''"),
        points("reviews_project_faces", "naming_template_id", "reviews_naming_templates"),
        points("reviews_project_faces", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_reviews_project_faces")),
    )


def _create_material_versions() -> None:
    op.create_table(
        "reviews_material_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("hashed_by", sa.String(20), nullable=False),
        sa.Column("media_path", sa.String(500), nullable=True),
        sa.Column("frame_rate", sa.String(12), nullable=True),
        sa.Column("start_frame", sa.Integer, nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        holds("reviews_material_versions", "hash_is_whole", "length(sha256) = 64"),
        holds("reviews_material_versions", "number_not_negative", "number >= 0"),
        points("reviews_material_versions", "material_id", "reviews_materials"),
        points("reviews_material_versions", "registered_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_material_versions")),
        sa.UniqueConstraint("material_id", "number", name=op.f("uq_reviews_material_versions_material_id_number")),
    )
    op.create_index(op.f("ix_reviews_material_versions_sha256"), "reviews_material_versions", ["sha256"])
