"""No change without a fact.

The guard sits at cursor level, where unit of work, bulk statements, text SQL and driver SQL all pass. It notes which
tables a transaction writes to and whether it writes an entry of the trail; a commit that would change a table of a
domain without an entry is refused and rolled back. A connection in autocommit has no commit to hold, so there the
statement itself is refused.

A table says in its ``info`` what it is to the guard:
    {"trail": "entry"}          the entries of the trail: writing one is what the guard asks for
    {"trail": ...}              other tables of the trail
    {"unrecorded": "reason"}    changed without a fact, for the reason given
    nothing                     a table of a domain
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, event

_NOISE = re.compile(r"'(?:[^']|'')*'|/\*.*?\*/|--[^\n]*", re.DOTALL)
_TARGET = re.compile(
    r"""\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from|merge\s+into|copy)\s+
        (?:only\s+)?(?:["`\[]?\w+["`\]]?\s*\.\s*)?["`\[]?(\w+)""",
    re.IGNORECASE | re.VERBOSE,
)
_TRUNCATE = re.compile(r"\btruncate\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class UnrecordedChange(Exception):  # noqa: N818 - it names what was refused
    """A transaction tried to change domain tables and left no entry on the trail."""


@lru_cache(maxsize=2048)
def written_tables(statement: str) -> frozenset[str]:
    """Name the tables that ``statement`` inserts into, updates or deletes from, wherever in it that stands."""
    plain = _NOISE.sub(lambda match: "''" if match[0].startswith("'") else " ", statement)
    named = {name.lower() for name in _TARGET.findall(plain)}
    if _TRUNCATE.search(plain):
        named |= {word.lower() for word in _WORD.findall(plain)}
    return frozenset(named)


class Guard:
    """Watches one engine. Its notes live with the connection and end with the transaction."""

    def __init__(self, engine: Engine, metadata: MetaData) -> None:
        self._metadata = metadata
        event.listen(engine, "begin", self._forget)
        event.listen(engine, "rollback", self._forget)
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", self._judge)

    @staticmethod
    def _forget(connection: Connection) -> None:
        connection.info["changed_tables"] = set()
        connection.info["entry_written"] = False

    def _note(
        self,
        connection: Connection,
        cursor: object,  # noqa: ARG002 - the event's signature
        statement: str,
        parameters: object,  # noqa: ARG002
        context: object,  # noqa: ARG002
        executemany: bool,  # noqa: ARG002, FBT001
    ) -> None:
        for name in written_tables(statement):
            meaning = self._meaning(name)
            if meaning.get("trail") == "entry":
                connection.info["entry_written"] = True
            elif meaning.get("domain"):
                self._note_change(connection, name)

    @staticmethod
    def _note_change(connection: Connection, name: str) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT" or connection.default_isolation_level == "AUTOCOMMIT":
            message = f"{name} cannot be changed in autocommit: there is no transaction for its fact"
            raise UnrecordedChange(message)
        connection.info.setdefault("changed_tables", set()).add(name)

    def _judge(self, connection: Connection) -> None:
        changed = connection.info.get("changed_tables")
        if changed and not connection.info.get("entry_written"):
            # SQLAlchemy takes a transaction whose commit event raised for ended, and would hand the connection back to
            # the pool with the change still pending; the next user's commit would land it.
            connection.connection.rollback()
            message = f"no fact was recorded for a change of {', '.join(sorted(changed))}"
            raise UnrecordedChange(message)
        self._forget(connection)

    def _meaning(self, name: str) -> dict[str, Any]:
        table = self._metadata.tables.get(name)
        if table is None:
            return {}
        if "trail" in table.info or "unrecorded" in table.info:
            return table.info
        return {"domain": True}
