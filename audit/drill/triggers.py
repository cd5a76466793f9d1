"""The triggers with which the database itself refuses to change the trail: those that stand, and those that should."""

import tempfile
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from answerprint.core.db import open_engine
from answerprint.core.upgrade import upgrade
from audit.drill.known_triggers import ON_POSTGRESQL

_STANDING_ON_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'")
_STANDING_ON_POSTGRESQL = text(
    "SELECT t.tgname, p.prosrc || '|' || t.tgtype::text || '|' || t.tgattr::text || '|' || COALESCE(t.tgqual::text, '')"
    " FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relname LIKE 'audit%'"
)


def standing(connection: Connection) -> dict[str, str]:
    """Return the triggers on the trail's tables that are in force, each with what it does."""
    is_sqlite = connection.dialect.name == "sqlite"
    return {row[0]: row[1] for row in connection.execute(_STANDING_ON_SQLITE if is_sqlite else _STANDING_ON_POSTGRESQL)}


def missing_triggers(connection: Connection) -> list[str]:
    """Say which triggers of the trail are missing or do something else, compared with what the migrations make."""
    found = standing(connection)
    if connection.dialect.name == "sqlite":
        expected = _migrated_on_sqlite()
        changed = {name for name in expected.keys() & found.keys() if expected[name] != found[name]}
    else:
        expected = ON_POSTGRESQL
        changed = {name for name in expected.keys() & found.keys() if expected[name] != fingerprint(found[name])}
    missing = [f"trigger {name} is missing or out of force" for name in sorted(expected.keys() - found.keys())]
    return missing + [f"trigger {name} was replaced" for name in sorted(changed)]


def fingerprint(definition: str) -> str:
    """Return by what a trigger's definition is known: 64 bits, in hex."""
    return sha256(definition.encode()).hexdigest()[:16]


def _migrated_on_sqlite() -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="answerprint-drill-") as folder:
        address = f"sqlite:///{Path(folder) / 'fresh.db'}"
        upgrade(address)
        engine = open_engine(address)
        with engine.connect() as connection:
            found = standing(connection)
        engine.dispose()
    return found
