"""Place people in departments, day by day, so that seats are the cost of whose they were.

Why: bookkeeping wants the cost of seats by department, and a month that was booked does not move when somebody does.
Running code of the release before survives it: it knows nothing of the table.
"""

import sqlalchemy as sa
from alembic import op

from migrations.shapes import points

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAYS = "facility_department_stays"


def upgrade() -> None:
    op.create_table(
        STAYS,
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("department", sa.String(60), nullable=False),
        points(STAYS, "person_id", "facility_people"),
        sa.PrimaryKeyConstraint("person_id", "since", name=op.f(f"pk_{STAYS}")),
    )


def downgrade() -> None:
    op.drop_table(STAYS)
