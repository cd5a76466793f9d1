"""Hold the files that play against their hashes, and keep who took one along.

Why: a decision is bound to a file's hash, so what plays has to be that file; and who downloaded one goes on having it.
Running code of the release before survives it: it knows neither table.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.append_only import keep, release
from migrations.shapes import points

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHECKS, DOWNLOADS = "reviews_file_checks", "reviews_downloads"


def upgrade() -> None:
    op.create_table(
        CHECKS,
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified_ns", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        points(CHECKS, "material_version_id", "reviews_material_versions"),
        sa.PrimaryKeyConstraint("material_version_id", name=op.f(f"pk_{CHECKS}")),
    )
    op.create_table(
        DOWNLOADS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("downloaded_at", UtcDateTime(), nullable=False),
        points(DOWNLOADS, "view_id", "reviews_views"),
        points(DOWNLOADS, "link_id", "reviews_links"),
        points(DOWNLOADS, "contact_id", "reviews_contacts"),
        points(DOWNLOADS, "material_version_id", "reviews_material_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DOWNLOADS}")),
    )
    op.create_index(op.f(f"ix_{DOWNLOADS}_material_version_id"), DOWNLOADS, ["material_version_id"])
    keep(DOWNLOADS)


def downgrade() -> None:
    release(DOWNLOADS)
    op.drop_table(DOWNLOADS)
    op.drop_table(CHECKS)
