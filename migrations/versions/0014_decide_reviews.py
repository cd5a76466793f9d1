"""Decide reviews: rounds, decisions, notes, what happens in rooms and on drives, and incidents.

Why: a sign-off stood in a mail, or in a status that anybody could set anew. Decisions, notes and steps
of an incident are never changed: triggers refuse it.
Running code of the release before survives it: it knows none of the tables.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.append_only import keep, release
from migrations.shapes import holds, points

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "reviews_incidents",
    "reviews_rounds",
    "reviews_screenings",
    "reviews_shipments",
    "reviews_attendances",
    "reviews_incident_steps",
    "reviews_decisions",
    "reviews_notes",
)
KEPT = (
    "reviews_decisions",
    "reviews_notes",
    "reviews_incident_steps",
)


def upgrade() -> None:
    _create_incidents()
    _create_rounds()
    _create_screenings()
    _create_shipments()
    _create_attendances()
    _create_incident_steps()
    _create_decisions()
    _create_notes()
    for table in KEPT:
        keep(table)


def downgrade() -> None:
    for table in KEPT:
        release(table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_incidents() -> None:
    op.create_table(
        "reviews_incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=False),
        sa.Column("notify_by", UtcDateTime(), nullable=False),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        points("reviews_incidents", "material_version_id", "reviews_material_versions"),
        points("reviews_incidents", "opened_by", "facility_people"),
        points("reviews_incidents", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_incidents")),
    )
    op.create_index("ix_reviews_incidents_project", "reviews_incidents", ["project_id", "id"])


def _create_rounds() -> None:
    op.create_table(
        "reviews_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("noticed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        points("reviews_rounds", "agreement_id", "reviews_agreements"),
        points("reviews_rounds", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_rounds", "material_version_id", "reviews_material_versions"),
        points("reviews_rounds", "opened_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_rounds")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_reviews_rounds_agreement_id_number")),
    )
    op.create_index(op.f("ix_reviews_rounds_material_version_id"), "reviews_rounds", ["material_version_id"])


def _create_screenings() -> None:
    op.create_table(
        "reviews_screenings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(4), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("display", sa.String(120), nullable=False),
        sa.Column("display_serial", sa.String(60), nullable=False),
        sa.Column("calibrated_on", sa.Date, nullable=True),
        sa.Column("calibration_sha256", sa.String(64), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_screenings", "state_is_known", "state IN ('planned', 'held', 'cancelled')"),
        holds("reviews_screenings", "ends_after_start", "ends_at > starts_at"),
        points("reviews_screenings", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_screenings", "host_id", "facility_people"),
        points("reviews_screenings", "material_version_id", "reviews_material_versions"),
        points("reviews_screenings", "project_id", "facility_projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_screenings")),
    )
    op.create_index("ix_reviews_screenings_project", "reviews_screenings", ["project_id", "starts_at"])


def _create_shipments() -> None:
    op.create_table(
        "reviews_shipments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(4), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_kind", sa.String(8), nullable=False),
        sa.Column("serial", sa.String(80), nullable=False),
        sa.Column("courier", sa.String(120), nullable=False),
        sa.Column("tracking", sa.String(80), nullable=False),
        sa.Column("shipped_by", sa.Uuid(), nullable=False),
        sa.Column("shipped_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("receipt_note", sa.String(300), nullable=False),
        sa.Column("kdm_device", sa.String(120), nullable=False),
        sa.Column("kdm_from", UtcDateTime(), nullable=True),
        sa.Column("kdm_until", UtcDateTime(), nullable=True),
        sa.Column("due_back_on", sa.Date, nullable=False),
        sa.Column("ending", sa.String(10), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("certificate_sha256", sa.String(64), nullable=True),
        sa.Column("chased_on", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        holds("reviews_shipments", "kind_is_known", "carrier_kind IN ('drive', 'dcp', 'tablet')"),
        holds("reviews_shipments", "ending_is_known", "ending IS NULL OR ending IN ('returned', 'destroyed', 'lost')"),
        holds("reviews_shipments", "ending_has_time", "(ending IS NULL) = (ended_at IS NULL)"),
        holds("reviews_shipments", "kdm_ends_after_start", "kdm_until IS NULL OR kdm_until > kdm_from"),
        points("reviews_shipments", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_shipments", "contact_id", "reviews_contacts"),
        points("reviews_shipments", "material_version_id", "reviews_material_versions"),
        points("reviews_shipments", "project_id", "facility_projects"),
        points("reviews_shipments", "shipped_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_shipments")),
    )
    op.create_index(op.f("ix_reviews_shipments_material_version_id"), "reviews_shipments", ["material_version_id"])
    op.create_index("ix_reviews_shipments_project", "reviews_shipments", ["project_id", "id"])


def _create_attendances() -> None:
    op.create_table(
        "reviews_attendances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("signed_in_at", UtcDateTime(), nullable=True),
        sa.Column("signed_in_by", sa.Uuid(), nullable=True),
        sa.Column("nda_sha256", sa.String(64), nullable=True),
        points("reviews_attendances", "contact_id", "reviews_contacts"),
        points("reviews_attendances", "screening_id", "reviews_screenings"),
        points("reviews_attendances", "signed_in_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_attendances")),
        sa.UniqueConstraint("screening_id", "contact_id", name=op.f("uq_reviews_attendances_screening_id_contact_id")),
    )
    op.create_index(op.f("ix_reviews_attendances_contact_id"), "reviews_attendances", ["contact_id"])


def _create_incident_steps() -> None:
    op.create_table(
        "reviews_incident_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("evidence_sha256", sa.String(64), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        holds(
            "reviews_incident_steps",
            "kind_is_known",
            "kind IN ('detected', 'notified', 'responded', 'evidence', 'reported')",
        ),
        points("reviews_incident_steps", "incident_id", "reviews_incidents"),
        points("reviews_incident_steps", "taken_by", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_incident_steps")),
    )
    op.create_index("ix_reviews_incident_steps_incident", "reviews_incident_steps", ["incident_id", "taken_at"])


def _create_decisions() -> None:
    op.create_table(
        "reviews_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("material_sha256", sa.String(64), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("attendance_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("value", sa.String(20), nullable=False),
        sa.Column("statement_sha256", sa.String(64), nullable=False),
        sa.Column("nda_sha256", sa.String(64), nullable=True),
        sa.Column("viewing", sa.String(), nullable=False),
        sa.Column("views", sa.Integer, nullable=False),
        sa.Column("last_view_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("withdraws_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        holds("reviews_decisions", "withdrawal_names_one", "(value = 'withdrawn') = (withdraws_id IS NOT NULL)"),
        holds(
            "reviews_decisions",
            "value_is_known",
            "value IN ('approved', 'approved-with-notes', 'not-approved', 'no-decision', 'withdrawn')",
        ),
        holds("reviews_decisions", "decider_is_identified", "visit_id IS NOT NULL OR attendance_id IS NOT NULL"),
        points("reviews_decisions", "agreement_version_id", "reviews_agreement_versions"),
        points("reviews_decisions", "attendance_id", "reviews_attendances"),
        points("reviews_decisions", "contact_id", "reviews_contacts"),
        points("reviews_decisions", "last_view_id", "reviews_views"),
        points("reviews_decisions", "material_version_id", "reviews_material_versions"),
        points("reviews_decisions", "party_id", "reviews_parties"),
        points("reviews_decisions", "round_id", "reviews_rounds"),
        points("reviews_decisions", "visit_id", "reviews_visits"),
        points("reviews_decisions", "withdraws_id", "reviews_decisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_decisions")),
        sa.UniqueConstraint("withdraws_id", name=op.f("uq_reviews_decisions_withdraws_id")),
    )
    op.create_index(op.f("ix_reviews_decisions_contact_id"), "reviews_decisions", ["contact_id"])
    op.create_index("ix_reviews_decisions_round", "reviews_decisions", ["round_id", "decided_at"])


def _create_notes() -> None:
    op.create_table(
        "reviews_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("material_version_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("is_internal", sa.Boolean, nullable=False),
        sa.Column("in_frame", sa.Integer, nullable=True),
        sa.Column("out_frame", sa.Integer, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        holds("reviews_notes", "one_author", "contact_id IS NULL OR person_id IS NULL"),
        holds("reviews_notes", "out_after_in", "out_frame IS NULL OR out_frame >= in_frame"),
        points("reviews_notes", "contact_id", "reviews_contacts"),
        points("reviews_notes", "decision_id", "reviews_decisions"),
        points("reviews_notes", "material_version_id", "reviews_material_versions"),
        points("reviews_notes", "person_id", "facility_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews_notes")),
    )
    op.create_index("ix_reviews_notes_version", "reviews_notes", ["material_version_id", "id"])
