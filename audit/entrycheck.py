"""One entry held against itself: its body, its hash, and the columns that repeat it."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from answerprint.core.types import isoformat
from audit.facts.logs import LogOpened
from audit.models import Log

COLUMNS = "idx, kind, recorded_at, actor, about, project, body, leaf_hash"
EntryColumns = tuple[Any, ...]
"""``COLUMNS`` as the driver gives them; an attacker may have written another type into them (SQLite lets him)."""

MISSING = bytes(32)
"""In place of a leaf hash that cannot be made."""

# Made once: to read the bodies is the dearest step of verifying a trail, and ``json.loads`` costs half as much again.
_scan = json.JSONDecoder().raw_decode
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Said(NamedTuple):
    """What a body says."""

    kind: str
    actor: str
    about: str
    at: str
    data: dict[str, Any]


def checked(row: EntryColumns) -> tuple[bytes, str | None, dict[str, Any] | None]:
    """Return an entry's leaf hash made anew, and either what does not hold in it or what its body says.

    The columns are an attacker's, the body is what was hashed: so the body is read whole, and the columns are held
    against what it says. A body in which a key comes twice says what comes last, as it would to any reader of JSON.
    """
    _, kind, recorded_at, actor, about, project, body, stored = row
    leaf = MISSING
    try:
        leaf = sha256(b"\x00" + body).digest()
        text = body.decode()
        said, end = _scan(text)
        at, named = said["at"], said["data"].get("project")
        if (
            leaf == stored
            and end == len(text)
            and said["fact"] == kind
            and said["actor"]["id"] == actor
            and said["about"] == about
            and (at.replace("T", " ").removesuffix("Z") == recorded_at or is_time(recorded_at, at))
            and (named if type(named) is str else None) == project
        ):
            return leaf, None, said
    except _UNREADABLE:
        pass
    return leaf, _fault(row, leaf), None


def _fault(row: EntryColumns, leaf: bytes) -> str:
    if leaf != row[7] or leaf is MISSING:
        return "was altered: its body does not hash to its leaf"
    said = read_body(row[6])
    if said is None:
        return "is not an entry in the form that is recorded here"
    project = said.data.get("project")
    repeated = (said.kind, said.actor, said.about, project if isinstance(project, str) else None)
    for column, value, expected in zip(
        ("kind", "actor", "about", "project"), (row[1], *row[3:6]), repeated, strict=True
    ):
        if value != expected:
            return f"was altered: the column {column} does not repeat the body"
    return "was altered: the column recorded_at does not repeat the body"


def read_body(body: object) -> Said | None:
    """Return what a body says, or ``None`` where it is no entry in the form that is recorded here."""
    try:
        text = body.decode()  # type: ignore[attr-defined]
        said, end = _scan(text)
        return said_by(said) if end == len(text) else None
    except _UNREADABLE:
        return None


def said_by(said: dict[str, Any]) -> Said:
    """Return what a body says that was read; raises where its parts are not what is recorded here."""
    data, at = said["data"], said["at"]
    if type(data) is not dict or type(at) is not str:
        raise TypeError("not an entry")
    return Said(str(said["fact"]), said["actor"]["id"], str(said["about"]), at, data)


def opening_fault(log: Log, said: Said) -> str | None:
    """Say where a log's row differs from its first entry, or ``None``."""
    repeated = {"log_id": log.id, "name": log.name, "origin": log.origin, "public_key": log.public_key}
    if said.kind != LogOpened.kind or said.data != repeated:
        return "does not say what the row of the log says"
    return None


def is_time(stored: object, at: str) -> bool:
    """Report whether a stored instant, as a driver gives it, is the one that a body says."""
    # PostgreSQL's driver answers with an instant, SQLite's with the text as it is stored.
    return isinstance(stored, datetime) and isoformat(stored) == at
