"""One entry held against itself: its body, its hash, the columns that repeat it, the personal values beside it."""

import json
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Row

from answerprint.core.types import isoformat
from audit.disclosure import digest, recorded_name
from audit.facts import LogOpened
from audit.models import Log

EntryColumns = Row[int, str, object, str, str, object, bytes]
"""What is read of an entry; an attacker may have written another type into it than its column has (SQLite lets him)."""


class _Said(NamedTuple):
    """What a body says that stands beside it too."""

    kind: str
    actor: str
    about: str
    at: str
    digests: list[str]


def parse_body(body: bytes) -> dict[str, Any]:
    """Return what a body says. It was hashed as bytes, so nothing is concluded from how it is written."""
    return cast("dict[str, Any]", json.loads(body))


def entry_fault(row: EntryColumns, computed: bytes, disclosures: dict[str, str]) -> str | None:
    """Say what does not hold in this entry, or ``None``. ``computed`` is the leaf hash that its body makes."""
    _, kind, recorded_at, actor, about, body, leaf = row
    if computed != leaf or not isinstance(body, bytes):
        return "was altered: its body does not hash to its leaf"
    said = _said(body)
    if said is None:
        return "is not an entry in the form that is recorded here"
    for column, value, repeated in (
        ("kind", kind, said.kind),
        ("actor", actor, said.actor),
        ("about", about, said.about),
    ):
        if value != repeated:
            return f"was altered: the column {column} does not repeat the body"
    if not _is_time(recorded_at, said.at):
        return "was altered: the column recorded_at does not repeat the body"
    if said.digests or disclosures:
        return _disclosure_fault(said.digests, disclosures)
    return None


def _said(body: bytes) -> _Said | None:
    try:
        said = parse_body(body)
        return _Said(said["fact"], said["actor"]["id"], said["about"], said["at"], list(said.get("_sd", [])))
    except (ValueError, KeyError, TypeError):
        return None


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
            found = digest(text)
        except (ValueError, AttributeError):
            found = ""
        if found not in open_digests or recorded_name(text) != name:
            return f"has a personal value {name!r} that is not the one it was recorded with"
        open_digests.discard(found)
    if open_digests:
        return f"has lost {len(open_digests)} of its personal values"
    return None
