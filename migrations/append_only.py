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


def freeze(table: str, *columns: str, once: str) -> None:
    """Refuse every change of these columns where ``once`` has a value, and every deletion of such a row."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    if op.get_bind().dialect.name == "sqlite":
        differs = changed.replace("IS DISTINCT FROM", "IS NOT")
        for act, when in (("UPDATE", f"OLD.{once} IS NOT NULL AND ({differs})"), ("DELETE", f"OLD.{once} IS NOT NULL")):
            op.execute(
                f"CREATE TRIGGER {table}_frozen_{act.lower()} BEFORE {act} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    for act, when in (("UPDATE", f"OLD.{once} IS NOT NULL AND ({changed})"), ("DELETE", f"OLD.{once} IS NOT NULL")):
        op.execute(
            f"CREATE TRIGGER {table}_frozen_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_frozen()"
        )


def thaw(table: str) -> None:
    """Take ``freeze`` back, before the table itself goes."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_frozen_{act}{'' if is_sqlite else f' ON {table}'}")
    if not is_sqlite:
        op.execute(f"DROP FUNCTION {table}_frozen()")


def release(table: str) -> None:
    """Take it back, before the table itself goes."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{name}")
        return
    for name in ("update", "truncate"):
        op.execute(f"DROP TRIGGER {table}_no_{name} ON {table}")
    op.execute(f"DROP FUNCTION {table}_kept()")
