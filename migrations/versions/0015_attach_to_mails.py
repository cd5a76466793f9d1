"""Attach a text to a mail: a calendar entry, or the proof that somebody is owed.

Why: who is invited wants it in their calendar, and who signed off wants the proof as a file.
Running code of the release before survives it: it writes mails without one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OUTBOX = "core_outbox"


def upgrade() -> None:
    op.add_column(OUTBOX, sa.Column("attachment", sa.Text, nullable=True))
    for name, length in (("attachment_name", 120), ("attachment_type", 80)):
        op.add_column(OUTBOX, sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("attachment_type", "attachment_name", "attachment"):
        op.drop_column(OUTBOX, name)
