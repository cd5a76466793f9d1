"""Guard screenings: links, the gate with its visits and codes, views, and freezes.

Why: links were sent by mail and nobody could say who watched. A view is never changed: triggers refuse it.
Running code of the release before survives it: it knows none of the tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.append_only import keep, release
from migrations.shapes import holds, points

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "reviews_gate_counters",
    "reviews_freezes",
    "reviews_receipts",
    "reviews_links",
    "reviews_gate_keys",
    "reviews_visits",
    "reviews_mailbox_codes",
    "reviews_views",
    "reviews_media_tokens",
)
KEPT = ("reviews_views",)


def upgrade() -> None:
    _create_gate_counters()
    _create_freezes()
    _create_receipts()
    _create_links()
    _create_gate_keys()
    _create_visits()
    _create_mailbox_codes()
    _create_views()
    _create_media_tokens()
    for table in KEPT:
        keep(table)


def downgrade() -> None:
    for table in KEPT:
        release(table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_gate_counters() -> None:
    op.create_table(
        "reviews_gate_counters",
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("window_started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_reviews_gate_counters")),
    )


def _create_freezes() -> None:
    op.create_table(
        "reviews_freezes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        holds("reviews_freezes", "all_has_no_subject", "(scope = 'all') = (subject_id IS NULL)"),
        holds("reviews_freezes", "scope_is_known", "scope IN ('contact', 'client', 'project', 'all')"),
        points("reviews_freezes", "lifted_by", "facility_people"),
        points("reviews_freezes", "set_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_freezes")),
    )
    op.create_index("ix_reviews_freezes_standing", "reviews_freezes", ["lifted_at", "scope"])


def _create_receipts() -> None:
    op.create_table(
        "reviews_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("log", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        points("reviews_receipts", "contact_id", "reviews_contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_receipts")),
        sa.UniqueConstraint("kind", "about", name=op.f("uq_reviews_receipts_kind_about")),
    )
    op.create_index(op.f("ix_reviews_receipts_contact_id"), "reviews_receipts", ["contact_id"])
    op.create_index("ix_reviews_receipts_due", "reviews_receipts", ["sent_at", "made_at"])


def _create_links() -> None:
    op.create_table(
        "reviews_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(4), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("view_limit", sa.Integer, nullable=False),
        sa.Column("views_used", sa.Integer, nullable=False),
        sa.Column("view_minutes", sa.Integer, nullable=False),
        sa.Column("asks_passphrase", sa.Boolean, nullable=False),
        sa.Column("passphrase_hash", sa.String(200), nullable=True),
        sa.Column("asks_totp", sa.Boolean, nullable=False),
        sa.Column("nda_text_id", sa.Uuid(), nullable=True),
        sa.Column("allows_download", sa.Boolean, nullable=False),
        sa.Column("watermark", sa.String(200), nullable=False),
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("target_sealed", sa.LargeBinary, nullable=True),
        sa.Column("target_host", sa.String(253), nullable=True),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("platform_enforces", sa.String(500), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("needs_release", sa.Boolean, nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoke_reason", sa.String(300), nullable=False),
        sa.Column("platform_revocation", sa.String(10), nullable=False),
        sa.Column("platform_revoked_by", sa.Uuid(), nullable=True),
        sa.Column("platform_revoked_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_links", "revocation_is_known", "platform_revocation IN ('none', 'due', 'confirmed')"),
        holds("reviews_links", "hand_off_has_target", "target = 'room' OR target_sealed IS NOT NULL"),
        holds("reviews_links", "target_is_known", "target IN ('room', 'hand-off')"),
        holds("reviews_links", "passphrase_is_set", "NOT asks_passphrase OR passphrase_hash IS NOT NULL"),
        holds("reviews_links", "ends_after_start", "ends_at > starts_at"),
        holds("reviews_links", "released_by_another", "released_by IS NULL OR released_by <> issued_by"),
        holds("reviews_links", "view_has_length", "view_minutes > 0"),
        holds("reviews_links", "views_within_limit", "views_used >= 0 AND views_used <= view_limit"),
        points("reviews_links", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_links", "contact_id", "reviews_contacts"),
        points("reviews_links", "issued_by", "facility_people"),
        points("reviews_links", "material_version_id", "reviews_material_versions"),
        points("reviews_links", "nda_text_id", "reviews_nda_texts"),
        points("reviews_links", "platform_revoked_by", "facility_people"),
        points("reviews_links", "project_id", "facility_projects"),
        points("reviews_links", "released_by", "facility_people"),
        points("reviews_links", "revoked_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_links")),
    )
    op.create_index("ix_reviews_links_agreement", "reviews_links", ["agreement_version_id", "id"])
    op.create_index(op.f("ix_reviews_links_contact_id"), "reviews_links", ["contact_id"])
    op.create_index(
        "ix_reviews_links_due",
        "reviews_links",
        ["project_id"],
        sqlite_where=sa.text("platform_revocation = 'due'"),
        postgresql_where=sa.text("platform_revocation = 'due'"),
    )
    op.create_index("ix_reviews_links_material", "reviews_links", ["material_version_id", "id"])
    op.create_index("ix_reviews_links_project", "reviews_links", ["project_id", "id"])


def _create_gate_keys() -> None:
    op.create_table(
        "reviews_gate_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        holds("reviews_gate_keys", "opens_one_thing", "(link_id IS NULL) <> (agreement_version_id IS NULL)"),
        points("reviews_gate_keys", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_gate_keys", "contact_id", "reviews_contacts"),
        points("reviews_gate_keys", "link_id", "reviews_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_gate_keys")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_reviews_gate_keys_secret_sha256")),
    )
    op.create_index(op.f("ix_reviews_gate_keys_agreement_version_id"), "reviews_gate_keys", ["agreement_version_id"])
    op.create_index(op.f("ix_reviews_gate_keys_contact_id"), "reviews_gate_keys", ["contact_id"])
    op.create_index(op.f("ix_reviews_gate_keys_link_id"), "reviews_gate_keys", ["link_id"])


def _create_visits() -> None:
    op.create_table(
        "reviews_visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("gate_key_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("mailbox_verified_at", UtcDateTime(), nullable=True),
        sa.Column("passphrase_verified_at", UtcDateTime(), nullable=True),
        sa.Column("totp_verified_at", UtcDateTime(), nullable=True),
        sa.Column("nda_accepted_at", UtcDateTime(), nullable=True),
        sa.Column("signing_verified_at", UtcDateTime(), nullable=True),
        points("reviews_visits", "gate_key_id", "reviews_gate_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_visits")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_reviews_visits_secret_sha256")),
    )
    op.create_index("ix_reviews_visits_key", "reviews_visits", ["gate_key_id", "opened_at"])


def _create_mailbox_codes() -> None:
    op.create_table(
        "reviews_mailbox_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        holds("reviews_mailbox_codes", "five_tries", "tries >= 0 AND tries <= 5"),
        points("reviews_mailbox_codes", "visit_id", "reviews_visits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_mailbox_codes")),
    )
    op.create_index("ix_reviews_mailbox_codes_visit", "reviews_mailbox_codes", ["visit_id", "sent_at"])


def _create_views() -> None:
    op.create_table(
        "reviews_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("nda_sha256", sa.String(64), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        holds("reviews_views", "ends_after_start", "ends_at > granted_at"),
        points("reviews_views", "contact_id", "reviews_contacts"),
        points("reviews_views", "link_id", "reviews_links"),
        points("reviews_views", "material_version_id", "reviews_material_versions"),
        points("reviews_views", "visit_id", "reviews_visits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_views")),
    )
    op.create_index("ix_reviews_views_link", "reviews_views", ["link_id", "granted_at"])
    op.create_index(op.f("ix_reviews_views_material_version_id"), "reviews_views", ["material_version_id"])
    op.create_index("ix_reviews_views_who", "reviews_views", ["contact_id", "material_version_id"])


def _create_media_tokens() -> None:
    op.create_table(
        "reviews_media_tokens",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        points("reviews_media_tokens", "view_id", "reviews_views"),
        points("reviews_media_tokens", "visit_id", "reviews_visits"),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_reviews_media_tokens")),
    )
    op.create_index(op.f("ix_reviews_media_tokens_view_id"), "reviews_media_tokens", ["view_id"])
