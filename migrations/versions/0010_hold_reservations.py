"""Hold reservations by the database itself, day by day, and keep the addresses of calendar feeds.

Why: a lease that ran over midnight could sit on seats that another project reserved for the later day, since nothing
said which days it reaches into; a checkout now names its last day, in the facility's zone. Reservations were held by
the use case only: triggers now refuse one that oversells any of its days, whoever writes it and from wherever. They ask
what ``licensing.rules.availability`` asks; a change of it there needs a revision here. A reservation that was given
more after it began says from which day on it counts, so that days that are over refuse nothing.
Both columns are added in place, so that the triggers that keep the ledger of seats stay on the table. They are empty in
what stands already: a lease without last day counts a day too long rather than one too short until it ends.
Calendar programs sign in nowhere: a feed is an address that holds a secret, of which the table has the SHA-256.
Running code of the release before survives it: it leaves the columns empty and is held by the triggers; only its
heartbeat on a lease of this release is refused where it would end a day after the last day that is written.
"""

import sqlalchemy as sa
from alembic import op

from answerprint.core.types import UtcDateTime
from migrations.reservation_ledger import (
    POSTGRESQL,
    POSTGRESQL_FUNCTIONS,
    POSTGRESQL_TRIGGERS,
    SQLITE,
    SQLITE_TRIGGERS,
)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FEEDS = "facility_calendar_feeds"


def upgrade() -> None:
    op.add_column("licensing_checkouts", sa.Column("last_on", sa.Date, nullable=True))
    op.add_column("licensing_reservations", sa.Column("counts_from", sa.Date, nullable=True))
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    _create_feeds()


def downgrade() -> None:
    op.drop_table(FEEDS)
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, table in POSTGRESQL_TRIGGERS:
            op.execute(f"DROP TRIGGER {name} ON {table}")
        for name in POSTGRESQL_FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_column("licensing_reservations", "counts_from")
    op.drop_column("licensing_checkouts", "last_on")


def _create_feeds() -> None:
    op.create_table(
        FEEDS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("rotated_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FEEDS}")),
        sa.ForeignKeyConstraint(["person_id"], ["facility_people.id"], name=op.f(f"fk_{FEEDS}_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["facility_projects.id"], name=op.f(f"fk_{FEEDS}_project_id")),
        sa.UniqueConstraint("secret_sha256", name=op.f(f"uq_{FEEDS}_secret_sha256")),
    )
    op.create_index(op.f(f"ix_{FEEDS}_person_id"), FEEDS, ["person_id"])
