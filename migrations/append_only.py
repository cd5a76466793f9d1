"""Tables of which no row is ever changed or deleted: triggers refuse it on both engines."""

from alembic import op

REFUSED = "this is written once and kept"
_IS_THERE = "EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"


def keep(table: str) -> None:
    """Refuse every change and every deletion of the table's rows from now on."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        # REPLACE deletes the row in its way without a word to the trigger of deletions.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN {_IS_THERE.format(table=table)} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for act, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.split()[0].lower()} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_kept()"
        )


def release(table: str) -> None:
    """Take it back, before the table itself goes."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{name}")
        return
    for name in ("update", "truncate"):
        op.execute(f"DROP TRIGGER {table}_no_{name} ON {table}")
    op.execute(f"DROP FUNCTION {table}_kept()")
