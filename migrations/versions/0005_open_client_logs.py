"""Give each client a log of its own.

Why: what concerns a client is handed to that client whole, and shows nothing of any other. A client that is there
already gets its log at the next start, since a log is opened by a fact; until then the column is empty.
Running code of the release before survives it: it leaves the column empty, and the next start fills it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("facility_clients") as clients:
        clients.add_column(sa.Column("log", sa.String(120), nullable=True))
        clients.create_unique_constraint(op.f("uq_facility_clients_log"), ["log"])


def downgrade() -> None:
    with op.batch_alter_table("facility_clients") as clients:
        clients.drop_constraint(op.f("uq_facility_clients_log"), type_="unique")
        clients.drop_column("log")
