"""Shapes that tables share, with the names that the metadata gives them."""

import sqlalchemy as sa
from alembic import op


def holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """Return a condition that every row meets."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return a column that names a row of another table."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
