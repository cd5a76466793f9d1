"""One entry held against itself: its body, its hash, the columns that repeat it, the personal values beside it."""

import json
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row

from answerprint.core.types import isoformat
from audit.disclosure import digest, read_disclosure
from audit.errors import VerificationError
from audit.facts import LogOpened
from audit.models import Log
from audit.tree import leaf_hash

EntryColumns = Row[int, str, object, str, str, object, bytes]
"""What is read of an entry; an attacker may have written another type into it than its column has (SQLite lets him)."""


def parse_body(body: bytes) -> dict[str, Any]:
    """Return what a body says. It was hashed as bytes, so nothing is concluded from how it is written."""
    return cast("dict[str, Any]", json.loads(body))


def entry_fault(row: EntryColumns, disclosures: dict[str, str]) -> str | None:
    """Say what does not hold in this entry, or ``None``."""
    _, kind, recorded_at, actor, about, body, leaf = row
    if not isinstance(body, bytes) or leaf_hash(body) != leaf:
        return "was altered: its body does not hash to its leaf"
    try:
        said = parse_body(body)
        repeated = {"kind": said["fact"], "actor": said["actor"]["id"], "about": said["about"]}
        at = said["at"]
    except (ValueError, KeyError, TypeError):
        return "is not an entry in the form that is recorded here"
    for column, value in (("kind", kind), ("actor", actor), ("about", about)):
        if value != repeated[column]:
            return f"was altered: the column {column} does not repeat the body"
    if not _is_time(recorded_at, at):
        return "was altered: the column recorded_at does not repeat the body"
    return _disclosure_fault(said.get("_sd", []), disclosures)


def opening_fault(log: Log, body: bytes) -> str | None:
    """Say where a log's row differs from its first entry, or ``None``."""
    said = parse_body(body)
    repeated = {"log_id": log.id, "name": log.name, "origin": log.origin, "public_key": log.public_key}
    if said["fact"] != LogOpened.kind or said["data"] != repeated:
        return "does not say what the row of the log says"
    return None


def _is_time(stored: object, at: str) -> bool:
    # PostgreSQL's driver answers with an instant, SQLite with the text as it is stored.
    if isinstance(stored, datetime):
        return isoformat(stored) == at
    return stored == at.replace("T", " ").removesuffix("Z")


def _disclosure_fault(digests: list[str], disclosures: dict[str, str]) -> str | None:
    open_digests = set(digests)
    for name, text in disclosures.items():
        try:
            said_name = read_disclosure(text)[1]
        except (VerificationError, ValueError, TypeError):
            return f"has a personal value {name!r} that cannot be read"
        if said_name != name or digest(text) not in open_digests:
            return f"has a personal value {name!r} that is not the one it was recorded with"
        open_digests.discard(digest(text))
    if open_digests:
        return f"has lost {len(open_digests)} of its personal values"
    return None
