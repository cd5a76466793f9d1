"""What the trail and the tables hold, for tests that look."""

import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from answerprint.core.db import Base, Database
from audit.models import Disclosure, Entry


def facts(database: Database, kind: str) -> list[dict[str, Any]]:
    """Return the data of all facts of one kind, the oldest first."""
    with database.reading() as session:
        found = session.scalars(select(Entry).where(Entry.kind == kind).order_by(Entry.log_id, Entry.index)).all()
        return [_data(session, entry) for entry in found]


def bodies(database: Database) -> str:
    """Return the bodies of all entries, one a line."""
    with database.reading() as session:
        return "\n".join(body.decode() for body in session.scalars(select(Entry.body)))


def everything_stored(database: Database) -> str:
    """Return all that all tables hold, as text."""
    with database.reading() as session:
        tables = sorted(Base.metadata.tables)
        return "\n".join(str(tuple(row)) for name in tables for row in session.execute(text(f"SELECT * FROM {name}")))


def _data(session: Session, entry: Entry) -> dict[str, Any]:
    body = json.loads(entry.body)
    beside = session.scalars(
        select(Disclosure.name).where(Disclosure.log_id == entry.log_id, Disclosure.index == entry.index)
    )
    data: dict[str, Any] = body["data"]
    return {"about": body["about"], "actor": body["actor"], "personal": sorted(beside)} | data
